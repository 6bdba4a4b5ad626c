// The packed package in Chromium: from a static file server with no bundler, in a worker, by the
// entry with a separate module, and built by each bundler.

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  APP, EXPECTED, filesUnder, pack, project, runApp, scratch, stage,
} from "./project.mjs";

const HTML = (head) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${head}`;
const IMPORT_MAP = `<script type="importmap">{"imports": {
  "talk-session": "/pkg/index.js", "talk-session/separate": "/pkg/separate.js"
}}</script>`;

const FILES = {
  "app.js": APP,
  "native/index.html": HTML(`${IMPORT_MAP}<script type="module" src="app.js"></script>`),
  "native/app.js": APP,
  "worker/index.html": HTML(`<script type="module">
    const worker = new Worker("worker.js", { type: "module" });
    globalThis.run = (host, userId) => new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => resolve(event.message);
      worker.postMessage({ host, userId });
    });
  </script>`),
  "worker/worker.js": APP.replace(`"talk-session"`, `"/pkg/index.js"`) + `
    onmessage = async ({ data: { host, userId } }) => postMessage(await run(host, userId));`,
  "separate/index.html": HTML(`${IMPORT_MAP}<script type="module" src="app.js"></script>`),
  "separate/app.js": separately(APP),
  "separate.js": separately(APP),
  "bundle.html": HTML(`<script type="module" src="bundle.js"></script>`),
};

/** The app with the entry whose module is a file of its own. */
function separately(app) {
  return app
    .replace("import { getTalkSession }", "import { getTalkSession, init }")
    .replace(`"talk-session"`, `"talk-session/separate"`)
    .replace("try {", "try {\n    await init();");
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

test("the entry with a separate module, without a bundler", async () => {
  const { requests } = await works(join(root, "separate"), "separate");
  assert.equal(requests.filter((path) => path.endsWith(".wasm")).length, 1);
});

describe("bundlers", () => {
  for (const [name, build] of Object.entries(BUNDLERS)) {
    test(`${name}: the default entry`, async () => {
      const out = join(root, `out-${name}`);
      await build(join(root, "app.js"), out);
      page(out);
      const { atImport } = await works(out, name);
      assert.equal(atImport, 0, "importing must not compile the module");
      const stray = filesUnder(out).filter((file) => file.endsWith(".wasm"));
      assert.deepEqual(stray, [], "the default entry must not make a bundler emit a .wasm file");
    });
  }
  for (const name of ["vite", "webpack"]) {
    test(`${name}: the entry with a separate module`, async () => {
      const out = join(root, `out-separate-${name}`);
      await BUNDLERS[name](join(root, "separate.js"), out);
      page(out);
      const { requests } = await works(out, `separate-${name}`);
      assert.equal(requests.filter((path) => path.endsWith(".wasm")).length, 1);
    });
  }
});

/** Gives a bundle a page that loads it. */
function page(out) {
  mkdirSync(out, { recursive: true });
  assert.ok(existsSync(join(out, "bundle.js")), "the bundler wrote no bundle.js");
  copyFileSync(join(root, "bundle.html"), join(out, "index.html"));
}
