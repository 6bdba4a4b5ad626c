// Where a session connects: by `host`, by `apiUrls`, and what it says of itself there.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

/** A host, and how the addresses of realtime, app check and uploads begin. */
const HOSTS = {
  "": [
    "wss://realtime.talkjs.com/v1",
    "https://app.talkjs.com/api/v0",
    "https://api.talkjs.com/v1",
  ],
  "talkjs.com": "",
  "app.talkjs.com": "",
  "cdn.talkjs.com": "",
  "api.talkjs.com": "",
  "realtime.talkjs.com": "",
  "eu-app.talkjs.com": "",
  "a.b.talkjs.com": "",
  "eu.talkjs.com": [
    "wss://realtime-eu.talkjs.com/v1",
    "https://app-eu.talkjs.com/api/v0",
    "https://api-eu.talkjs.com/v1",
  ],
  "localhost:1234": [
    "ws://localhost:1234/public_api/v1",
    "http://localhost:1234/api/v0",
    "http://localhost:1234/public_api/v1",
  ],
  "chat.localtest.me": [
    "ws://chat.localtest.me/public_api/v1",
    "http://chat.localtest.me/api/v0",
    "http://chat.localtest.me/public_api/v1",
  ],
  "10.0.0.7:99": [
    "ws://10.0.0.7:99/public_api/v1",
    "http://10.0.0.7:99/api/v0",
    "http://10.0.0.7:99/public_api/v1",
  ],
  "chat.example.com": [
    "wss://chat.example.com/public_api/v1",
    "https://chat.example.com/api/v0",
    "https://chat.example.com/public_api/v1",
  ],
  "nottalkjs.com": [
    "wss://nottalkjs.com/public_api/v1",
    "https://nottalkjs.com/api/v0",
    "https://nottalkjs.com/public_api/v1",
  ],
};

/**
 * Runs in the page: what sessions with these options connect to, by a network that is not there.
 * Only what is asked of the session's own service counts.
 */
async function connections(all) {
  const { getTalkSession } = await lab.load();
  const results = [];
  for (const [at, options] of all.entries()) {
    const urls = {};
    globalThis.WebSocket = class {
      constructor(url) {
        urls.socket = url;
        setTimeout(() => this.onopen?.({}));
      }

      send(text) {
        const [id, method, path] = JSON.parse(text);
        const body = path === "/session/renew" ? '{"expiresInSeconds":null}' : "{}";
        if (method !== "ACK") setTimeout(() => this.onmessage?.({ data: `[${id},200,${body}]` }));
      }

      close() {}
    };
    globalThis.fetch = async (url) => {
      const name = url.includes("/bokens/") ? "boken" : url.endsWith("/files") ? "files" : "check";
      urls[name] = url;
      return new Response(name === "files" ? '{"fileToken":"t"}' : '{"boken":"b"}');
    };
    const session = getTalkSession({ appId: "app/1", userId: `user ${at}`, ...options });
    const upload = session.uploadFile(new Blob(["x"]), { filename: "x" });
    await lab.settled(upload, JSON.stringify(options));
    results.push(urls);
  }
  return results;
}

scene("host: each kind leads to its three addresses", async ({ run }) => {
  const hosts = Object.keys(HOSTS);
  const all = await run(
    connections,
    hosts.map((host) => (host ? { host } : {})),
  );
  for (const [at, host] of hosts.entries()) {
    const [realtime, internal, rest] = HOSTS[host] || HOSTS[""];
    const { socket, check, boken, files } = all[at];
    const start = `${realtime}/app%2F1/realtime/user%20${at}?`;
    assert.ok(socket.startsWith(start), `${host}: ${socket}`);
    assert.equal(check, `${internal}/app%2F1`, host);
    assert.equal(boken, `${internal}/app%2F1/bokens/user%20${at}?signature=`, host);
    assert.equal(files, `${rest}/app%2F1/files`, host);
  }
});

scene("@currentHost: the host of the page in the address bar", async ({ run, page }) => {
  const [{ socket, check, files }] = await run(connections, [{ host: "@currentHost" }]);
  const { host } = new URL(page.url());
  assert.ok(socket.startsWith(`ws://${host}/public_api/v1/`), socket);
  assert.equal(check, `http://${host}/api/v0/app%2F1`);
  assert.equal(files, `http://${host}/public_api/v1/app%2F1/files`);
});

scene("apiUrls win over host, one by one", async ({ run }) => {
  const apiUrls = {
    realtimeWsApiUrl: "ws://one.test/socket/",
    internalHttpApiUrl: "https://two.test",
    restApiHttpUrl: "http://three.test:8/a//",
  };
  const host = "chat.example.com";
  const [all, one, none] = await run(connections, [
    { host, apiUrls },
    { host, apiUrls: { restApiHttpUrl: apiUrls.restApiHttpUrl } },
    { host, apiUrls: {} },
  ]);
  assert.ok(all.socket.startsWith("ws://one.test/socket/app%2F1/realtime/"), all.socket);
  assert.equal(all.check, "https://two.test/app%2F1");
  assert.equal(all.files, "http://three.test:8/a/app%2F1/files");
  assert.ok(one.socket.startsWith("wss://chat.example.com/public_api/v1/"), one.socket);
  assert.equal(one.check, "https://chat.example.com/api/v0/app%2F1");
  assert.equal(one.files, "http://three.test:8/a/app%2F1/files");
  assert.equal(none.files, "https://chat.example.com/public_api/v1/app%2F1/files");
});

scene("clientBuild and signature are told to the service", async ({ run }) => {
  const [{ socket, boken }] = await run(connections, [
    { clientBuild: "my app/2", signature: "a&b=c" },
  ]);
  assert.equal(new URL(socket).searchParams.get("talkjs-client-build"), "my app/2");
  assert.equal(new URL(boken).searchParams.get("signature"), "a&b=c");
});

scene("a service that is not there: calls wait, and end with their session", async ({ run }) => {
  const error = await run(async () => {
    // What the service says of an app is the only answer there ever is.
    let answer;
    globalThis.fetch = () => new Promise((resolve) => (answer = resolve));
    globalThis.WebSocket = class {
      close() {}
    };
    const session = await lab.session("waiting", { host: "chat.example.com" });
    const call = lab.failure(() => session.currentUser.get());
    await lab.until(() => answer, "the request");
    answer(new Response("", { status: 404 }));
    return call;
  });
  assertTalkError(error, { code: "app-not-found" }, "the call that waited");
});
