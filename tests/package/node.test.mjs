// The packed package, installed in a project and used in Node: by import, by require, and at rest.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { startBackend } from "../../scripts/lib/backend.mjs";
import { imports } from "../../scripts/lib/wasm-file.mjs";
import { APP, EXPECTED, SESSION_APP, inNode, pack, project, scratch } from "./project.mjs";

const require = createRequire(import.meta.url);
const WS = pathToFileURL(require.resolve("ws")).href;

let space;
let packed;
let root;
let backend;

before(async () => {
  space = scratch();
  packed = await pack(space.folder);
  [root, backend] = await Promise.all([
    project(space.folder, "in-node", packed.tarball, FILES),
    startBackend(),
  ]);
});

after(async () => {
  await backend?.stop();
  space?.remove();
});

/** All names of the API. */
const NAMES = [
  "Session", "TalkError", "getTalkSession", "isTalkError", "oneOnOneId", "registerPolyfills",
];
/** The entries, as something that gives their exports. */
const ENTRIES = {
  "import": `await import("talk-session")`,
  "require": `(await import("node:module")).createRequire(import.meta.url)("talk-session")`,
  "separate": `await import("talk-session/separate")`,
};
/** What `oneOnOneId("alice", "bob")` gives everywhere. */
const ONE_ON_ONE = "4714b845b86fbe0ed913";

// Node 20 has no WebSocket of its own, so the projects bring the one of the ws package.
const running = (app) => `
  import WebSocket from ${JSON.stringify(WS)};
  await import(${JSON.stringify(app)});
  globalThis.WebSocket = WebSocket;
  console.log(await globalThis.run(process.argv[2], process.argv[3]));
  process.exit();`;

const FILES = {
  "app.mjs": APP,
  "session.mjs": SESSION_APP,
  "import.mjs": running("./app.mjs"),
  "import-session.mjs": running("./session.mjs"),
  "require.cjs": `
    const { Session, getTalkSession } = require("talk-session");
    import(${JSON.stringify(WS)}).then(async ({ default: WebSocket }) => {
      globalThis.WebSocket = WebSocket;
      const host = process.argv[2];
      const session = getTalkSession({ appId: "demo", userId: "by-require", host });
      await session.currentUser.createIfNotExists({ name: "Alice" });
      const own = new Session({ appId: "demo", host });
      own.me = own.getUserById("by-require");
      console.log((await own.currentUser.get()).name);
      process.exit();
    });`,
  // Everything that a library could start with is watched or taken away before the import. What is
  // done without a service does not start anything either.
  "at-rest.mjs": `
    const touched = [];
    const before = new Set(Reflect.ownKeys(globalThis));
    for (const name of ["fetch", "WebSocket", "setTimeout", "setInterval", "queueMicrotask"]) {
      globalThis[name] = () => touched.push(name);
      before.add(name);
    }
    for (const name of ["Module", "Instance"]) {
      WebAssembly[name] = class { constructor() { touched.push(name); } };
    }
    for (const name of ["compile", "instantiate"]) {
      WebAssembly[name] = () => (touched.push(name), Promise.reject());
    }
    const entry = process.argv[2];
    const api = ${Object.entries(ENTRIES).map(([name, get]) =>
      `entry === ${JSON.stringify(name)} ? ${get} : `).join("")}undefined;
    const names = Object.keys(api).filter((name) => !/^(default|module.exports)$/.test(name));
    const id = api.oneOnOneId("bob", "alice");
    new api.Session({ appId: "demo", onMessage() {} });
    for (const name of Reflect.ownKeys(globalThis)) {
      if (!before.has(name)) touched.push("globalThis." + String(name));
    }
    const kinds = [...new Set(names.map((name) => typeof api[name]))];
    console.log(JSON.stringify({ touched, kinds, names: names.sort(), id }));`,
};

test("the tarball has the package's files and no others", () => {
  const { files } = packed;
  for (const name of [
    "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "SESSION.md", "index.cjs",
    "index.d.cts", "index.d.ts", "index.js", "package.json",
  ]) {
    assert.ok(files.includes(name), `${name} is missing`);
  }
  const code = /^(index|separate)\.(js|cjs|d\.ts|d\.cts)$|^talk_session\.wasm$/;
  const known = new RegExp(`${code.source}|^package\\.json$|\\.md$|^LICENSE-`);
  assert.deepEqual(files.filter((name) => !known.test(name)), []);
});

test("every path in `exports` exists, and types come first", () => {
  const folder = join(root, "node_modules", "talk-session");
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const visit = (value) => {
    if (typeof value === "string") return readFileSync(join(folder, value));
    if ("types" in value) assert.equal(Object.keys(value)[0], "types");
    Object.values(value).forEach(visit);
  };
  visit(manifest.exports);
  assert.equal(manifest.dependencies, undefined);
});

test("import works", async () => {
  assert.equal(await inNode(root, "import.mjs", [backend.host, "by-import"]), EXPECTED);
});

test("import works with the session of the SDKs", async () => {
  const result = await inNode(root, "import-session.mjs", [backend.host, "session-by-import"]);
  assert.equal(result, EXPECTED);
});

test("require works", async () => {
  assert.equal(await inNode(root, "require.cjs", [backend.host]), "Alice");
});

for (const entry of Object.keys(ENTRIES)) {
  test(`${entry}: all names are there, and importing does nothing`, async () => {
    const found = JSON.parse(await inNode(root, "at-rest.mjs", [entry]));
    const names = entry === "separate" ? [...NAMES, "init"].sort() : NAMES;
    assert.deepEqual(found, { touched: [], kinds: ["function"], names, id: ONE_ON_ONE });
  });
}

test("the module imports nothing but its own glue", (t) => {
  const file = join(root, "node_modules", "talk-session", "talk_session.wasm");
  const modules = new Set(imports(readFileSync(file)).map(({ module }) => module));
  t.diagnostic([...modules].join());
  assert.ok(!modules.has("env"), "an import from `env` is a function that the linker did not find");
});

test("an error that nobody catches prints what is wrong, and not the whole package", () => {
  for (const program of [
    `require("talk-session").getTalkSession({})`,
    `import("talk-session").then(({ getTalkSession }) => getTalkSession({}))`,
    `import("talk-session/separate").then(({ getTalkSession }) => getTalkSession({}))`,
  ]) {
    const { stderr, status } = spawnSync(process.execPath, ["-e", program], {
      cwd: root, encoding: "utf8",
    });
    assert.equal(status, 1);
    assert.match(stderr, /\bTalkError: getTalkSession: appId must be a non-empty string/);
    assert.ok(stderr.length < 3_000, `${stderr.length} characters: ${stderr.slice(0, 500)}`);
  }
});
