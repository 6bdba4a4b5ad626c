// What a message looks like when it is read: its content and its plain text, by both clients.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { allContents, unknownContents } from "./markup/contents.mjs";
import { throughBoth } from "./stage.mjs";

const contents = allContents();
const unknown = unknownContents();
const all = [...contents, ...unknown.map(([content]) => content)];
let theirs;
let own;
before(async () => {
  ({ original: theirs, ours: own } = await throughBoth("readContents", all));
});

test("the same content and the same plain text", () => {
  const wrong = contents.flatMap((content, i) =>
    isDeepStrictEqual(own[i], theirs[i]) ? [] : [
      JSON.stringify(content),
      `  original ${JSON.stringify(theirs[i])}`,
      `  ours     ${JSON.stringify(own[i])}`,
    ],
  );
  assert.equal(wrong.length, 0, `${wrong.length / 3} of ${contents.length}:\n${wrong.join("\n")}`);
  assert.ok(theirs.slice(0, contents.length).every((one) => !one.error), "the original reads all");
});

test("the text of unknown nodes and names that do not decode are in the plain text", () => {
  unknown.forEach(([content, plaintext], i) => {
    const at = contents.length + i;
    assert.deepEqual(own[at], { content, plaintext });
    assert.notDeepEqual(theirs[at], own[at], `no difference: ${JSON.stringify(content)}`);
  });
});
