// The ID of a conversation of two, against Node's own SHA-1.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { load } from "./load.mjs";

const { oneOnOneId } = await load("sdk/one-on-one");

const expected = (...ids) =>
  createHash("sha1").update(JSON.stringify(ids.sort())).digest("hex").slice(0, 20);

test("two fixed users have the ID that they have in TalkJS's SDKs", () => {
  // SHA-1 of ["alice","bob"], by the documented recipe.
  assert.equal(oneOnOneId("alice", "bob"), "4714b845b86fbe0ed913");
  assert.equal(oneOnOneId("bob", "alice"), "4714b845b86fbe0ed913");
});

test("it is the SHA-1 for texts of every length around the ends of its blocks", () => {
  for (let length = 1; length < 400; length++) {
    const id = "x".repeat(length);
    assert.equal(oneOnOneId(id, "y"), expected(id, "y"), `${length} characters`);
  }
});

test("it is the SHA-1 for characters of every kind, in either order", () => {
  const kinds = ["a", "Z", "0", " ", '"', "\\", "\n", "\u0000", "\u007f", "é", "ß", "漢", "\u2028", "😀"];
  let seed = 7;
  const pick = (count) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % count;
  const id = () => Array.from({ length: 1 + pick(80) }, () => kinds[pick(kinds.length)]).join("");
  for (let round = 0; round < 2_000; round++) {
    const [one, other] = [id(), id()];
    assert.equal(oneOnOneId(one, other), expected(one, other), JSON.stringify([one, other]));
    assert.equal(oneOnOneId(other, one), oneOnOneId(one, other));
  }
});

test("IDs are ordered by their UTF-16 units, not by their characters", () => {
  // U+FF5E comes after the halves of U+1F600, and before U+1F600 itself.
  assert.equal(oneOnOneId("\uff5e", "😀"), expected("😀", "\uff5e"));
  assert.ok(JSON.stringify(["😀", "\uff5e"].sort()).startsWith('["😀'));
});

test("users are known by their id", () => {
  assert.equal(oneOnOneId({ id: "alice" }, "bob"), oneOnOneId("alice", "bob"));
});

for (const wrong of [undefined, null, "", 7, {}, { id: "" }, { id: 7 }, [], "\ud800", "x".repeat(10_001)]) {
  test(`refused: ${JSON.stringify(wrong)?.slice(0, 30)}`, () => {
    for (const both of [[wrong, "bob"], ["bob", wrong]]) {
      assert.throws(() => oneOnOneId(...both), {
        name: "TalkError",
        code: "invalid-argument",
        message: /^oneOnOneId: the user or user ID must be /,
      });
    }
  });
}
