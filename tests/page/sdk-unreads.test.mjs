// `session.onUnreadsChange`, by method, by option and in its former forms: which conversations it
// lists, in which order, and when it tells.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const { prepared, scene } = useStage();

/**
 * In the page: `enter` opens bob's `session` and has `told`, all lists of unread conversations, as
 * `[id, last message, count]` each.
 */
const prepare = ({ run }) =>
  run(() => {
    globalThis.told = [];
    globalThis.raw = [];
    globalThis.note = (unreads) => {
      raw.push(unreads);
      told.push(
        unreads.map(({ conversation, lastMessage, unreadMessageCount }) => [
          conversation.id, lastMessage?.plaintext ?? null, unreadMessageCount,
        ]),
      );
    };
    globalThis.enter = async (id, options = {}) => {
      globalThis.session = await lab.sdk(options);
      session.me = session.getUserById(id);
      if (!Object.keys(options).length) session.onUnreadsChange(note);
      await lab.until(() => told.length, "told at the start");
    };
    globalThis.shows = (...expected) =>
      lab.until(
        () => JSON.stringify(told.at(-1)) === JSON.stringify(expected),
        () => `${JSON.stringify(expected)} is told, but ${JSON.stringify(told.at(-1))}`,
      );
  });

const unread = prepared(prepare);

unread("it tells once at the start, also when there is nothing", async ({ run }) => {
  const seen = await run(async () => {
    await lab.person("nothing unread");
    await enter("nothing unread");
    // A user who does not exist yet.
    const fresh = await lab.sdk();
    fresh.me = fresh.getUser({ id: "not there yet", name: "N", role: "default" });
    const calls = [];
    fresh.onUnreadsChange((unreads) => calls.push(unreads.length));
    await lab.until(() => calls.length, "told");
    await fresh.me.synchronize();
    await fresh.me.get();
    return { told, calls, frozen: raw.map((one) => lab.thawed(one)) };
  });
  assert.deepEqual(seen, { told: [[]], calls: [0], frozen: [""] });
});

unread("method, options, and the former forms: all are told the same", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("forms");
    await ours.send("one");
    const calls = { method: [], option: [], former: [], formerOption: [] };
    const counter = (name) => (unreads) =>
      calls[name].push(unreads.map(({ unreadMessageCount }) => unreadMessageCount));
    const own = await lab.sdk({
      onUnreadsChange: counter("option"), unreads: { onChange: counter("formerOption") },
    });
    own.me = own.getUserById("bob forms");
    own.onUnreadsChange(counter("method"));
    const former = own.unreads.onChange(counter("former"));
    const all = (count) =>
      lab.until(
        () => Object.values(calls).every(({ length }) => length === count),
        () => `each is told ${count} times: ${JSON.stringify(calls)}`,
      );
    await all(1);
    await ours.send("two");
    await all(2);
    former.unsubscribe();
    former.unsubscribe();
    await ours.send("three");
    await lab.until(() => calls.method.length === 3 && calls.option.length === 3, "the others");
    return { calls, same: own.unreads === own.unreads };
  });
  assert.deepEqual(seen.calls, {
    method: [[1], [2], [3]], option: [[1], [2], [3]], former: [[1], [2]],
    formerOption: [[1], [2], [3]],
  });
  assert.ok(seen.same);
});

unread("messages, reading, marking as unread, deletions, and leaving", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, id, ours, theirs } = await lab.pair("changes");
    await enter("bob changes");
    await ours.send("one");
    await shows([id, "one", 1]);
    const second = await ours.send("two");
    await shows([id, "two", 2]);
    await theirs.markAsRead();
    await shows();
    await theirs.markAsUnread();
    await shows([id, "two", 0]);
    await theirs.markAsRead();
    await shows();
    await theirs.send("mine");
    await ours.send("three");
    await shows([id, "three", 1]);
    await ours.message(second.id).edit("two, edited");
    const last = await ours.send("four");
    await shows([id, "four", 2]);
    await last.delete();
    await shows([id, "three", 1]);
    await ours.participant("bob changes").delete();
    await shows();
    // One without messages that is marked as unread has no last one.
    const empty = alice.conversation("empty changes");
    await empty.createIfNotExists();
    await empty.participant("bob changes").createIfNotExists();
    await session.conversation("empty changes").markAsUnread();
    await shows(["empty changes", null, 0]);
    return { told, first: told[0], thawed: raw.map((one) => lab.thawed(one)).filter(Boolean) };
  });
  assert.deepEqual(seen.first, []);
  assert.deepEqual(seen.thawed, [], "frozen");
  const texts = seen.told.map((one) => JSON.stringify(one));
  assert.ok(texts.every((text, at) => text !== texts[at + 1]), `nothing is told twice: ${texts}`);
});

