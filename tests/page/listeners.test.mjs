// Listeners and subscriptions: whatever a listener does, delivery goes on; the states of a
// subscription; and nobody is bothered with promises that nobody looks at.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene(
  "a listener that throws is reported, and neither it nor the others miss anything",
  async ({ run, problems }) => {
    const seen = await run(async () => {
      const { ours } = await lab.pair("throwing");
      const seen = { throwing: [], other: [], conversation: [] };
      ours.subscribeMessages((messages) => {
        seen.throwing.push(messages.length);
        throw new Error(`thrown by a listener at ${messages.length}`);
      });
      const other = ours.subscribeMessages((messages) => seen.other.push(messages.length));
      ours.subscribe((snapshot) => seen.conversation.push(snapshot?.lastMessage?.plaintext ?? ""));
      await other.connected;
      await ours.send("one");
      await ours.send("two");
      await lab.until(() => seen.throwing.length === 3 && seen.other.length === 3, "all are told");
      await lab.until(() => seen.conversation.at(-1) === "two", "the conversation's listener, too");
      return seen;
    });
    assert.deepEqual(seen.throwing, [0, 1, 2]);
    assert.deepEqual(seen.other, [0, 1, 2]);
    assert.equal(problems.filter((text) => /thrown by a listener/.test(text)).length, 3);
  },
  {
    expected: [
      /thrown by a listener at 0/,
      /thrown by a listener at 1/,
      /thrown by a listener at 2/,
    ],
  },
);

scene(
  "a listener that rejects, or throws what is no error, stops nothing",
  async ({ run }) => {
    const seen = await run(async () => {
      const { ours } = await lab.pair("odd throwers");
      const seen = [];
      ours.subscribeMessages(async () => {
        throw new Error("rejected by a listener");
      });
      ours.subscribeMessages(() => {
        throw undefined;
      });
      const list = ours.subscribeMessages((messages) => seen.push(messages.length));
      await list.connected;
      await ours.send("one");
      await lab.until(() => seen.length === 2, "told");
      return seen;
    });
    assert.deepEqual(seen, [0, 1]);
  },
  { expected: [/rejected by a listener/, /undefined|Uncaught|null/] },
);

scene("a listener that unsubscribes itself, or others, is obeyed at once", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("unsubscribing");
    const seen = { self: [], first: [], second: [], last: [] };
    const self = ours.subscribeMessages((messages) => {
      seen.self.push(messages.length);
      if (messages.length === 1) self.unsubscribe();
    });
    // Each takes the other away at the same event: only the one that comes first is called.
    const first = ours.subscribeMessages((messages) => {
      seen.first.push(messages.length);
      if (messages.length === 2) second.unsubscribe();
    });
    const second = ours.subscribeMessages((messages) => {
      seen.second.push(messages.length);
      if (messages.length === 2) first.unsubscribe();
    });
    const last = ours.subscribeMessages((messages) => seen.last.push(messages.length));
    await Promise.all([self, first, second, last].map(({ connected }) => connected));
    for (const text of ["one", "two", "three"]) {
      const count = seen.last.length;
      await ours.send(text);
      await lab.until(() => seen.last.length > count, text);
    }
    return { seen, states: [self, first, second, last].map(({ state }) => state.type) };
  });
  assert.deepEqual(seen.seen.self, [0, 1]);
  assert.deepEqual(seen.seen.last, [0, 1, 2, 3]);
  const called = [seen.seen.first, seen.seen.second].map((counts) => counts.includes(2));
  assert.deepEqual(called.sort(), [false, true], "one of the two was called, and ended the other");
  assert.equal(seen.states[0], "unsubscribed");
  assert.equal(seen.states[3], "active");
});

