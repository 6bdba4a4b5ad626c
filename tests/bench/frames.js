// What the lists of the benchmark make their frames of.

import { START } from "./service.js";

/** The times of events begin here, later than all that a world begins with. */
export const LATER = START + 86_400_000;

export const event = (type, messageId, conversationId = "room") =>
  ({ type, conversationId, messageId });

/**
 * A frame of events. `shows(views)` says what is wrong with a client's snapshots after it, or "".
 * It calls the listeners of the snapshots at the places in `touched`, and makes at most `fresh`
 * items of each new objects. `timed` says whether it is on the clock.
 */
export const frame = (seq, events, shows, { touched = [0], fresh = 1, timed = true } = {}) =>
  ({ text: JSON.stringify([seq, "PUBLISH", ...events]), shows, touched, fresh, timed });

export const wrong = (found, expected) =>
  found === expected ? "" : `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;

/** Positions all over a list, the same ones in every run. */
export function spreader(seed) {
  let state = (seed * 2654435761) >>> 0;
  return (size) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * size);
  };
}

/**
 * At least `count` frames, numbered from `from`, in pairs: the second one of a pair takes back what
 * the first one did. `pair(seq, spread)` gives what {@link frame} takes after the number, for both.
 */
export function pairs(count, from, pair) {
  const spread = spreader(from);
  const frames = [];
  while (frames.length < count) {
    const seq = from + frames.length;
    const [first, second] = pair(seq, spread);
    frames.push(frame(seq, ...first), frame(seq + 1, ...second));
  }
  return frames;
}
