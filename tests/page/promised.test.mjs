// What the doc comments of the typings promise of subscriptions, of `loadMore`, of sessions that
// have ended, and of errors.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("a subscription of any kind, ended before it connects", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("ended early");
    let calls = 0;
    const listener = () => calls++;
    const all = [
      alice.user("bob ended early").subscribe(listener),
      ours.subscribe(listener),
      ours.subscribeMessages(listener),
      alice.subscribeConversations(listener),
    ];
    const before = all.map(({ state }) => state.type);
    all.forEach((subscription) => subscription.unsubscribe());
    const connected = [];
    for (const one of all) connected.push(await lab.failure(() => one.connected));
    const terminated = await Promise.all(all.map((one) => one.terminated));
    // The service has answered everything that was asked before this.
    await ours.send("later");
    const same = terminated.map((state, at) => state === all[at].state);
    all.forEach((subscription) => subscription.unsubscribe());
    return { before, connected, terminated, same, calls };
  });
  assert.deepEqual(seen.before, ["pending", "pending", "pending", "pending"]);
  for (const error of seen.connected) assertTalkError(error, { code: "unsubscribed" }, "connected");
  assert.deepEqual(
    seen.terminated,
    seen.before.map(() => ({ type: "unsubscribed" })),
  );
  assert.deepEqual(seen.same, [true, true, true, true]);
  assert.equal(seen.calls, 0, "no listener is called");
});

scene("who subscribes to what is known has it when subscribe returns", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("at once");
    await ours.send("there");
    const user = alice.user("bob at once");
    const firsts = [
      user.subscribe(),
      ours.subscribe(),
      ours.subscribeMessages(),
      alice.subscribeConversations(),
    ];
    await Promise.all(firsts.map(({ connected }) => connected));
    const calls = [];
    const seconds = [
      user.subscribe(() => calls.push("user")),
      ours.subscribe(() => calls.push("conversation")),
      ours.subscribeMessages(() => calls.push("messages")),
      alice.subscribeConversations(() => calls.push("list")),
    ];
    const then = [...calls];
    const latest = ({ state }) => state.latestSnapshot;
    const same = seconds.map((second, at) => latest(second) === latest(firsts[at]));
    await Promise.all(seconds.map(({ connected }) => connected));
    await ours.send("more");
    await lab.until(() => lab.texts(seconds[2]).length === 2, "a change");
    return { then, same, user: calls.filter((name) => name === "user").length };
  });
  assert.deepEqual(seen.then, ["user", "conversation", "messages", "list"]);
  assert.deepEqual(seen.same, [true, true, true, true], "the same objects");
  assert.equal(seen.user, 1, "and it is not called again for nothing");
});

scene("loadMore: settles when the items are in the snapshot, or never will be", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("loading");
    await Promise.all(Array.from({ length: 70 }, (_, index) => ours.send(String(index))));
    const list = ours.subscribeMessages();
    // Before the first data: on top of nothing, so the first page is enough.
    const early = lab.failure(() => list.loadMore(5));
    await list.connected;
    const length = () => list.state.latestSnapshot.length;
    const all = { early: await early, first: length() };
    let calls = 0;
    const watcher = ours.subscribeMessages(() => calls++);
    await watcher.connected;
    all.value = await watcher.loadMore(3);
    all.three = [watcher.state.latestSnapshot.length, length(), calls];
    await Promise.all([list.loadMore(20), list.loadMore(2)]);
    all.largest = length();
    await list.loadMore();
    all.rest = [length(), list.state.loadedAll];
    const before = list.state;
    await list.loadMore();
    all.same = list.state === before;
    // Ended while it loads, and after that.
    const path = "/me/conversations/chat%20loading/messages";
    const other = ours.subscribeMessages();
    await other.connected;
    const pending = lab.failure(() => watcher.loadMore(30));
    watcher.unsubscribe();
    all.ended = [await pending, await lab.failure(() => watcher.loadMore())];
    all.afterwards = watcher.state.type;
    // Of somebody who is not in the conversation.
    const outside = alice.conversation("elsewhere").subscribeMessages();
    await outside.connected;
    all.outside = [await lab.failure(() => outside.loadMore()), outside.state.loadedAll];
    // Of one that the service has ended.
    const body = { errorCode: "NO", reasons: ["Not today."] };
    await lab.control({ do: "answer", method: "SUBSCRIBE", path, status: 400, body, times: 9 });
    await lab.control({ do: "drop", user: "alice loading" });
    await lab.settled(list.terminated, "the refused one ends");
    all.failed = await lab.failure(() => list.loadMore());
    all.same &&= list.state.error.code === all.failed.code;
    return all;
  });
  assert.equal(seen.early.how, "none");
  assert.equal(seen.first, 30);
  assert.equal(seen.value, undefined);
  assert.deepEqual(seen.three, [33, 30, 2], "one's own window, and one call of the listener");
  assert.equal(seen.largest, 50, "the largest of those that overlap");
  assert.deepEqual(seen.rest, [70, true], "30 by default");
  assert.ok(seen.same, "with all loaded nothing changes");
  assert.deepEqual(seen.ended.map(({ how }) => how), ["none", "none"]);
  assert.equal(seen.afterwards, "unsubscribed");
  assert.deepEqual([seen.outside[0].how, seen.outside[1]], ["none", true]);
  assertTalkError(
    seen.failed,
    { code: "rejected", status: 400, says: /Not today/ },
    "one that has failed",
  );
});

