// Filters of conversations: how each condition is brought into the form that is sent, and what is
// said of a wrong one. tests/differential compares many more with the original.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { canonicalFilter } = await load("filters");

/** The error that a filter is refused with; also given, what it is called. */
function refused(...given) {
  try {
    canonicalFilter(...given);
  } catch (error) {
    assert.deepEqual([error.name, error.code], ["TalkError", "invalid-argument"]);
    return error.message;
  }
  return assert.fail("not refused");
}

test("each condition in its shortest form", () => {
  const NONE = '["any",[]]';
  for (const [filter, text] of [
    [undefined, "{}"],
    [null, "{}"],
    [{}, "{}"],
    [{ subject: undefined, custom: { a: undefined } }, "{}"],
    [{ isUnread: false, hasMessages: true }, '{"hasMessages":true,"isUnread":false}'],
    [{ subject: ["oneOf", ["a"]] }, '{"subject":["==","a"]}'],
    [{ subject: ["!oneOf", ["a", "a"]] }, '{"subject":["!=","a"]}'],
    [{ subject: ["oneOf", ["b", null, "a", "b"]] }, '{"subject":["oneOf",["a","b",null]]}'],
    [{ subject: ["oneOf", []] }, NONE],
    [{ subject: ["!oneOf", []] }, "{}"],
    [{ access: ["!=", "Read"] }, '{"access":["==","ReadWrite"]}'],
    [{ access: ["oneOf", ["ReadWrite", "Read"]] }, "{}"],
    [{ access: ["!oneOf", ["ReadWrite", "Read"]] }, NONE],
    [{ custom: {} }, "{}"],
    [{ custom: { b: "!exists", a: ["==", "é"] } }, '{"custom":{"a":["==","é"],"b":"!exists"}}'],
    [{ custom: { b: "!exists", a: ["oneOf", []] } }, NONE],
    [{ joinedAt: [">=", 6] }, '{"joinedAt":[">",5]}'],
    [{ joinedAt: [">=", 6.5] }, '{"joinedAt":[">",6]}'],
    [{ joinedAt: ["<=", -0.5] }, '{"joinedAt":["<",0]}'],
    [{ joinedAt: ["between", [5, 6]] }, '{"joinedAt":["between",[5,6]]}'],
    [{ joinedAt: ["between", [5, 5]] }, NONE],
    [{ joinedAt: ["!between", [5, 5]] }, "{}"],
    [["any", []], NONE],
    [["any", [{ isUnread: true }, { isUnread: true }]], '{"isUnread":true}'],
    [["any", [{ isUnread: true }, {}]], "{}"],
    [["any", [{ subject: ["oneOf", []] }, { isUnread: true }]], '{"isUnread":true}'],
    [
      ["any", [{ isUnread: true }, { hasMessages: true }]],
      '["any",[{"hasMessages":true},{"isUnread":true}]]',
    ],
  ]) {
    assert.equal(canonicalFilter(filter), text, JSON.stringify(filter));
  }
});

