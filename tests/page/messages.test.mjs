// Every public method about messages and lists, against the local backend: sending, editing,
// deleting, reading, and the windows of messages and conversations.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("send in all its forms, seen by both sides", async ({ run }) => {
  const { sent, got } = await run(async () => {
    const { ours, theirs } = await lab.pair("forms");
    const list = theirs.subscribeMessages();
    await list.connected;
    const text = (...children) => ({ type: "text", children });
    const first = await ours.send("plain");
    const params = [
      { text: "with custom", custom: { k: "v" } },
      { text: "answer by ID", referencedMessage: first.id },
      { text: "answer by ref", referencedMessage: first },
      { content: [text("in a block")] },
      {
        content: [
          text({ type: "bold", children: ["bold"] }, " and ", { type: "codeSpan", text: "code" }),
        ],
      },
      { content: [{ type: "location", latitude: 51.44, longitude: -5.5 }], custom: { at: "home" } },
    ];
    const refs = [first];
    for (const one of params) refs.push(await ours.send(one));
    await lab.until(() => list.state.latestSnapshot.length === 7, "all have arrived");
    const got = [...list.state.latestSnapshot].reverse();
    return {
      sent: refs.map(({ id, conversationId }) => ({ id, conversationId })),
      got,
    };
  });
  assert.deepEqual(
    got.map(({ id }) => id),
    sent.map(({ id }) => id),
    "send gives a ref to the message",
  );
  assert.ok(sent.every(({ conversationId }) => conversationId === "chat forms"));
  assert.deepEqual(
    got.map(({ plaintext }) => plaintext),
    "plain|with custom|answer by ID|answer by ref|in a block|bold and code|📍".split("|"),
  );
  const [first, custom, byId, byRef, , formatted, place] = got;
  assert.deepEqual(Object.keys(first).sort(), [
    "content",
    "createdAt",
    "custom",
    "editedAt",
    "id",
    "origin",
    "plaintext",
    "reactions",
    "referencedMessage",
    "sender",
    "type",
  ]);
  assert.deepEqual(first.content, [{ type: "text", children: ["plain"] }]);
  assert.deepEqual(
    [first.type, first.origin, first.editedAt, first.reactions, first.custom],
    ["UserMessage", "rest", null, [], {}],
  );
  assert.equal(first.sender.id, "alice forms");
  assert.deepEqual(custom.custom, { k: "v" });
  for (const { referencedMessage } of [byId, byRef]) {
    assert.equal(referencedMessage.id, first.id);
    assert.equal(referencedMessage.plaintext, "plain");
    assert.equal(referencedMessage.referencedMessageId, null);
    assert.equal(referencedMessage.sender.name, "alice forms");
  }
  assert.deepEqual(formatted.content[0].children, [
    { type: "bold", children: ["bold"] },
    " and ",
    { type: "codeSpan", text: "code" },
  ]);
  assert.deepEqual(place.content, [{ type: "location", latitude: 51.44, longitude: -5.5 }]);
  assert.deepEqual(place.custom, { at: "home" });
});

scene("message.get, edit and delete", async ({ run }) => {
  const seen = await run(async () => {
    const { ours, theirs } = await lab.pair("edits");
    const list = theirs.subscribeMessages();
    await list.connected;
    const ref = await ours.send({ text: "one", custom: { a: "1", b: "2" } });
    const after = async (change, what, check) => {
      await change();
      return lab.until(
        () => check(list.state.latestSnapshot[0]) && list.state.latestSnapshot[0],
        what,
      );
    };
    const all = { got: await ref.get() };
    await lab.until(() => list.state.latestSnapshot.length === 1, "sent");
    all.text = await after(
      () => ref.edit("two"),
      "edit by text",
      (m) => m.plaintext === "two",
    );
    all.params = await after(
      () => ref.edit({ text: "three", custom: { a: null, c: "3" } }),
      "edit by text and custom",
      (m) => m.plaintext === "three",
    );
    all.block = await after(
      () => ref.edit({ content: [{ type: "text", children: ["four"] }] }),
      "edit by content",
      (m) => m.plaintext === "four",
    );
    all.custom = await after(
      () => ref.edit({ custom: null }),
      "edit of custom alone",
      (m) => !Object.keys(m.custom).length,
    );
    all.byOther = await lab.failure(() => theirs.message(ref.id).edit("stolen"));
    all.missing = await lab.failure(() => ours.message("none").edit("nothing"));
    all.deleted = await ref.delete();
    await lab.until(() => list.state.latestSnapshot.length === 0, "deleted");
    all.twice = await lab.failure(() => ref.delete());
    all.gone = await ref.get();
    all.never = await ours.message("never").get();
    return all;
  });
  assert.equal(seen.got.plaintext, "one");
  assert.equal(seen.got.editedAt, null);
  assert.ok(seen.text.editedAt >= seen.text.createdAt, "an edit sets editedAt");
  assert.deepEqual(seen.params.custom, { b: "2", c: "3" });
  assert.deepEqual(seen.block.custom, { b: "2", c: "3" });
  assert.equal(seen.custom.plaintext, "four");
  assertTalkError(seen.byOther, { code: "forbidden", status: 403 }, "editing another's message");
  assertTalkError(
    seen.missing,
    { code: "not-found", status: 404 },
    "editing a message that is not",
  );
  assert.equal(seen.deleted, undefined);
  assert.equal(seen.twice.how, "none", "deleting what is gone is fine");
  assert.equal(seen.gone, null);
  assert.equal(seen.never, null);
});

