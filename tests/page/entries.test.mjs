// The entries of the package: what importing does (nothing), and that each of them loads and works.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { PACKAGE, useStage } from "./stage.mjs";

const stage = useStage();
const { scene } = stage;
const execute = promisify(execFile);

/** All that the default entries export, sorted. */
const NAMES = [
  "Session",
  "TalkError",
  "getTalkSession",
  "isTalkError",
  "oneOnOneId",
  "registerPolyfills",
];

scene("importing does nothing: no socket, no request, no compiling, no timer", async ({ run }) => {
  const used = await run(async () => {
    const names = [];
    const spied = (owner, name) => {
      owner[name] = new Proxy(owner[name], {
        apply: (target, self, given) => (names.push(name), Reflect.apply(target, self, given)),
        construct: (target, given) => (names.push(name), Reflect.construct(target, given)),
      });
    };
    for (const name of [
      "Module",
      "Instance",
      "compile",
      "instantiate",
      "compileStreaming",
      "instantiateStreaming",
    ]) {
      spied(WebAssembly, name);
    }
    for (const name of [
      "WebSocket",
      "fetch",
      "setTimeout",
      "setInterval",
      "addEventListener",
      "XMLHttpRequest",
      "Worker",
      "EventSource",
    ]) {
      spied(globalThis, name);
    }
    const exported = Object.keys(await import("talk-session"));
    const first = [...names];
    await lab.session("importer");
    return { exported: exported.sort(), first, then: names.includes("instantiate") };
  });
  assert.deepEqual(used.exported, NAMES);
  assert.deepEqual(used.first, [], "what importing used");
  assert.ok(used.then, "the first session makes the instance, so the spies do work");
});

scene(
  "getTalkSession works at once after the import, and compiles once for all sessions",
  async ({ run }) => {
    const { compiled, name } = await run(async () => {
      let compiled = 0;
      const { compile } = WebAssembly;
      WebAssembly.compile = (bytes) => {
        compiled++;
        return compile(bytes);
      };
      const { getTalkSession } = await lab.load();
      const [one, two] = ["first", "second"].map((userId) =>
        getTalkSession({ appId: "demo", userId, host: lab.host }),
      );
      await one.currentUser.createIfNotExists({ name: "First" });
      return { compiled, name: (await two.user("first").get()).name };
    });
    assert.equal(name, "First");
    assert.equal(compiled, 1);
  },
);

scene("a module worker runs the default entry", async ({ run }) => {
  const result = await run(async () => {
    const worker = new Worker("/worker.js", { type: "module" });
    return lab.settled(
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message || "the worker failed"));
        worker.postMessage(lab.host);
      }),
      "the worker's answer",
    );
  });
  assert.deepEqual(result, { name: "Worker", plaintext: "from a worker", blob: "bytes" });
});

for (const entry of ["index", "separate"]) {
  scene(`in a worker, importing the entry ${entry}.js does nothing`, async ({ run }) => {
    const result = await run(async (name) => {
      const worker = new Worker("/resting-worker.js", { type: "module" });
      return lab.settled(
        new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => reject(new Error(event.message || "the worker failed"));
          worker.postMessage({ entry: `/pkg/${name}.js`, host: lab.host });
        }),
        "the worker's answer",
      );
    }, entry);
    assert.deepEqual(result, {
      atImport: [],
      unused: false,
      later: ["instantiate", "WebSocket"],
      name: "Worker",
    });
  });
}

