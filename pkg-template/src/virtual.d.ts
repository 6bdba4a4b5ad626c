// What the build resolves: the module, and wasm-bindgen's JavaScript for it.

declare module "virtual:wasm" {
  /** The bytes of the module, decoded from text. */
  export default function bytes(): Uint8Array<ArrayBuffer>;
}

declare module "virtual:instance" {
  /** A new instance of the module, which knows of no other. */
  export function instantiate(module: WebAssembly.Module): any;
}
