import assert from "node:assert/strict";
import { test } from "node:test";
import { transform } from "esbuild";
import { ALPHABET } from "./embed-order.mjs";
import { encode, bytesSource, wordsOf } from "./embed.mjs";

/** Bytes that look a little like code: some values often, some rarely, with repetitions. */
function bytesLikeCode(length, seed = 1) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const random = seed >>> 16;
    const kind = random % 5;
    bytes[i] = kind === 0 ? random >> 3 : kind === 1 && i > 40 ? bytes[i - 40] : random % 60;
  }
  return bytes;
}

async function decoded(source) {
  const { default: decode } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return Buffer.from(decode());
}

const CASES = {
  "all byte values": Uint8Array.from({ length: 256 }, (_, i) => i),
  "many pairs": Uint8Array.from({ length: 4096 }, (_, i) => (i & 1 ? i >> 4 : i * 7)),
  nothing: new Uint8Array(0),
  "one byte": Uint8Array.of(255),
  "like code": bytesLikeCode(3_000),
};

// Encoding takes its time, so it is done once where that is not what is tested.
const CODE = CASES["like code"];
const encoded = encode(CODE);

for (const [name, bytes] of Object.entries(CASES)) {
  for (const pairs of [0, 40]) {
    test(`${name}, at most ${pairs} pairs: what is encoded is decoded`, async () => {
      assert.deepEqual(await decoded(bytesSource(bytes, { pairs })), Buffer.from(bytes));
    });
  }
}

test("pairs make the text shorter, and take a place in the key each", async () => {
  const bytes = Uint8Array.from(CODE, (byte, i) => (i % 3 === 0 ? byte : i % 3));
  const [without, { text, key }] = [encode(bytes), encode(bytes, { pairs: 20 })];
  assert.ok(text.length < 0.7 * without.text.length, `${text.length} of ${without.text.length}`);
  assert.ok(key.length > 256 && key.length <= 256 + 20, String(key.length));
});

test("the text has only characters that minifiers and HTML leave alone", () => {
  const { text, key } = encoded;
  assert.match(text + key, /^[\x20-\x7e]*$/);
  assert.doesNotMatch(text + key, /["'`\\<]/);
  assert.equal(ALPHABET.length, 90);
});

test("esbuild's minifier keeps the text as it is", async () => {
  const { code } = await transform(bytesSource(CODE), { minify: true, format: "esm" });
  assert.ok(code.includes(`"${encoded.text}"`));
  assert.deepEqual(await decoded(code), Buffer.from(CODE));
});

test("no two byte values are written alike, and none begins like another", () => {
  const { key, escapes } = encoded;
  const words = wordsOf(key, escapes);
  assert.equal(new Set(words).size, 256);
  for (const word of words) {
    assert.equal(word.length === 2, escapes.includes(word[0]));
    assert.ok(word.length === 1 || !escapes.includes(word[1]));
  }
});

test("the same bytes always give the same text", () => {
  assert.deepEqual(encode(CODE), encoded);
});

test("frequent bytes take one character", () => {
  assert.ok(encoded.text.length < 1.2 * CODE.length, String(encoded.text.length));
});
