// Ways of putting a module into JavaScript, compared: the numbers of docs/embedding.md.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bytesSource, moduleSource, unpacker } from "./embed.mjs";
import { PKG, TARGET } from "./paths.mjs";
import { sizes } from "./sizes.mjs";
import { withShortSizes } from "./wasm-file.mjs";

/** Each way, minified by esbuild, with its sizes and the time to decode (the best of 20). */
export async function embeddings(wasm = readFileSync(join(PKG, "talk_session.wasm"))) {
  const { transform } = await import("esbuild");
  const rows = [{ name: "the .wasm file itself", ...sizes(wasm) }];
  for (const [name, source, options] of candidates(wasm, await unpacker())) {
    const { code } = await transform(source, {
      minify: true, format: "esm", target: "es2022", ...options,
    });
    rows.push({ name, ...sizes(code), decode: await timeToDecode(code, wasm) });
  }
  return rows;
}

function candidates(wasm, program) {
  const characters = JSON.stringify(wasm.toString("latin1")).replaceAll("</", "<\\/");
  const perCharacter = `const text = ${characters};
    export default () => {
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
      return bytes;
    }`;
  const hex = `const text = "${wasm.toString("hex")}";
    export default () => {
      const bytes = new Uint8Array(text.length / 2);
      for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.substr(2 * i, 2), 16);
      return bytes;
    }`;
  const base64 = `const text = "${wasm.toString("base64")}";
    export default () => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));`;
  return [
    ["base64", base64],
    ["hexadecimal", hex],
    ["a character a byte, escaped to ASCII", perCharacter],
    ["a character a byte, as UTF-8", perCharacter, { charset: "utf8" }],
    ["printable characters, plain order", bytesSource(wasm, { search: false })],
    ["printable characters, chosen", bytesSource(wasm)],
    ["the same of sorted bytes", moduleSource(wasm, program)],
  ];
}

async function timeToDecode(code, wasm) {
  const file = join(TARGET, "embedding.mjs");
  writeFileSync(file, code);
  const { default: decode } = await import(`${pathToFileURL(file)}?${Math.random()}`);
  if (!withShortSizes(Buffer.from(decode())).equals(withShortSizes(wasm))) throw new Error("A way of embedding lost something.");
  let best = Infinity;
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    decode();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
