// A WebAssembly module as text inside JavaScript, made so that it is small after gzip or brotli.
//
// Base64 cuts bytes into pieces of six bits, which hides every repetition from a compressor. Here
// one byte becomes one printable ASCII character wherever possible: the most frequent byte values
// get a character each, the others an escape character and a second one. Which character stands for
// which byte is free, and a compressor is not indifferent to it: see embed-order.mjs.
//
// The text has no quotes, no backslash, no `<` and nothing outside printable ASCII, so every
// minifier leaves it as it is, and it can stand inside a <script> element. docs/embedding.md has
// the measurements.

import { chooseCharacters } from "./embed-order.mjs";
import { restoreSource, sort } from "./embed-streams.mjs";

/**
 * Encodes bytes. Returns the text, and the key to read it: 256 characters, one for each byte value.
 * A byte value whose character in the key is an escape is written as that escape and a second
 * character: the n-th such byte of an escape takes the n-th plain character of the key. `options`
 * are those of `chooseCharacters`.
 */
export function encode(bytes, options) {
  const { key, escapes } = chooseCharacters(bytes, options);
  const words = wordsOf(key, escapes);
  let text = "";
  for (const byte of bytes) text += words[byte];
  return { text, key, escapes };
}

/** What each byte value is written as. */
export function wordsOf(key, escapes) {
  const plain = [...key].filter((character) => !escapes.includes(character));
  const used = new Map();
  return [...key].map((character) => {
    if (!escapes.includes(character)) return character;
    const n = used.get(character) ?? 0;
    used.set(character, n + 1);
    return character + plain[n];
  });
}

/** A JavaScript module whose default export is a function that returns the bytes. */
export const bytesSource = (bytes, options) => `${decodeSource(bytes, options)}
export default decode;
`;

/** The same for the bytes of a WebAssembly module, in fewer characters. */
export function moduleSource(wasm, options) {
  const { bytes, lengths } = sort(wasm);
  return `${decodeSource(bytes, options)}${restoreSource(lengths)}
export default () => restore(decode());
`;
}

function decodeSource(bytes, options) {
  const { text, key, escapes } = encode(bytes, options);
  return `const text = ${JSON.stringify(text)};
const key = ${JSON.stringify(key)};
function decode() {
  const escapes = ${JSON.stringify(escapes)};
  const plain = [...key].filter((character) => !escapes.includes(character));
  const used = [0, 0];
  const table = new Uint8Array(384);
  [...key].forEach((character, byte) => {
    const escape = escapes.indexOf(character);
    table[
      escape < 0
        ? character.charCodeAt(0)
        : 128 + 128 * escape + plain[used[escape]++].charCodeAt(0)
    ] = byte;
  });
  const bytes = new Uint8Array(text.length);
  let size = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === ${escapes.charCodeAt(0)}) shift = 128;
    else if (code === ${escapes.charCodeAt(1)}) shift = 256;
    else {
      bytes[size++] = table[shift + code];
      shift = 0;
    }
  }
  return bytes.subarray(0, size);
}
`;
}
