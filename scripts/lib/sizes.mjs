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

/** The sum of two sizes, as for two files that are compressed each by itself. */
export const total = (a, b) => ({
  raw: a.raw + b.raw,
  gzip: a.gzip + b.gzip,
  brotli: a.brotli + b.brotli,
});

/** How much larger one is than the other. */
export const difference = (a, b) => ({
  raw: a.raw - b.raw,
  gzip: a.gzip - b.gzip,
  brotli: a.brotli - b.brotli,
});
