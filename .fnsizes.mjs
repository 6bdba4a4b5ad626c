import * as p from "./scripts/lib/package.mjs";
import * as w from "./scripts/lib/wasm-file.mjs";
console.log(Object.keys(p), Object.keys(w));
