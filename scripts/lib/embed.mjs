// A WebAssembly module as text inside JavaScript, made so that it is small after gzip or brotli.
//
// Base64 cuts bytes into pieces of six bits, which hides every repetition from a compressor. Here
// one byte becomes one printable ASCII character wherever possible: the most frequent byte values
// get a character each, the others an escape character and a second one. Which character stands for
// which byte is free, and a compressor is not indifferent to it: see embed-order.mjs. Bytes that
// often stand together may have a character of their own: see embed-pairs.mjs.
//
// The text has no quotes, no backslash, no `<` and nothing outside printable ASCII, so every
// minifier leaves it as it is, and it can stand inside a <script> element. docs/embedding.md has
// the measurements.

import { readFileSync } from "node:fs";
import { chooseCharacters } from "./embed-order.mjs";
import { FIRST_PAIR, choosePairs, joinPairs } from "./embed-pairs.mjs";
import { sort } from "./embed-streams.mjs";
import { StepError } from "./run.mjs";
import { leb, withShortSizes } from "./wasm-file.mjs";

/**
 * Encodes bytes. Returns the text, and the key to read it: a character for each byte value, then
 * for each pair. What has an escape as its character in the key is written as that escape and a
 * second character: the n-th such value of an escape takes the n-th plain character of the key. The
 * text begins with the members of the pairs. `options` are those of `characters`.
 */
export const encode = (bytes, options) => write(bytes, characters(bytes, options));

/** Chooses `{key, escapes, pairs}`; the options are those of `chooseCharacters` and how many pairs. */
function characters(bytes, { pairs: count = 0, ...options } = {}) {
  const pairs = choosePairs(bytes, count);
  const values = FIRST_PAIR + pairs.length;
  return { ...chooseCharacters(symbolsOf(bytes, pairs), { values, ...options }), pairs };
}

const symbolsOf = (bytes, pairs) => [...pairs.flat(), ...joinPairs(bytes, pairs)];

function write(bytes, { key, escapes, pairs }) {
  const words = wordsOf(key, escapes);
  const text = symbolsOf(bytes, pairs).map((symbol) => words[symbol]).join("");
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
export function charactersOf(wasm, { pairs, draw } = CHOICES[0]) {
  const { opcodes, outside, operands } = partsOf(wasm);
  return [
    characters(opcodes, { pairs, draw }),
    characters(outside, { search: false }),
    characters(operands, { draw }),
  ];
}

function partsOf(wasm) {
  const { lengths, outside, ...parts } = sort(wasm);
  return { ...parts, outside: [...lengths.flatMap((length) => [...leb(length)]), ...outside] };
}

/**
 * As `bytesSource`, for a WebAssembly module, in fewer characters. Modules of the same functions may
 * share their `characters`, which take long to choose. `program` is the `unpacker`, which puts the
 * module together again in the application. Sizes inside it take three bytes each then.
 */
export function moduleSource(wasm, program, characters = charactersOf(wasm)) {
  const { opcodes, outside, operands } = partsOf(wasm);
  let text = "";
  const ends = [opcodes, outside, operands].map((bytes, part) => {
    const { text: own, key, escapes } = write(bytes, characters[part]);
    // Of two, the last one is there twice.
    text += escapes.padEnd(ESCAPES, escapes.at(-1)) + key + own;
    return TEXT_AT + text.length;
  });
  const sizes = [characters[0].key.length, ...ends];
  return `export default async (encode) => {
  const text = ${JSON.stringify(text)};
  const { instance } = await WebAssembly.instantiate(Uint8Array.of(${program.join(", ")}));
  const { m: memory, u: unpack } = instance.exports;
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(encode(text), ${TEXT_AT});
  return bytes.subarray(${MODULE_AT}, unpack(${sizes.join(", ")}));
};
`;
}

/** Throws if the text that `moduleSource` made does not give the module back. */
export async function checkSource(source, wasm) {
  const { default: unpacked } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const back = withShortSizes(Buffer.from(await unpacked((text) => Buffer.from(text))));
  if (!Buffer.from(wasm).equals(back)) {
    throw new StepError("The module does not come back from the text that stands for it.", {
      hint: "scripts/lib/unpack.wat must undo what `walk` in embed-streams.mjs does",
    });
  }
}

/** Where unpack.wat expects the text, and where it leaves the module. */
const [TEXT_AT, MODULE_AT] = [0x2000, 0x60000];
/** How many escapes unpack.wat knows. */
const ESCAPES = 3;

/** The WebAssembly program that undoes `moduleSource`, as bytes. */
export async function unpacker() {
  // Here, not above: this file is loaded before set-up has installed the npm packages.
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.parseText(readFileSync(new URL("unpack.wat", import.meta.url), "utf8"));
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  // Functions of a few bytes take more to call than to repeat.
  binaryen.setAlwaysInlineMaxSize(5);
  binaryen.setFlexibleInlineMaxSize(40);
  module.optimize();
  return module.emitBinary();
}

const argumentsOf = ({ text, key, escapes }) =>
  [text, key, escapes].map((argument) => JSON.stringify(argument)).join(", ");

/**
 * What characters may be chosen by: how many sequences of opcodes get a character of their own at
 * most, and which outcome of the search is taken. Compressors are moody: one of them is the best for
 * a certain module, by up to a hundred bytes, and it has to be tried which.
 */
export const CHOICES = [36, 34, 32, 38, 40, 30].flatMap((pairs) =>
  [0, 1, 2, 3, 4, 5, 6].map((draw) => ({ pairs, draw })),
);

/** Undoes `encode`, in JavaScript: for what `npm run size -- --embeddings` compares. */
function decode(text, key, escapes) {
  const plain = [...key].filter((character) => !escapes.includes(character));
  const used = [0, 0, 0];
  // What a character stands for, 128 places further for each escape before it. That of an escape
  // is negative: how much further.
  const table = [];
  [...escapes].forEach((character, n) => (table[character.charCodeAt()] = -128 * (n + 1)));
  [...key].forEach((character, value) => {
    const escape = escapes.indexOf(character);
    const last = escape < 0 ? character : plain[used[escape]++];
    table[128 * (escape + 1) + last.charCodeAt()] = value;
  });
  const pairs = [];
  const bytes = [];
  const add = (value) => {
    const pair = 2 * (value - 256);
    if (pair < 0) bytes.push(value);
    else add(pairs[pair]), add(pairs[pair + 1]);
  };
  for (let at = 0, shift = 0; at < text.length; at++) {
    const value = table[shift + text.charCodeAt(at)];
    if (value < 0) shift = -value;
    else {
      if (pairs.length < 2 * (key.length - 256)) pairs.push(value);
      else add(value);
      shift = 0;
    }
  }
  return bytes;
}
