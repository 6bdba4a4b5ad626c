/**
 * Shows where the words of a search are in a text, by the rule of the service: word by word,
 * each as the start of a word, without regard to case.
 */

import { h } from "./dom.js";

/** A longer text is cut to about this length around the first word that was found. */
const SNIPPET = 120;

/** How much is left before that word. */
const LEAD = 28;

/**
 * Finds the words of a query, or nothing for a query without words.
 *
 * @param {string} query
 */
function finder(query) {
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  if (words.length === 0) return null;
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}])(?:${longestFirst.join("|")})`, "giu");
}

/**
 * A text with the found words marked.
 *
 * @param {string} text
 * @param {string} query
 * @returns {(string | HTMLElement)[]}
 */
export function highlight(text, query) {
  const find = finder(query);
  if (!find) return [text];
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(find)) {
    parts.push(text.slice(from, match.index), h("mark", {}, match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/**
 * One line of a text, from shortly before the first word that was found.
 *
 * @param {string} text
 * @param {string} query
 */
export function snippet(text, query) {
  const line = text.replace(/\s+/g, " ").trim();
  const at = finder(query)?.exec(line)?.index ?? 0;
  if (at <= LEAD) return line.slice(0, SNIPPET * 2);
  const blank = line.indexOf(" ", at - LEAD);
  const start = blank >= 0 && blank < at ? blank + 1 : at;
  return `…${line.slice(start, start + SNIPPET * 2)}`;
}