scene("unsubscribing before the first data, inside the first call, and twice", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("early");
    await ours.send("there");
    let calls = 0;
    const early = ours.subscribeMessages(() => calls++);
    early.unsubscribe();
    early.unsubscribe();
    const rejected = await lab.failure(() => early.connected);
    const terminated = await early.terminated;
    const inside = ours.subscribeMessages(() => inside.unsubscribe());
    const connected = await inside.connected;
    await lab.until(() => inside.state.type === "unsubscribed", "ended by its listener");
    const load = await lab.failure(() => inside.loadMore(5));
    await ours.send("more");
    const after = ours.subscribeMessages();
    await after.connected;
    return { calls, rejected, terminated, connected: connected.type, load, state: early.state };
  });
  assert.equal(seen.calls, 0, "a listener is not called after unsubscribe");
  assertTalkError(seen.rejected, { code: "unsubscribed" }, "connected rejects");
  assert.deepEqual(
    seen.terminated,
    { type: "unsubscribed" },
    "terminated resolves with the last state",
  );
  assert.deepEqual(seen.state, { type: "unsubscribed" });
  assert.equal(seen.connected, "active");
  assert.ok(
    seen.load.how === "none" || seen.load.name === "TalkError",
    `loadMore of a subscription that has ended settles: ${seen.load.message}`,
  );
});

scene("a listener may call back into the API", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours, theirs } = await lab.pair("reentrant");
    const answers = [];
    const known = new Set();
    const list = theirs.subscribeMessages((messages) => {
      for (const { id, sender, plaintext } of messages) {
        if (known.has(id) || sender.id !== "alice reentrant" || plaintext === "done") continue;
        known.add(id);
        // All kinds of calls from inside a listener.
        theirs.send(`answer to ${plaintext}`).then((ref) => answers.push(ref.id));
        theirs.markAsRead();
        theirs.subscribe().unsubscribe();
        alice.user("bob reentrant").get();
        list.loadMore(1);
      }
    });
    await list.connected;
    for (const text of ["1", "2", "3"]) await ours.send(text);
    await lab.until(() => answers.length === 3, "three answers");
    await ours.send("done");
    await lab.until(() => lab.texts(list)[0] === "done", "done");
    return lab.texts(list).sort();
  });
  assert.deepEqual(seen, ["1", "2", "3", "answer to 1", "answer to 2", "answer to 3", "done"]);
});

scene("a listener is called only when its snapshot has changed", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("unchanged");
    const seen = { conversation: 0, messages: 0, user: 0 };
    const snapshots = [];
    const watch = ours.subscribe((snapshot) => (seen.conversation++, snapshots.push(snapshot)));
    const list = ours.subscribeMessages(() => seen.messages++);
    const user = alice.currentUser.subscribe(() => seen.user++);
    await Promise.all([watch.connected, list.connected, user.connected]);
    const first = { ...seen };
    // Nothing of this changes anything.
    await ours.set({ subject: "unchanged" });
    await alice.currentUser.set({ name: "alice unchanged" });
    await ours.participant("bob unchanged").edit({ access: "ReadWrite" });
    await ours.markAsRead();
    await alice.user("bob unchanged").set({ locale: "nl" });
    await ours.get();
    const quiet = { ...seen };
    // An event about a field with the value that it has, straight from the service.
    await lab.control({
      do: "publish",
      user: "alice unchanged",
      events: [
        {
          type: "conversation.edited",
          conversationId: "chat unchanged",
          diff: { subject: "unchanged" },
        },
        { type: "user.edited", userId: "alice unchanged", diff: { name: "alice unchanged" } },
      ],
    });
    await ours.set({ subject: "changed" });
    await lab.until(() => watch.state.latestSnapshot.subject === "changed", "a real change");
    return {
      first,
      quiet,
      last: { ...seen },
      different: snapshots.every((snapshot, at) => snapshot !== snapshots[at + 1]),
    };
  });
  assert.deepEqual(
    seen.first,
    { conversation: 1, messages: 1, user: 1 },
    "once with the first data",
  );
  assert.deepEqual(seen.quiet, seen.first, "calls that change nothing");
  assert.deepEqual(seen.last, { conversation: 2, messages: 1, user: 1 });
  assert.ok(seen.different);
});

scene("one listener call per push, whatever it holds", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("batched");
    const calls = [];
    const list = ours.subscribeMessages((messages) => calls.push(messages.length));
    await list.connected;
    const state = (number) => ({
      id: `pushed ${number}`,
      type: "UserMessage",
      senderId: "bob batched",
      custom: {},
      editedAt: null,
      createdAt: Date.now() + number,
      referencedMessageId: null,
      origin: "rest",
      reactions: {},
      content: [{ type: "text", children: [String(number)] }],
    });
    await lab.control({
      do: "publish",
      user: "alice batched",
      events: Array.from({ length: 10 }, (_, number) => ({
        type: "message.created",
        conversationId: "chat batched",
        messageId: `pushed ${number}`,
        state: state(number),
      })),
    });
    await lab.until(() => list.state.latestSnapshot.length === 10, "ten messages");
    return calls;
  });
  assert.equal(seen.at(0), 0);
  assert.equal(seen.at(-1), 10);
  // The sender, whom nobody followed yet, may come in a second call.
  assert.ok(seen.length <= 3, `called with ${seen}`);
});

