// The first second of a client: each run in a browser of its own, which has compiled nothing yet.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { bundleOf } from "../../scripts/lib/bundles.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG } from "../../scripts/lib/paths.mjs";
import { median } from "./median.mjs";
import { serveIsolated } from "./server.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/** What is compared: the module that an application imports, and what it takes of that. */
const clients = (pkg) => ({
  original: { from: "@talkjs/core", names: ["getTalkSession"] },
  ours: { from: join(pkg, "index.js"), names: ["getTalkSession"] },
  separate: { from: join(pkg, "separate.js"), names: ["getTalkSession", "init"], init: true },
});
const CLIENTS = Object.keys(clients(PKG));

/** How many times slower than it is the processor is made. */
const CPUS = [1, 4, 6];
/** A telephone's network: the milliseconds that an answer takes, and the bytes of a second. */
const PHONE = { latency: 150, bytes: 1_600_000 / 8 };

/**
 * Measures all clients, in turns, `runs` times each. Gives `{network, cpu, steps}` for each
 * condition: for each client the median of each step, in milliseconds.
 */
export async function coldRows({ runs, pkg = PKG, say }) {
  const stage = await openStage(pkg);
  const rows = [];
  try {
    for (const network of [false, true]) {
      for (const cpu of CPUS) {
        const over = network ? "a telephone's network" : "without a network";
        say(`CPU ×${cpu}, ${over}, ${runs} runs`);
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
  Object.keys(all[0]).map((step) => [step, median(all.map((one) => one[step]))]),
);

/** A server that compresses as web servers do, and runs in browsers of their own. */
async function openStage(pkg) {
  const packed = new Map();
  for (const [name, { from, names }] of Object.entries(clients(pkg))) {
    packed.set(`/${name}.js`, brotliCompressSync(await bundleOf(from, names)));
  }
  const wasm = brotliCompressSync(await readFile(join(pkg, "talk_session.wasm")));
  packed.set("/talk_session.wasm", wasm);
  const server = await serveIsolated({ folders: { bench: HERE }, packed });

  /** One run. Tasks are watched in one of its own, since that takes time from the others. */
  async function once(name, { cpu, network, watch }) {
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(`${server.address}/bench/cold.html`);
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

    close: server.close,
  };
}
