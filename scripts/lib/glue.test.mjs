import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { essentialGlue, instanceGlue, shortenNames, unusedExports } from "./glue.mjs";

/** What wasm-bindgen 0.2.130 writes for `--target web`, cut down to what the tests look at. */
const GLUE = `/* @ts-self-types="./talk_session.d.ts" */
import { hello as import1 } from "data:text/javascript,export const hello = (x) => x";

export class Engine {
    constructor() {
        const ret = wasm.engine_new();
        this.__wbg_ptr = ret;
        return this;
    }
    now() {
        return wasm.engine_now(this.__wbg_ptr);
    }
}
if (Symbol.dispose) Engine.prototype[Symbol.dispose] = Engine.prototype.free;

/** @returns {number} */
export function version() {
    return wasm.version();
}
/** @returns {string} */
export function digits(number) {
    let deferred2_0;
    let deferred2_1;
    try {
        const val1 = +number;
        const ret = wasm.digits(val1);
        deferred2_0 = ret[0];
        deferred2_1 = ret[1];
        return getStringFromWasm0(ret[0], ret[1]);
    } finally {
        wasm.__wbindgen_free(deferred2_0, deferred2_1, 1);
    }
}
/** @returns {Uint8Array} */
export function bytesOf(text) {
    const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    return getUint8ArrayMemory0().slice(ptr0, ptr0 + len0);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_now_0123456789abcdef: function() {
            return NOW();
        },
        __wbindgen_init_externref_table: function() {
        },
    };
    return {
        __proto__: null,
        "./talk_session_bg.js": import0,
    };
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

function passStringToWasm0(arg, malloc, realloc) {
    throw new Error("the stock function");
}

function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const MAX_SAFARI_DECODE_BYTES = 5;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes);
}

const cachedTextEncoder = new TextEncoder();

if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function () {
    };
}

let WASM_VECTOR_LEN = 0;

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    wasm.__wbindgen_start();
    return wasm;
}

async function __wbg_load(module, imports) {
    return await WebAssembly.instantiate(module, imports);
}

function initSync(module) {
    if (wasm !== undefined) return wasm;
    const imports = __wbg_get_imports();
    const instance = new WebAssembly.Instance(module, imports);
    return __wbg_finalize_init(instance, module);
}

async function __wbg_init(module_or_path) {
    module_or_path = new URL('talk_session_bg.wasm', import.meta.url);
}

export { initSync, __wbg_init as default };
`;

const TEXT = `(module
  (import "./talk_session_bg.js" "__wbg_now_0123456789abcdef" (func $now (result f64)))
  (import "./talk_session_bg.js" "__wbindgen_init_externref_table" (func $table))
  (memory (export "memory") 8)
  (global $top (mut i32) (i32.const 16))
  (func $malloc (export "__wbindgen_malloc") (param $size i32) (param i32) (result i32)
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get $size))))
  (func (export "__wbindgen_realloc")
    (param $at i32) (param $old i32) (param $new i32) (param i32) (result i32)
    (if (i32.eqz (local.get $old)) (then (unreachable)))
    (if (i32.eqz (local.get $new)) (then (unreachable)))
    (local.get $at))
  (global $count (mut i32) (i32.const 0))
  (func (export "engine_new") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count))
  (func (export "engine_now") (param i32) (result f64)
    (f64.add (call $now) (f64.convert_i32_s (local.get 0))))
  (func (export "version") (result i32) (i32.const 7))
  (func (export "digits") (param i32) (result i32 i32)
    (i32.store8 (i32.const 8) (i32.add (i32.const 48) (local.get 0)))
    (i32.store8 (i32.const 9) (i32.const 33))
    (tuple.make 2 (i32.const 8) (i32.const 2)))
  (func (export "__wbindgen_free") (param i32 i32 i32)
    (if (i32.ne (local.get 0) (i32.const 8)) (then (unreachable)))
    (i32.store8 (i32.const 8) (i32.const 63)))
  (func (export "__wbindgen_start") (call $table)))`;

function compiled(text) {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.Multivalue);
  return module.emitBinary();
}
const WASM = compiled(TEXT);

const load = (source) => import(`data:text/javascript,${encodeURIComponent(source)}`);
const withClock = (source) => `const NOW = () => 1000;\n${source}`;

test("instances are independent, and importing starts nothing", async () => {
  const { wasm, glue } = shortenNames(WASM, GLUE);
  const api = await load(withClock(instanceGlue(glue)));
  assert.deepEqual(Object.keys(api), ["encode", "instantiate"]);
  const module = new WebAssembly.Module(wasm);
  const [first, second] = [await api.instantiate(module), await api.instantiate(module)];
  new first.Engine();
  assert.equal(new first.Engine().now(), 1002);
  assert.equal(new second.Engine().now(), 1001);
  assert.equal(first.version(), 7);
  assert.ok(first.memory instanceof WebAssembly.Memory);
  assert.notEqual(first.memory, second.memory);
});

