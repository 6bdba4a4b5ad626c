/** The shape of a sound: how loud it is in each of a number of equal parts. */

/** @type {Map<string, Promise<number[] | null>>} */
const known = new Map();

/**
 * @param {string} url
 * @param {number} parts
 * @returns {Promise<number[] | null>} numbers from 0 to 1; null when the sound cannot be read
 */
export function shapeOf(url, parts) {
  const key = `${parts} ${url}`;
  let shape = known.get(key);
  if (!shape) {
    shape = measure(url, parts).catch(() => null);
    known.set(key, shape);
  }
  return shape;
}

/**
 * @param {string} url
 * @param {number} parts
 */
async function measure(url, parts) {
  if (typeof OfflineAudioContext === "undefined") return null;
  const response = await fetch(url);
  if (!response.ok) return null;
  const context = new OfflineAudioContext(1, 1, 22_050);
  const sound = await context.decodeAudioData(await response.arrayBuffer());
  return levels(sound.getChannelData(0), parts);
}

/**
 * @param {Float32Array} samples
 * @param {number} parts
 */
function levels(samples, parts) {
  const size = Math.max(1, Math.floor(samples.length / parts));
  const loud = Array.from({ length: parts }, (_, part) => {
    let sum = 0;
    for (let i = part * size; i < (part + 1) * size; i++) sum += (samples[i] ?? 0) ** 2;
    return Math.sqrt(sum / size);
  });
  const peak = Math.max(...loud, 1e-4);
  return loud.map((level) => Math.max(0.08, level / peak));
}
