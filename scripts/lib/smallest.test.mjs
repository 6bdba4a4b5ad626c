import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import binaryen from "binaryen";
import { CHOICES, unpacker } from "./embed.mjs";
import { smallest } from "./smallest.mjs";

const wasm = (constant) => Buffer.from(binaryen.parseText(`(module
  (func (export "a") (result i32) (i32.const ${constant}))
  (func (export "b") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "c") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3))))`).emitBinary());

test("what a search found is taken for the same module, within the budgets", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "smallest-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "choice.json");
  writeFileSync(file, JSON.stringify({ module: "", order: 0, characters: 0 }));
  const program = await unpacker();
  const choices = CHOICES.slice(0, 2);
  let tried = [];
  const find = async (module, over, options) => {
    tried = [];
    const measure = (source) => {
      tried.push(source);
      return over + source.length;
    };
    return (await smallest(module, program, measure, { file, choices, ...options })).source;
  };
  // The order of the module, and one for each of its functions; then the characters.
  const all = 1 + 3 + choices.length;
  const found = await find(wasm(1), 0, { search: true });
  assert.equal(tried.length, all);
  assert.equal(found.length, Math.min(...tried.slice(4).map((source) => source.length)));
  const kept = readFileSync(file, "utf8");

  assert.equal(await find(wasm(1), -found.length), found);
  assert.equal(tried.length, 1, "nothing else is tried");
  await find(wasm(1), 1 - found.length);
  assert.equal(tried.length, 1 + all, "one byte too many");
  await find(wasm(2), -1_000_000);
  assert.equal(tried.length, all, "another module");
  await find(wasm(2), 0, { quick: true });
  assert.equal(tried.length, 0);
  assert.equal(readFileSync(file, "utf8"), kept, "only a search writes");
});
