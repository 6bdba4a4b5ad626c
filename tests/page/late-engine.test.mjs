// Before the WebAssembly is compiled: whatever is called, subscribed to or set in the meantime is done
// when it is there, in the same order, and what is wrong is refused at once all the same.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

for (const entry of ["talk-session", "talk-session/separate"]) {
  scene(`${entry}: what is called early goes out later, in the same order`, async ({ run }) => {
    const seen = await run(async (name) => {
      const openEngines = lab.holdEngines();
      const { getTalkSession } = await import(name);
      const story = async (userId, opened) => {
        const sockets = lab.watchSockets();
        const session = getTalkSession({ appId: "demo", userId, host: lab.host });
        const chat = session.conversation(userId);
        const done = [];
        const calls = [
          session.currentUser.createIfNotExists({ name: "Early" }),
          chat.createIfNotExists({ subject: "Early" }),
          chat.send("first"),
          chat.send("second"),
          chat.get(),
        ];
        calls.forEach((call, at) => call.then(() => done.push(at)));
        const list = chat.subscribeMessages();
        const presence = session.currentUser.subscribeOnline();
        presence.unsubscribe();
        const early = [list.state.type, presence.state.type, sockets.length, done.length];
        opened();
        const results = await Promise.all(calls);
        await list.connected;
        await lab.until(() => lab.texts(list).length === 2, "both messages");
        return {
          early, done, sent: lab.frames(sockets).map((frame) => frame.replaceAll(userId, "me")),
          subject: results[4].subject, texts: lab.texts(list),
        };
      };
      const late = await story(`early-${name.length}`, openEngines);
      return { late, usual: await story(`usual-${name.length}`, () => {}) };
    }, entry);
    assert.deepEqual(seen.late, {
      early: ["pending", "unsubscribed", 0, 0], done: [0, 1, 2, 3, 4], subject: "Early",
      texts: ["second", "first"], sent: seen.usual.sent,
    });
    assert.ok(!seen.late.sent.some((frame) => /online/.test(frame)), "what was let go of before");
  });
}

scene("what is wrong is refused at once, also before there is an engine", async ({ run }) => {
  const seen = await run(async () => {
    lab.holdEngines();
    const { getTalkSession } = await lab.load();
    const session = getTalkSession({ appId: "demo", userId: "early wrong", host: lab.host });
    return [
      await lab.failure(() => session.conversation("")),
      await lab.failure(() => session.conversation("c").send(5)),
      await lab.failure(() => session.setToken(5)),
      await lab.failure(() => session.onError("nothing")),
      await lab.failure(() => session.subscribeConversations({ filter: { isUnread: 5 } })),
    ];
  });
  assert.deepEqual(seen.map(({ code }) => code), Array(5).fill("invalid-argument"));
});

scene("a session that is destroyed early refuses what waits, and connects to nothing", async ({ run }) => {
  const { seen, sockets } = await run(async () => {
    const openEngines = lab.holdEngines();
    const { Session } = await lab.load();
    const sockets = lab.watchSockets();
    const session = new Session({ appId: "demo", host: lab.host });
    session.me = session.getUser({ id: "early destroyed", name: "Early", role: "default" });
    const call = lab.failure(() => session.conversation("c").get());
    const list = session.subscribeConversations();
    await session.destroy();
    const seen = await call;
    openEngines();
    // Another one, whose engine comes after that.
    await lab.person("early other");
    return { seen: [seen, list.state.type], sockets: sockets.length };
  });
  assertTalkError(seen[0], { how: "rejected", code: "session-ended" });
  assert.equal(seen[1], "error");
  assert.equal(sockets, 1);
});

scene("a browser that compiles no large module while the page waits", async ({ run }) => {
  const name = await run(async () => {
    // As in Chrome before 114.
    for (const maker of ["Module", "Instance"]) {
      WebAssembly[maker] = new Proxy(WebAssembly[maker], {
        construct(target, given) {
          if (maker === "Instance" || given[0].byteLength > 4096) throw new RangeError("too large");
          return new target(...given);
        },
      });
    }
    const session = await lab.person("old browser");
    return (await session.currentUser.get()).id;
  });
  assert.equal(name, "old browser");
});
