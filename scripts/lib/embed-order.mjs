// Chooses which character stands for which byte of an embedded module.
//
// Brotli codes a literal with statistics that depend on the kind of the character before it:
// whether that was a space, a digit, a capital vowel, one of `. = %` and so on (RFC 7932, section
// 7.1, the context mode for text). In a text made of code those kinds mean nothing by themselves,
// but we may choose the characters, and so put byte values that are followed by similar things into
// the same kind: an opcode that takes a local's index here, one that takes none there. The search
// below does that by simulated annealing on the entropy of what brotli has to write as literals. It
// takes a second, is the same on every machine, and wins 1 to 2 % over any fixed order.

const FORBIDDEN = `"'\`\\<`;
/** The characters that may occur: printable, and left alone by every minifier and by HTML. */
export const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (character) => !FORBIDDEN.includes(character),
);

/**
 * Returns `{key, escapes}`, see `encode` in embed.mjs, for bytes or more than 256 `values`. Without
 * `search`: in a plain order. Another `draw` gives another outcome of the search.
 */
export function chooseCharacters(bytes, { search = true, values = 256, draw = 0 } = {}) {
  const literals = literalPositions(bytes);
  const symbols = symbolsOf(bytes, literals, values);
  const start = startingOrder(symbols);
  const characters = search ? anneal(start, contextsOf(bytes, literals, symbols), draw) : start;
  const escapes = characters.slice(symbols.plain.length).join("");
  const key = symbols.ofByte.map(([symbol]) => characters[symbol]);
  return { key: key.join(""), escapes };
}

/**
 * The symbols to which characters are given: first the byte values that get a character of their
 * own (in the order of their values), then the escapes. `ofByte` lists the one or two symbols that
 * each byte value is written with.
 */
function symbolsOf(bytes, literals, values) {
  // A literal costs more than a byte inside a repetition, but those have to be written too.
  const weight = new Float64Array(values);
  bytes.forEach((byte, i) => (weight[byte] += literals[i] ? 1.2 : 0.2));
  const byWeight = Array.from({ length: values }, (_, byte) => byte).sort(
    (a, b) => weight[b] - weight[a] || a - b,
  );
  let escapes = 2;
  while ((ALPHABET.length - escapes) * (escapes + 1) < values) escapes++;
  const own = ALPHABET.length - escapes;
  const plain = byWeight.slice(0, own).sort((a, b) => a - b);
  const others = byWeight.slice(own).sort((a, b) => a - b);
  const perEscape = Math.ceil(others.length / escapes);
  const ofByte = new Array(values);
  plain.forEach((byte, symbol) => (ofByte[byte] = [symbol]));
  others.forEach((byte, i) => {
    ofByte[byte] = [own + Math.floor(i / perEscape), i % perEscape];
  });
  return { plain, ofByte };
}

/** The order to begin with: a byte that is an allowed character stands for itself. */
function startingOrder({ plain }) {
  const itself = plain.map((byte) => String.fromCharCode(byte));
  const free = ALPHABET.filter((character) => !itself.includes(character));
  return [
    ...itself.map((character) => (ALPHABET.includes(character) ? character : free.shift())),
    ...free,
  ];
}

/**
 * Marks the bytes that a compressor would write as literals, that is, which are not part of a
 * repetition of five bytes or more.
 */
function literalPositions(bytes) {
  const SHORTEST = 5;
  const CANDIDATES = 64;
  const literal = new Uint8Array(bytes.length).fill(1);
  const seen = new Map();
  const keyAt = (i) =>
    ((bytes[i] * 512 + bytes[i + 1]) * 512 + bytes[i + 2]) * 512 + bytes[i + 3];
  const last = bytes.length - 4;
  let i = 0;
  while (i <= last) {
    let longest = 0;
    for (const from of (seen.get(keyAt(i)) ?? []).slice(-CANDIDATES)) {
      let length = 4;
      while (i + length < bytes.length && bytes[from + length] === bytes[i + length]) length++;
      longest = Math.max(longest, length);
    }
    const step = longest >= SHORTEST ? longest : 1;
    if (step > 1) literal.fill(0, i, i + step);
    for (const end = Math.min(i + step, last + 1); i < end; i++) {
      const key = keyAt(i);
      if (seen.has(key)) seen.get(key).push(i);
      else seen.set(key, [i]);
    }
    if (step > 1 && i > last) break;
  }
  return literal;
}

