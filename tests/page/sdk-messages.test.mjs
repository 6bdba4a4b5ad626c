// `session.onMessage` on a connection that holds: which messages are told, and what of them.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const { prepared, scene } = useStage();

/**
 * In the page: `stage` makes two people and their conversation, and bob's `session` that listens;
 * `heard` has what it was told. `hears` waits until the last thing told is a text.
 */
const prepare = async ({ run }) =>
  run(() => {
    globalThis.heard = [];
    globalThis.stage = async (topic, options = {}) => {
      Object.assign(globalThis, await lab.pair(topic));
      await options.before?.();
      // What is older than the handler is history by this page's clock, which may be behind.
      const list = ours.subscribeMessages();
      const sent = (await list.connected).latestSnapshot[0]?.createdAt ?? 0;
      list.unsubscribe();
      await lab.until(() => Date.now() > sent + 200, "the page's clock is past the history");
      globalThis.sockets = lab.watchSockets();
      globalThis.session = await lab.sdk({
        onMessage: options.byMethod ? undefined : (message) => heard.push(message),
      });
      session.me = session.getUserById(`bob ${topic}`);
      if (options.byMethod) session.onMessage((message) => heard.push(message));
      await lab.quiet(sockets);
    };
    globalThis.bodies = () => heard.map(({ body }) => body);
    globalThis.hears = (text) =>
      lab.until(
        () => heard.at(-1)?.body === text,
        () => `${text} is told, only ${JSON.stringify(bodies())}`,
      );
  });

const listening = prepared(prepare);

for (const byMethod of [false, true]) {
  listening(
    `by ${byMethod ? "method" : "option"}: each message once, mine marked, and no history`,
    async ({ run }) => {
      const seen = await run(async (byMethod) => {
        await stage("once", {
          byMethod,
          before: async () => {
            for (const text of ["history 1", "history 2"]) await ours.send(text);
          },
        });
        const mine = session.conversation(id);
        await ours.send("one");
        await mine.send("two");
        await theirs.send("three, from another device of mine");
        await ours.send("four");
        await hears("four");
        return heard.map(({ body, isByMe, senderId, sender }) => [
          body, isByMe, senderId, sender.name,
        ]);
      }, byMethod);
      const [alice, bob] = ["alice once", "bob once"];
      assert.deepEqual(seen, [
        ["one", false, alice, alice],
        ["two", true, bob, bob],
        ["three, from another device of mine", true, bob, bob],
        ["four", false, alice, alice],
      ]);
    },
  );
}

listening("all fields of texts, files and places, and all is frozen", async ({ run }) => {
  const seen = await run(async () => {
    await stage("fields");
    const first = await ours.send({ text: "*Bold* text", custom: { a: "1" } });
    await hears("Bold text");
    await theirs.send({ text: "An answer", referencedMessage: first });
    await hears("An answer");
    const read = heard.map((message) => message.read);
    const bytes = new Blob(["12345"]);
    const image = { filename: "a.png", width: 640, height: 480 };
    const files = [
      await alice.uploadImage(bytes, image),
      await alice.uploadImage(bytes, { filename: "b.png" }),
      await alice.uploadFile(bytes, { filename: "c.txt" }),
      await alice.uploadVoice(bytes, { filename: "d.webm", duration: 3 }),
    ];
    for (const fileToken of files) await ours.send({ content: [{ type: "file", fileToken }] });
    await ours.send({ content: [{ type: "location", latitude: 51.5, longitude: -5.25 }] });
    await lab.until(() => heard.length === 7, "all are told");
    const fields = heard.map((message) => {
      const { conversation, sender, snapshot, attachment, ...rest } = message;
      const { url, ...file } = attachment ?? { url: null };
      return {
        ...rest,
        conversation: [conversation.id, conversation.subject],
        sender: sender.name,
        file: attachment && file,
        url: url === (snapshot.content[0].url ?? null),
        own: [
          rest.id === snapshot.id, rest.timestamp === snapshot.createdAt,
          rest.body === snapshot.plaintext, rest.origin === snapshot.origin,
          sender === snapshot.sender, rest.custom === snapshot.custom, rest.id !== "",
        ],
        content: snapshot.content[0].type,
        answers: snapshot.referencedMessage?.plaintext,
      };
    });
    return { fields, read, thawed: heard.map((message) => lab.thawed(message)), first: first.id };
  });
  assert.deepEqual(seen.read, [false, false], "neither by me, nor mine by alice");
  assert.deepEqual(seen.thawed, Array(7).fill(""), "frozen");
  const [text, answer, ...others] = seen.fields;
  assert.equal(text.id, seen.first);
  assert.deepEqual(
    [text.body, text.type, text.file, text.location, text.custom],
    ["Bold text", "text", null, null, { a: "1" }],
  );
  assert.deepEqual([answer.body, answer.isByMe, answer.answers], ["An answer", true, "Bold text"]);
  assert.deepEqual(
    others.map(({ type, file, location, body }) => [type, file, location, body]),
    [
      ["media", { size: 5, dimensions: { width: 640, height: 480 } }, null, "📷 a.png"],
      ["media", { size: 5 }, null, "📷 b.png"],
      ["media", { size: 5 }, null, "📎 c.txt"],
      ["media", { size: 5 }, null, "🎙️ (0:03)"],
      ["location", null, [51.5, -5.25], "📍"],
    ],
  );
  for (const one of seen.fields) {
    assert.deepEqual(one.conversation, ["chat fields", "fields"]);
    assert.deepEqual(one.own, Array(7).fill(true), one.body);
    assert.ok(one.url, one.body);
  }
});

