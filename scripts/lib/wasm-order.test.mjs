import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { exportNames } from "./wasm-file.mjs";
import { ordersByLikeness } from "./wasm-order.mjs";

// Two kinds of functions in turns; calls, a table, an import and a start function name them.
const KINDS = [
  (n) => `(i32.add (i32.mul (local.get 0) (i32.const ${n})) (i32.xor (local.get 0) (i32.const 7)))`,
  (n) => `(select (local.get 0) (i32.load offset=4 (local.get 0)) (i32.gt_s (local.get 0) (i32.const ${n})))`,
];
const COUNT = 200;
const functions = Array.from({ length: COUNT }, (_, n) => `
  (func $f${n} (export "f${n}") (param i32) (result i32)
    ${KINDS[n % 2](n)} (call $note (i32.const ${n})) ${n > 1 ? `(call $f${n - 2})` : ""})`);
const TEXT = `(module
  (import "_" "note" (func $note (param i32)))
  (memory (export "memory") 1)
  (table 3 funcref)
  (elem (i32.const 1) $f7 $f150)
  (global $started (mut i32) (i32.const 0))
  (func $start (global.set $started (i32.const 41)))
  (start $start)
  (func (export "started") (result i32) (global.get $started))
  (func (export "at") (param i32) (result i32)
    (call_indirect (param i32) (result i32) (i32.const 9) (local.get 0)))
  ${functions.join("")})`;

function run(bytes) {
  const noted = [];
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { _: { note: (n) => noted.push(n) } });
  const results = Array.from({ length: COUNT }, (_, n) => exports[`f${n}`](n * 3));
  return [exports.started(), exports.at(1), exports.at(2), results, noted];
}

test("an ordered module does the same, with its functions elsewhere", () => {
  const before = Buffer.from(binaryen.parseText(TEXT).emitBinary());
  const { count, from } = ordersByLikeness(before);
  assert.equal(count, COUNT + 3);
  assert.ok(from(-1).equals(before), "the order of -1 is the one that it has");
  const after = from(0);
  assert.ok(!after.equals(before), "the order is another one");
  assert.deepEqual(exportNames(after), exportNames(before));
  assert.deepEqual(run(after), run(before));
  assert.equal(run(after)[0], 41);
});