scene("subscribing to what is known already calls the listener right away", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const { ours } = await lab.pair("known");
    await ours.send("one");
    const first = ours.subscribeMessages();
    await first.connected;
    await lab.until(() => first.state.latestSnapshot.length === 1, "loaded");
    const frames = () =>
      sockets
        .flatMap(({ sent }) => sent)
        .filter(([, method, path]) => method !== "ACK" && path.includes("chat%20known/messages"))
        .length;
    const before = frames();
    let snapshot;
    const second = ours.subscribeMessages((messages) => (snapshot = messages));
    await second.connected;
    first.unsubscribe();
    second.unsubscribe();
    const third = ours.subscribeMessages();
    await third.connected;
    return {
      same: snapshot !== undefined && snapshot[0] === third.state.latestSnapshot[0],
      asked: frames() - before,
    };
  });
  assert.ok(seen.same, "the same objects as before");
  assert.equal(seen.asked, 0, "subscribing again soon is free");
});

scene("a malformed or unknown event stops nothing", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("malformed");
    const list = ours.subscribeMessages();
    const watch = ours.subscribe();
    await Promise.all([list.connected, watch.connected]);
    const conversationId = "chat malformed";
    const events = [
      null,
      5,
      "text",
      [],
      {},
      { type: 5 },
      { type: null },
      { type: "made.up", conversationId },
      { type: "message.created" },
      { type: "message.created", conversationId },
      { type: "message.created", conversationId, messageId: "x", state: null },
      { type: "message.created", conversationId, messageId: "x", state: { id: 5, content: "?" } },
      { type: "message.created", conversationId, messageId: "x", state: "state" },
      { type: "message.edited", conversationId, messageId: "none", diff: {} },
      { type: "message.edited", conversationId, messageId: 7, diff: [] },
      { type: "message.deleted", conversationId },
      { type: "message.deleted", conversationId, messageId: null },
      { type: "message.deleted", conversationId, messageId: "none", newLastMessage: 5 },
      { type: "message.deleted", conversationId, messageId: "none", newLastMessage: { id: 5 } },
      { type: "message.deleted", conversationId, messageId: "none", newLastMessage: null },
      { type: "conversation.edited", conversationId },
      { type: "conversation.edited", conversationId, diff: 5 },
      { type: "side.edited", conversationId, diff: null },
      { type: "side.edited", diff: {} },
      { type: "side.created", conversationId: "other", state: [] },
      { type: "user.edited", userId: "alice malformed" },
      { type: "user.edited", userId: {}, diff: {} },
      { type: "user.created", state: { id: null } },
      { type: "participant.created", conversationId },
      { type: "reaction.added" },
      { type: "typing.changed", conversationId, diff: { many: "?" } },
    ];
    for (const event of events)
      await lab.control({ do: "publish", user: "alice malformed", events: [event] });
    await lab.control({ do: "publish", user: "alice malformed", events });
    await ours.send("still here");
    await lab.until(() => lab.texts(list)[0] === "still here", "the message after them");
    await lab.until(
      () => watch.state.latestSnapshot.lastMessage?.plaintext === "still here",
      "and the conversation",
    );
    return [list.state.type, watch.state.type, lab.thawed(list.state), (await ours.get()).subject];
  });
  assert.deepEqual(seen, ["active", "active", "", "malformed"]);
});