test("strings of any length go into memory as UTF-8", async () => {
  const { wasm, glue } = shortenNames(WASM, GLUE);
  const { encode, instantiate } = await load(withClock(instanceGlue(glue)));
  const module = new WebAssembly.Module(wasm);
  const { bytesOf } = await instantiate(module);
  const texts = ["", "a", "żółw 🐢", "x".repeat(70_000), "🐢".repeat(40_000)];
  for (const text of [...texts, "a\ud800b"]) {
    assert.deepEqual(bytesOf(text), new TextEncoder().encode(text));
    assert.deepEqual(encode(text), new TextEncoder().encode(text));
  }
  const { TextEncoder: own } = globalThis;
  const bytes = texts.map((text) => new own().encode(text));
  try {
    globalThis.TextEncoder = undefined;
    const { bytesOf: without } = await instantiate(module);
    texts.forEach((text, at) => {
      assert.deepEqual(without(text), bytes[at]);
      assert.deepEqual(encode(text), bytes[at]);
    });
  } finally {
    globalThis.TextEncoder = own;
  }
});

test("no long name and no loader is left", () => {
  const { wasm, glue } = shortenNames(WASM, GLUE);
  const text = Buffer.from(wasm).toString("latin1");
  const source = instanceGlue(glue);
  assert.doesNotMatch(source, /import\.meta|_bg\.wasm|0123456789abcdef|__wbg_load|Symbol\.dispose|stock/);
  assert.match(source, /^import \{ hello as import1 \}/m);
  assert.doesNotMatch(text, /__wb|engine|_bg/);
  assert.match(text, /memory/);
});

test("what the package never uses is left out", () => {
  const glue = essentialGlue(GLUE);
  assert.doesNotMatch(glue, /externref|__wbindgen_start/);
  // Texts are encoded before room is made for them, so none is made smaller.
  assert.deepEqual(unusedExports(WASM, glue), ["__wbindgen_realloc", "__wbindgen_start"]);
  assert.deepEqual(unusedExports(WASM, GLUE), []);
});

test("numbers go in and texts come out in fewer words, and the memory is given back", async () => {
  const tableless = TEXT.replace(/^.*_init_externref_table.*\n/m, "").replace("(call $table)", "");
  const { wasm, glue } = shortenNames(compiled(tableless), essentialGlue(GLUE));
  const source = instanceGlue(glue);
  assert.doesNotMatch(source, /\bval1\b|deferred|finally/);
  const { instantiate } = await load(withClock(source));
  const { digits, memory } = await instantiate(new WebAssembly.Module(wasm));
  // Each decoder of the test may decode four bytes.
  for (const number of [1, 2, 3, 4]) {
    assert.equal(digits(number), `${number}!`);
    assert.equal(new Uint8Array(memory.buffer)[8], 63);
  }
  assert.equal(digits("5"), "5!");
});

test("a module that imports nothing is given nothing", () => {
  const nothing = essentialGlue(GLUE).replace(/^ +__wbg_now_[^]*?^ {8}},\n/m, "");
  assert.doesNotMatch(instanceGlue(nothing), /__wbg_get_imports/);
  assert.match(instanceGlue(essentialGlue(GLUE)), /instantiate\(module,\s+__wbg_get_imports\(\)\)/);
});

test("the table of JavaScript objects stays where it is used", () => {
  const using = GLUE.replace("return NOW();", "return wasm.__wbindgen_externrefs.get(1024);");
  assert.match(essentialGlue(using), /__wbindgen_init_externref_table[^]*__wbindgen_start/);
});

test("glue of another shape gets a clear error", () => {
  assert.throws(() => instanceGlue(GLUE.replace("__wbg_load", "load")), /__wbg_load.* not found/);
  assert.throws(() => instanceGlue(GLUE.replaceAll("passString", "put")), /passStringToWasm0/);
  assert.throws(() => shortenNames(WASM, GLUE.replace("_bg.js", ".js")), /table of imports/);
  assert.throws(() => shortenNames(WASM, GLUE.replace("__wbg_now_", "__wbg_then_")), /__wbg_now_/);
  assert.throws(() => shortenNames(WASM, GLUE.replace("wasm.version", "wasm.vision")), /vision/);
  assert.throws(
    () => instanceGlue(GLUE.replace("export function version", "export default function version")),
    /only exported classes/,
  );
});
