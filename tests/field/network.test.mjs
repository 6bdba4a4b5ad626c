// What the page hands us for the network: mocked, patched, of another world, or throwing; files that
// cannot be read any more; and dates that stand still.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./stage.mjs";

const { inPage } = useStage();

/** Runs with a `fetch` in place of the page's. `make(real)` gives it. Gives what is uploaded and found. */
const withFetch = async ([client, make]) => {
  const real = globalThis.fetch;
  globalThis.fetch = new Function("real", `return ${make}`)(real);
  const found = {};
  try {
    const { session, conversation } = await field.open(client, "fetch");
    found.upload = await field.failure(() =>
      field.limited(session.uploadFile(new Blob(["x"]), { filename: "x.txt" }), 6_000));
    found.search = await field.failure(async () => {
      const { results } = await field.limited(session.searchMessages().setQuery("hello"), 6_000);
      if (results[0]?.conversation.id !== conversation.id) throw new Error("not found");
    });
  } finally {
    globalThis.fetch = real;
  }
  return found;
};

const FINE = { upload: "none", search: "none" };

for (const [what, make] of Object.entries({
  "refuses abort signals, as Node's does those of jsdom": `async (url, init) => {
    if (init?.signal) throw new TypeError("Expected signal to be an instance of AbortSignal");
    return real(url, init);
  }`,
  "refuses cache": `async (url, init) => {
    if (init?.cache) throw new TypeError("The 'cache' field is not implemented");
    return real(url, init);
  }`,
  "answers with text alone": `async (url, init) => {
    const answer = await real(url, init);
    return { ok: answer.ok, status: answer.status, text: () => answer.text() };
  }`,
  "answers with a body that has no reader": `async (url, init) => {
    const answer = await real(url, init);
    return { ok: answer.ok, status: answer.status, body: {}, text: () => answer.text() };
  }`,
})) {
  test(`a fetch that ${what} works`, async () => {
    const { result, problems } = await inPage(withFetch, ["ours", make]);
    assert.deepEqual(result, FINE);
    assert.deepEqual(problems, []);
  });
}

test("a fetch that answers with json() alone, as mocks do: uploads work", async () => {
  const { result } = await inPage(withFetch, ["ours", `async (url, init) => {
    const answer = await real(url, init);
    return { ok: answer.ok, status: answer.status, json: () => answer.json() };
  }`]);
  assert.equal(result.upload, "none");
});

test("a fetch that fails for a reason of its own rejects the call, and names it", async () => {
  const { result } = await inPage(withFetch, ["ours", `async (url, init) => {
    if (/search|files/.test(url)) throw new Error("no mock for this");
    return real(url, init);
  }`]);
  for (const outcome of Object.values(result)) {
    assert.match(outcome, /^network: .*fetch failed: Error: no mock for this/);
  }
});

test("what the network refuses is tried again, with one warning that names the place", async () => {
  const { result, warnings } = await inPage(withFetch, ["ours", `(() => {
    let count = 0;
    return async (url, init) => {
      if (/search|files/.test(url) && count++ < 4) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw new TypeError("Failed to fetch");
      }
      return real(url, init);
    };
  })()`]);
  assert.deepEqual(result, FINE);
  assert.equal(warnings.length, 1, warnings.join("\n"));
  assert.match(warnings[0], /^talk-session: http:.* cannot be reached, and is tried again: .*Failed to fetch/);
  assert.doesNotMatch(warnings[0], /signature/);
});

test("a file that cannot be read any more is told as that, after one try", async () => {
  const { result } = await inPage(async () => {
    const { session } = await field.open("ours", "unreadable");
    const file = new Blob(["x"]);
    const gone = () => Promise.reject(new DOMException("The file was removed", "NotReadableError"));
    const { slice } = Blob.prototype;
    let tries = 0;
    const real = globalThis.fetch;
    globalThis.fetch = async (url, init) => {
      if (!init?.body) return real(url, init);
      tries++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new TypeError("Failed to fetch");
    };
    // A file of the disk cannot be taken away from under a page without leaving it.
    Blob.prototype.slice = function (...range) {
      return Object.assign(slice.apply(this, range), { arrayBuffer: gone });
    };
    const outcome = await field.failure(() =>
      field.limited(session.uploadFile(file, { filename: "x" }), 8_000));
    return [outcome, tries];
  });
  assert.match(result[0], /^invalid-argument: .*the file cannot be read: The file was removed/);
  assert.equal(result[1], 1);
});

test("a send that throws is a lost connection: the call goes out once more, and once only", async () => {
  const { result, problems } = await inPage(async () => {
    const { session, conversation } = await field.open("ours", "throws");
    const { send } = WebSocket.prototype;
    let thrown = 0;
    WebSocket.prototype.send = function (text) {
      if (text.includes("only once") && thrown++ === 0) throw new DOMException("not now", "InvalidStateError");
      return send.call(this, text);
    };
    const others = Promise.all([session.currentUser.get(), conversation.get()]);
    await field.limited(conversation.send("only once"), 10_000);
    await field.limited(others, 10_000);
    const { latestSnapshot } = await conversation.subscribeMessages().connected;
    return [thrown, latestSnapshot.filter(({ plaintext }) => plaintext === "only once").length];
  });
  assert.deepEqual(result, [2, 1]);
  assert.deepEqual(problems, []);
});

for (const client of ["ours", "original"]) {
  test(`${client}: with a date that stands still, a lost connection comes back`, async () => {
    const { result } = await inPage(async (client) => {
      const sockets = [];
      const { WebSocket: Real } = globalThis;
      globalThis.WebSocket = function (...given) {
        const socket = new Real(...given);
        sockets.push(socket);
        return socket;
      };
      const { session } = await field.open(client, "pinned");
      const heard = [];
      await session.currentUser.subscribe((user) => heard.push(user.name)).connected;
      const pinned = Date.now();
      Date.now = () => pinned;
      sockets.at(-1).close();
      await field.limited(session.currentUser.set({ name: "Back" }), 30_000);
      for (let n = 0; n < 100 && heard.at(-1) !== "Back"; n++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return [sockets.length, heard.at(-1)];
    }, client);
    assert.deepEqual(result, [2, "Back"]);
  });
}

test("onMessage tells what is new, however wrong the page's clock is", async () => {
  for (const hours of [-1, 1]) {
    const { result } = await inPage(async (hours) => {
      const real = Date.now;
      Date.now = () => real() + hours * 3_600_000;
      const { session, conversation } = await field.openSdk(`clock ${hours}`);
      await conversation.send("old");
      const { Session } = await field.load("ours");
      const other = new Session({ appId: "demo", host: field.host });
      const heard = [];
      other.me = other.getUserById(session.me.id);
      other.onMessage(({ body }) => heard.push(body));
      await other.subscribeConversations().connected;
      await other.me.get();
      await conversation.send("new");
      for (let n = 0; n < 100 && !heard.includes("new"); n++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return heard;
    }, hours);
    assert.deepEqual(result, ["new"], `${hours} hours`);
  }
});
