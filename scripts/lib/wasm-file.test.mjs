import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { crateOf } from "./crates.mjs";
import { dataSize, exportNames, functionSizes, imports, rename, sections } from "./wasm-file.mjs";

const TEXT = `(module
  (import "./a_bg.js" "__wbg_now_0123456789abcdef" (func $now (result f64)))
  (import "./a_bg.js" "__wbg_log_0123456789abcdef" (func $log (param f64)))
  (import "./snippet.js" "hello" (func $hello))
  (memory (export "memory") 1 2)
  (data (i32.const 8) "some text")
  (func $talk_core::first (export "engine_first")
    (call $log (call $now)) (call $hello))
  (func $serde_json::second (export "engine_second") (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1))))`;

function compiled() {
  const module = binaryen.parseText(TEXT);
  binaryen.setDebugInfo(true);
  return module.emitBinary();
}

test("imports and exports are read", () => {
  assert.deepEqual(imports(compiled()), [
    { module: "./a_bg.js", name: "__wbg_now_0123456789abcdef" },
    { module: "./a_bg.js", name: "__wbg_log_0123456789abcdef" },
    { module: "./snippet.js", name: "hello" },
  ]);
  assert.deepEqual(exportNames(compiled()), ["memory", "engine_first", "engine_second"]);
});

test("a renamed module is valid and works", () => {
  const short = rename(compiled(), {
    importName: (module, name) =>
      module === "./a_bg.js" ? ["_", name.includes("now") ? "a" : "b"] : [module, name],
    exportName: (name) => ({ engine_first: "c", engine_second: "d" })[name] ?? name,
  });
  const calls = [];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(short), {
    _: { a: () => 42, b: (value) => calls.push(value) },
    "./snippet.js": { hello: () => calls.push("hello") },
  });
  exports.c();
  assert.deepEqual(calls, [42, "hello"]);
  assert.equal(exports.d(1), 2);
  assert.ok(exports.memory instanceof WebAssembly.Memory);
});

test("functions are counted under their names", () => {
  const sizes = functionSizes(compiled());
  assert.deepEqual(sizes.map(({ name }) => name), ["talk_core::first", "serde_json::second"]);
  const code = sections(compiled()).find(({ id }) => id === 10).body.length;
  assert.equal(sizes.reduce((sum, { size }) => sum + size, 1), code);
  assert.ok(dataSize(compiled()) >= "some text".length);
});

test("what is no module, or is cut off, gets a clear error", () => {
  assert.throws(() => sections(new Uint8Array([1, 2, 3, 4, 1, 0, 0, 0])), /does not begin with/);
  assert.throws(() => sections(compiled().subarray(0, 40)), /ends in the middle/);
  const other = compiled().slice();
  other[4] = 2;
  assert.throws(() => sections(other), /version 2 is unknown/);
});

test("functions count for the crate that brought them", () => {
  for (const [name, crate] of [
    ["talk_core::store::Store::apply::h0123456789abcdef", "talk_core"],
    ["core::ptr::drop_in_place<talk_core::store::Store>::h01", "talk_core"],
    ["<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop::h01", "core, alloc and runtime"],
    ["<f64 as core[c5930c85a12de822]::fmt::Display>::fmt", "core, alloc and runtime"],
    ["<char>::escape_debug_ext", "core, alloc and runtime"],
    ["memcpy", "core, alloc and runtime"],
    ["__multi3", "core, alloc and runtime"],
    ["__wbindgen_malloc", "wasm_bindgen"],
    ["<js_sys::Promise as core::clone::Clone>::clone", "js_sys"],
    ["engine_input multivalue shim", "talk_session"],
  ]) {
    assert.equal(crateOf(name), crate, name);
  }
});