listening("messages of the system, and two messages in one frame", async ({ run }) => {
  const seen = await run(async () => {
    await stage("frame", { before: () => ours.send("history") });
    const start = Date.now();
    const state = (at, more) => ({
      id: `made up ${at}`, type: "UserMessage", senderId: "alice frame", custom: {},
      createdAt: start + at, editedAt: null, referencedMessageId: null, origin: "web",
      content: [{ type: "text", children: [`made up ${at}`] }], reactions: {}, ...more,
    });
    const events = [
      state(1), state(2, { type: "SystemMessage", senderId: null, origin: "rest" }), state(3),
    ].map((state) => ({
      type: "message.created", conversationId: id, messageId: state.id, state,
    }));
    await lab.control({ do: "publish", user: "bob frame", events });
    // The same again is no news.
    await lab.control({ do: "publish", user: "bob frame", events });
    await hears("made up 3");
    await lab.until(() => Date.now() > start + 5, "the clock is past them");
    await theirs.send("the end");
    await lab.until(() => bodies().includes("the end"), "the end is told");
    return heard.map(({ body, senderId, sender, isByMe, origin }) => [
      body, senderId, sender?.name ?? null, isByMe, origin,
    ]);
  });
  const alice = "alice frame";
  assert.deepEqual(seen.slice(0, 3), [
    ["made up 1", alice, alice, false, "web"],
    ["made up 2", null, null, false, "rest"],
    ["made up 3", alice, alice, false, "web"],
  ]);
  assert.deepEqual(seen.slice(3).map(([body]) => body), ["the end"], "each once");
});

listening("a message that comes late, or in the same moment as another, is told once", async ({ run }) => {
  const seen = await run(async () => {
    await stage("late", { before: () => ours.send("history") });
    const start = Date.now();
    const created = (text, at) => ({
      type: "message.created", conversationId: id, messageId: text, state: {
        id: text, type: "UserMessage", senderId: "alice late", custom: {}, createdAt: start + at,
        editedAt: null, referencedMessageId: null, origin: "web",
        content: [{ type: "text", children: [text] }], reactions: {},
      },
    });
    const publishAll = (events) => lab.control({ do: "publish", user: "bob late", events });
    const publish = (...message) => publishAll([created(...message)]);
    await publish("first", 5);
    await hears("first");
    await publish("late", 2);
    await publish("tied", 5);
    await publish("last", 9);
    await hears("last");
    await publishAll(["a", "b", "c"].map((text) => created(text, 10)));
    await lab.until(() => bodies().includes("c"), "all of one moment are told");
    await publish("end", 12);
    await hears("end");
    return bodies();
  });
  assert.deepEqual(seen, ["first", "late", "tied", "last", "a", "b", "c", "end"]);
});

listening("edits, deletions, older pages and other changes are no news", async ({ run }) => {
  const seen = await run(async () => {
    await stage("changes", {
      before: async () => {
        const old = Array.from({ length: 45 }, (_, at) => ours.send(`old ${at}`));
        await Promise.all(old);
      },
    });
    const mine = session.conversation(id);
    const list = mine.subscribeMessages();
    await list.connected;
    await list.loadMore(30);
    const refs = [];
    for (const text of ["one", "two", "three"]) refs.push(await ours.send(text));
    await refs[0].edit("one, edited");
    await refs[2].delete();
    await refs[1].delete();
    await mine.markAsRead();
    await mine.markAsUnread();
    await refs[0].reaction("👍").add();
    await ours.set({ subject: "Another" });
    await alice.currentUser.set({ name: "Another" });
    await ours.send("the end");
    await hears("the end");
    return { bodies: bodies(), shown: list.state.latestSnapshot.length };
  });
  assert.deepEqual(seen.bodies, ["one", "two", "three", "the end"]);
  assert.ok(seen.shown >= 47, "older pages were loaded");
});

