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
export const encode = (bytes, options) => write(bytes, chooseCharacters(bytes, options));

function write(bytes, { key, escapes }) {
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
export const bytesSource = (bytes, options) => `${decode}
export default () => Uint8Array.from(decode(${argumentsOf(encode(bytes, options))}));
`;

/**
 * The characters for the bytes of a WebAssembly module: `moduleSource` sorts them, and each part of
 * them has characters of its own. What is not code has much text in it, which stays readable as it is
 * and so like the JavaScript around it: there the search would do harm.
 */
export function charactersOf(wasm) {
  const { opcodes, outside, operands } = sort(wasm);
  return [
    chooseCharacters(opcodes), chooseCharacters(outside, { search: false }), chooseCharacters(operands),
  ];
}

/**
 * As `bytesSource`, for a WebAssembly module, in fewer characters. Modules of the same functions may
 * share their `characters`, which take long to choose.
 */
export function moduleSource(wasm, characters = charactersOf(wasm)) {
  const { opcodes, outside, operands, lengths } = sort(wasm);
  const decoded = [opcodes, outside, operands].map(
    (bytes, part) => `decode(${argumentsOf(write(bytes, characters[part]))})`,
  );
  return `${decode}
${restoreSource(lengths)}
export default () => restore([].concat(${decoded.join(", ")}));
`;
}

const argumentsOf = ({ text, key, escapes }) =>
  [text, key, escapes].map((argument) => JSON.stringify(argument)).join(", ");

/** Undoes `encode`. Its text is part of the package. */
function decode(text, key, escapes) {
  const plain = [...key].filter((character) => !escapes.includes(character));
  const used = [0, 0];
  const table = [];
  [...key].forEach((character, byte) => {
    const escape = escapes.indexOf(character);
    const last = escape < 0 ? character : plain[used[escape]++];
    table[128 * (escape + 1) + last.charCodeAt(0)] = byte;
  });
  const bytes = [];
  let shift = 0;
  for (const character of text) {
    const escape = escapes.indexOf(character);
    if (escape < 0) bytes.push(table[shift + character.charCodeAt(0)]);
    shift = 128 * (escape + 1);
  }
  return bytes;
}
