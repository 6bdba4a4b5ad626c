// The packed package in Chromium: from a static file server with no bundler, in a worker, by the
// entry with a separate module, and built by each bundler.

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  APP, EXPECTED, MARKS_OF_SESSION, SESSION_APP, filesUnder, pack, project, runApp, scratch, stage,
} from "./project.mjs";

const HTML = (head) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${head}`;
const IMPORT_MAP = `<script type="importmap">{"imports": {
  "talk-session": "/pkg/index.js", "talk-session/separate": "/pkg/separate.js"
}}</script>`;

const WORKER_PAGE = `<script type="module">
  const worker = new Worker("worker.js", { type: "module" });
  globalThis.run = (host, userId) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => resolve(event.message);
    worker.postMessage({ host, userId });
  });
</script>`;

const FILES = {
  "app.js": APP,
  "session.js": SESSION_APP,
  "native/index.html": HTML(`${IMPORT_MAP}<script type="module" src="app.js"></script>`),
  "native/app.js": APP,
  "worker/index.html": HTML(WORKER_PAGE),
  "worker/worker.js": inWorker(APP),
  "session-worker/index.html": HTML(WORKER_PAGE),
  "session-worker/worker.js": inWorker(SESSION_APP),
  "separate/index.html": HTML(`${IMPORT_MAP}<script type="module" src="app.js"></script>`),
  "separate/app.js": separately(APP),
  "separate.js": separately(APP),
  "separate-session.js": separately(SESSION_APP),
  "bundle.html": HTML(`<script type="module" src="bundle.js"></script>`),
};

/** The app with the entry whose module is a file of its own. */
function separately(app) {
  return app.replace(`"talk-session"`, `"talk-session/separate"`);
}

/** The app in a module worker, which has no import map. */
function inWorker(app) {
  return app.replace(`"talk-session"`, `"/pkg/index.js"`) + `
    onmessage = async ({ data: { host, userId } }) => postMessage(await run(host, userId));`;
}

/** Each builds `entry` for production with its defaults, into `out`/bundle.js. */
const BUNDLERS = {
  async esbuild(entry, out) {
    const { build } = await import("esbuild");
    await build({
      entryPoints: { bundle: entry }, outdir: out, bundle: true, minify: true, format: "esm",
      logLevel: "silent",
    });
  },
  async vite(entry, out) {
    const { build } = await import("vite");
    await build({
      root, configFile: false, logLevel: "silent", base: "./",
      build: {
        outDir: out, modulePreload: false,
        rolldownOptions: { input: entry, output: { entryFileNames: "bundle.js" } },
      },
    });
  },
  async webpack(entry, out) {
    const { default: webpack } = await import("webpack");
    const compiler = webpack({
      mode: "production", context: root, entry, performance: false,
      output: { path: out, filename: "bundle.js" },
    });
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, result) => (error ? reject(error) : resolve(result))),
    );
    assert.deepEqual(stats.toJson().errors.map(({ message }) => message), []);
  },
  async rollup(entry, out) {
    const [{ rollup }, { default: resolve }] = await Promise.all([
      import("rollup"), import("@rollup/plugin-node-resolve"),
    ]);
    const bundle = await rollup({ input: entry, plugins: [resolve()] });
    await bundle.write({ file: join(out, "bundle.js"), format: "esm" });
    await bundle.close();
  },
};

let space;
let root;
let world;

before(async () => {
  space = scratch();
  const { tarball } = await pack(space.folder);
  [root, world] = await Promise.all([
    project(space.folder, "in-browser", tarball, FILES),
    stage(),
  ]);
});

after(async () => {
  await world?.close();
  space?.remove();
});

const installed = () => join(root, "node_modules", "talk-session");

/** Opens a folder, runs its app as a user, and expects it to work and to have no complaints. */
async function works(folder, userId) {
  const { result, problems, requests } = await world.openFolder(
    folder,
    (page) => runApp(page, world.backend.host, userId),
    installed(),
  );
  assert.equal(result.result, EXPECTED);
  assert.deepEqual(problems, []);
  return { ...result, requests };
}

test("a static page without a bundler", async () => {
  const { atImport, requests } = await works(join(root, "native"), "native");
  assert.equal(atImport, 0, "importing must not compile the module");
  assert.deepEqual(requests.filter((path) => path.endsWith(".wasm")), []);
});

test("a module worker", async () => {
  await works(join(root, "worker"), "worker");
});

test("a module worker with the session of the SDKs", async () => {
  await works(join(root, "session-worker"), "session-worker");
});

test("the entry with a separate module, without a bundler", async () => {
  const { requests } = await works(join(root, "separate"), "separate");
  assert.equal(requests.filter((path) => path.endsWith(".wasm")).length, 1);
});

describe("bundlers", () => {
  /** Builds a file of the project, runs it as a user, and gives what is asked for and the text. */
  const built = async (name, file, userId) => {
    const out = join(root, `out-${userId}`);
    await BUNDLERS[name](join(root, file), out);
    page(out);
    const { atImport, requests } = await works(out, userId);
    assert.equal(atImport, 0, "importing must not compile the module");
    return { out, requests, text: readFileSync(join(out, "bundle.js"), "utf8") };
  };
  const strayModules = (out) => filesUnder(out).filter((file) => file.endsWith(".wasm"));
  const marksIn = (text) => MARKS_OF_SESSION.filter((mark) => text.includes(mark));

  for (const name of Object.keys(BUNDLERS)) {
    test(`${name}: the default entry; without Session, if nobody imports it`, async () => {
      const { out, text } = await built(name, "app.js", name);
      const stray = strayModules(out);
      assert.deepEqual(stray, [], "the default entry must not make a bundler emit a .wasm file");
      assert.deepEqual(marksIn(text), [], "what only Session needs must not be in this bundle");
    });

    test(`${name}: the default entry with Session`, async () => {
      const { out, text } = await built(name, "session.js", `session-${name}`);
      assert.deepEqual(strayModules(out), []);
      assert.deepEqual(marksIn(text), MARKS_OF_SESSION, "the marks are those of Session");
    });
  }
  for (const name of ["vite", "webpack"]) {
    const loadedOnce = (requests) =>
      assert.equal(requests.filter((path) => path.endsWith(".wasm")).length, 1);

    test(`${name}: the entry with a separate module`, async () => {
      const { requests, text } = await built(name, "separate.js", `separate-${name}`);
      loadedOnce(requests);
      assert.deepEqual(marksIn(text), []);
    });

    test(`${name}: the entry with a separate module, with Session`, async () => {
      const user = `separate-session-${name}`;
      const { requests, text } = await built(name, "separate-session.js", user);
      loadedOnce(requests);
      assert.deepEqual(marksIn(text), MARKS_OF_SESSION);
    });
  }
});

/** Gives a bundle a page that loads it. */
function page(out) {
  mkdirSync(out, { recursive: true });
  assert.ok(existsSync(join(out, "bundle.js")), "the bundler wrote no bundle.js");
  copyFileSync(join(root, "bundle.html"), join(out, "index.html"));
}
