// What the tests of this folder stand on: a backend, and a browser with one page for each test, in
// which both clients and all the libraries are at hand (page/main.js).

import { build } from "esbuild";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { compileModule } from "svelte/compiler";
import { startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, ROOT, at } from "../../scripts/lib/paths.mjs";
import { serveDemo } from "../../scripts/lib/static.mjs";

/** The package under test. `PAGE_PKG` in the environment names another built one. */
export const PACKAGE = process.env.PAGE_PKG ?? PKG;

/** Nothing takes this long, also where others keep the machine busy. */
const PATIENCE_MS = 45_000;

/** The libraries in their builds for browsers, and one file that the compiler of Svelte reads. */
const plugin = {
  name: "libraries",
  setup(pluginBuild) {
    // React 18 is installed beside React 19, under another name. Its renderer asks for "react".
    pluginBuild.onResolve({ filter: /^react$/ }, ({ importer, resolveDir, pluginData }) =>
      importer.includes("react-dom-18") && !pluginData
        ? pluginBuild.resolve("react-18", { kind: "import-statement", resolveDir, pluginData: true })
        : undefined);
    pluginBuild.onLoad({ filter: /\.svelte\.js$/ }, ({ path }) => ({
      contents: compileModule(readFileSync(path, "utf8"), { generate: "client", filename: path }).js.code,
    }));
  },
};

const NAMES = ["Session", "getTalkSession", "isTalkError"];

async function bundle(outfile, options) {
  await build({
    bundle: true,
    format: "esm",
    minify: true,
    platform: "browser",
    conditions: ["browser", "import"],
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    external: ["/pkg/*", "/original.js", "/react.js", "/stores.js"],
    logLevel: "silent",
    plugins: [plugin],
    outfile,
    ...options,
  });
}

/** What only some tests load, by the name of its file. */
const LIBRARIES = {
  stores: { entryPoints: [at("tests/field/page/wrappers.js")] },
  // Only in development do effects run twice.
  react: {
    entryPoints: [at("tests/field/page/react.js")],
    define: { "process.env.NODE_ENV": '"development"' },
  },
};

async function makeSite(folder, libraries) {
  const contents = 'export * from "@talkjs/core";';
  await Promise.all([
    bundle(join(folder, "original.js"), { stdin: { contents, resolveDir: ROOT } }),
    bundle(join(folder, "main.js"), { entryPoints: [at("tests/field/page/main.js")] }),
    ...libraries.map((name) => bundle(join(folder, `${name}.js`), LIBRARIES[name])),
    // The copy for `require`, as a bundler would put it into a page.
    bundle(join(folder, "common.js"), {
      stdin: {
        contents: `import * as api from ${JSON.stringify(join(PACKAGE, "index.cjs"))};
          export const { ${NAMES} } = api;`,
        resolveDir: ROOT,
      },
    }),
  ]);
  copyFileSync(join(folder, "original.js"), join(folder, "original-2.js"));
  writeFileSync(join(folder, "index.html"), '<script type="module" src="/main.js"></script>');
  // For the inside of an iframe.
  writeFileSync(join(folder, "frame.js"), 'globalThis.api = await import("/pkg/index.js");');
  cpSync(PACKAGE, join(folder, "other-pkg"), { recursive: true });
}

/**
 * Prepares everything for the tests of a file. `inPage(body, argument, {prepare})` opens a page,
 * calls a function in it, and gives what that returns, with the errors that nobody caught and the
 * warnings; `prepare(page)` comes before the page loads. `args` are further options of the backend, and
 * `libraries` names those of LIBRARIES that are needed.
 */
export function useStage({ args = [], libraries = [] } = {}) {
  let folder;
  let backend;
  let browser;
  let site;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "talk-session-field-"));
    // One after the other: if the first one fails, nothing is left running that nobody could close.
    backend = await startBackend({ args: ["--control", ...args] });
    browser = await launch();
    await makeSite(folder, libraries);
    site = await serveDemo({ wwwDir: folder, pkgDir: PACKAGE, backend: backend.host });
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    await backend?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function inPage(body, argument, { prepare = async () => {}, path = "" } = {}) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const problems = [];
    const warnings = [];
    page.on("console", (line) => line.type() === "warning" && warnings.push(line.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("requestfailed", (request) => problems.push(`no ${request.url()}`));
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(reject, PATIENCE_MS, new Error(`not done after ${PATIENCE_MS / 1000} s`));
    });
    try {
      await prepare(page);
      await page.goto(`${new URL(path, site.url)}?host=${encodeURIComponent(backend.host)}`);
      await page.waitForFunction(() => globalThis.field, undefined, { timeout: 10_000 }).catch(() => {
        throw new Error(`the page did not start: ${problems.join("\n")}`);
      });
      const result = await Promise.race([page.evaluate(body, argument), late]);
      // Copied: what is still under way when the page is closed fails by that, and is no problem.
      return { result, problems: [...problems], warnings };
    } finally {
      clearTimeout(timer);
      await context.close();
    }
  }

  return {
    inPage,
    get backend() {
      return backend;
    },
    get url() {
      return site.url;
    },
  };
}
