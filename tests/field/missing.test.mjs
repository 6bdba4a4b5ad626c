// Environments that lack something: the package does without it where the original does, and says
// in one sentence what is missing where it cannot.

import assert from "node:assert/strict";
import { test } from "node:test";
import { program } from "./node.mjs";
import { useStage } from "./stage.mjs";

const stage = useStage();

/** What is said in a conversation: letters of one to four bytes. */
const SAID = "a é 雪 🐢.";

/**
 * Runs Node without something: `take` is what takes it away. Gives what was said and found again, or
 * the error.
 */
async function without(take, { client = "ours", warm = true } = {}) {
  const before = `
    // Node's own fetch looks for some of that when it is first used.
    if (${warm}) await fetch("http://" + host).catch(() => {});
    ${take}`;
  const body = `
    const result = {};
    const [userId] = rest;
    try {
      const session = getTalkSession({ appId: "demo", userId, host });
      await session.currentUser.createIfNotExists({ name: ${JSON.stringify(SAID)} });
      const chat = session.conversation(userId);
      await chat.createIfNotExists();
      const long = "雪".repeat(9_000);
      await chat.send({ text: "long", custom: { long: ${JSON.stringify(SAID)} } });
      await chat.send(long);
      const [last, first] = (await chat.subscribeMessages().connected).latestSnapshot;
      result.said = [last.sender.name, first.custom.long];
      result.long = last.plaintext === long;
    } catch (error) {
      Object.assign(result, { code: error.code, message: error.message, cause: error.cause?.name });
    }
    console.log(JSON.stringify(result));
    process.exit();`;
  return program({ client, before, body, host: stage.backend.host, args: [`without ${take.length}`] });
}

const gone = (...names) => names.map((name) => `delete globalThis.${name};`).join(" ");

for (const [what, take] of [
  ["crypto", gone("crypto")],
  ["a crypto that works", "Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues() { throw new Error('mock') } } });"],
  ["a crypto that is no mock", "Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues() {} } });"],
]) {
  test(`without ${what} all works, whatever letters there are`, async () => {
    assert.deepEqual(await without(take), { said: [SAID, SAID], long: true });
  });
}

for (const [what, take] of [
  ["crypto", gone("crypto")],
]) {
  test(`without ${what} the original works, too`, async () => {
    assert.ok((await without(take, { client: "original" })).long);
  });
}

for (const names of [
  ["TextEncoder"], ["TextDecoder"], ["TextEncoder", "TextDecoder"],
  // (Node's own fetch needs WeakRef.)
  ["FinalizationRegistry"],
]) {
  test(`without ${names.join(" and ")} all works, whatever letters there are`, async () => {
    assert.deepEqual(await without(gone(...names)), { said: [SAID, SAID], long: true });
  });
}

test("a TextEncoder that only has encode() is enough", async () => {
  const take = "delete TextEncoder.prototype.encodeInto;";
  assert.deepEqual(await without(take), { said: [SAID, SAID], long: true });
});

test("WebAssembly is missing: one sentence that names it", async () => {
  assert.deepEqual(await without(gone("WebAssembly"), { warm: false }), {
    code: "unsupported",
    message: "talk-session cannot run here: WebAssembly is not defined",
    cause: "ReferenceError",
  });
});

test("a policy without 'wasm-unsafe-eval': the error names it, and says what the browser says", async () => {
  const { result } = await stage.inPage(async () => {
    const { getTalkSession, Session } = await field.load("ours");
    const open = () => getTalkSession({ appId: "demo", userId: "x", host: field.host });
    const acting = new Session({ appId: "demo", host: field.host });
    acting.me = acting.getUserById("x");
    const told = new Promise((resolve) => open().onError(({ code, message }) => resolve(`${code}: ${message}`)));
    const calls = [() => open().currentUser.get(), () => open().currentUser.get(), () => acting.me.get()];
    return [await told, ...(await Promise.all(calls.map((call) => field.failure(call))))];
  }, undefined, {
    prepare: (page) => page.route("**/*", async (route) => {
      const answer = await route.fetch();
      const headers = { ...answer.headers(), "content-security-policy": "script-src 'self'" };
      await route.fulfill({ response: answer, headers });
    }),
  });
  // The last one was called when its session had ended already.
  for (const [at, failure] of result.entries()) {
    assert.ok(failure.startsWith(at < 3 ? "unsupported: " : "session-ended: "), failure);
    assert.match(failure, /talk-session cannot run here without 'wasm-unsafe-eval': WebAssembly/);
    assert.doesNotMatch(failure, /bug/);
  }
});

test("without WeakRef all works in a page", async () => {
  const { result, problems } = await stage.inPage(async () => {
    delete globalThis.WeakRef;
    delete globalThis.FinalizationRegistry;
    const { getTalkSession } = await field.load("ours");
    const open = () => getTalkSession({ appId: "demo", userId: "no weak references", host: field.host });
    await open().currentUser.createIfNotExists({ name: "Held" });
    return [open() === open(), (await open().currentUser.get()).name];
  });
  assert.deepEqual([result, problems], [[true, "Held"], []]);
});

test("sessions that could not begin leave nothing behind, and the next one works", async () => {
  const { result, problems } = await stage.inPage(async () => {
    const { getTalkSession } = await field.load("ours");
    const { WebAssembly } = globalThis;
    const open = () => getTalkSession({ appId: "demo", userId: "later", host: field.host });
    globalThis.WebAssembly = undefined;
    const failed = await field.failure(() => open().currentUser.get());
    globalThis.WebAssembly = WebAssembly;
    await open().currentUser.createIfNotExists({ name: "Later" });
    return [failed.split(":")[0], (await open().currentUser.get()).name];
  });
  assert.deepEqual(result, ["unsupported", "Later"]);
  assert.deepEqual(problems, []);
});