scene("loadMore takes whole numbers up to its limit, and no others", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("counts");
    const [messages, list] = [ours.subscribeMessages(), alice.subscribeConversations()];
    await Promise.all([messages.connected, list.connected]);
    const wrong = [0, -1, 1.5, NaN, Infinity, "5", null, {}, 10n];
    const results = [];
    for (const [subscription, over] of [
      [messages, 101],
      [list, 31],
    ]) {
      for (const count of [...wrong, over]) {
        results.push(await lab.failure(() => subscription.loadMore(count)));
      }
    }
    const fine = [
      await lab.failure(() => messages.loadMore(100)),
      await lab.failure(() => list.loadMore(30)),
      await lab.failure(() => list.loadMore(undefined)),
    ];
    const states = [messages, list].map(({ state }) => state.type);
    return { results, fine: fine.map(({ how }) => how), states };
  });
  for (const error of seen.results) {
    assertTalkError(error, { code: "invalid-argument", says: /whole number from 1 to/ }, "count");
  }
  assert.deepEqual(seen.fine, ["none", "none", "none"]);
  assert.deepEqual(seen.states, ["active", "active"]);
});

scene(
  "a login that is refused with 402, the first or a later one, ends the session",
  async ({ run }) => {
    const seen = await run(async () => {
      const refuse = () =>
        lab.control({ do: "answer", method: "POST", path: "/session/renew", status: 402 });
      const ended = async (session, call) => {
        const told = new Promise((resolve) => session.onError(resolve));
        const error = await lab.settled(told, "onError");
        return [lab.plain(error, "rejected"), await call];
      };
      await refuse();
      const first = await lab.session("first 402");
      const all = { first: await ended(first, lab.failure(() => first.currentUser.get())) };
      const later = await lab.person("later 402");
      const watch = later.currentUser.subscribe();
      await watch.connected;
      await refuse();
      await lab.control({ do: "drop", user: "later 402" });
      all.later = await ended(later, lab.failure(() => later.currentUser.set({})));
      const { type, error } = await watch.terminated;
      all.watch = [type, error.code];
      all.again = (await lab.person("later 402")) !== later;
      return all;
    });
    for (const error of [...seen.first, ...seen.later]) {
      assertTalkError(error, { code: "payment-required", status: 402 }, "402");
    }
    assert.deepEqual(seen.watch, ["error", "payment-required"]);
    assert.ok(seen.again, "getTalkSession gives a new session");
  },
);

