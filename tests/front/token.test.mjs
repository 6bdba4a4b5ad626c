// What a token is warned about: everything that the service will not like, as far as it can be seen
// without the secret. A warning never shows the token or a part of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { checkToken } = await load("token");

const NOW = Math.floor(Date.UTC(2026, 0, 1) / 1000);
const HEADER = { alg: "HS256", typ: "JWT" };
const CLAIMS = { tokenType: "user", iss: "app", sub: "alice", exp: NOW + 3600 };

const part = (value) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const jwt = (claims = {}, header = {}) =>
  `${part({ ...HEADER, ...header })}.${part({ ...CLAIMS, ...claims })}.signature`;

/** A header as base64 has it. */
const PADDED = Buffer.from(`${JSON.stringify(HEADER)} `).toString("base64");

/** The warnings that a token gets from a check at the time `NOW`. */
function warnings(context, token, user = "alice") {
  const warn = context.mock.method(console, "warn", () => {});
  context.mock.method(Date, "now", () => NOW * 1000);
  checkToken(token, "app", user);
  return warn.mock.calls.map(({ arguments: [text] }) => text);
}

for (const [what, token, user] of [
  ["with all claims", jwt()],
  ["that never expires", jwt({ exp: undefined })],
  ["that is valid from now", jwt({ nbf: NOW })],
  ["that this page's clock takes for expired", jwt({ exp: NOW - 3600 })],
  ["that this page's clock takes for not valid yet", jwt({ nbf: NOW + 3600 })],
  ["for a user outside ASCII", jwt({ sub: "zoë 😀" }), "zoë 😀"],
  // `?` and `>` are what tells base64url from base64.
  ["with `-` and `_` in it", jwt({ sub: "???>>>~~~" }), "???>>>~~~"],
  ["with padding", jwt().replace(/^[^.]+/, PADDED)],
  ["with further claims", jwt({ other: { x: [1] } }, { kid: "1" })],
]) {
  test(`no warning of a token ${what}`, (context) => {
    assert.deepEqual(warnings(context, token, user), []);
  });
}

test("the tokens above have the letters of base64url, and padding", () => {
  assert.match(jwt({ sub: "???>>>~~~" }), /-.*_|_.*-/);
  assert.match(PADDED, /=$/);
});

for (const [what, token] of [
  ["another app", jwt({ iss: "another" })],
  ["no app", jwt({ iss: undefined })],
  ["another user", jwt({ sub: "bob" })],
  ["a user that is a number", jwt({ sub: 5 })],
  ["another type", jwt({ tokenType: "app" })],
  ["no type", jwt({ tokenType: undefined })],
  ["another algorithm", jwt({}, { alg: "none" })],
  ["no algorithm", jwt({}, { alg: undefined })],
  ["two parts", jwt().replace(/\.signature$/, "")],
  ["four parts", `${jwt()}.more`],
  ["no signature", jwt().replace(/signature$/, "")],
  ["something behind the signature", `${jwt()}"`],
  ["a blank inside", jwt().replace("sig", "sig ")],
  ["a header that is no JSON", `${part("{")}.${part(CLAIMS)}.signature`],
  ["claims that are no object", `${part(HEADER)}.${part("null")}.signature`],
  ["claims that are no base64url", `${part(HEADER)}.%%%.signature`],
  ["being some other text", "secret-key-of-the-app"],
  ["being in quotes", `"${jwt()}"`],
  ["a word before it", `Bearer ${jwt()}`],
  ["being empty", ""],
]) {
  test(`one warning of a token for ${what}, which does not show it`, (context) => {
    const given = warnings(context, token);
    assert.equal(given.length, 1);
    assert.match(given[0], /^talk-session: The token (looks wrong|begins with ("|Bearer) which)/);
    for (const piece of [token, ...token.split(".")].filter((piece) => piece.length > 2)) {
      assert.ok(!given[0].includes(piece), piece);
    }
  });
}