scene("the entry with a separate module loads it by itself, once", async ({ run, page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const result = await run(async () => {
    const entry = await import("talk-session/separate");
    const { getTalkSession, Session, init, oneOnOneId } = entry;
    const exported = Object.keys(entry).sort();
    const session = getTalkSession({ appId: "demo", userId: "separate", host: lab.host });
    await session.currentUser.createIfNotExists({ name: "Separate" });
    const { name } = await session.currentUser.get();
    // It stays as a way to begin early.
    await Promise.all([init(), init()]);
    const acting = new Session({ appId: "demo", host: lab.host });
    acting.me = acting.getUser({ id: "separately", name: "Acting", role: "default" });
    const names = [name, (await acting.currentUser.get()).name];
    await acting.destroy();
    return { exported, names, id: oneOnOneId("bob", "alice") };
  });
  assert.deepEqual(result, {
    exported: [...NAMES, "init"].sort(), names: ["Separate", "Acting"], id: "4714b845b86fbe0ed913",
  });
  assert.equal(asked.filter((path) => path.endsWith(".wasm")).length, 1, "loaded once");
});

scene("init in the same task as the first session says where the module is", async ({ run, page }) => {
  const asked = [];
  await page.route("**/elsewhere.wasm", (route) => {
    asked.push("elsewhere");
    return route.fulfill({ path: join(PACKAGE, "talk_session.wasm"), contentType: "application/wasm" });
  });
  page.on("request", (request) => request.url().endsWith("/talk_session.wasm") && asked.push("default"));
  const name = await run(async () => {
    const { getTalkSession, init } = await import("talk-session/separate");
    const session = getTalkSession({ appId: "demo", userId: "elsewhere", host: lab.host });
    const made = session.currentUser.createIfNotExists({ name: "Elsewhere" });
    await init("/elsewhere.wasm");
    await made;
    return (await session.currentUser.get()).name;
  });
  assert.deepEqual([name, asked], ["Elsewhere", ["elsewhere"]]);
});

scene("a module that is not where it is looked for: one sentence, and a later session works", async ({ run, page }) => {
  let missing = true;
  await page.route("**/talk_session.wasm", (route) => missing ? route.fulfill({ status: 404 }) : route.continue());
  await page.exposeFunction("put", () => (missing = false));
  const result = await run(async () => {
    const { getTalkSession } = await import("talk-session/separate");
    const open = () => getTalkSession({ appId: "demo", userId: "missing module", host: lab.host });
    const session = open();
    const told = [];
    session.onError(({ code }) => told.push(code));
    const call = await lab.failure(() => session.currentUser.createIfNotExists({ name: "Missing" }));
    await lab.until(() => told.length, "it is told");
    await put();
    await open().currentUser.createIfNotExists({ name: "There" });
    return { told, call, name: (await open().currentUser.get()).name };
  });
  assert.deepEqual([result.told, result.name], [["network"], "There"]);
  assert.equal(result.call.code, "network");
  assert.match(result.call.message, /^The module could not be loaded: .*404\. Copy talk_session\.wasm of talk-session beside this file, or pass its address to init\(\)$/);
}, { expected: [/404/] });

scene(
  "init takes the module in each form, and says when it cannot load it",
  async ({ run }) => {
    const result = await run(async () => {
      const bytes = async () => (await fetch("/pkg/talk_session.wasm")).arrayBuffer();
      const forms = {
        address: () => "/pkg/talk_session.wasm",
        url: () => new URL("/pkg/talk_session.wasm", location.href),
        response: () => fetch("/pkg/talk_session.wasm"),
        arrayBuffer: bytes,
        uint8Array: async () => new Uint8Array(await bytes()),
        module: async () => WebAssembly.compile(await bytes()),
      };
      const names = {};
      for (const [form, make] of Object.entries(forms)) {
        // A copy of the package of its own, which was not initialised yet.
        const { init, getTalkSession } = await import(`/pkg/separate.js?${form}`);
        await init(make());
        const session = getTalkSession({ appId: "demo", userId: form, host: lab.host });
        await session.currentUser.createIfNotExists({ name: form });
        names[form] = (await session.currentUser.get()).name;
      }
      const { init } = await import("/pkg/separate.js?missing");
      const missing = await lab.failure(() => init("/pkg/there-is-none.wasm"));
      const broken = await lab.failure(() => init(new Uint8Array([1, 2, 3])));
      await init();
      return { names, missing, broken };
    });
    for (const [form, name] of Object.entries(result.names)) assert.equal(name, form);
    assert.equal(result.missing.how, "rejected");
    assert.equal(result.missing.name, "TalkError");
    assert.match(result.missing.message, /404/);
    assert.equal(
      result.broken.how,
      "rejected",
      "what is no module is refused, and init can be called again",
    );
  },
  { expected: [/404/] },
);

test("the CommonJS entry loads with require, and does nothing by itself", async () => {
  const program = `
    const compiled = [];
    for (const name of ["Module", "Instance", "compile", "instantiate"]) {
      WebAssembly[name] = new Proxy(WebAssembly[name], {
        apply: (target, self, given) => (compiled.push(name), target(...given)),
        construct: (target, given) => (compiled.push(name), new target(...given)),
      });
    }
    globalThis.fetch = () => { throw new Error("fetched at import"); };
    const names = Object.keys(require(${JSON.stringify(join(PACKAGE, "index.cjs"))})).sort();
    console.log(JSON.stringify({ names, compiled }));
  `;
  const { stdout } = await execute(process.execPath, ["-e", program]);
  assert.deepEqual(JSON.parse(stdout), {
    names: NAMES,
    compiled: [],
  });
});

scene("the CommonJS entry works in a page, too, with both kinds of sessions", async ({ run, page }) => {
  const source = readFileSync(join(PACKAGE, "index.cjs"), "utf8");
  await page.route("**/common.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      // A CommonJS loader in one line.
      body: `{const module = {exports: {}}; const exports = module.exports; ${source}
        globalThis.common = module.exports;}`,
    }),
  );
  await page.addScriptTag({ url: `${stage.url}common.js` });
  const found = await run(async () => {
    const session = common.getTalkSession({ appId: "demo", userId: "common", host: lab.host });
    await session.currentUser.createIfNotExists({ name: "Common" });
    const own = new common.Session({ appId: "demo", host: lab.host });
    own.me = own.getUserById("common");
    const id = common.oneOnOneId(own.me, "other");
    await own.getConversation({ id, participants: [own.me] }).synchronize();
    const both = [await session.currentUser.get(), await session.conversation(id).get()];
    return both.map((one) => one.name ?? one.id === id);
  });
  assert.deepEqual(found, ["Common", true]);
});

scene("two copies of the package in one page keep out of each other's way", async ({ run }) => {
  const result = await run(async () => {
    const [first, second] = await Promise.all([
      import("talk-session"),
      import("/pkg/index.js?copy"),
    ]);
    const open = ({ getTalkSession }) =>
      getTalkSession({ appId: "demo", userId: "copies", host: lab.host });
    const [one, two] = [open(first), open(second)];
    await one.currentUser.createIfNotExists({ name: "Copies" });
    const error = await two
      .conversation("none")
      .markAsRead()
      .catch((reason) => reason);
    return {
      apart: first.getTalkSession !== second.getTalkSession && one !== two,
      name: (await two.currentUser.get()).name,
      known: [first.isTalkError(error), second.isTalkError(error)],
      class: [error instanceof first.TalkError, error instanceof second.TalkError],
    };
  });
  assert.deepEqual(result, {
    apart: true,
    name: "Copies",
    known: [true, true],
    class: [false, true],
  });
});
