// What the benchmark stands on: a file server whose pages get a fine clock, and a browser.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, at } from "../../scripts/lib/paths.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript" };

/**
 * Starts both. `pkg` is the folder of the built package.
 *
 * Resolves with `{page, close}`: `page(options)` opens a page with clients on a list, as `open` of
 * page.js takes them.
 */
export async function openStage({ pkg = PKG } = {}) {
  const folders = { bench: HERE, original: at("node_modules/@talkjs/core/dist"), pkg };
  const server = createServer(async (request, response) => {
    const [, folder, file] = /^\/(\w+)\/(\w+\.\w+)$/.exec(request.url) ?? [];
    try {
      const body = await readFile(join(folders[folder], file));
      // An isolated page's clock ticks every 5 µs, others' every 100 µs.
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      response.setHeader("Content-Type", TYPES[extname(file)]);
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const browser = await launch({ args: ["--js-flags=--expose-gc"] });

  return {
    async page(options) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/bench/index.html`);
      await page.waitForFunction(() => globalThis.ready);
      await page.evaluate((given) => globalThis.open(given), options);
      return page;
    },

    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
