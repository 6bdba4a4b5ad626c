// `npm run size`: how many bytes an app's bundle gets from this package, beside the original, and
// what of the module comes from which crate. With `--check`, compares with budget.json instead.
// With `--embeddings`, what other ways of putting the module into JavaScript would take.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crateTable } from "./lib/crates.mjs";
import { embeddings } from "./lib/embed-compare.mjs";
import { buildPackage } from "./lib/package.mjs";
import { PKG, ROOT, at } from "./lib/paths.mjs";
import { StepError, main } from "./lib/run.mjs";
import { sizes, total } from "./lib/sizes.mjs";
import { setUp } from "./setup.mjs";

const NUMBER = new Intl.NumberFormat("en-US");

await main(async () => {
  const option = process.argv[2];
  if (option === "--check") return check();
  if (option !== undefined && option !== "--embeddings") {
    throw new StepError(`"${option}" is no option.`, { hint: "npm run size -- [--embeddings]" });
  }
  await setUp();
  await buildPackage();
  if (option === "--embeddings") return printEmbeddings();
  await printBundles();
  await printCrates();
});

/** The whole API of an entry, bundled as an app's build would do it. */
async function everythingOf(path) {
  const { build } = await import("esbuild");
  const contents = `export * from ${JSON.stringify(path)}`;
  const result = await build({
    stdin: { contents, resolveDir: ROOT, loader: "js" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "silent",
  });
  return result.outputFiles[0].contents;
}


async function printBundles() {
  const ours = sizes(await everythingOf(join(PKG, "index.js")));
  const rows = [
    ["ours, wasm inside", ours],
    ["the original (@talkjs/core)", sizes(await everythingOf("@talkjs/core"))],
  ];
  try {
    const wasm = sizes(readFileSync(join(PKG, "talk_session.wasm")));
    const script = sizes(await everythingOf(join(PKG, "separate.js")));
    rows.splice(1, 0, ["ours, wasm beside", total(script, wasm)], ["  its .wasm", wasm]);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  print("bundled by esbuild --bundle --minify", ["raw", "gzip -9", "brotli 11"], rows.map(
    ([name, { raw, gzip, brotli }]) => [name, raw, gzip, brotli],
  ));
}

async function printCrates() {
  const { rows, code, data } = await crateTable();
  print("bytes of WebAssembly code by crate (before compression)", ["bytes", "functions"], [
    ...rows.map(({ crate, size, functions }) => [crate, size, functions]),
    ["all code", code, rows.reduce((sum, { functions }) => sum + functions, 0)],
    ["data", data, ""],
  ]);
}

async function printEmbeddings() {
  print("the module inside JavaScript", ["raw", "gzip -9", "brotli 11", "decode ms"],
    (await embeddings()).map(({ name, raw, gzip, brotli, decode }) => [
      name, raw, gzip, brotli, decode?.toFixed(1) ?? "",
    ]),
  );
}

/** The budget: one test for each number in it. */
async function check() {
  const budget = JSON.parse(readFileSync(at("scripts", "budget.json"), "utf8"));
  let passed = 0;
  let failed = 0;
  for (const [file, limits] of Object.entries(budget)) {
    const actual = sizes(await everythingOf(join(PKG, file)));
    for (const [measure, limit] of Object.entries(limits)) {
      const fits = actual[measure] <= limit;
      if (fits) passed++;
      else failed++;
      const relation = fits ? "within" : "OVER";
      console.log(
        `${file}, ${measure}: ${NUMBER.format(actual[measure])} bytes, ${relation} the budget of ` +
          NUMBER.format(limit),
      );
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function print(title, columns, rows) {
  const cell = (value) => (typeof value === "number" ? NUMBER.format(value) : value);
  const first = Math.max(...rows.map(([name]) => name.length), title.length);
  console.log(`\n${title.padEnd(first)}${columns.map((name) => name.padStart(12)).join("")}`);
  for (const [name, ...values] of rows) {
    console.log(name.padEnd(first) + values.map((value) => cell(value).padStart(12)).join(""));
  }
}
