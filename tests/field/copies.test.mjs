// Several copies of the package in one page, and what comes out of an iframe: refs of one are taken
// by the other, and errors are known.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./stage.mjs";

const { inPage } = useStage();

/** What one copy does with the refs of another: the same session, opened twice. */
const together = async ([client, first, second]) => {
  const apis = [];
  for (const path of [first, second]) {
    const api = await import(path);
    await api.init?.();
    apis.push(api);
  }
  const one = await field.open(client, `${first} ${second}`, apis[0]);
  const session = apis[1].getTalkSession({ appId: "demo", userId: one.userId, host: field.host });
  const chat = session.conversation(one.conversation.id);
  await session.user(`bob ${second}`).createIfNotExists({ name: "Bob" });
  const answer = async (referencedMessage) => {
    const sent = await chat.send({ text: "re", referencedMessage });
    return (await sent.get()).referencedMessage?.id === one.message.id;
  };
  const bob = one.session.user(`bob ${second}`);
  return {
    apart: one.session !== session && one.conversation !== chat,
    participant: chat.participant(bob) === chat.participant(bob.id),
    added: await field.failure(() => chat.participant(bob).createIfNotExists()),
    proxied: chat.participant(new Proxy(bob, {})).userId === bob.id,
    inherited: chat.participant(Object.create(bob)).userId === bob.id,
    answers: [
      await answer(one.message), await answer(new Proxy(one.message, {})), await answer({ id: one.message.id }),
      await answer(one.message.id),
    ],
    notOne: [await field.failure(() => chat.participant({ id: bob.id })), await field.failure(() => chat.participant({}))]
      .map((text) => text !== "none"),
  };
};

const RIGHT = {
  apart: true, participant: true, added: "none", proxied: true, inherited: true,
  answers: [true, true, true, true], notOne: [true, true],
};

for (const [name, client, first, second] of [
  ["index.js twice", "ours", "/pkg/index.js", "/other-pkg/index.js"],
  ["index.js and index.cjs", "ours", "/pkg/index.js", "/common.js"],
  ["index.cjs and index.js", "ours", "/common.js", "/pkg/index.js"],
  ["index.js and separate.js", "ours", "/pkg/index.js", "/pkg/separate.js"],
  ["separate.js and index.js", "ours", "/pkg/separate.js", "/pkg/index.js"],
  ["the original and ours", "original", "/original.js", "/pkg/index.js"],
  ["the original twice", "original", "/original.js", "/original-2.js"],
]) {
  test(`${name}: refs of one are taken by the other`, async () => {
    const { result } = await inPage(together, [client, first, second]);
    assert.deepEqual(result, RIGHT);
  });
}

test("a Session takes refs of another copy as participants and for IDs", async () => {
  const { result } = await inPage(async () => {
    const other = await import("/other-pkg/index.js");
    const theirs = other.getTalkSession({ appId: "demo", userId: "theirs", host: field.host });
    const { session } = await field.openSdk("copies");
    const [user, foreign] = [theirs.user("guest"), new other.Session({ appId: "demo", host: field.host })];
    const described = foreign.getUser({ id: "guest", name: "Guest", role: "default" });
    const chat = (participants) => session.getConversation({ id: "copies", participants });
    return {
      ids: [
        chat([user]), chat([described]), chat([{ user, access: "Read" }]), chat([new Proxy(user, {})]),
      ].map(({ participants }) => participants[0].user.id),
      oneOnOne: session.oneOnOneId(session.me, user) === session.oneOnOneId(session.me.id, "guest"),
      me: await field.failure(() => {
        new (session.constructor)({ appId: "demo", host: field.host }).me = described;
      }),
    };
  });
  assert.deepEqual(result.ids, Array(4).fill("guest"));
  assert.equal(result.oneOnOne, true);
  assert.match(result.me, /^invalid-argument: session\.me must be/);
});

test("an error is known to every copy, also when it comes out of an iframe", async () => {
  const { result } = await inPage(async () => {
    const apis = [await import("/pkg/index.js"), await import("/other-pkg/index.js"), await import("/common.js")];
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const script = Object.assign(frame.contentDocument.createElement("script"), { type: "module", src: "/frame.js" });
    frame.contentDocument.body.append(script);
    while (!frame.contentWindow.api) await new Promise((resolve) => setTimeout(resolve, 10));
    const thrownBy = async ({ getTalkSession }) => {
      try {
        return getTalkSession({ appId: "", userId: "x" });
      } catch (error) {
        return error;
      }
    };
    const errors = [await thrownBy(apis[0]), await thrownBy(apis[1]), await thrownBy(apis[2]),
      await thrownBy(frame.contentWindow.api)];
    const others = [new Error("x"), { name: "TalkError" }, { name: "TalkError", stack: "" }, null, "TalkError",
      new frame.contentWindow.Error("TalkError")];
    return {
      known: errors.map((error) => apis.every(({ isTalkError }) => isTalkError(error))),
      isError: errors.map((error) => error instanceof Error),
      others: others.map((other) => apis.some(({ isTalkError }) => isTalkError(other))),
    };
  });
  assert.deepEqual(result.known, [true, true, true, true]);
  assert.deepEqual(result.isError, [true, true, true, false]);
  assert.deepEqual(result.others, Array(6).fill(false));
});
