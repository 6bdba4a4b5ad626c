// `session.destroy`: what it ends, and what it leaves alone.

import assert from "node:assert/strict";
import { assertEach, useStage } from "./stage.mjs";

const { scene } = useStage();

const ENDED = { code: "session-ended", says: /destroyed/ };

scene("before me: it ends at once, twice is the same, and nothing is sent", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const session = await lab.sdk({ onError: () => requests.push("onError") });
    const user = session.getUser({ id: "u", name: "U", role: "default" });
    const chat = session.getConversation({ id: "c", subject: "C" });
    const first = session.destroy();
    const same = session.destroy() === first;
    const value = await lab.settled(first, "destroyed");
    const calls = {
      me: () => {
        session.me = user;
      },
      getUser: () => session.getUser({ id: "u", name: "U", role: "default" }),
      getUserById: () => session.getUserById("u"),
      getConversation: () => session.getConversation({ id: "c" }),
      user: () => session.user("u"),
      onMessage: () => session.onMessage(() => {}),
      hasValidCredentials: () => session.hasValidCredentials(),
      "user.get": () => user.get(),
      "chat.send": () => chat.send("hello"),
    };
    const results = [];
    for (const [name, call] of Object.entries(calls)) {
      const error = await lab.failure(call);
      results.push([name, { ...error, how: "refused" }]);
    }
    return {
      same, value, results, later: session.destroy() === first,
      sent: [sockets.length, requests.length],
    };
  });
  assert.deepEqual([seen.same, seen.later, seen.value], [true, true, undefined]);
  assertEach(seen.results, { how: "refused", ...ENDED }, "afterwards");
  assert.deepEqual(seen.sent, [0, 0]);
});

scene("subscriptions of all kinds end, and their listeners hear nothing more", async ({ run }) => {
  const seen = await run(async () => {
    const { ours, theirs } = await lab.pair("kinds");
    const { id } = await ours.send("hello");
    const session = await lab.acting("alice kinds");
    let calls = 0;
    const listener = () => calls++;
    const kinds = lab.kinds(session, "kinds", id);
    const own = session.getConversation({ id: "chat kinds", participants: [session.me] });
    kinds.push(["of a conversation", () => own.subscribeMessages(listener)]);
    kinds.push(["of a user", () => session.me.subscribe(listener)]);
    const active = kinds.map(([name, subscribe]) => [name, subscribe(listener)]);
    await Promise.all(active.map(([, { connected }]) => connected));
    session.onMessage(listener);
    session.onUnreadsChange(listener);
    await lab.control({ do: "mute", user: "alice kinds" });
    const emojis = ["😀", "😃"].map((emoji) =>
      session.conversation("chat kinds").message(id).reactions(emoji).subscribe(listener));
    const pending = emojis.map((one) => [lab.failure(() => one.connected), one.terminated]);
    const over = active[0][1];
    over.unsubscribe();
    calls = 0;
    await session.destroy();
    const states = [];
    for (const [name, one] of active.slice(1)) {
      const final = await lab.settled(one.terminated, name);
      for (const { type, error } of [final, one.state]) {
        states.push([name, lab.plain(error, type)]);
      }
      if (one.loadMore) {
        const error = await lab.failure(() => one.loadMore());
        states.push([`${name}, more`, { ...error, how: "error" }]);
      }
    }
    for (const [connected, terminated] of pending) {
      states.push(["pending", { ...(await connected), how: "error" }]);
      const { type, error } = await lab.settled(terminated, "pending");
      states.push(["pending, final", lab.plain(error, type)]);
    }
    await theirs.send("after");
    await theirs.set({ subject: "kinds, after" });
    await theirs.get();
    for (const [, one] of active) one.unsubscribe();
    return { states, calls, over: over.state.type, still: active[1][1].state.type };
  });
  assertEach(seen.states, { how: "error", ...ENDED }, "ended");
  assert.equal(seen.states.length > 25, true);
  assert.deepEqual([seen.calls, seen.over, seen.still], [0, "unsubscribed", "error"]);
});

