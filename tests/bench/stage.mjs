// What the benchmark stands on: a file server whose pages get a fine clock, and a browser.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, at } from "../../scripts/lib/paths.mjs";
import { serveIsolated } from "./server.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * Starts both. `pkg` is the folder of the built package.
 *
 * Resolves with `{page, close}`: `page(options)` opens a page with clients on a list, as `open` of
 * page.js takes them.
 */
export async function openStage({ pkg = PKG } = {}) {
  const folders = { bench: HERE, original: at("node_modules/@talkjs/core/dist"), pkg };
  const server = await serveIsolated({ folders });
  const browser = await launch({ args: ["--js-flags=--expose-gc"] });

  return {
    async page(options) {
      const page = await browser.newPage();
      await page.goto(`${server.address}/bench/index.html`);
      await page.waitForFunction(() => globalThis.ready);
      await page.evaluate((given) => globalThis.open(given), options);
      return page;
    },

    async close() {
      await browser.close();
      await server.close();
    },
  };
}