scene(
  "after the end: every call rejects with session-ended, every subscription fails",
  async ({ run }) => {
    const seen = await run(async () => {
      const session = await lab.session("over", { appId: "no-such-app" });
      const told = [];
      const handle = session.onError(({ code }) => told.push(code));
      await lab.until(() => told.length === 1, "onError");
      const late = session.onError(() => told.push("late, taken off at once"));
      late.unsubscribe();
      late.unsubscribe();
      handle.unsubscribe();
      session.onError(({ code }) => told.push(`late ${code}`));
      const [user, conversation] = [session.currentUser, session.conversation("c")];
      const [participant, message] = [conversation.participant("p"), conversation.message("m")];
      const file = [new Blob(["x"]), { filename: "x" }];
      const calls = {
        "user.get": () => user.get(),
        "user.set": () => user.set({ name: "x" }),
        "user.createIfNotExists": () => user.createIfNotExists({ name: "x" }),
        "conversation.get": () => conversation.get(),
        "conversation.set": () => conversation.set({}),
        "conversation.createIfNotExists": () => conversation.createIfNotExists(),
        "conversation.send": () => conversation.send("x"),
        "conversation.markAsRead": () => conversation.markAsRead(),
        "conversation.markAsUnread": () => conversation.markAsUnread(),
        "participant.get": () => participant.get(),
        "participant.set": () => participant.set({}),
        "participant.edit": () => participant.edit({}),
        "participant.createIfNotExists": () => participant.createIfNotExists(),
        "participant.delete": () => participant.delete(),
        "message.get": () => message.get(),
        "message.edit": () => message.edit("x"),
        "message.delete": () => message.delete(),
        uploadFile: () => session.uploadFile(...file),
        uploadImage: () => session.uploadImage(...file),
        uploadVideo: () => session.uploadVideo(...file),
        uploadAudio: () => session.uploadAudio(...file),
        uploadVoice: () => session.uploadVoice(...file),
      };
      const refused = {};
      for (const [name, call] of Object.entries(calls)) refused[name] = await lab.failure(call);
      const subscriptions = [
        user.subscribe(() => told.push("called")),
        conversation.subscribe(() => told.push("called")),
        conversation.subscribeMessages(() => told.push("called")),
        session.subscribeConversations(() => told.push("called")),
      ];
      const states = subscriptions.map(({ state }) => [state.type, state.error.code]);
      const connected = [];
      for (const one of subscriptions) connected.push(await lab.failure(() => one.connected));
      const load = await lab.failure(() => subscriptions[2].loadMore());
      session.setToken("ignored");
      session.onNeedToken = () => told.push("asked");
      subscriptions.forEach((one) => one.unsubscribe());
      const after = subscriptions.map(({ state }) => state.type);
      return { told, refused, states, connected, load, after };
    });
    assert.deepEqual(seen.told, ["app-not-found", "late app-not-found"]);
    for (const [name, error] of Object.entries(seen.refused)) {
      assertTalkError(error, { code: "session-ended", says: /the session has ended/ }, name);
      assert.ok(error.operation && error.message.startsWith(error.operation), name);
      assert.deepEqual(error.reasons, [], name);
    }
    assert.deepEqual(
      seen.states,
      seen.states.map(() => ["error", "app-not-found"]),
    );
    for (const error of [...seen.connected, seen.load]) {
      assertTalkError(error, { code: "app-not-found" }, "a subscription");
    }
    assert.deepEqual(seen.after, ["error", "error", "error", "error"], "that is final");
  },
  { expected: [/404/] },
);