unread("the one with the latest activity comes first; the names follow", async ({ run }) => {
  const seen = await run(async () => {
    const { alice } = await lab.pair("order");
    const chats = [];
    for (const name of ["a", "b", "c"]) {
      const chat = alice.conversation(`order ${name}`);
      await chat.createIfNotExists({ subject: name });
      await chat.participant("bob order").createIfNotExists();
      await chat.send(`in ${name}`);
      chats.push(chat);
      const start = Date.now();
      await lab.until(() => Date.now() > start, "the clock goes on");
    }
    await enter("bob order");
    const first = told[0].map(([id]) => id);
    await chats[0].send("again in a");
    await shows(["order a", "again in a", 2], ["order c", "in c", 1], ["order b", "in b", 1]);
    await chats[1].set({ subject: "renamed" });
    await lab.until(() => raw.at(-1)[2].conversation.subject === "renamed", "the subject");
    const [one, other] = raw.slice(-2);
    return {
      first,
      shared: one[0].conversation === other[0].conversation,
      message: other[0].lastMessage === other[0].conversation.lastMessage,
      read: other[0].conversation.isUnread,
    };
  });
  assert.deepEqual(seen.first, ["order c", "order b", "order a"]);
  assert.ok(seen.shared && seen.message && seen.read);
});

for (const count of [20, 21, 55, 80]) {
  unread(`${count} unread conversations are all listed, and only when all are there`, async ({
    run,
  }) => {
    const seen = await run(async (count) => {
      const { alice, ours } = await lab.pair(`many ${count}`);
      const bob = `bob many ${count}`;
      const chats = Array.from({ length: count - 1 }, (_, at) =>
        alice.conversation(`many ${count} ${at}`));
      for (const chat of chats) {
        await chat.createIfNotExists();
        await Promise.all([chat.participant(bob).createIfNotExists(), chat.send("hello")]);
      }
      await ours.send("hello");
      await enter(bob);
      const first = told[0].length;
      // The one that is furthest down comes up, is read, and goes.
      await chats[0].send("up");
      await lab.until(() => told.at(-1)[0][1] === "up", "it comes up");
      const counts = [told.at(-1).length];
      await session.conversation(chats[0].id).markAsRead();
      await lab.until(() => told.at(-1).every(([id]) => id !== chats[0].id), "it is read");
      counts.push(told.at(-1).length);
      await Promise.all(chats.map(({ id }) => session.conversation(id).markAsRead()));
      await shows([ours.id, "hello", 1]);
      const lengths = told.map(({ length }) => length);
      return { first, counts, lengths, ids: new Set(told[0].map(([id]) => id)).size };
    }, count);
    assert.deepEqual([seen.first, seen.ids], [count, count], "all at once");
    assert.deepEqual(seen.counts, [count, count - 1]);
    const ups = seen.lengths.filter((length, at) => at > 0 && length > seen.lengths[at - 1]);
    assert.deepEqual(ups, [], "it only gets less");
  });
}

unread("more than a page becomes unread while it runs", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, id, ours } = await lab.pair("growing");
    await enter("bob growing");
    for (let at = 0; at < 60; at++) {
      const chat = alice.conversation(`growing ${at}`);
      await chat.createIfNotExists();
      await Promise.all([
        chat.participant("bob growing").createIfNotExists(), chat.send(`hello ${at}`),
      ]);
    }
    await ours.send("the end");
    await lab.until(
      () => told.at(-1).length === 61, () => `61 are listed, but ${told.at(-1).length}`,
    );
    return { last: told.at(-1)[0], ids: new Set(told.at(-1).map(([id]) => id)).size, id };
  });
  assert.deepEqual(seen.last, [seen.id, "the end", 1]);
  assert.equal(seen.ids, 61);
});

unread("after a drop: what came in, what was read elsewhere, what is new", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, bob, id, ours } = await lab.pair("drop");
    const make = async (name, texts) => {
      const chat = alice.conversation(name);
      await chat.createIfNotExists();
      await chat.participant("bob drop").createIfNotExists();
      for (const text of texts) await chat.send(text);
    };
    await make("drop read", ["to be read"]);
    await ours.send("one");
    await enter("bob drop", { onUnreadsChange: note });
    const before = told.length;
    const sockets = lab.watchSockets();
    // The other device of bob is cut off as well, and is let in again.
    const back = await lab.offline("bob drop");
    await ours.send("two");
    await make("drop new", ["first", "second"]);
    const during = told.length;
    back();
    await bob.conversation("drop read").markAsRead();
    await lab.until(() => told.at(-1).every(([id]) => id !== "drop read"), "read elsewhere");
    await lab.until(() => told.at(-1).length === 2, "the new one");
    const all = told.at(-1);
    // A drop with nothing new tells nothing.
    const count = told.length;
    await lab.control({ do: "drop", user: "bob drop" });
    globalThis.dispatchEvent(new Event("online"));
    await session.me.get();
    await ours.send("three");
    await lab.until(() => told.length > count, "the next change");
    return { quiet: during - before, all, last: told.slice(count), id, sockets: sockets.length };
  });
  assert.equal(seen.quiet, 0);
  assert.deepEqual([...seen.all].sort(), [["drop new", "second", 2], [seen.id, "two", 2]].sort());
  assert.equal(seen.last.length, 1, "one change is told once");
  assert.deepEqual(seen.last[0][0], [seen.id, "three", 3]);
  assert.ok(seen.sockets > 0);
});

