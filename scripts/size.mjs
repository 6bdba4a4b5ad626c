// `npm run size`: how many bytes an app's bundle gets from this package, beside the original, and
// what of the module comes from which crate. With `--check`, compares with budget.json instead.
// With `--embeddings`, what other ways of putting the module into JavaScript would take.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleOf, compareWithBudget } from "./lib/bundles.mjs";
import { crateTable } from "./lib/crates.mjs";
import { embeddings } from "./lib/embed-compare.mjs";
import { buildPackage } from "./lib/package.mjs";
import { PKG, at } from "./lib/paths.mjs";
import { StepError, main } from "./lib/run.mjs";
import { difference, sizes, total } from "./lib/sizes.mjs";
import { setUp } from "./setup.mjs";

const NUMBER = new Intl.NumberFormat("en-US");
/** What an application may get at the most, by what it imports: see lib/bundles.mjs. */
const BUDGET = JSON.parse(readFileSync(at("scripts", "budget.json"), "utf8"));

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

async function sizesOf(path, names) {
  return sizes(await bundleOf(path, names));
}

async function printBundles() {
  const [index, separate] = [join(PKG, "index.js"), join(PKG, "separate.js")];
  const { names } = BUDGET["the Data API"];
  const data = await sizesOf(index, names);
  const all = await sizesOf(index);
  const wasm = sizes(readFileSync(join(PKG, "talk_session.wasm")));
  const rows = [
    ["the Data API, wasm inside", data],
    ["with Session, wasm inside", all],
    ["  what Session adds", difference(all, data)],
    ["the Data API, wasm beside", total(await sizesOf(separate, [...names, "init"]), wasm)],
    ["with Session, wasm beside", total(await sizesOf(separate), wasm)],
    ["  the .wasm of both", wasm],
    ["the original (@talkjs/core)", await sizesOf("@talkjs/core")],
  ];
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
  const measure = (file, names) => sizesOf(join(PKG, file), names);
  const verdicts = await compareWithBudget(BUDGET, measure);
  for (const { row, measure: name, actual, most, fits } of verdicts) {
    const relation = fits ? "within" : "OVER";
    console.log(
      `${row}, ${name}: ${NUMBER.format(actual)} bytes, ${relation} the budget of ` +
        NUMBER.format(most),
    );
  }
  const failed = verdicts.filter(({ fits }) => !fits).length;
  console.log(`${verdicts.length - failed} passed, ${failed} failed`);
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
