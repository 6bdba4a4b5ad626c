// What each crate adds to the module: the bytes of its functions, in a build that differs from the
// shipped one only in that the functions have kept their names.

import { optimised } from "./package.mjs";
import { dataSize, functionSizes } from "./wasm-file.mjs";

/** Rust's own library, in the names it has inside function names. */
const STANDARD = new Set(["core", "alloc", "std", "__rustc", "compiler_builtins"]);
/** What the compiler calls by itself. */
const RUNTIME = /^(mem(cpy|move|set|cmp)|bcmp|__[a-z]+\d|__rust)/;

/** `{rows: [{crate, size, functions}], code, data}`, largest first. */
export async function crateTable() {
  const wasm = await optimised({ names: true });
  const crates = new Map();
  let code = 0;
  for (const { name, size } of functionSizes(wasm)) {
    const crate = crateOf(name);
    const entry = crates.get(crate) ?? { crate, size: 0, functions: 0 };
    entry.size += size;
    entry.functions += 1;
    crates.set(crate, entry);
    code += size;
  }
  const rows = [...crates.values()].sort((a, b) => b.size - a.size);
  return { rows, code, data: dataSize(wasm) };
}

/**
 * The crate that brought a function. A function of Rust's library that was made for a type of a
 * crate (`core::ptr::drop_in_place<talk_core::store::Store>`) counts for that crate; without such a
 * type it counts for the library. What was inlined or merged counts for the function that is left.
 */
export function crateOf(name) {
  if (name === "?" || /^__(wbindgen|wbg|externref)_/.test(name)) return "wasm_bindgen";
  const crates = [...name.matchAll(/(?<![\w:])([a-z_][a-z0-9_]*)(?:\[[0-9a-f]+\])?::/g)].map(
    ([, crate]) => crate,
  );
  const own = crates.find((crate) => !STANDARD.has(crate));
  if (own) return own;
  // `<char>::escape_debug`, `memcpy`, `__multi3`.
  if (crates.length > 0 || /^</.test(name) || RUNTIME.test(name)) return "core, alloc and runtime";
  // What is exported under a plain name is ours: only the root crate exports.
  return "talk_session";
}
