// The options of getTalkSession: every kind of host as the table of the protocol has it, addresses
// given one by one, what is taken when an option is left out, and what is said of a wrong one.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { load } from "./load.mjs";

const { readOptions } = await load("options");

const read = (options) => JSON.parse(readOptions({ appId: "app", userId: "alice", ...options }));

const urls = ({ realtimeWsApiUrl, internalHttpApiUrl, restApiHttpUrl }) =>
  [realtimeWsApiUrl, internalHttpApiUrl, restApiHttpUrl];

const addressesOf = (host) => urls(read({ host }));

/** The error that options are refused with. */
function refused(options) {
  try {
    readOptions(options);
  } catch (error) {
    assert.equal(error.name, "TalkError");
    assert.equal(error.code, "invalid-argument");
    assert.ok(error instanceof Error);
    return error.message;
  }
  return assert.fail(`not refused: ${JSON.stringify(options)}`);
}

const refusedWith = (options) => refused({ appId: "a", userId: "b", ...options });

test("what is read, and what is taken for what is left out", () => {
  assert.deepEqual(read({}), {
    appId: "app",
    userId: "alice",
    token: "",
    tokenFetcher: false,
    signature: "",
    clientBuild: "standalone",
    realtimeWsApiUrl: "wss://realtime.talkjs.com/v1",
    internalHttpApiUrl: "https://app.talkjs.com/api/v0",
    restApiHttpUrl: "https://api.talkjs.com/v1",
  });
  const { signature, clientBuild, token, tokenFetcher, ...others } = read({
    signature: "s", clientBuild: "b", token: "t", tokenFetcher: () => "t", other: { x: 1 },
  });
  assert.deepEqual([signature, clientBuild, token, tokenFetcher], ["s", "b", "t", true]);
  assert.ok(!("other" in others), "an option that nobody knows is left alone");
  const names = ["signature", "clientBuild", "token", "tokenFetcher", "host", "apiUrls"];
  for (const nothing of [null, undefined]) {
    const left = Object.fromEntries(names.map((name) => [name, nothing]));
    assert.deepEqual(read(left), read({}), `all of them ${nothing}`);
  }
  assert.equal(read({ appId: "é", userId: "😀�" }).userId, "😀�");
});

test("the caller's object is not written to", () => {
  const options = Object.freeze({ appId: "a", userId: "b", apiUrls: Object.freeze({}) });
  readOptions(options);
});

const AT_TALKJS = [
  "wss://realtime.talkjs.com/v1", "https://app.talkjs.com/api/v0", "https://api.talkjs.com/v1",
];

for (const host of [
  "", "talkjs.com", "app.talkjs.com", "cdn.talkjs.com", "api.talkjs.com", "realtime.talkjs.com",
  "eu-app.talkjs.com", "word-cdn.talkjs.com", "word-api.talkjs.com", "word-realtime.talkjs.com",
  "a.b.talkjs.com", "app.eu.talkjs.com", "a-b.app.talkjs.com",
]) {
  test(`host "${host}": TalkJS's own service`, () => {
    assert.deepEqual(addressesOf(host), AT_TALKJS);
  });
}

for (const [host, name] of [
  ["eu.talkjs.com", "eu"],
  ["app-eu.talkjs.com", "eu"],
  ["realtime-eu.talkjs.com", "eu"],
  ["word-eu.talkjs.com", "eu"],
  ["foo-bar-eu.talkjs.com", "bar-eu"],
  ["APP.talkjs.com", "APP"],
  ["-x.talkjs.com", "-x"],
]) {
  test(`host "${host}": the installation "${name}" of TalkJS`, () => {
    assert.deepEqual(addressesOf(host), [
      `wss://realtime-${name}.talkjs.com/v1`,
      `https://app-${name}.talkjs.com/api/v0`,
      `https://api-${name}.talkjs.com/v1`,
    ]);
  });
}

