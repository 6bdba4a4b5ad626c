import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { sort } from "./embed-streams.mjs";
import { checkSource, moduleSource, unpacker } from "./embed.mjs";
import { withShortSizes } from "./wasm-file.mjs";

// Every shape that instructions have: operands of one byte and of more, lists, blocks in blocks.
const TEXT = `(module
  (memory (export "memory") 1 2)
  (table 3 funcref)
  (elem (i32.const 0) $add $pick)
  (global $count (mut i32) (i32.const 1234567))
  (data (i32.const 8) "some text")
  (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $pick (param i32 i32) (result i32)
    (block $a (block $b (block $c (br_table $a $b $c $a (local.get 0))))
      (return (i32.const -300))) (local.get 1))
  (func (export "run") (param f64) (result f64) (local $at i32) (local $big i64)
    (loop $again
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (i32.store offset=200 align=1 (local.get $at) (global.get $count))
      (i64.store8 (i32.const 60000) (i64.const -1))
      (br_if $again (i32.lt_u (local.get $at) (i32.const 130))))
    (if (i32.eqz (local.get $at)) (then (nop)) (else (global.set $count (memory.size))))
    (memory.copy (i32.const 0) (i32.const 8) (i32.const 9))
    (memory.fill (i32.const 20) (i32.const 7) (i32.const 5))
    (drop (memory.grow (i32.const 0)))
    (local.set $at (call_indirect (param i32 i32) (result i32)
      (local.tee $at (i32.trunc_sat_f64_u (local.get 0))) (i32.const 5) (i32.const 0)))
    (f64.mul (f64.const 3.141592653589793)
      (f64.convert_i32_s (call $add (local.get $at) (i32.load align=2 (i32.const 4)))))))`;

function compiled(text) {
  const module = binaryen.parseText(text);
  module.setFeatures(
    binaryen.Features.BulkMemory |
      binaryen.Features.NontrappingFPToInt |
      binaryen.Features.MutableGlobals,
  );
  return Buffer.from(module.emitBinary());
}

async function restored(wasm) {
  const source = encodeURIComponent(moduleSource(wasm, await unpacker()));
  const { default: restore } = await import(`data:text/javascript,${source}`);
  return Buffer.from(await restore((text) => Buffer.from(text)));
}

test("a module comes back, but for the lengths of sizes, and works", async () => {
  const wasm = compiled(TEXT);
  const back = await restored(wasm);
  assert.deepEqual(withShortSizes(back), withShortSizes(wasm));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(back));
  assert.equal(typeof exports.run(2), "number");
  assert.equal(Buffer.from(exports.memory.buffer, 0, 9).toString(), "some text");
});

test("a text that does not give the module back is no package", async () => {
  const [wasm, program] = [compiled(TEXT), await unpacker()];
  await checkSource(moduleSource(wasm, program), withShortSizes(wasm));
  const other = compiled(TEXT.replace("1234567", "1234568"));
  await assert.rejects(checkSource(moduleSource(other, program), withShortSizes(wasm)), /come back/);
});

/** The bytes of a stream that `sort` made. */
function streamOf({ opcodes, outside, operands, lengths }, number) {
  if (number < 2) return [opcodes, outside][number];
  const start = lengths.slice(0, number - 2).reduce((sum, length) => sum + length, 0);
  return operands.slice(start, start + lengths[number - 2]);
}

test("opcodes stand beside opcodes, and the operands of each beside one another", () => {
  const sorted = sort(compiled(`(module (func (export "f") (param i32 i32) (result i32)
    (local.set 1 (i32.add (local.get 0) (i32.const 7)))
    (local.set 0 (i32.sub (local.get 1) (i32.const 9))) (i32.const 5)))`));
  // 9 is local.get 0.
  const code = [9, 0x41, 0x6a, 0x21, 0x20, 0x41, 0x6b, 0x21, 0x41, 0x0b];
  assert.deepEqual(streamOf(sorted, 0), code);
  assert.deepEqual(streamOf(sorted, 0x21), [1, 0]);
});

test("locals and constants stand beside those that the same instruction takes", () => {
  const sorted = sort(compiled(`(module (func (export "f") (param i32 i32 i32 i32) (result i32)
    (i32.add (i32.mul (local.get 3) (i32.const 7)) (i32.add (local.get 1)
      (i32.sub (local.get 2) (i32.const 300))))))`));
  // 0x41 (i32.const) comes after each first local, then 0x6c (i32.mul) or 0x6b (i32.sub).
  const [locals, constants] = [0x45, 0x85];
  assert.deepEqual(streamOf(sorted, locals + (0x41 >> 2)), [3, 2]);
  assert.deepEqual(streamOf(sorted, locals + (0x20 >> 2)), [1]);
  assert.deepEqual(streamOf(sorted, constants + (0x6c >> 2)), [7]);
  assert.deepEqual(streamOf(sorted, constants + (0x6b >> 2)), [0xac, 2]);
});

test("blocks without a result have no operand, those with one are told apart", () => {
  const sorted = sort(compiled(`(module (func (export "f") (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 7))))
    (loop $again (br_if $again (i32.eqz (local.get 0))))
    (if (result i32) (local.get 0) (then (i32.const 2)) (else (i32.const 3)))))`));
  assert.deepEqual(streamOf(sorted, 0), [
    9, 20, 0x41, 0x0f, 0x0b, 19, 9, 0x45, 0x0d, 0x0b, 9, 4, 0x41, 5, 0x41, 0x0b, 0x0b,
  ]);
  assert.deepEqual(streamOf(sorted, 4), [0x7f]);
});

test("offsets of loads and stores of a kind stand together", () => {
  const sorted = sort(compiled(`(module (memory 1) (func (export "f") (param i32)
    (i32.store offset=8 (local.get 0) (i32.load16_u offset=4 (local.get 0)))))`));
  assert.deepEqual([streamOf(sorted, 44), streamOf(sorted, 52)], [[4], [8]]);
});

test("what is cut off, or has unknown instructions, gets a clear error", () => {
  const wasm = compiled(TEXT);
  for (const length of [0, 7, wasm.length - 1]) {
    assert.throws(() => sort(wasm.subarray(0, length)), /embed-streams.mjs does not know/);
  }
  // With an instruction behind an unknown one taken for its operand, the end is missed.
  const strange = Buffer.from(wasm);
  strange[wasm.lastIndexOf(Buffer.from([0xa2, 0x0b])) + 1] = 0x41;
  assert.throws(() => sort(strange), /embed-streams.mjs does not know/);
});
