// What the demo offers for editing, against what the original client was seen to make of texts.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { at } from "../../scripts/lib/paths.mjs";
import { editableText, read } from "../../www/js/markup.js";

/** @type {[kind: "send" | "edit", text: string, nodes: unknown[]][]} */
const SEEN = readFileSync(at("crates/talk-markup/tests/corpus.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** Names of nodes, as on the wire and as in snapshots. */
const NAMES = new Map([
  ["bulletlist", "bulletList"],
  ["bulletpoint", "bulletPoint"],
  ["codespan", "codeSpan"],
  ["autolink", "autoLink"],
  ["customemoji", "customEmoji"],
  ["actionlink", "actionLink"],
  ["actionbutton", "actionButton"],
]);

/** @param {any} node */
const shown = (node) =>
  typeof node === "string"
    ? node
    : {
        ...node,
        type: NAMES.get(node.type) ?? node.type,
        ...(node.children ? { children: node.children.map(shown) } : {}),
      };

/** Without what only the client finds: links in plain text. @param {any[]} nodes @returns {any[]} */
const flat = (nodes) =>
  nodes.reduce((out, node) => {
    const text = typeof node === "string" ? node : node.type === "autoLink" ? node.text : null;
    if (text !== null && typeof out.at(-1) === "string") out.push(out.pop() + text);
    else if (text !== null) out.push(...(text ? [text] : []));
    else out.push(node.children ? { ...node, children: flat(node.children) } : node);
    return out;
  }, []);

/** @param {unknown[]} nodes */
const edit = (nodes) => editableText({ content: /** @type {any} */ ([{ type: "text", children: nodes }]) });

test("what is offered for editing comes back as it was", () => {
  // In an edit, links and actions with a text of their own are read, too.
  const edits = new Map(SEEN.filter(([kind]) => kind === "edit").map(([, ...rest]) => rest));
  const plain = (/** @type {string} */ text) => !/<(https?:|mailto:|action)/i.test(text);
  for (const [kind, text, nodes] of SEEN) {
    if (kind === "send" && plain(text)) edits.set(text, nodes);
  }
  let offered = 0;
  for (const [, , nodes] of SEEN) {
    const given = nodes.map(shown);
    const text = edit(given);
    if (text === null) continue;
    offered += 1;
    const seen = edits.get(text);
    if (seen) assert.deepEqual(flat(seen.map(shown)), flat(given), JSON.stringify(text));
    else assert.deepEqual(flat(read(text)), flat(given), JSON.stringify(text));
  }
  assert.ok(offered > 1_500, `${offered} of ${SEEN.length} are offered`);
});

test("what a text cannot say is not offered", () => {
  const mention = (/** @type {string} */ id, text = "Eve") => ({ type: "mention", id, text });
  for (const nodes of [
    ["2 *3* 4"],
    ["a _b_ c"],
    ["~gone~"],
    ["- not a list"],
    ["one\n- not a list"],
    ["```not code```"],
    ["<!!mention:eve|Eve>"],
    ["<https://example.com|here>"],
    [{ type: "customEmoji", text: ":party:" }],
    [{ type: "actionLink", action: "buy", params: {}, children: ["Buy"] }],
    ["Press ", { type: "actionButton", action: "buy", params: { id: "1" }, children: ["Buy"] }],
    [mention("eve", "E>ve")],
    [{ type: "bold", children: ["ab* c"] }],
    [{ type: "bold", children: [mention("eve")] }],
    ["(", { type: "bold", children: ["b"] }, ")"],
    [{ type: "codeSpan", text: "a```b" }],
    [{ type: "marquee", children: ["new"] }],
    ["a\rb"],
  ]) {
    assert.equal(edit(nodes), null, JSON.stringify(nodes));
  }
  assert.equal(editableText({ content: /** @type {any} */ ([{ type: "location" }]) }), null);
});

test("whatever else was written can be changed, and mentions of any user keep their ID", () => {
  const bold = { type: "bold", children: ["b"] };
  for (const [nodes, text] of /** @type {[unknown[], string][]} */ ([
    [["snake_case and 2 * 3"], "snake_case and 2 * 3"],
    [["a ", bold, " c"], "a *b* c"],
    [["x", { type: "bulletList", children: [{ type: "bulletPoint", children: ["y"] }] }], "x\n- y"],
    [[{ type: "mention", id: "eve", text: "Eve" }, " hi"], "<!!mention:eve|Eve> hi"],
    [[{ type: "mention", id: "e v|e%>", text: "Eve" }], "<!!mention:e%20v%7Ce%25%3E|Eve>"],
    [[{ type: "link", url: "https://example.com", children: ["here"] }], "<https://example.com|here>"],
    [["see ", { type: "autoLink", url: "http://example.com", text: "example.com" }], "see example.com"],
    [[{ type: "codeSpan", text: "a\n  b" }], "```a\n  b```"],
  ])) {
    assert.equal(edit(nodes), text);
  }
});