scene("markAsRead, markAsUnread, and the counts on both sides", async ({ run }) => {
  const seen = await run(async () => {
    const { ours, theirs } = await lab.pair("reading");
    const [mine, their] = [ours.subscribe(), theirs.subscribe()];
    await Promise.all([mine.connected, their.connected]);
    const unread = ({
      state: {
        latestSnapshot: { unreadMessageCount, isUnread },
      },
    }) => [unreadMessageCount, isUnread];
    await ours.send("one");
    await ours.send("two");
    await lab.until(() => unread(their)[0] === 2, "two unread");
    const all = { their: unread(their), mine: unread(mine) };
    const sentAt = mine.state.latestSnapshot.lastMessage.createdAt;
    all.before = mine.state.latestSnapshot.everyoneReadUntil >= sentAt;
    await theirs.markAsRead();
    await lab.until(() => unread(their)[0] === 0, "read");
    await lab.until(
      () => mine.state.latestSnapshot.everyoneReadUntil >= sentAt,
      "seen by everyone",
    );
    all.read = unread(their);
    await theirs.markAsUnread();
    await lab.until(() => unread(their)[1], "unread again");
    all.unread = unread(their);
    return all;
  });
  assert.deepEqual(seen.their, [2, true]);
  assert.deepEqual(seen.mine, [0, false], "one's own messages are read");
  assert.equal(seen.before, false, "everyoneReadUntil waits for everyone");
  assert.deepEqual(seen.read, [0, false]);
  assert.deepEqual(seen.unread, [0, true], "markAsUnread sets the mark, not the count");
});

scene(
  "subscribeConversations: order, last messages, joining, leaving, loadMore",
  async ({ run }) => {
    const seen = await run(async () => {
      const session = await lab.person("lister");
      const empty = (await lab.session("lister nobody")).subscribeConversations();
      const all = { nobody: (await empty.connected).latestSnapshot };
      const make = async (number) => {
        const conversation = session.conversation(`list ${number}`);
        await conversation.createIfNotExists({ subject: String(number) });
        return conversation;
      };
      for (let number = 0; number < 25; number++) await make(number);
      const calls = [];
      const list = session.subscribeConversations((snapshot, loadedAll) =>
        calls.push([snapshot.length, loadedAll, snapshot[0]?.subject]),
      );
      const subjects = () => list.state.latestSnapshot.map(({ subject }) => Number(subject));
      const { loadedAll } = await list.connected;
      all.first = [subjects(), loadedAll];
      await list.loadMore(3);
      all.three = [subjects().length, list.state.loadedAll];
      await list.loadMore();
      all.all = [subjects(), list.state.loadedAll];
      await session.conversation("list 4").send("up");
      await lab.until(() => subjects()[0] === 4, "a message brings its conversation up");
      all.up = list.state.latestSnapshot[0].lastMessage.plaintext;
      await make(99);
      await lab.until(() => subjects()[0] === 99, "a new conversation comes in");
      await session.conversation("list 99").participant("lister").delete();
      await lab.until(() => subjects()[0] === 4, "a conversation that was left goes out");
      all.calls = calls;
      all.consistent = calls.length > 4;
      return all;
    });
    assert.deepEqual(seen.nobody, [], "a user who does not exist yet has an empty list");
    const down = (from, to) => Array.from({ length: from - to + 1 }, (_, index) => from - index);
    assert.deepEqual(seen.first, [down(24, 5), false], "20 first, the latest first");
    assert.deepEqual(seen.three, [23, false]);
    assert.deepEqual(seen.all, [down(24, 0), true]);
    assert.equal(seen.up, "up");
    assert.deepEqual(seen.calls[0], [20, false, "24"]);
    assert.ok(seen.consistent);
  },
);

scene(
  "subscribeMessages: a window of its own for each, loadMore, and null for outsiders",
  async ({ run }) => {
    const seen = await run(async () => {
      const { ours, theirs } = await lab.pair("windows");
      const outsider = (await lab.person("carol windows"))
        .conversation("chat windows")
        .subscribeMessages();
      await Promise.all(Array.from({ length: 100 }, (_, index) => ours.send(String(index))));
      const calls = [];
      const list = theirs.subscribeMessages((snapshot, loadedAll) =>
        calls.push([snapshot.length, loadedAll]),
      );
      const second = theirs.subscribeMessages();
      await Promise.all([list.connected, second.connected, outsider.connected]);
      const numbers = (of) => lab.texts(of).map(Number);
      const all = { outsider: outsider.state.latestSnapshot };
      all.first = [numbers(list), list.state.loadedAll];
      await Promise.all([list.loadMore(5), list.loadMore(10)]);
      all.larger = numbers(list).length;
      all.apart = numbers(second).length;
      await list.loadMore();
      all.more = numbers(list).length;
      await list.loadMore(100);
      all.all = [numbers(list), list.state.loadedAll];
      const before = calls.length;
      await list.loadMore(100);
      all.nothingMore = calls.length === before;
      await ours.send("100");
      await lab.until(() => numbers(list)[0] === 100 && numbers(second)[0] === 100, "both grow");
      all.grown = [numbers(list).length, numbers(second).length];
      all.calls = calls;
      return all;
    });
    const down = (from, count) => Array.from({ length: count }, (_, index) => from - index);
    assert.equal(seen.outsider, null);
    assert.deepEqual(seen.first, [down(99, 30), false]);
    assert.equal(seen.larger, 40, "two calls in a row load the larger count, not the sum");
    assert.equal(seen.apart, 30, "one listener's loadMore leaves the others alone");
    assert.equal(seen.more, 70, "30 more by default");
    assert.deepEqual(seen.all, [down(99, 100), true]);
    assert.ok(seen.nothingMore, "when all are loaded, loadMore changes nothing");
    assert.deepEqual(seen.grown, [101, 31]);
    assert.deepEqual(seen.calls[0], [30, false]);
  },
);