for (const [host, s] of [
  ["localhost", ""],
  ["localhost:3000", ""],
  ["my.localhost:1", ""],
  ["Localhost:80", ""],
  ["foo.localtest.me", ""],
  ["localtest.me:8080", ""],
  // Names that only contain one of those are somebody else's. To the original they are local, too.
  ["notlocalhost.example.com", "s"],
  ["localhost.example.com", "s"],
  ["my-localhost", "s"],
  ["localhosts", "s"],
  ["localtest.me.example.com:80", "s"],
  ["notlocaltest.me", "s"],
  ["127.0.0.1", ""],
  ["10.0.0.1:80", ""],
  ["10.0.0.1:", "s"],
  ["1.2.3", "s"],
  ["[::1]", ""],
  ["[::1]:4420", ""],
  ["[0:0:0:0:0:0:0:1]:80", ""],
  ["[fe80::1]", ""],
  ["[fd12:3456::1]:4420", ""],
  ["[FC00::1]", ""],
  ["[2001:db8::1]", "s"],
  ["[2606:4700::1111]:443", "s"],
  ["[::2]", "s"],
  ["[::1]:", "s"],
  ["chat.example.com", "s"],
  ["chat.example.com:8443", "s"],
  ["talkjs.com:443", "s"],
  ["talkjs.com.example.com", "s"],
  ["Eu.TalkJS.com", "s"],
  ["ü.example", "s"],
  // Somebody else's domains. The original sends what is meant for them to TalkJS.
  ["evil-talkjs.com", "s"],
  ["xtalkjs.com", "s"],
  ["app.evil-talkjs.com", "s"],
]) {
  test(`host "${host}": an installation of its own, ${s ? "encrypted" : "in the clear"}`, () => {
    assert.deepEqual(addressesOf(host), [
      `ws${s}://${host}/public_api/v1`, `http${s}://${host}/api/v0`,
      `http${s}://${host}/public_api/v1`,
    ]);
  });
}

// A page's globals, for "@currentHost".
const globals = {};
function set(name, descriptor) {
  globals[name] ??= Object.getOwnPropertyDescriptor(globalThis, name) ?? null;
  Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
}
after(() => {
  for (const [name, was] of Object.entries(globals)) {
    delete globalThis[name];
    if (was) Object.defineProperty(globalThis, name, was);
  }
});

test("host \"@currentHost\": that of the top window, or of the frame if that is another's", () => {
  const own = { host: "frame.example:1" };
  set("location", { value: own });
  set("top", { value: { location: { host: "top.localhost:8080" } } });
  assert.equal(addressesOf("@currentHost")[0], "ws://top.localhost:8080/public_api/v1");
  set("top", { value: { location: { host: "app.talkjs.com" } } });
  assert.deepEqual(addressesOf("@currentHost"), AT_TALKJS);
  set("top", {
    get() {
      throw new Error("a window of another origin");
    },
  });
  assert.equal(addressesOf("@currentHost")[0], "wss://frame.example:1/public_api/v1");
});

test("addresses win over the host, each for itself, and lose their last slashes", () => {
  const some = { realtimeWsApiUrl: "ws://a/x/", restApiHttpUrl: null };
  assert.deepEqual(urls(read({ host: "localhost", apiUrls: some })), [
    "ws://a/x", "http://localhost/api/v0", "http://localhost/public_api/v1",
  ]);
  const all = {
    realtimeWsApiUrl: "wss://a", internalHttpApiUrl: "https://i", restApiHttpUrl: "http://r//",
  };
  for (const host of [undefined, "localhost", "eu.talkjs.com"]) {
    const empty = { realtimeWsApiUrl: "" };
    assert.deepEqual(urls(read({ host, apiUrls: empty })), addressesOf(host), "as if left out");
    assert.deepEqual(urls(read({ host, apiUrls: all })), ["wss://a", "https://i", "http://r"]);
  }
});

const PARAMETER = "the parameter must be an object with appId";
for (const [options, message] of [
  [undefined, `${PARAMETER}, but is undefined`],
  [null, `${PARAMETER}, but is null`],
  ["app", `${PARAMETER}, but is a string`],
  [() => {}, `${PARAMETER}, but is a function`],
  [[], "appId must be a non-empty string, but is undefined"],
  [{}, "appId must be a non-empty string, but is undefined"],
  [{ appId: "" }, "appId must be a non-empty string, but is an empty string"],
  [{ appId: 5 }, "appId must be a non-empty string, but is 5"],
  [{ appId: "a" }, "userId must be a non-empty string, but is undefined"],
  [{ appId: "a", userId: null }, "userId must be a non-empty string, but is null"],
  [{ appId: "a", userId: false }, "userId must be a non-empty string, but is false"],
  [{ appId: "a", userId: {} }, "userId must be a non-empty string, but is an object"],
  [{ appId: "a", userId: ["b"] }, "userId must be a non-empty string, but is an array"],
  [{ appId: "a", userId: "\ud800" }, 'userId must be well-formed Unicode, but is a string'],
  [{ appId: "\udc00", userId: "b" }, 'appId must be well-formed Unicode, but is a string'],
]) {
  test(`refused: ${message}`, () => {
    assert.equal(refused(options), `getTalkSession: ${message}`);
  });
}

