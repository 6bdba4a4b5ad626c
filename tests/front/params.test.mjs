// The checks of parameters: which sentence a wrong one gets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { RULES, problem } = await load("params");

test("of custom data and push tokens, the key that is wrong is named", () => {
  for (const [rules, params, message] of [
    ["_user", { custom: { a: 5 } }, '"custom.a" must be a string, but is 5'],
    ["_user", { custom: { a: "b", c: {} } }, '"custom.c" must be a string, but is an object'],
    ["_conversation", { custom: { "": true } }, '"custom." must be a string, but is true'],
    ["_message", { custom: { name: [] } }, '"custom.name" must be a string, but is an array'],
    ["_user", { custom: "a" }, '"custom" must be an object, but is a string'],
    ["_user", { custom: ["a"] }, '"custom" must be an object, but is an array'],
    ["_user", { pushTokens: { "fcm:a": false } }, '"pushTokens.fcm:a" must be true, but is false'],
    ["_user", { pushTokens: { a: "b" } }, '"pushTokens.a" must be true, but is a string'],
    ["_user", { pushTokens: [] }, '"pushTokens" must be an object, but is an array'],
  ]) {
    assert.equal(problem(params, RULES[rules]), message);
  }
});

test("what may be left out, reset or kept is fine", () => {
  for (const params of [
    {},
    { custom: null },
    { custom: undefined },
    { custom: {} },
    { custom: { name: null, text: undefined, a: "" } },
    { custom: Object.create({ inherited: 5 }) },
    { pushTokens: null },
    { pushTokens: { "fcm:a": true, "apns:b": null } },
  ]) {
    assert.equal(problem(params, RULES._user), undefined, JSON.stringify(params));
  }
});