scene("pending calls, uploads and searches reject, and the socket is closed", async ({ run }) => {
  const seen = await run(async () => {
    const { theirs } = await lab.pair("pending");
    for (let at = 0; at < 40; at++) await theirs.send(`old ${at}`);
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const told = [];
    const session = await lab.acting("alice pending", { onError: ({ code }) => told.push(code) });
    session.onError(({ code }) => told.push(code));
    const chat = session.conversation("chat pending");
    const list = chat.subscribeMessages();
    await list.connected;
    const { id } = await chat.send("hello");
    await lab.control({ do: "mute", user: "alice pending" });
    const participants = [session.me];
    const described = session.getConversation({ id: "d", subject: "D", participants });
    const other = session.getUser({ id: "o", name: "O", role: "default" });
    const device = { provider: "fcm", pushRegistrationId: "x" };
    // A search that the service never answers.
    const real = globalThis.fetch;
    globalThis.fetch = (url, init) =>
      /\/search\?/.test(url)
        ? new Promise((_, reject) => {
            init.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
          })
        : real(url, init);
    const calls = {
      get: () => session.user("somebody else").get(),
      send: () => chat.send("never"),
      loadMore: () => list.loadMore(),
      edit: () => chat.message(id).edit("never"),
      upload: () => session.uploadFile(new Blob(["x"]), { filename: "x" }),
      "upload of bytes": () => session.uploadFile(new Uint8Array(9), { filename: "x" }),
      search: () => session.searchMessages().setQuery("hello"),
      conversation: () => described.send("never"),
      synchronize: () => described.synchronize(),
      user: () => other.get(),
      push: () => session.setPushRegistration(device),
      clear: () => session.clearPushRegistrations(),
      credentials: () => session.hasValidCredentials(),
    };
    const pending = Object.entries(calls).map(([name, call]) => [name, lab.failure(call)]);
    // So that they are under way.
    await lab.until(() => requests.length && sockets[0].sent.length > 10, "they are sent");
    const { readyState } = sockets[0].socket;
    const promise = session.destroy();
    await lab.settled(promise, "destroyed");
    const closed = sockets.map(({ socket }) => socket.readyState);
    const results = [];
    for (const [name, error] of pending) results.push([name, await error]);
    const late = [];
    for (const [name, call] of Object.entries(calls)) {
      if (name === "loadMore") continue;
      late.push([name, { ...(await lab.failure(call)), how: "refused" }]);
    }
    await new Promise((resolve) => setTimeout(resolve));
    return { readyState, closed, results, late, told, count: sockets.length };
  });
  assert.equal(seen.readyState, 1);
  assert.deepEqual(seen.closed, seen.closed.map(() => 3), "closed when the promise resolves");
  assertEach(seen.results, ENDED, "pending");
  assertEach(seen.late, { how: "refused", ...ENDED }, "afterwards");
  assert.deepEqual(seen.told, [], "it is no error");
  assert.equal(seen.count, seen.closed.length, "no socket is opened afterwards");
});

