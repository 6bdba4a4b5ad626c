// How many bytes something takes, as it is and compressed as web servers do it.

import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** `{raw, gzip, brotli}` in bytes: gzip at level 9, brotli at quality 11. */
export function sizes(content) {
  const bytes = Buffer.from(content);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

const each = (combine) => (a, b) => ({
  raw: combine(a.raw, b.raw),
  gzip: combine(a.gzip, b.gzip),
  brotli: combine(a.brotli, b.brotli),
});

/** The sum of two sizes, as for two files that are compressed each by itself. */
export const total = each((a, b) => a + b);

/** How much larger one is than the other. */
export const difference = each((a, b) => a - b);
