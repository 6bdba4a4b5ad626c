// `session.onMessage` over connections that break: nothing is missed, and nothing told twice.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const stage = useStage();
const { scene } = stage;

/** In the page: alice, bob, and bob's `session` that listens; see sdk-messages.test.mjs. */
const prepare = ({ run }, topic) =>
  run(async (topic) => {
    Object.assign(globalThis, await lab.pair(topic));
    globalThis.heard = [];
    globalThis.sockets = lab.watchSockets();
    globalThis.session = await lab.sdk({
      onMessage: ({ body, conversation }) => heard.push([conversation.id, body]),
    });
    session.me = session.getUserById(`bob ${topic}`);
    await lab.quiet(sockets);
    globalThis.bodies = (chat) =>
      heard.filter(([id]) => !chat || id === chat).map(([, body]) => body);
    globalThis.hears = (text) =>
      lab.until(
        () => bodies().includes(text), () => `${text} is told, only ${JSON.stringify(heard)}`,
      );
  }, topic);

const numbered = (count, name = "message") =>
  Array.from({ length: count }, (_, at) => `${name} ${at}`);

scene("what was sent while the connection was down is told once, in order", async (page) => {
  await prepare(page, "down");
  const seen = await page.run(async () => {
    await ours.send("before");
    await hears("before");
    const back = await lab.offline("bob down");
    for (let at = 0; at < 5; at++) await ours.send(`message ${at}`);
    const early = bodies();
    back();
    await hears("message 4");
    await ours.send("after");
    await hears("after");
    return { early, bodies: bodies() };
  });
  assert.deepEqual(seen.early, ["before"]);
  assert.deepEqual(seen.bodies, ["before", ...numbered(5), "after"]);
});

for (const count of [25, 30, 31, 100]) {
  scene(`${count} at once while the connection was down`, async (page) => {
    await prepare(page, `down ${count}`);
    const seen = await page.run(async (count) => {
      const back = await lab.offline(`bob down ${count}`);
      const all = Array.from({ length: count }, (_, at) => ours.send(`message ${at}`));
      await Promise.all(all);
      back();
      await hears(`message ${count - 1}`);
      await ours.send("after");
      await hears("after");
      return bodies();
    }, count);
    assert.deepEqual(seen, [...numbered(count), "after"]);
  });
}

scene("of very many in one conversation, the latest 130 are told", async (page) => {
  await prepare(page, "too many");
  const seen = await page.run(async () => {
    for (let at = 0; at < 40; at++) await ours.send(`old ${at}`);
    await hears("old 39");
    const back = await lab.offline("bob too many");
    await Promise.all(Array.from({ length: 150 }, (_, at) => ours.send(`message ${at}`)));
    back();
    await hears("message 149");
    await ours.send("after");
    await hears("after");
    return bodies();
  });
  assert.deepEqual(seen.slice(0, 40), numbered(40, "old"), "each of these once");
  assert.deepEqual(seen.slice(40), [...numbered(150).slice(20), "after"]);
});

scene("in many conversations at once, old, new and far down in the list", async (page) => {
  await prepare(page, "spread");
  const seen = await page.run(async () => {
    const bob = "bob spread";
    const make = (name) => lab.chatOf(alice, name, bob);
    const chats = [];
    for (let at = 0; at < 26; at++) chats.push(await make(`spread ${at}`));
    for (const chat of chats.slice(1)) await chat.send("before");
    await lab.until(() => heard.length === 25, "the first ones");
    const back = await lab.offline(bob);
    for (const text of ["one", "two"]) for (const chat of chats) await chat.send(text);
    chats.push(await make("made meanwhile"));
    await chats.at(-1).send("one");
    await chats.at(-1).send("two");
    back();
    await lab.until(
      () => chats.every(({ id }) => bodies(id).includes("two")),
      () => `all are told: ${JSON.stringify(heard.slice(25))}`,
    );
    for (const chat of chats) await chat.send("after");
    await lab.until(() => chats.every(({ id }) => bodies(id).includes("after")), "after");
    return chats.map(({ id }) => [id, bodies(id)]);
  });
  for (const [id, bodies] of seen) {
    const before = /^spread [1-9]/.test(id) ? ["before"] : [];
    assert.deepEqual(bodies, [...before, "one", "two", "after"], id);
  }
});

scene("in more conversations than are loaded, and in many new ones", async (page) => {
  const seen = await page.run(async () => {
    Object.assign(globalThis, await lab.pair("more"));
    const bob = "bob more";
    const make = (name) => lab.chatOf(alice, name, bob);
    const chats = [];
    for (let at = 0; at < 32; at++) chats.push(await make(`more ${at}`));
    for (const chat of chats) await chat.send("history");
    const heard = [];
    const sockets = lab.watchSockets();
    const session = await lab.sdk({
      onMessage: ({ body, conversation }) => heard.push(`${conversation.id}: ${body}`),
    });
    session.me = session.getUserById(bob);
    await lab.quiet(sockets);
    const all = [];
    const told = () =>
      lab.until(
        () => heard.length >= all.length, () => `${all.length} are told, but ${heard.length}`,
      );
    for (const [round, fresh] of [["one", 0], ["two", 12]]) {
      const back = await lab.offline(bob);
      for (let at = 0; at < fresh; at++) chats.push(await make(`more ${chats.length}`));
      for (const chat of chats) {
        await chat.send(round);
        all.push(`${chat.id}: ${round}`);
      }
      back();
      await told();
    }
    await ours.send("after");
    all.push(`${id}: after`);
    await told();
    return [heard, all];
  });
  assert.deepEqual([...seen[0]].sort(), [...seen[1]].sort());
});