for (const [options, message] of [
  [{ token: "" }, "token must be a non-empty string, but is an empty string"],
  [{ token: 5 }, "token must be a non-empty string, but is 5"],
  [{ token: "secret\ud800" }, "token must be well-formed Unicode, but is a string"],
  [{ tokenFetcher: "x" }, 'tokenFetcher must be a function, but is a string'],
  [{ tokenFetcher: false }, "tokenFetcher must be a function, but is false"],
  [{ tokenFetcher: {} }, "tokenFetcher must be a function, but is an object"],
  [{ signature: 5 }, "signature must be a string, but is 5"],
  [{ signature: "\ud800" }, "signature must be well-formed Unicode, but is a string"],
  [{ clientBuild: 5 }, "clientBuild must be a string, but is 5"],
  [{ host: 5 }, "host must be a string, but is 5"],
  [
    { host: "https://app.talkjs.com" },
    'host must be a host such as "localhost:3000", without http://, but is a string',
  ],
  [{ apiUrls: 5 }, "apiUrls must be an object of addresses, but is 5"],
  [{ apiUrls: "x" }, 'apiUrls must be an object of addresses, but is a string'],
  [{ apiUrls: { restApiHttpUrl: 5 } }, "restApiHttpUrl must be a string, but is 5"],
  [
    { apiUrls: { realtimeWsApiUrl: "http://x" } },
    'realtimeWsApiUrl must be an address with ws:// or wss://, but is a string',
  ],
  [
    { apiUrls: { internalHttpApiUrl: "ws://x" } },
    'internalHttpApiUrl must be an address with http:// or https://, but is a string',
  ],
]) {
  test(`refused: ${message} (${JSON.stringify(options)})`, () => {
    assert.equal(refusedWith(options), `getTalkSession: ${message}`);
  });
}

for (const host of [
  "a b", "a/b", "a?b", "a#b", "a@b", "@else", "a\\b", " ", "a\nb", "a\tb",
  // No address can be made of these.
  "localhost:99999", "localhost:port", "a:80:90", "999.1.1.1", "[::1", "[nine]", "%", "a<b", ":80",
]) {
  test(`refused: the host ${JSON.stringify(host)}`, () => {
    assert.match(refusedWith({ host }), /host must be a host such as/);
  });
}

for (const url of [
  "/", "/x", "x", "http", "http:", "http://", "https://", "https:///", "ws://x", "ftp://x",
  " http://x", "http://x:99999", "http://a:b", "http://[", "https://999.1.1.1/api", "http://a b",
]) {
  test(`refused: the address ${JSON.stringify(url)}`, () => {
    const apiUrls = { internalHttpApiUrl: url };
    assert.match(refusedWith({ apiUrls }), /internalHttpApiUrl must be an address with/);
  });
}

test("what no request could carry is refused, by its length once it is encoded", () => {
  for (const name of ["appId", "userId", "token", "signature", "clientBuild"]) {
    for (const [fits, long] of [
      ["x".repeat(10_000), "x".repeat(10_001)], ["é", "é".repeat(2_000)],
    ]) {
      read({ [name]: fits });
      const why = `${name} must be at most 10,000 bytes long, but is a string`;
      assert.equal(refusedWith({ [name]: long }), `getTalkSession: ${why}`);
    }
  }
});

test("IDs that would be another path are refused by name", () => {
  for (const name of ["appId", "userId"]) {
    for (const id of [".", ".."]) {
      const why = `${name} must be another one than "." and "..", but is a string`;
      assert.equal(refusedWith({ [name]: id }), `getTalkSession: ${why}`);
    }
    for (const id of ["...", ".a", "a.", "%2e"]) read({ [name]: id });
  }
});

test("a message has no more than a line, and nothing of a token", () => {
  const long = "x/".repeat(1_000);
  assert.ok(refusedWith({ host: long }).length < 200);
  assert.ok(refusedWith({ apiUrls: { restApiHttpUrl: long } }).length < 200);
  assert.ok(!refusedWith({ token: "secret\ud800" }).includes("secret"));
});

test("IDs that begin or end with dots are taken", () => {
  for (const id of ["...", ".a", "a..", "%2e%2e"]) assert.equal(read({ userId: id }).userId, id);
});

test("blanks around a token are no part of it", () => {
  for (const token of ["t\n", " t", "\r\n\tt \u00a0\ufeff"]) assert.equal(read({ token }).token, "t");
});