listening("25 at once, from both sides: each once, in order", async ({ run }) => {
  const seen = await run(async () => {
    await stage("burst");
    const mine = session.conversation(id);
    const numbers = Array.from({ length: 25 }, (_, at) => at);
    await Promise.all([
      ...numbers.map((at) => ours.send(`alice ${at}`)),
      ...numbers.map((at) => mine.send(`bob ${at}`)),
    ]);
    await lab.until(() => heard.length >= 50, () => `50 are told, but ${heard.length}`);
    await ours.send("the end");
    await hears("the end");
    const list = ours.subscribeMessages();
    await list.connected;
    await list.loadMore(100);
    return { bodies: bodies(), all: lab.texts(list).reverse() };
  });
  assert.equal(seen.bodies.length, 51);
  assert.deepEqual(seen.bodies, seen.all);
});

listening("many conversations: also those beyond the first page of the list", async ({ run }) => {
  const seen = await run(async () => {
    const chats = [];
    await stage("many", {
      before: async () => {
        for (let at = 0; at < 45; at++) {
          const chat = alice.conversation(`many ${at}`);
          chats.push(chat);
          await chat.createIfNotExists();
          await chat.participant("bob many").createIfNotExists();
          if (at % 2) await chat.send("history");
        }
      },
    });
    // The last ones of the list first: each becomes the first of it.
    for (const [at, chat] of chats.entries()) await chat.send(`message ${at}`);
    // What comes at once is told in the order of the list.
    await ours.send("the end");
    await lab.until(() => heard.length >= 46, () => `46 are told, but ${heard.length}`);
    return heard.map(({ body, conversation }) => [body, conversation.id]);
  });
  const all = Array.from({ length: 45 }, (_, at) => [`message ${at}`, `many ${at}`]);
  assert.deepEqual([...seen].sort(), [...all, ["the end", "chat many"]].sort());
});

listening("conversations that I am added to, also as they speak", async ({ run }) => {
  const seen = await run(async () => {
    await stage("added");
    const bob = "bob added";
    const add = async (name, texts) => {
      const chat = alice.conversation(name);
      await chat.createIfNotExists();
      await chat.send("before I was in");
      const start = Date.now();
      await lab.until(() => Date.now() > start, "the clock goes on");
      const calls = [chat.participant(bob).createIfNotExists()];
      calls.push(...texts.map((text) => chat.send(text)));
      await Promise.all(calls);
    };
    await add("added 1", ["at once"]);
    await hears("at once");
    await add("added 2", []);
    await alice.conversation("added 2").send("later");
    await hears("later");
    await add("added 3", Array.from({ length: 5 }, (_, at) => `burst ${at}`));
    await hears("burst 4");
    // Out, and in again.
    const chat = alice.conversation("added 1");
    await chat.participant(bob).delete();
    await chat.send("while I was out");
    await chat.participant(bob).createIfNotExists();
    await chat.send("in again");
    await hears("in again");
    // Made by myself.
    const own = session.conversation("my own");
    await own.createIfNotExists();
    await own.send("to myself");
    await hears("to myself");
    return heard.map(({ body, conversation }) => [body, conversation.id]);
  });
  assert.deepEqual(seen, [
    ["at once", "added 1"],
    ["later", "added 2"],
    ...Array.from({ length: 5 }, (_, at) => [`burst ${at}`, "added 3"]),
    ["in again", "added 1"],
    ["to myself", "my own"],
  ]);
});

scene("a user who does not exist yet hears what comes once they do", async ({ run }) => {
  const seen = await run(async () => {
    const alice = await lab.person("alice waits");
    const [heard, unreads] = [[], []];
    const sockets = lab.watchSockets();
    const session = await lab.sdk({
      onMessage: ({ body }) => heard.push(body),
      onUnreadsChange: (list) => unreads.push(list.length),
    });
    session.me = session.getUserById("bob waits");
    await lab.quiet(sockets);
    await alice.user("bob waits").createIfNotExists({ name: "Bob" });
    const chat = alice.conversation("waiting");
    await chat.createIfNotExists();
    await chat.send("before bob was in");
    const start = Date.now();
    await lab.until(() => Date.now() > start, "the clock goes on");
    await chat.participant("bob waits").createIfNotExists();
    await chat.send("welcome");
    await lab.until(() => heard.length && unreads.at(-1) === 1, () => `${heard}, ${unreads}`);
    await chat.send("the end");
    await lab.until(() => heard.at(-1) === "the end", "the end is told");
    return { heard, first: unreads[0] };
  });
  assert.deepEqual(seen, { heard: ["welcome", "the end"], first: 0 });
});