unread(
  "a handler that throws, or unsubscribes itself, harms nobody",
  async ({ run, problems }) => {
    const seen = await run(async () => {
      const { ours } = await lab.pair("throwing");
      await enter("bob throwing");
      let own = 0;
      session.onUnreadsChange(() => {
        throw new Error("thrown by a handler");
      });
      const self = session.onUnreadsChange(() => {
        own += 1;
        queueMicrotask(() => self.unsubscribe());
      });
      session.onUnreadsChange(() => {
        own += 10;
      }).unsubscribe();
      await ours.send("one");
      await lab.until(() => told.at(-1).length === 1, "told");
      await ours.send("two");
      await lab.until(() => told.at(-1)[0][2] === 2, "told again");
      return { own, count: told.length };
    });
    assert.ok(seen.own % 10 === 1, "called once, then no more");
    assert.ok(seen.own < 20, "and one that left is at most told what is known already");
    assert.equal(seen.count, 3);
    assert.equal(problems.filter((text) => /thrown by a handler/.test(text)).length, 3);
  },
  { expected: [/thrown by a handler/] },
);

unread("a page that cannot be had: it is told what is there, and goes on", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("page");
    for (let at = 0; at < 24; at++) {
      const chat = alice.conversation(`page ${at}`);
      await chat.createIfNotExists();
      await Promise.all([chat.participant("bob page").createIfNotExists(), chat.send("hello")]);
    }
    await ours.send("hello");
    const own = await lab.sdk();
    own.me = own.getUserById("bob page");
    await own.me.get();
    await lab.control({ do: "answer", method: "GET", path: "/me/conversations", status: 500 });
    own.onUnreadsChange(note);
    await lab.until(() => told.length, "told");
    await ours.send("again");
    await lab.until(() => told.at(-1)[0][1] === "again", "told again");
    return [told[0].length, told.at(-1).length];
  });
  assert.deepEqual(seen, [25, 25], "500 is tried again");
});

unread(
  "a handler that throws when a page cannot be had is reported, and goes on",
  async ({ run }) => {
    const seen = await run(async () => {
      const { alice, ours } = await lab.pair("refused");
      for (let at = 0; at < 24; at++) {
        const chat = alice.conversation(`refused ${at}`);
        await chat.createIfNotExists();
        await Promise.all([
          chat.participant("bob refused").createIfNotExists(), chat.send("hello"),
        ]);
      }
      await ours.send("hello");
      const own = await lab.sdk();
      own.me = own.getUserById("bob refused");
      await own.me.get();
      const rejections = [];
      globalThis.addEventListener("unhandledrejection", () => rejections.push("one"));
      // The second page is refused for good.
      let pages = 0;
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (text) {
        const isPage = /"GET","\/me\/conversations"/.test(text) && ++pages === 2;
        send.call(this, isPage ? text.replace("/me/conversations", "/me/nowhere") : text);
      };
      own.onUnreadsChange((unreads) => {
        note(unreads);
        if (told.length === 1) throw new Error("thrown by a handler");
      });
      await lab.until(() => told.length, "told");
      await ours.send("again");
      await lab.until(() => told.at(-1)[0][1] === "again", "told again");
      return { lengths: told.map(({ length }) => length), rejections };
    });
    assert.deepEqual(seen, { lengths: [20, 25], rejections: [] });
  },
  { expected: [/thrown by a handler/] },
);

scene("handlers whose conversations the service refuses: it is told in the console", async ({
  run, logs,
}) => {
  const seen = await run(async () => {
    await lab.person("refused list");
    const session = await lab.sdk();
    const ended = [];
    session.me = session.getUserById("refused list");
    session.onError((error) => ended.push(error.code));
    await lab.control({
      do: "answer", method: "SUBSCRIBE", path: "/me/conversations", status: 403, times: 9,
    });
    session.onMessage(() => {});
    session.onUnreadsChange(() => {});
    const list = session.subscribeConversations();
    const state = await lab.settled(list.terminated, "the list is refused");
    const name = (await session.me.get()).name;
    await session.destroy();
    return { state: state.type, name, ended };
  });
  assert.deepEqual([seen.state, seen.ended], ["error", []], "the session goes on");
  const warnings = logs.filter((line) => /^warning: talk-session: Subscribe to/.test(line));
  assert.equal(warnings.length, 2, logs.join("\n"));
  assert.match(warnings[0], /Subscribe to conversations failed, got status 403/);
  assert.match(warnings[1], /Subscribe to unread conversations failed, got status 403/);
});