scene("unknown blocks and nodes stay as they are", async ({ run }) => {
  const content = [
    { type: "poem", lines: ["a", { b: [1, null] }] },
    {
      type: "text",
      children: [
        "x ",
        { type: "blink", children: ["y"], speed: 2 },
        { type: "bold", children: ["z"] },
      ],
    },
    { type: "file", url: "http://x.test/%E0%A4%A", size: 1, filename: "odd", fileToken: "t" },
  ];
  const seen = await run(async (given) => {
    const { ours } = await lab.pair("unknown");
    const list = ours.subscribeMessages();
    await list.connected;
    await lab.control({
      do: "publish",
      user: "alice unknown",
      events: [
        {
          type: "message.created",
          conversationId: "chat unknown",
          messageId: "odd",
          state: {
            id: "odd",
            type: "UserMessage",
            senderId: null,
            custom: {},
            editedAt: null,
            createdAt: Date.now(),
            referencedMessageId: null,
            origin: "rest",
            reactions: {},
            content: given,
          },
        },
      ],
    });
    const [message] = await lab.until(
      () => list.state.latestSnapshot.length && list.state.latestSnapshot,
      "it arrives",
    );
    return {
      content: message.content,
      plaintext: typeof message.plaintext,
      sender: message.sender,
    };
  }, content);
  assert.deepEqual(seen, { content, plaintext: "string", sender: null });
});

scene(
  "nobody has to look at a promise: no unhandled rejections",
  async ({ run }) => {
    await run(async () => {
      const session = await lab.person("careless");
      const conversation = session.conversation("careless");
      await conversation.createIfNotExists();
      // `connected` of all of these rejects, and nobody looks.
      for (const subscription of [
        session.currentUser.subscribe(),
        conversation.subscribe(),
        conversation.subscribeMessages(),
        session.subscribeConversations(),
      ]) {
        subscription.unsubscribe();
      }
      const dying = await lab.session("careless", { appId: "no such app" });
      const [one, two] = [dying.currentUser.subscribe(), dying.subscribeConversations()];
      await lab.settled(Promise.all([one.terminated, two.terminated]), "both end");
      // Two turns: time for the browser to report what was rejected and not looked at.
      await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => setTimeout(resolve));
    });
  },
  { expected: [/404/] },
);

scene(
  "a subscription that the service refuses ends in an error; one it refuses later, too",
  async ({ run }) => {
    const seen = await run(async () => {
      const { alice, ours } = await lab.pair("refused");
      const refusal = { status: 400, body: { errorCode: "NO", reasons: ["Not today."] } };
      await lab.control({
        do: "answer",
        method: "SUBSCRIBE",
        path: "/me/conversations/chat%20refused",
        ...refusal,
      });
      const early = ours.subscribe();
      const all = {
        connected: await lab.failure(() => early.connected),
        early: (await early.terminated).type,
      };
      const list = ours.subscribeMessages();
      const other = alice.user("bob refused").subscribe();
      await Promise.all([list.connected, other.connected]);
      await lab.control({
        do: "answer",
        method: "SUBSCRIBE",
        path: "/me/conversations/chat%20refused/messages",
        ...refusal,
        times: 100,
      });
      await lab.control({ do: "drop", user: "alice refused" });
      const { type, error } = await lab.settled(list.terminated, "the refused one ends");
      all.later = { type, ...lab.plain(error, "rejected") };
      all.load = await lab.failure(() => list.loadMore());
      await alice.currentUser.set({ name: "goes on" });
      all.other = other.state.type;
      all.again = early.state.error instanceof Error;
      return all;
    });
    assertTalkError(
      seen.connected,
      { code: "rejected", status: 400, says: /Not today/ },
      "connected rejects",
    );
    assert.equal(seen.early, "error");
    assert.equal(seen.later.type, "error", "a refused re-subscribe ends its subscription");
    assertTalkError(
      seen.later,
      { code: "rejected", says: /Not today/ },
      "with the service's error",
    );
    assert.ok(
      seen.load.how === "none" || seen.load.name === "TalkError",
      `loadMore of it settles: ${seen.load.message}`,
    );
    assert.equal(seen.other, "active", "the others go on");
    assert.ok(seen.again);
  },
);

scene("a loadMore that fails rejects, and the next one works", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("load fails");
    await Promise.all(Array.from({ length: 45 }, (_, index) => ours.send(String(index))));
    const list = ours.subscribeMessages();
    await list.connected;
    await lab.control({
      do: "answer",
      method: "GET",
      path: "/me/conversations/chat%20load%20fails/messages",
      status: 400,
    });
    const failed = await lab.failure(() => list.loadMore(5));
    const state = list.state.type;
    await list.loadMore(5);
    return { failed, state, length: list.state.latestSnapshot.length };
  });
  assertTalkError(seen.failed, { code: "rejected", status: 400 }, "a refused page");
  assert.equal(seen.state, "active");
  assert.equal(seen.length, 35);
});