listening(
  "a handler that throws is reported, and neither it nor the others miss anything",
  async ({ run, problems }) => {
    const seen = await run(async () => {
      const all = { throwing: [], rejecting: 0 };
      let rejections = 0;
      addEventListener("unhandledrejection", () => rejections++);
      await stage("thrower");
      session.onMessage(({ body }) => {
        all.throwing.push(body);
        throw new Error(`thrown at ${body}`);
      });
      session.onMessage(async () => {
        all.rejecting += 1;
        throw new Error("rejected by a handler");
      });
      all.last = [];
      session.onMessage(({ body }) => all.last.push(body));
      await ours.send("one");
      await ours.send("two");
      await lab.until(() => all.last.length === 2, "the last one is told");
      await hears("two");
      await lab.until(() => rejections === 2, "the browser reports what was rejected");
      return { ...all, heard: bodies() };
    });
    const both = ["one", "two"];
    assert.deepEqual(seen, { throwing: both, rejecting: 2, last: both, heard: both });
    assert.equal(problems.filter((text) => /thrown at/.test(text)).length, 2);
  },
  { expected: [/thrown at one/, /thrown at two/, /rejected by a handler/] },
);

listening("unsubscribing is obeyed; a later handler hears as from then", async ({ run }) => {
  const seen = await run(async () => {
    await stage("leaving");
    const all = { twice: 0, self: [], later: [], early: 0 };
    const twice = session.onMessage(() => all.twice++);
    twice.unsubscribe();
    twice.unsubscribe();
    const self = session.onMessage(({ body }) => {
      all.self.push(body);
      self.unsubscribe();
    });
    await ours.send("one");
    await ours.send("two");
    await hears("two");
    session.onMessage(({ body }) => all.later.push(body));
    await ours.send("three");
    await hears("three");
    // Nobody listens for a while.
    const quiet = await lab.sdk();
    quiet.me = quiet.getUserById("bob leaving");
    const first = quiet.onMessage(() => all.early++);
    first.unsubscribe();
    await ours.send("unheard");
    await hears("unheard");
    await quiet.me.get();
    const own = [];
    quiet.onMessage(({ body }) => own.push(body));
    await lab.quiet(sockets);
    await ours.send("heard");
    await hears("heard");
    await lab.until(() => own.length, "told again");
    return { ...all, own };
  });
  assert.deepEqual(seen.self, ["one"]);
  assert.deepEqual(seen.later, ["three", "unheard", "heard"]);
  assert.deepEqual([seen.twice, seen.early], [0, 0]);
  assert.deepEqual(seen.own, ["heard"]);
});

listening("a handler may use the API: answer, read, destroy", async ({ run }) => {
  const seen = await run(async () => {
    await stage("handler");
    const mine = session.conversation(id);
    session.onMessage(async ({ body, isByMe }) => {
      if (isByMe || body === "the end") return;
      await mine.markAsRead();
      await mine.send(`re: ${body}`);
    });
    await ours.send("one");
    await hears("re: one");
    let calls = 0;
    let ended;
    session.onMessage(() => {
      calls += 1;
      ended = session.destroy();
    });
    session.onMessage(() => calls++);
    await ours.send("the end");
    await lab.until(() => !!ended, "destroyed by its handler");
    await ended;
    await ours.send("after the end");
    return { bodies: bodies(), calls, unread: (await theirs.get()).unreadMessageCount };
  });
  assert.ok(seen.calls >= 1 && seen.calls <= 2, "no handler is called later");
  assert.deepEqual(seen.bodies.filter((body) => /end/.test(body)), ["the end"]);
  assert.equal(seen.unread, 2);
});

scene("in a conversation with history, messages come without being asked for", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("history");
    for (let at = 0; at < 40; at++) await ours.send(`old ${at}`);
    const sockets = lab.watchSockets();
    const heard = [];
    const session = await lab.sdk({ onMessage: ({ body }) => heard.push(body) });
    session.me = session.getUserById("bob history");
    await lab.quiet(sockets);
    const asked = () => lab.frames(sockets).filter((frame) => /^GET .*\/messages$/.test(frame));
    const counts = [];
    for (let at = 0; at < 70; at++) {
      await ours.send(`new ${at}`);
      await lab.until(() => heard.length > at, `new ${at} is told`);
      counts.push(asked().length);
    }
    return { heard, counts };
  });
  assert.deepEqual(seen.heard, Array.from({ length: 70 }, (_, at) => `new ${at}`));
  // The last message for the list, and the first page; what came is kept.
  assert.deepEqual([seen.counts[0], seen.counts[29], seen.counts[69]], [2, 2, 2]);
});
