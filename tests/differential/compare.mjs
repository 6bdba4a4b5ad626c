// Compares two runs of a scenario that were taken apart: one sentence for each difference.

import { canonical } from "./normalise.mjs";

/** The code that our errors carry for a status that refuses a call. */
const CODES = new Map([
  [400, "rejected"], [401, "auth-failed"], [402, "payment-required"], [403, "forbidden"],
  [404, "not-found"], [405, "rejected"], [409, "conflict"], [500, "server-error"],
]);
const SHOWN = 400;

/**
 * What differs between the original's run and ours.
 *
 * @param {ReturnType<import("./normalise.mjs").takeApart>} original
 * @param {ReturnType<import("./normalise.mjs").takeApart>} ours
 * @param {object} [options]
 * @param {boolean} [options.countsSockets] the number of connections must be the same, too
 * @returns {string[]}
 */
export function differences(original, ours, { countsSockets = false } = {}) {
  const found = [];
  for (const name of keys(original.sessions, ours.sessions)) {
    const [theirs, own] = [original.sessions[name], ours.sessions[name]];
    if (!theirs || !own) {
      found.push(`sessions: only ${theirs ? "the original" : "ours"} has one for ${name}`);
      continue;
    }
    // How often one connects is a matter of moments (and ours comes back sooner), unless a
    // scenario is about just that.
    const once = (list) => (countsSockets ? list : [...new Set(list)]);
    found.push(...inOrder(`sockets of ${name}`, once(theirs.sockets), once(own.sockets)));
    found.push(...inOrder(`logins of ${name}`, once(theirs.logins), once(own.logins)));
    found.push(...inOrder(`mutations of ${name}`, theirs.mutations, own.mutations));
    found.push(...moreReads(`reads of ${name}`, theirs.reads, own.reads));
    if (canonical(own.published) !== canonical(own.acknowledged)) {
      found.push(
        `acknowledgements of ${name}: ours got ${own.published} and confirmed ${own.acknowledged}`,
      );
    }
  }
  const facts = factsOf(original);
  for (const label of keys(original.seen, ours.seen)) {
    const same = (theirs, own) => sameValue(theirs, own, facts);
    const [theirs, own] = [original.seen[label] ?? [], ours.seen[label] ?? []];
    const bare = (list) => list.map(({ kept, ...entry }) => entry);
    const lines = inOrder(`"${label}"`, bare(theirs), bare(own), same);
    // What was kept is relative to the call before.
    if (lines.length === 0) theirs.forEach((one, at) => lines.push(...lost(label, at, one, own[at])));
    found.push(...lines);
  }
  return found;
}

const keys = (a, b) => [...new Set([...Object.keys(a), ...Object.keys(b)])];

