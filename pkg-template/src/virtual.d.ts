// What the build resolves: the module, and wasm-bindgen's JavaScript for it.

declare module "virtual:wasm" {
  /** The bytes of the module, made of a text whose bytes `encode` gives. */
  export default function bytes(
    encode: (text: string) => Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

declare module "virtual:instance" {
  /** A new instance of the module, which knows of no other. */
  export function instantiate(module: WebAssembly.Module): Promise<any>;
  /** A text as bytes of UTF-8. */
  export function encode(text: string): Uint8Array;
}