scene("several drops in a burst: each message once, in order", async (page) => {
  await prepare(page, "shaken");
  await page.run(async () => {
    globalThis.sending = (async () => {
      for (let at = 0; at < 60; at++) await ours.send(`message ${at}`);
    })();
    for (const count of [5, 15, 30, 45]) {
      await lab.until(() => heard.length >= count, `${count} are told`);
      await lab.control({ do: "drop", user: "bob shaken" });
      globalThis.dispatchEvent(new Event("online"));
    }
    await sending;
    await hears("message 59");
    await ours.send("after");
    await hears("after");
  });
  assert.deepEqual(await page.run(() => bodies()), [...numbered(60), "after"]);
});

scene("my own messages: sent into a drop, and while offline, are told once", async (page) => {
  await prepare(page, "mine");
  const seen = await page.run(async () => {
    const mine = session.conversation(id);
    const path = "/conversations/chat%20mine/messages";
    await lab.control({ do: "dropAfter", method: "POST", path });
    await lab.settled(mine.send("into a drop"), "it is sent");
    await hears("into a drop");
    const back = await lab.offline("bob mine");
    const all = [mine.send("offline 1"), mine.send("offline 2")];
    await ours.send("from alice");
    back();
    await lab.settled(Promise.all(all), "they are sent");
    await hears("offline 2");
    await ours.send("after");
    await hears("after");
    return bodies();
  });
  assert.deepEqual(seen, ["into a drop", "from alice", "offline 1", "offline 2", "after"]);
});

scene("an announced restart: nothing missed, nothing twice, no history", async (page) => {
  await prepare(page, "restarted");
  const seen = await page.run(async () => {
    await ours.send("before");
    await hears("before");
    const count = sockets.length;
    await lab.control({ do: "restarting" });
    await lab.until(() => sockets.length > count, "a new socket");
    await ours.send("between");
    await hears("between");
    await ours.send("after");
    await hears("after");
    return bodies();
  });
  assert.deepEqual(seen, ["before", "between", "after"]);
});

scene("edits, deletions and joining while the connection was down are no news", async (page) => {
  await prepare(page, "quiet drop");
  const seen = await page.run(async () => {
    const refs = [];
    for (const text of ["one", "two", "three"]) refs.push(await ours.send(text));
    await hears("three");
    const other = alice.conversation("has a history");
    await other.createIfNotExists();
    await other.send("long before");
    const start = Date.now();
    await lab.until(() => Date.now() > start, "the clock goes on");
    const back = await lab.offline("bob quiet drop");
    await refs[0].edit("one, edited");
    await refs[2].delete();
    const gone = await ours.send("deleted before anybody saw it");
    await gone.delete();
    await other.participant("bob quiet drop").createIfNotExists();
    back();
    await ours.send("after");
    await hears("after");
    await other.send("in it");
    await hears("in it");
    return bodies();
  });
  assert.deepEqual(seen, ["one", "two", "three", "after", "in it"]);
});

scene("what is sent while the first connection is still being made is not lost", async (page) => {
  const seen = await page.run(async () => {
    Object.assign(globalThis, await lab.pair("first"));
    await ours.send("history");
    const heard = [];
    const sockets = lab.watchSockets();
    const session = await lab.sdk({ onMessage: ({ body }) => heard.push(body) });
    session.me = session.getUserById("bob first");
    await lab.until(() => sockets[0]?.socket.readyState === 1, "it is connected");
    await lab.control({ do: "drop", user: "bob first" });
    globalThis.dispatchEvent(new Event("online"));
    await lab.quiet(sockets);
    await ours.send("one");
    await lab.until(() => heard.includes("one"), "one is told");
    return heard;
  });
  assert.deepEqual(seen, ["one"], "and the history is not told after a drop at the start");
});

for (const [kind, offset] of [["slow", -600_000], ["fast", 600_000]]) {
  scene(`a clock that is ten minutes ${kind}: no history, and nothing missed`, async (page) => {
    const seen = await page.run(async (offset) => {
      Object.assign(globalThis, await lab.pair("clock"));
      for (const text of ["history 1", "history 2"]) await ours.send(text);
      const { now } = Date;
      Date.now = () => now() + offset;
      const heard = [];
      const sockets = lab.watchSockets();
      const session = await lab.sdk({ onMessage: ({ body }) => heard.push(body) });
      session.me = session.getUserById("bob clock");
      await lab.quiet(sockets);
      await ours.send("one");
      await lab.until(() => heard.includes("one"), "one is told");
      const back = await lab.offline("bob clock");
      await ours.send("two");
      const chat = alice.conversation("clock, new");
      await chat.createIfNotExists();
      await chat.participant("bob clock").createIfNotExists();
      await chat.send("in a new one");
      back();
      await lab.until(() => heard.length >= 3, () => `two more are told: ${heard}`);
      await ours.send("three");
      await lab.until(() => heard.includes("three"), "three is told");
      return heard;
    }, offset);
    assert.deepEqual([...seen].sort(), ["in a new one", "one", "three", "two"]);
  });
}

scene("what the service fails to give at first is told all the same", async (page) => {
  await prepare(page, "refused");
  const seen = await page.run(async () => {
    await ours.send("one");
    await hears("one");
    const back = await lab.offline("bob refused");
    await ours.send("two");
    const path = "/me/conversations/chat%20refused/messages";
    await lab.control({ do: "answer", method: "GET", path, status: 500, times: 2 });
    back();
    await hears("two");
    await ours.send("three");
    await hears("three");
    return bodies();
  });
  assert.deepEqual(seen, ["one", "two", "three"]);
});