scene("everything that came from it refuses further use", async ({ run }) => {
  const seen = await run(async () => {
    await lab.pair("after");
    const session = await lab.acting("alice after");
    const me = session.me;
    const current = session.currentUser;
    const chat = session.conversation("chat after");
    const { id } = await chat.send("hello");
    const described = session.getConversation({ id: "chat after", subject: "S" });
    await described.synchronize();
    const plain = session.getConversation({ id: "chat after" });
    const byId = session.getUserById("bob after");
    const unused = session.getUser({ id: "unused", name: "Unused", role: "default" });
    const [participant, message] = [chat.participant("bob after"), chat.message(id)];
    const reactions = message.reactions("👍");
    const search = session.searchMessages();
    const sockets = lab.watchSockets();
    await session.destroy();
    const nothing = () => {};
    const file = new Blob(["a"]);
    const device = { provider: "fcm", pushRegistrationId: "x" };
    const calls = {
      "session.user": () => session.user("another"),
      "session.conversation": () => session.conversation("another"),
      "session.currentUser": () => session.currentUser.get(),
      "session.subscribeConversations": () => session.subscribeConversations(nothing).connected,
      "session.searchConversations": () => session.searchConversations().setQuery("a"),
      "session.uploadImage": () => session.uploadImage(file, { filename: "a" }),
      "session.setToken": () => session.setToken("a.b.c"),
      "session.onNeedToken": () => {
        session.onNeedToken = nothing;
      },
      "session.onError": () => session.onError(nothing),
      "session.onMessage": () => session.onMessage(nothing),
      "session.onUnreadsChange": () => session.onUnreadsChange(nothing),
      "session.unreads": () => session.unreads.onChange(nothing),
      "session.getUser": () => session.getUser({ id: "a", name: "A", role: "default" }),
      "session.getUserById": () => session.getUserById("a"),
      "session.getConversation": () => session.getConversation({ id: "a" }),
      "session.me": () => {
        session.me = me;
      },
      "session.setPushRegistration": () => session.setPushRegistration(device),
      "session.unsetPushRegistration": () => session.unsetPushRegistration(device),
      "session.clearPushRegistrations": () => session.clearPushRegistrations(),
      "session.hasValidCredentials": () => session.hasValidCredentials(),
      "session.pushTokenProvider": () => {
        session.pushTokenProvider = () => null;
      },
      "me.get": () => me.get(),
      "me.subscribe": () => me.subscribe(nothing).connected,
      "me.synchronize": () => me.synchronize(),
      "currentUser.get": () => current.get(),
      "byId.get": () => byId.get(),
      "unused.synchronize": () => unused.synchronize(),
      "unused.subscribeOnline": () => unused.subscribeOnline(nothing).connected,
      "chat.get": () => chat.get(),
      "chat.send": () => chat.send("hello"),
      "chat.subscribe": () => chat.subscribe(nothing).connected,
      "described.send": () => described.send("hello"),
      "described.subscribeMessages": () => described.subscribeMessages(nothing).connected,
      "described.synchronize": () => described.synchronize(),
      "plain.get": () => plain.get(),
      "participant.get": () => participant.get(),
      "message.get": () => message.get(),
      "message.delete": () => message.delete(),
      "reactions.add": () => reactions.add(),
      "reactions.subscribe": () => reactions.subscribe(nothing).connected,
      "search.setQuery": () => search.setQuery("hello"),
    };
    const results = [];
    for (const [name, call] of Object.entries(calls)) {
      results.push([name, { ...(await lab.failure(call)), how: "refused" }]);
    }
    return { results, sockets: sockets.length };
  });
  assertEach(seen.results, { how: "refused", ...ENDED }, "refused");
  assert.equal(seen.sockets, 0);
});

scene("the error tells where the session was used, not where it was destroyed", async ({ run }) => {
  const stack = await run(async () => {
    const session = await lab.acting("stack");
    await (async function ending() {
      await session.destroy();
    })();
    try {
      return (function using() {
        return session.user("u");
      })();
    } catch (error) {
      return error.stack;
    }
  });
  assert.match(stack, /using/);
  assert.doesNotMatch(stack, /ending/);
});

scene("a new Session for the user works at once, and others are untouched", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("others");
    const options = { onError: ({ code }) => told.push(code) };
    const told = [];
    const first = await lab.acting("bob others");
    const second = await lab.acting("bob others", options);
    const heard = [];
    second.onMessage(({ body }) => heard.push(body));
    const list = second.conversation("chat others").subscribeMessages();
    const data = await lab.session("bob others");
    const dataList = data.subscribeConversations();
    await Promise.all([list.connected, dataList.connected]);
    const { connected } = first.subscribeConversations();
    await connected;
    const ending = first.destroy();
    const third = await lab.sdk();
    third.me = third.getUser({ id: "bob others", name: "Third", role: "default" });
    await lab.settled(third.conversation("chat others").send("at once"), "the new one works");
    await ending;
    await ours.send("for all");
    await lab.until(() => lab.texts(list)[0] === "for all", "the other Session goes on");
    await lab.until(() => heard.at(-1) === "for all", "so do its news");
    await lab.until(
      () => dataList.state.latestSnapshot[0].lastMessage?.plaintext === "for all",
      "and getTalkSession's",
    );
    const name = (await third.me.get()).name;
    const old = (await lab.failure(() => first.conversation("chat others").get())).code;
    alice.onError(({ code }) => told.push(code));
    return { told, name, old, states: [list.state.type, dataList.state.type] };
  });
  assert.deepEqual(seen, {
    told: [], name: "Third", old: "session-ended", states: ["active", "active"],
  });
});