scene("an error says what was tried, the status, and the service's reasons", async ({ run }) => {
  const seen = await run(async () => {
    const { isTalkError, TalkError } = await lab.load();
    const { ours } = await lab.pair("telling");
    const path = "/conversations/chat%20telling/messages";
    const answer = { do: "answer", method: "POST", path };
    const results = {};
    const bodies = {
      full: { errorCode: "NO_GOOD", reasons: ["First.", { second: 2 }] },
      object: { errorCode: "NO_GOOD", reasons: { text: "too long" } },
      odd: { errorCode: 5, reasons: null },
      nothing: false,
      text: "what?",
    };
    for (const [name, body] of Object.entries(bodies)) {
      await lab.control({ ...answer, status: 400, body });
      const error = await ours.send("x").catch((caught) => caught);
      results[name] = lab.plain(error, "rejected");
      results.kind ??= [
        isTalkError(error), error instanceof TalkError, Object.isFrozen(error.reasons),
      ];
    }
    for (const status of [402, 403, 404, 405, 409]) {
      await lab.control({ ...answer, status, body: {} });
      results[status] = await lab.failure(() => ours.send("x"));
    }
    const others = [null, undefined, "TalkError", new Error("x"), { name: "TalkError" }];
    results.others = others.map(isTalkError);
    await ours.send("fine");
    return results;
  });
  const operation = "Send message to conversation chat telling";
  const about = { code: "rejected", status: 400 };
  for (const name of ["full", "object", "odd", "nothing", "text"]) {
    assertTalkError(seen[name], about, name);
    assert.equal(seen[name].operation, operation);
  }
  assert.deepEqual(seen.full.reasons, ["First.", '{"second":2}']);
  assert.match(seen.full.message, /400 NO_GOOD, reasons: First\., \{"second":2\}$/);
  assert.deepEqual(seen.object.reasons, ['{"text":"too long"}']);
  for (const name of ["odd", "nothing", "text"]) assert.deepEqual(seen[name].reasons, [], name);
  const codes = [402, 403, 404, 405, 409].map((status) => seen[status].code);
  const expected = ["payment-required", "forbidden", "not-found", "rejected", "conflict"];
  assert.deepEqual(codes, expected);
  assert.deepEqual(seen.kind, [true, true, true]);
  assert.deepEqual(seen.others, [false, false, false, false, false]);
});

scene("what is left out is the default, what is set to null goes back to it", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.session("default");
    const [user, conversation] = [session.currentUser, session.conversation("defaults")];
    await user.createIfNotExists({ name: "Default", role: undefined, email: undefined });
    await conversation.createIfNotExists({ subject: undefined });
    const until = async (ref, what, check) => {
      let snapshot;
      await lab.until(async () => check((snapshot = await ref.get())), what);
      return snapshot;
    };
    const own = conversation.participant("default");
    const all = { user: await user.get(), participant: await own.get() };
    all.conversation = await conversation.get();
    // Everything away from its default, then something left out, then everything back.
    await user.set({
      locale: "nl", photoUrl: "https://a.test/", role: "guest", welcomeMessage: "Hi",
      custom: { a: "1", b: "2" }, email: ["a@b.c"], phone: "+311",
    });
    await user.set({ custom: { a: null }, locale: undefined });
    all.changed = await until(user, "set", ({ custom }) => !("a" in custom) && custom.b);
    const none = { locale: null, photoUrl: null, role: null, welcomeMessage: null, custom: null };
    await user.set({ ...none, email: null, phone: null, pushTokens: null });
    all.back = await until(user, "reset", ({ locale }) => locale === null);
    await conversation.set({
      subject: "S", welcomeMessages: ["w"], custom: { c: "3" }, notify: false,
    });
    await conversation.set({ photoUrl: "https://b.test/" });
    all.set = await until(conversation, "set", ({ photoUrl }) => photoUrl !== null);
    await conversation.set({
      subject: null, welcomeMessages: null, custom: null, photoUrl: null, notify: null,
      access: null,
    });
    all.reset = await until(conversation, "reset", ({ photoUrl }) => photoUrl === null);
    return all;
  });
  const user = {
    id: "default", name: "Default", custom: {}, locale: null, photoUrl: null, role: "default",
    welcomeMessage: null,
  };
  assert.deepEqual(seen.user, user);
  assert.deepEqual(seen.changed, {
    ...user, locale: "nl", photoUrl: "https://a.test/", role: "guest", welcomeMessage: "Hi",
    custom: { b: "2" },
  });
  assert.deepEqual(seen.back, user);
  const conversation = {
    ...seen.conversation, subject: null, photoUrl: null, welcomeMessages: [], custom: {},
    lastMessage: null, unreadMessageCount: 0, isUnread: false, access: "ReadWrite", notify: true,
  };
  assert.deepEqual(seen.conversation, conversation);
  assert.deepEqual(seen.reset, conversation);
  assert.deepEqual(seen.set, {
    ...conversation, subject: "S", photoUrl: "https://b.test/", welcomeMessages: ["w"],
    custom: { c: "3" }, notify: false,
  });
  assert.deepEqual([seen.participant.access, seen.participant.notify], ["ReadWrite", true]);
});