/** Differences of two lists whose order counts. */
function inOrder(what, theirs, own, same = (a, b) => (a === b ? [] : [""])) {
  const isSame = (a, b) => same(a, b).length === 0;
  // The longest common part, so that one thing too many is told as one difference.
  const lengths = theirs.map(() => new Array(own.length + 1).fill(0));
  lengths.push(new Array(own.length + 1).fill(0));
  for (let i = theirs.length - 1; i >= 0; i -= 1) {
    for (let j = own.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = isSame(theirs[i], own[j])
        ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < theirs.length || j < own.length) {
    const both = i < theirs.length && j < own.length;
    if (both && isSame(theirs[i], own[j])) [i, j] = [i + 1, j + 1];
    else if (both && lengths[i + 1][j + 1] === lengths[i][j]) {
      const why = same(theirs[i], own[j]).filter(Boolean).join("; ");
      found.push(`${what} #${i + 1}: original ${show(theirs[i])}, ours ${show(own[j])}` +
        (why ? ` (${why})` : ""));
      [i, j] = [i + 1, j + 1];
    } else if (i < theirs.length && (j === own.length || lengths[i + 1][j] >= lengths[i][j + 1])) {
      found.push(`${what}: only the original, #${i + 1}: ${show(theirs[i])}`);
      i += 1;
    } else {
      found.push(`${what}: only ours, #${j + 1}: ${show(own[j])}`);
      j += 1;
    }
  }
  return found;
}

/**
 * What ours reads more often than the original. Their order does not count. What is subscribed to
 * as often must be let go of as often.
 */
function moreReads(what, theirs, own) {
  const count = (list, item) => list.filter((one) => one === item).length;
  return [...new Set([...theirs, ...own])].flatMap((item) => {
    const [a, b] = [count(theirs, item), count(own, item)];
    const follows = item.replace(/^UN/, "");
    const isLeft = a > b && follows !== item && count(theirs, follows) === count(own, follows);
    return b > a || isLeft ? [`${what}: original ${a}×, ours ${b}×: ${show(item)}`] : [];
  });
}

const show = (value) => {
  const text = typeof value === "string" ? value : canonical(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
};

// Values, with errors compared by what they tell.

const isObject = (value) => value !== null && typeof value === "object";

/** Why two values that the application saw are not the same; empty if they are. */
function sameValue(theirs, own, facts) {
  if (theirs?.["<error>"] && own?.["<error>"]) {
    return sameError(theirs["<error>"], own["<error>"], facts);
  }
  // What the original rejects with is sometimes a string; an error that says as much is right.
  if (typeof theirs === "string" && own?.["<error>"]) {
    return ["the original rejects with a string"];
  }
  if (!isObject(theirs) || !isObject(own) || Array.isArray(theirs) !== Array.isArray(own)) {
    return theirs === own ? [] : [`${show(theirs ?? null)} against ${show(own ?? null)}`];
  }
  return keys(theirs, own).flatMap((key) => {
    if (!(key in theirs)) return [`${key} is only in ours`];
    if (!(key in own)) return [`${key} is only in the original's`];
    return sameValue(theirs[key], own[key], facts).map((why) => `${key}: ${why}`);
  });
}

/** The parts of a snapshot that were kept in the original, and that ours made anew. */
function lost(label, at, { kept: theirs = [] }, { kept: own = [] }) {
  const isKept = (path) => own.some((one) => `${path}.`.startsWith(`${one}.`));
  const made = theirs.filter((path) => !isKept(path)).join(" ");
  return made ? [`"${label}" #${at + 1}: kept by the original, made anew by ours: ${made}`] : [];
}

/** Everything that an error may tell: ids, statuses, the service's codes and sentences. */
function factsOf({ sessions, refusals }) {
  const ids = Object.values(sessions).flatMap(({ mutations, reads }) =>
    [...mutations, ...reads].flatMap((line) => line.split(" ")[1].split("/")),
  );
  const texts = refusals.flatMap(({ errorCode, reasons }) => [
    errorCode, ...(Array.isArray(reasons) ? reasons : []),
  ]);
  // Words of paths ("users", "me") are not facts; ids in the scenarios are never such words.
  const words =
    /^(|HTTP|me|users|online|conversations|messages|participants|read|unread|files|validate)$/;
  const facts = ids.filter((id) => !words.test(id)).map(decodeURIComponent);
  return {
    refusals,
    texts: [...new Set([...facts, ...texts.filter(Boolean)])],
  };
}

/** Why our error tells less than the original's. */
function sameError(theirs, own, { texts, refusals }) {
  const why = [];
  const message = String(theirs.message);
  const isIn = (fact, text) =>
    new RegExp(`(?<![\\w-])${RegExp.escape?.(fact) ?? escape(fact)}(?![\\w-])`).test(text);
  for (const fact of texts) {
    const isTold = isIn(fact, String(own.message));
    if (isIn(fact, message) && !isTold) why.push(`our message lacks ${fact}`);
  }
  if (own.name !== "TalkError") why.push(`our error is a ${own.name}`);
  const refusal = refusals.find(({ status }) => isIn(String(status), message));
  if (!refusal) return why;
  const { status, reasons } = refusal;
  if (own.status !== status) why.push(`our status is ${own.status}, not ${status}`);
  const code = CODES.get(status) ?? (status >= 500 ? "server-error" : "rejected");
  if (own.code !== code) why.push(`our code is ${own.code}, not ${code}`);
  const same = refusals.some(
    (one) => one.status === status && canonical(one.reasons ?? []) === canonical(own.reasons),
  );
  if (Array.isArray(reasons) && !same) why.push(`our reasons are ${canonical(own.reasons)}`);
  return why;
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Stands for what a listed difference leaves out, such as the rest of a long snapshot. */
const LEFT_OUT = "[…]";

/** Whether a listed difference is the one that was found. */
function isListed(is, line) {
  const [first, ...others] = is.split(LEFT_OUT);
  if (others.length === 0) return is === line;
  const last = others.pop();
  if (!line.startsWith(first) || !line.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = line.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= line.length - last.length;
}

/**
 * Holds the differences that were found against those that a scenario lists, `{is, reason}`. `is`
 * is the whole sentence; what is long may be left out as `[…]`. Each listed difference is one that
 * was found, and the other way round, so that no new one hides behind a listed one. Gives what is
 * wrong: what is not listed, does not occur, or is not told apart.
 */
export function judge(found, listed = []) {
  return [
    ...found.flatMap((line) => {
      const times = listed.filter(({ is }) => isListed(is, line)).length;
      if (times === 1) return [];
      return [times === 0 ? `not listed: ${line}` : `listed ${times} times: ${line}`];
    }),
    ...listed.flatMap(({ is, reason }) => {
      const times = found.filter((line) => isListed(is, line)).length;
      if (times === 1) return [];
      const occurs = times === 0 ? "but does not occur" : `but occurs ${times} times`;
      return [`listed, ${occurs}: ${is} (${reason})`];
    }),
  ];
}
