// The first second of a client: each run in a browser of its own, which has compiled nothing yet.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { bundleOf } from "../../scripts/lib/bundles.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG } from "../../scripts/lib/paths.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** What is compared: the module that an application imports, and what it takes of that. */
const clients = (pkg) => ({
  original: { from: "@talkjs/core", names: ["getTalkSession"] },
  ours: { from: join(pkg, "index.js"), names: ["getTalkSession"] },
  separate: { from: join(pkg, "separate.js"), names: ["getTalkSession", "init"], init: true },
});
export const CLIENTS = Object.keys(clients(PKG));

/** How many times slower than it is the processor is made. */
export const CPUS = [1, 4, 6];
/** A telephone's network: each answer takes so many milliseconds, and bytes come so fast a second. */
const PHONE = { latency: 150, bytes: 1_600_000 / 8 };

/**
 * Measures all clients, in turns, `runs` times each. Gives `{network, cpu, steps}` for each condition:
 * for each client the median of each step, in milliseconds.
 */
export async function coldRows({ runs, pkg = PKG, cpus = CPUS, networks = [false, true], say }) {
  const stage = await openStage(pkg);
  const rows = [];
  try {
    for (const network of networks) {
      for (const cpu of cpus) {
        say(`CPU ×${cpu}, ${network ? "a telephone's network" : "without a network"}, ${runs} runs`);
        const taken = Object.fromEntries(CLIENTS.map((name) => [name, []]));
        for (let run = 0; run < runs; run++) {
          for (let place = 0; place < CLIENTS.length; place++) {
            const name = CLIENTS[(place + run) % CLIENTS.length];
            taken[name].push(await stage.run(name, { cpu, network }));
          }
        }
        rows.push({ network, cpu, steps: mapped(taken, medians) });
      }
    }
  } finally {
    await stage.close();
  }
  return rows;
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

/** The median of each member. */
const medians = (all) => Object.fromEntries(
  Object.keys(all[0]).map((step) => {
    const sorted = all.map((one) => one[step]).sort((a, b) => a - b);
    return [step, sorted[sorted.length >> 1]];
  }),
);

/** A server that compresses as web servers do, and runs in browsers of their own. */
async function openStage(pkg) {
  const bundles = new Map();
  for (const [name, { from, names }] of Object.entries(clients(pkg))) {
    bundles.set(`/${name}.js`, brotliCompressSync(await bundleOf(from, names)));
  }
  const wasm = brotliCompressSync(await readFile(join(pkg, "talk_session.wasm")));
  bundles.set("/talk_session.wasm", wasm);
  const server = createServer(async (request, response) => {
    const type = TYPES[extname(request.url)];
    const bundle = bundles.get(request.url);
    try {
      const body = bundle ?? (await readFile(join(HERE, /^\/(\w+\.\w+)$/.exec(request.url)[1])));
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      response.setHeader("Content-Type", type);
      if (bundle) response.setHeader("Content-Encoding", "br");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${server.address().port}`;

  /** One run. Tasks are watched in one of its own, since that takes time from the others. */
  async function once(name, { cpu, network, watch }) {
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(`${address}/cold.html`);
      await page.waitForFunction(() => globalThis.ready);
      const session = await page.context().newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: cpu });
      if (network) {
        await session.send("Network.enable");
        await session.send("Network.emulateNetworkConditions", {
          offline: false, latency: PHONE.latency, downloadThroughput: PHONE.bytes,
          uploadThroughput: PHONE.bytes,
        });
      }
      const { init = false } = clients(pkg)[name];
      const delay = network ? PHONE.latency : 0;
      const given = { bundle: `/${name}.js`, init, delay, watch };
      return await page.evaluate((all) => globalThis.firstSecond(all), given);
    } finally {
      await browser.close();
    }
  }

  return {
    async run(name, conditions) {
      const steps = await once(name, { ...conditions, watch: false });
      const { longest } = await once(name, { ...conditions, watch: true });
      return { ...steps, longest };
    },

    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
