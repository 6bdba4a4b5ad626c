// Pictures of places that do not exist, as PNG files, so that no photo of anybody has to be kept in
// the repository. The same seed gives the same picture.

import { deflateSync } from "node:zlib";

const SKIES = [
  [[53, 87, 125], [246, 192, 138]],
  [[92, 148, 186], [224, 236, 234]],
  [[38, 52, 92], [198, 134, 152]],
  [[120, 168, 176], [250, 228, 180]],
];
const GROUNDS = [[34, 66, 62], [58, 84, 58], [44, 58, 88], [88, 76, 60]];

/**
 * Hills under a sky.
 *
 * @param {{width: number, height: number, seed: number}} options
 * @returns {Buffer}
 */
export function landscape({ width, height, seed }) {
  const [top, bottom] = SKIES[seed % SKIES.length];
  const ground = GROUNDS[(seed * 3) % GROUNDS.length];
  // Three ranges of hills, the nearest the darkest.
  const ranges = [0.45, 0.6, 0.78].map((base, i) => ({
    edge: (x) =>
      height * (base + 0.05 * Math.sin(x / (60 - i * 12) + seed * (i + 1)) +
        0.02 * Math.sin(x / (17 + i * 5) + seed * 2.3)),
    colour: ground.map((part) => Math.round(part + (2 - i) * 34)),
  }));
  const sun = { x: width * (0.2 + ((seed * 37) % 60) / 100), y: height * 0.26, r: height * 0.07 };
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0;
    const share = Math.min(1, y / (height * 0.6));
    for (let x = 0; x < width; x++) {
      const hill = ranges.findLast(({ edge }) => y > edge(x));
      const isSun = !hill && Math.hypot(x - sun.x, y - sun.y) < sun.r;
      for (let part = 0; part < 3; part++) {
        const sky = top[part] + (bottom[part] - top[part]) * share;
        rows[at++] = isSun ? 250 - part * 14 : hill ? hill.colour[part] : Math.round(sky);
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), 8 + data.length);
  return out;
}

/** The checksum of PNG. @param {Buffer} data */
function crc32(data) {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
