// Finds pairs of bytes that often stand together, and writes each as one symbol.
//
// Brotli chooses how to code a literal by the two characters before it, and gzip by nothing. Where
// a character stands for a sequence of instructions, two characters tell more. A pair may consist
// of pairs, so sequences can be long. docs/embedding.md has what this saves.

/** The first symbol that is no byte. */
export const FIRST_PAIR = 256;

/**
 * Chooses at most `count` pairs. Symbol 256 + n stands for the n-th, whose two members are bytes or
 * earlier pairs.
 */
export function choosePairs(bytes, count) {
  const pairs = [];
  let symbols = [...bytes];
  while (pairs.length < count) {
    const pair = mostTelling(symbols);
    if (!pair) break;
    symbols = joined(symbols, pair, FIRST_PAIR + pairs.length);
    pairs.push(pair);
  }
  return pairs;
}

/** The bytes as symbols, each pair joined in turn. */
export const joinPairs = (bytes, pairs) =>
  pairs.reduce((symbols, pair, n) => joined(symbols, pair, FIRST_PAIR + n), [...bytes]);

function joined(symbols, [first, second], as) {
  const out = [];
  for (let i = 0; i < symbols.length; i++) {
    const isPair = symbols[i] === first && symbols[i + 1] === second;
    out.push(isPair ? as : symbols[i]);
    if (isPair) i++;
  }
  return out;
}

/**
 * The pair that would save the most if each symbol cost what its frequency says: how often it
 * occurs, times how much likelier its members are together than apart.
 */
function mostTelling(symbols) {
  const LEAST_BITS = 40; // what the pair itself takes in the text, and in the key
  const single = new Map();
  const double = new Map();
  const add = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);
  symbols.forEach((symbol, i) => {
    add(single, symbol);
    if (i > 0) add(double, symbols[i - 1] * 65536 + symbol);
  });
  let best = { bits: LEAST_BITS };
  for (const [key, count] of double) {
    const pair = [Math.floor(key / 65536), key % 65536];
    const expected = (single.get(pair[0]) * single.get(pair[1])) / symbols.length;
    const bits = count * Math.log2(count / expected);
    if (bits > best.bits) best = { bits, pair };
  }
  return best.pair;
}