test("what is wrong, and what is right", () => {
  const names = "access, createdAt, custom, hasMessages, isUnread, joinedAt, lastActivityAt, " +
    "subject";
  const texts = (words) => `["==" or "!=", ${words}] or ["oneOf" or "!oneOf", a list of such]`;
  const times = '[">", "<", ">=" or "<=", a number] or ' +
    '["between" or "!between", [a number, a number]]';
  for (const [filter, message] of [
    [5, "filter must be an object of conditions, but is 5"],
    [["all", []], 'filter must be an object of conditions or ["any", a list of such], but is ' +
      '["all", []]'],
    [["any", [["any", []]]], 'filter must be an object of conditions, but is ["any", []]'],
    [["any", new Array(1)], "filter must be an object of conditions, but is undefined"],
    [{ unread: true }, `filter.unread must be one of ${names}, but is "unread"`],
    [{ isUnread: "yes" }, 'filter.isUnread must be true or false, but is "yes"'],
    [{ subject: ["is", "a"] }, `filter.subject must be ${texts("a string or null")}, but is ` +
      '["is", "a"]'],
    [{ subject: ["oneOf", ["a", 5]] }, `filter.subject must be ${texts("a string or null")}, ` +
      'but is ["oneOf", ["a", 5]]'],
    [{ subject: [["=="], "a"] }, `filter.subject must be ${texts("a string or null")}, but is ` +
      '[["=="], "a"]'],
    [{ access: ["==", null] }, `filter.access must be ${texts('"Read" or "ReadWrite"')}, but is ` +
      '["==", null]'],
    [{ custom: [] }, "filter.custom must be an object of conditions, but is []"],
    [{ custom: { a: true } }, 'filter.custom.a must be "exists", "!exists", ' +
      `${texts("a string")}, but is true`],
    [
      { custom: { "\ud800": "exists" } },
      'a key of custom must be well-formed, but is "\\ud800"',
    ],
    [{ createdAt: ["between", [1, NaN]] }, `filter.createdAt must be ${times}, but is ` +
      '["between", [1, NaN]]'],
    [{ createdAt: [">", [1]] }, `filter.createdAt must be ${times}, but is [">", [1]]`],
  ]) {
    const whole = message.startsWith("filter") ? `subscribeConversations: ${message}` : message;
    assert.equal(refused(filter), whole);
    assert.equal(
      refused(filter, "setQuery: conversation"), message.replace(/^filter/, "setQuery: conversation"),
    );
  }
});

test("names that every object has are no conditions, and are keys like others", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const custom = JSON.parse(`{"${name}":["==","a"]}`);
    assert.equal(canonicalFilter({ custom }), `{"custom":{"${name}":["==","a"]}}`);
    const why = refused(JSON.parse(`{"${name}":["==","a"]}`));
    assert.ok(why.startsWith(`subscribeConversations: filter.${name} must be one of`), why);
  }
  // What is inherited is not given.
  assert.equal(canonicalFilter(Object.create({ isUnread: true })), "{}");
});

test("neither depth nor size nor a circle is too much", () => {
  let deep = [];
  for (let i = 0; i < 200_000; i += 1) deep = i % 2 ? [deep] : { custom: deep };
  const ring = ["any", []];
  ring[1].push(ring);
  const circle = {};
  circle.custom = { a: circle };
  const wrong = [deep, ring, circle];
  for (const part of [...wrong]) {
    wrong.push(["any", [part]], { custom: part }, { custom: { a: part } }, { subject: part });
    wrong.push({ subject: ["==", part] }, { subject: ["oneOf", [part]] }, { isUnread: part });
    wrong.push({ createdAt: part }, { createdAt: ["between", [part, part]] });
  }
  for (const filter of wrong) assert.ok(refused(filter).length < 500);

  const many = Array.from({ length: 200_000 }, (_, i) => `${i % 1000}`);
  assert.equal(JSON.parse(canonicalFilter({ subject: ["oneOf", many] })).subject[1].length, 1000);
  const parts = many.map((subject) => ({ subject: ["==", subject] }));
  assert.equal(JSON.parse(canonicalFilter(["any", parts]))[1].length, 1000);
});

test("the given filter stays as it is", () => {
  const filter = Object.freeze({
    subject: Object.freeze(["oneOf", Object.freeze(["b", "a"])]),
    createdAt: Object.freeze(["between", Object.freeze([1, 2])]),
    custom: Object.freeze({ b: "exists", a: "!exists" }),
  });
  const before = JSON.stringify(filter);
  assert.equal(
    canonicalFilter(filter),
    '{"createdAt":["between",[1,2]],"custom":{"a":"!exists","b":"exists"},' +
      '"subject":["oneOf",["a","b"]]}',
  );
  assert.equal(JSON.stringify(filter), before);
});
