// The texts of the comparison: corners written by hand, the same piece many times over, and texts
// that a generator with a seed puts together from pieces that have a meaning somewhere.

import { readFileSync } from "node:fs";

const CORNERS = new URL("corners.txt", import.meta.url);

/** What is repeated, alone and after some beginnings. */
const REPEATED = [
  "*", "_", "~", "(", "[", "<", "`", "- ", "\n", "- a\n", "*a _b ~c ", "*a* _b_ ~c~ ", "a.com ",
  "1.a.com/", "http://", "x://y&", "<!!mention:", "<!!mention:a|b>", "<https://a|", "<a>",
  "a@b.com,", "1234567 ", "1(", "lorem ipsum ", "中文 ", "😀",
];
const BEFORE = ["", "*a ", "a.com/?"];

/** Pieces, by what they may form together. */
const PIECES = {
  styles: `* * _ _ ~ ~ a b ab . , ( ) " é 😀 - = « » … — ¿ 、 م`.split(" ").concat(
    [" ", " ", "\n", "\r", "\u2028", "\t", "\u00a0"],
  ),
  lists: ["-", "*", "+", " ", " ", " ", "\n", "\n", "\r", "\t", "a", "b", "*c*", "```", "\u00a0"],
  code: ["`", "``", "```", "```", "a", " ", "\n", "*", "- ", "_", "<!!mention:", "<!!MENTION:x",
    "|", ">", "<!!customemoji:", "\r", "<!!mention:a|b>", "<!!customemoji:x>", "<https://a.com|b>"],
  brackets: ["<", "<!!mention:", "<!!customemoji:", "<https://", "<mailto:", "<actionlink:", "|",
    "|", "<actionbutton:", "<HTTP://", ">", ">", "a", "b", " ", "\n", "\r", "?", "k=v", "&", "%20", "*",
    "+", "%e2%82%ac", "=", "x.com", "```", "<a>", " y.com ", "1234567"],
  urls: ["a", "b", "com", "foo", ".", ".", ".", "http://", "https://", "www.", "x:", ":", "/", "//",
    "?", "#", "@", "-", "_", "1", "12", " ", " ", "\n", "(", ")", "[", "]", "{", "}", "é", "😀", ",",
    ";", "!", "&", "=", "~", "'", '"', "+", "|", "1.2.3.4", "mailto:", "a@b.com", "a.com", "%", "$",
    "*", "^", "`", "\\", "<", ">", "javascript:", "中", "рф"],
  html: ["<", "<", ">", ">", "</", "<a", "</a>", "<b", "/", "/>", "=", '"', "'", " ", "a.com", "b",
    " x.com ", "<!--", "-->", "-", "--", "!", "<!doctype", "style", "script", "&nbsp;", "&lt;",
    "&amp;", "&#39;", "`", ":", "1", "\n", "<br>", "é", "<style>", "</style>", "\u0001", "?"],
  phones: ["0", "1", "12", "123", "2010", "1234567", "10.30", "9.45", " ", " ", "-", "-", ".", "(",
    ")", "+", "_", "/", ":", ",", ";", "#", "a", "é", "x.com", "@", "😀"],
  talk: ["Hello", " ", " ", " ", ", ", ". ", "! ", "*bold*", "_it_", "~no~", "see ", "\n", "\n- ",
    "\n* ", "https://example.com/path?x=1&y=2#z", "www.talkjs.com", "foo.co.uk", "(", ")",
    "```x = *y*```", "bob@example.org", "+31 6 12345678", "020-1234567", "2010-2018", "9.30-11.00",
    "<!!mention:bob|Bob B>", "<!!customemoji::party:>", "<https://a.b|c *d*>",
    "<actionlink:go?x=1|Go>", "日本語", "مرحبا", "שלום", "😀", "👩‍👩‍👧", "👍🏽", "\u200f", "¿que?", "«x»",
    "“q”", "…", "—", "http://localhost:3000/a(b)", "x.y", "e.g.", "file.txt", "U.S.A", "3.14",
    "10:30", "$5.00", "#tag", "@bob", "//x.com", "президент.рф", "münchen.de", "<b>", "</a>",
    "<a href='x'>", "&amp;", "&nbsp;", "\r\n", "\t"],
};
const KINDS = { ...PIECES, mixed: Object.values(PIECES).flat() };

const SEED = 2026;
const GENERATED = 3000;

/** Every text as `[source, text]`, once for each source. */
export function allCases() {
  return allTexts().flatMap((text) => [
    ["send", text],
    ["edit", text],
  ]);
}

function allTexts() {
  const corners = readFileSync(CORNERS, "utf8").split("\n").filter((line) => line.startsWith('"'));
  const repeated = BEFORE.flatMap((before) =>
    REPEATED.map((piece) => before + piece.repeat(Math.ceil(300 / piece.length))),
  );
  return [
    ...corners.map((line) => JSON.parse(line)),
    ...repeated,
    ...generated(SEED, GENERATED),
  ];
}

function* generated(seed, count) {
  const below = dice(seed);
  const pick = (list) => list[below(list.length)];
  for (let i = 0; i < count; i++) {
    const pieces = pick(Object.values(KINDS));
    const length = 1 + below(pick([8, 8, 16, 40]));
    yield Array.from({ length }, () => pick(pieces)).join("");
  }
}

/** Numbers below a bound that look like chance and come again with the same seed. */
export function dice(seed) {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
