// wasm-bindgen's JavaScript for the browser ("glue"), made fit for the package.
//
// What comes out of wasm-bindgen begins to work at import (it makes decoders and registries), can
// be started only once, and brings a loader with `new URL("…_bg.wasm", import.meta.url)`, which
// makes some bundlers emit a stray file. And every import has a long name with a hash, once in the
// module and once in the glue. Here the loader goes, names become one or two letters, and the rest becomes
// one function, `instantiate(module)`, which returns the exports of a new instance. All state is
// inside, so instances do not know of each other (each session has its own), and importing does
// nothing.

import { StepError } from "./run.mjs";
import { exportNames, imports, rename } from "./wasm-file.mjs";

/**
 * Shortens the names of imports and exports in a module and its glue together. The memory keeps its
 * name, so that it can be found from outside.
 */
export function shortenNames(wasm, glue) {
  const own = /^\s*"(\.\/[^"]+_bg\.js)": (import\d+),$/m.exec(glue);
  if (!own) throw strange(`the table of imports ("./…_bg.js": import0)`);
  const [, ownModule] = own;
  const names = shortNames(new Set(["memory"]));
  const importMap = new Map();
  for (const { module, name } of imports(wasm)) {
    // Functions of other modules are JavaScript snippets, whose exports have the names they have.
    if (module === ownModule && !importMap.has(name)) importMap.set(name, names.next().value);
  }
  const exportMap = new Map([["memory", "memory"]]);
  for (const name of exportNames(wasm)) {
    if (!exportMap.has(name)) exportMap.set(name, names.next().value);
  }

  const shortWasm = rename(wasm, {
    importName: (module, name) =>
      module === ownModule ? ["_", importMap.get(name)] : [module, name],
    exportName: (name) => exportMap.get(name),
  });
  const missing = new Set(importMap.keys());
  const shortGlue = glue
    .replace(own[0], own[0].replace(ownModule, "_"))
    .replace(/^(\s{8})([\w$]+)(: function\()/gm, (whole, space, name, rest) => {
      missing.delete(name);
      return importMap.has(name) ? space + importMap.get(name) + rest : whole;
    })
    // Imports that were given as values: `name: WebSocket.prototype.send,` and the like.
    .replace(/^(\s{8})(__wb[\w$]+)(: )(?!function\()/gm, (whole, space, name, rest) => {
      missing.delete(name);
      return importMap.has(name) ? space + importMap.get(name) + rest : whole;
    })
    .replace(/\bwasm\.([\w$]+)/g, (whole, name) => {
      if (!exportMap.has(name)) throw strange(`the export "${name}" that it uses`);
      return `wasm.${exportMap.get(name)}`;
    });
  if (missing.size > 0) throw strange(`the import "${[...missing][0]}"`);
  return { wasm: shortWasm, glue: shortGlue };
}

/** Leaves out of the glue what the package never uses, and what the engine of the page does itself. */
export function essentialGlue(glue) {
  const kept = shortWays(glue);
  // The table of JavaScript objects: to start is to fill it with what every such table begins with.
  const setUp = /^ {8}__wbindgen_init_externref_table: function\(\) {\n[^]*?^ {8}},\n/m;
  const rest = kept.replace(setUp, "").replace(/^ +wasm\.__wbindgen_start\(\);\n/m, "");
  return rest.includes("externref") ? kept : rest;
}

/** Says the same in fewer words. */
function shortWays(glue) {
  const numbers = [...glue.matchAll(/^ +const (val\d+) = \+(\w+);\n/gm)];
  // Numbers become those of WebAssembly by themselves.
  const plain = numbers.reduce(
    (text, [line, name, number]) => text.replace(line, "").replace(new RegExp(`\\b${name}\\b`), number),
    glue,
  );
  return plain
    // Texts are encoded before room is made for them, so none is made smaller; see `strings`.
    .replace(/\b(passStringToWasm0\(\w+, wasm\.\w+), wasm\.\w+\)/g, "$1)")
    // A text that the module returns is always given back, since nothing in between can throw.
    .replace(/^ +let deferred\d+_[01];\n/gm, "")
    .replace(
      /^ +try {\n([^]*?)^ +deferred\d+_0 = .*\n.*\n +return (.*);\n +} finally {\n.*\n +}\n/gm,
      "$1    const returned = $2;\n    wasm.__wbindgen_free(ret[0], ret[1], 1);\n    return returned;\n",
    );
}

/** The exports of a module that its glue does not use. */
export function unusedExports(wasm, glue) {
  const used = [...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name);
  return exportNames(wasm).filter((name) => !used.includes(name));
}

/**
 * A text as bytes of UTF-8. Some environments, such as jsdom, have no `TextEncoder` and no
 * `TextDecoder`, or only half of them.
 */
const ENCODE = `export const encode = (text) => globalThis.TextEncoder ?
  new TextEncoder().encode(text) :
  Uint8Array.from(unescape(encodeURIComponent(text)), (char) => char.charCodeAt());`;

/** The glue as a module that exports `instantiate(module)`, and `encode(text)`. */
export function instanceGlue(glue) {
  const { head, body, exported } = take(glue);
  // A module that imports nothing needs nothing.
  const imported = /^function __wbg_get_imports\(/m.test(body) ? ",\n    __wbg_get_imports()" : "";
  return `${head}
${ENCODE}
export async function instantiate(module) {
const wasm = (await WebAssembly.instantiate(module${imported})).exports;
${body}
return { memory: wasm.memory, ${exported.join(", ")} };
}
`;
}

/**
 * Strings into memory and out of it. wasm-bindgen looks at every character first, to save memory
 * where all are ASCII, which is slower and longer than to encode them as a whole.
 *
 * A view of the memory is made each time, which is as quick as to look whether the last one is still
 * good. Safari's decoders fail after 2 GiB.
 */
const strings = (malloc) => ({
  getUint8ArrayMemory0: `function getUint8ArrayMemory0(...place) {
  return new Uint8Array(wasm.memory.buffer, ...place);
}
`,
  passStringToWasm0: `function passStringToWasm0(arg) {
  const bytes = encode(arg);
  const ptr = ${malloc}((WASM_VECTOR_LEN = bytes.length), 1);
  getUint8ArrayMemory0().set(bytes, ptr);
  return ptr;
}
`,
  getStringFromWasm0: `let decoder;
let bytesToDecode = 0;
function getStringFromWasm0(ptr, len) {
  const bytes = getUint8ArrayMemory0(ptr, len);
  if (!globalThis.TextDecoder) {
    return decodeURIComponent(
      escape(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")),
    );
  }
  if ((bytesToDecode -= len) < 0) {
    bytesToDecode = 2e9;
    decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  }
  return decoder.decode(bytes);
}
`,
});

/** Replaces a top-level piece of the glue, which must be there. */
function swap(text, pattern, replacement, what) {
  if (!pattern.test(text)) throw strange(what);
  return text.replace(pattern, () => replacement);
}

/** Splits the glue into its import statements and the rest without loader and `export` words. */
function take(glue) {
  const loader = glue.indexOf("\nasync function __wbg_load(");
  if (loader < 0 || !/^function initSync\(/m.test(glue.slice(loader))) {
    throw strange("its loader (__wbg_load, then initSync)");
  }
  const exported = [];
  const head = [];
  let body = glue
    .slice(0, loader)
    .replace(/^import .*;$/gm, (statement) => (head.push(statement), ""))
    .replace(/^export (class|function|async function|const) ([\w$]+)/gm, (_, kind, name) => {
      exported.push(name);
      return `${kind} ${name}`;
    })
    .replace(/^if \(Symbol\.dispose\) .*;$/gm, "");
  const instance = /^let wasmModule, wasmInstance, wasm;\nfunction __wbg_finalize_init\([^]*?\n}\n/m;
  const started = /^ +wasm\.\w+\(\);\n/m.exec(instance.exec(body)?.[0])?.[0] ?? "";
  body = swap(body, instance, started, "the variable wasm and the function __wbg_finalize_init()");
  const passed = /\b(passStringToWasm0\(\w+), (wasm\.\w+)(?:, wasm\.\w+)?\)/g;
  const [, , malloc] = passed.exec(body) ?? [];
  for (const [name, text] of Object.entries(strings(malloc))) {
    body = swap(body, new RegExp(`^function ${name}\\([^]*?\\n}\\n`, "m"), text, name);
  }
  body = body
    .replace(passed, "$1)")
    // Arguments are evaluated one by one, so each length is that of the string before it.
    .replace(
      /^ +const (ptr\d+) = (.*\));\n +const (len\d+) = WASM_VECTOR_LEN;\n([^]*?)\b\1, \3\b/gm,
      "$4$2, WASM_VECTOR_LEN",
    )
    // What was around the stock functions.
    .replace(/^if \(!\('encodeInto' in cachedTextEncoder\)\) {[^]*?\n}\n/m, "")
    .replace(/^function decodeText\([^]*?\n}\n/m, "")
    .replace(/^const cachedTextEncoder = new TextEncoder\(\);\n/m, "")
    .replace(/^let cachedTextDecoder = [^]*?\nlet numBytesDecoded = .*\n/m, "")
    .replace(/^let cachedUint8ArrayMemory0 = null;\n/m, "");
  if (/^export\b/m.test(body)) throw strange("only exported classes, functions and constants");
  if (!/^function __wbg_get_imports\(\)/m.test(body)) throw strange("the function __wbg_get_imports()");
  const nothing = /^function __wbg_get_imports\(\) {\n.*{\n +__proto__: null,\n +};\n[^]*?^}\n/m;
  return { head: head.join("\n"), body: body.replace(nothing, ""), exported };
}

/** a, b, … Z, aa, ab, … without those that are taken. */
function* shortNames(taken) {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (let n = 0; ; n++) {
    const first = Math.floor(n / letters.length);
    const name = (first > 0 ? letters[first - 1] : "") + letters[n % letters.length];
    if (!taken.has(name)) yield name;
  }
}

const strange = (what) =>
  new StepError(`wasm-bindgen's JavaScript does not look as expected: ${what} was not found.`, {
    hint: "scripts/lib/glue.mjs has to follow the new version of wasm-bindgen",
  });
