// Tokens as they come out of files, headers and texts: with blanks around them, in quotes, behind the
// name of a scheme.

import assert from "node:assert/strict";
import { test } from "node:test";
import { jwt, WITH_SECURE_APP } from "./node.mjs";
import { useStage } from "./stage.mjs";

const { inPage } = useStage(WITH_SECURE_APP);

/** Logs in by each way, and tells how often a token was asked for and whether the call was made. */
const logIn = async ([client, tokens, patience]) => {
  const { getTalkSession } = await field.load(client);
  const found = {};
  for (const [way, token] of Object.entries(tokens)) {
    const options = { appId: "secure", userId: `user ${way}`, host: field.host };
    let asked = 0;
    const give = () => {
      asked++;
      return token;
    };
    if (way === "token") options.token = token;
    if (way === "tokenFetcher") options.tokenFetcher = give;
    const session = getTalkSession(options);
    if (way === "setToken") session.setToken(token);
    if (way === "onNeedToken") session.onNeedToken = () => session.setToken(give());
    const done = await field.failure(() =>
      field.limited(session.currentUser.createIfNotExists({ name: "X" }), patience));
    found[way] = [done, asked];
  }
  return found;
};

const WAYS = ["token", "tokenFetcher", "setToken", "onNeedToken"];
const ALL = { token: ["none", 0], tokenFetcher: ["none", 1], setToken: ["none", 0], onNeedToken: ["none", 1] };

for (const [what, around] of [
  ["a newline at the end", (token) => `${token}\n`],
  ["blanks around it", (token) => ` \t${token} \r\n`],
]) {
  test(`a token with ${what} is taken without a word`, async () => {
    const tokens = Object.fromEntries(WAYS.map((way) => [way, around(jwt(`user ${way}`))]));
    const { result, problems, warnings } = await inPage(logIn, ["ours", tokens, 8_000]);
    assert.deepEqual(result, ALL);
    assert.deepEqual([problems, warnings], [[], []]);
  });
}

for (const [what, around, found] of [
  ["in quotes", (token) => `"${token}"`, '"'],
  ["with `Bearer ` before it", (token) => `Bearer ${token}`, "Bearer"],
]) {
  test(`a token ${what}: what is wrong is told once, however often it is asked for`, async () => {
    const tokens = { tokenFetcher: around(jwt("user tokenFetcher")) };
    const { result, warnings } = await inPage(logIn, ["ours", tokens, 2_500]);
    const [done, asked] = result.tokenFetcher;
    assert.notEqual(done, "none");
    assert.ok(asked > 1, `asked for ${asked} times`);
    const words = `talk-session: The token begins with ${found} which is no part of it`;
    // And that the service refuses all of them.
    const refused = "talk-session: The service refuses each token: is its secret right?";
    assert.deepEqual(warnings, [words, refused]);
  });
}

test("what the original does with such tokens", async (context) => {
  for (const [what, around] of Object.entries({
    newline: (token) => `${token}\n`, quotes: (token) => `"${token}"`, bearer: (token) => `Bearer ${token}`,
  })) {
    const tokens = { setToken: around(jwt("user setToken")) };
    const { result } = await inPage(logIn, ["original", tokens, 1_000]);
    context.diagnostic(`${what}: ${JSON.stringify(result.setToken)}`);
    assert.notEqual(result.setToken[0], "none");
  }
});