/** The distinct triples (two symbols before, the symbol itself) of all literals, counted. */
function contextsOf(bytes, literals, { ofByte }) {
  const counts = new Map();
  let [before2, before1] = [0, 0];
  bytes.forEach((byte, i) => {
    for (const symbol of ofByte[byte]) {
      if (literals[i]) {
        const key = (before2 * 128 + before1) * 128 + symbol;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      [before2, before1] = [before1, symbol];
    }
  });
  const keys = Int32Array.from(counts.keys());
  return {
    before2: Uint8Array.from(keys, (key) => key >> 14),
    before1: Uint8Array.from(keys, (key) => (key >> 7) & 127),
    symbol: Uint8Array.from(keys, (key) => key & 127),
    count: Int32Array.from(counts.values()),
  };
}

function anneal(characters, contexts, draw) {
  const STEPS = 20_000;
  const HEAT = 0.0001;
  const costOf = costFunction(contexts);
  const random = generator(7 + draw);
  const order = characters.slice();
  let cost = costOf(order);
  const heat = cost * HEAT;
  let best = { cost, order: order.slice() };
  for (let step = 0; step < STEPS; step++) {
    const a = Math.floor(random() * order.length);
    const b = Math.floor(random() * order.length);
    if (kindBefore(order[a]) === kindBefore(order[b])) continue;
    [order[a], order[b]] = [order[b], order[a]];
    const next = costOf(order);
    const temperature = heat * (1 - step / STEPS);
    if (next < cost || random() < Math.exp((cost - next) / temperature)) {
      cost = next;
      if (cost < best.cost) best = { cost, order: order.slice() };
    } else {
      [order[a], order[b]] = [order[b], order[a]];
    }
  }
  return best.order;
}

/** The bits that the literals take, when the characters are given out in a certain order. */
function costFunction({ before2, before1, symbol, count }) {
  const HEADER_BITS = 4; // about what brotli pays to describe one symbol of one context
  const total = count.reduce((sum, n) => sum + n, 0);
  const nLogN = Float64Array.from({ length: total + 1 }, (_, n) => (n ? n * Math.log2(n) : 0));
  const histogram = new Int32Array(64 << 7);
  const kind1 = new Uint8Array(128);
  const kind2 = new Uint8Array(128);
  return (order) => {
    histogram.fill(0);
    order.forEach((character, i) => {
      kind1[i] = kindBefore(character);
      kind2[i] = kindBeforeThat(character);
    });
    for (let i = 0; i < count.length; i++) {
      const context = kind1[before1[i]] | kind2[before2[i]];
      histogram[(context << 7) | symbol[i]] += count[i];
    }
    let bits = 0;
    for (let context = 0; context < 64; context++) {
      let sum = 0;
      for (let i = context << 7; i < (context + 1) << 7; i++) {
        const n = histogram[i];
        if (n === 0) continue;
        sum += n;
        bits += HEADER_BITS - nLogN[n];
      }
      bits += nLogN[sum];
    }
    return bits;
  };
}

/** Brotli's kind of the character before, as the upper four of six bits. */
function kindBefore(character) {
  if (/[0-9]/.test(character)) return 44;
  if (/[AEIOU]/.test(character)) return 48;
  if (/[A-Z]/.test(character)) return 52;
  if (/[aeiou]/.test(character)) return 56;
  if (/[a-z]/.test(character)) return 60;
  return { " ": 8, "%": 20, ".": 36, "=": 40 }[character] ?? PAIRED.get(character) ?? 12;
}
const PAIRED = new Map([
  ...[..."([{"].map((character) => [character, 24]),
  ...[...")]}>"].map((character) => [character, 28]),
  ...[...",:;"].map((character) => [character, 32]),
]);

/** Brotli's kind of the character before that, as the lower two bits. */
function kindBeforeThat(character) {
  if (/[a-z]/.test(character)) return 3;
  if (/[A-Z0-9]/.test(character)) return 2;
  return character === " " ? 0 : 1;
}

/** A small random generator (mulberry32): the same numbers everywhere. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
