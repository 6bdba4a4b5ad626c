// The ID of the conversation of two users.

import { checkId } from "../errors";

export function oneOnOneId(me: unknown, other: unknown): string {
  const ids = [me, other].map((one) => {
    const id = (one as { id?: unknown } | null)?.id ?? one;
    checkId(id, "oneOnOneId", "user or user ID");
    return id;
  });
  // As UTF-8, which `TextEncoder` would give, but that is not everywhere.
  return sha1(unescape(encodeURIComponent(JSON.stringify(ids.sort())))).slice(0, 20);
}

/**
 * SHA-1 of bytes, which are characters here, in lower-case hexadecimal. The browser has it only as a promise, and not on all pages; a
 * package for it takes four times the bytes (docs/performance.md).
 */
function sha1(bytes: string): string {
  const words = new Int32Array((((bytes.length + 8) >> 6) + 1) * 16);
  [...bytes, "\x80"].forEach((byte, at) => {
    words[at >> 2]! |= byte.charCodeAt(0) << (24 - (at & 3) * 8);
  });
  words[words.length - 1] = bytes.length * 8;
  const turn = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
  const sum = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const round = new Int32Array(80);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e] = sum as unknown as [number, number, number, number, number];
    for (let at = 0; at < 80; at++) {
      round[at] = at < 16 ? words[block + at]! :
        turn(round[at - 3]! ^ round[at - 8]! ^ round[at - 14]! ^ round[at - 16]!, 1);
      const mixed = at < 20 ? ((b & c) | (~b & d)) + 0x5a827999 :
        at < 40 ? (b ^ c ^ d) + 0x6ed9eba1 :
        at < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc :
        (b ^ c ^ d) + 0xca62c1d6;
      [a, b, c, d, e] = [(turn(a, 5) + mixed + e + round[at]!) | 0, a, turn(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((word, at) => {
      sum[at]! += word;
    });
  }
  return Array.from(sum, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
