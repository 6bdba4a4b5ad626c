// `Session`: how one is made and gets its user, what it refuses before that, and that it is a
// `TalkSession`.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("making a session, its users and its conversations sends nothing", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const nothing = () => {};
    const session = await lab.sdk({
      tokenFetcher: () => requests.push("tokenFetcher"),
      pushTokenProvider: () => requests.push("pushTokenProvider"),
      enablePushNotifications: true,
      onMessage: nothing,
      onUnreadsChange: nothing,
      unreads: { onChange: nothing },
      onError: nothing,
    });
    const other = await lab.sdk();
    const user = session.getUser({ id: "a", name: "A", role: "default" });
    session.getUserById("b");
    session.getConversation({ id: "c", subject: "C", participants: [user] });
    session.oneOnOneId("a", "b");
    await other.destroy();
    // Whatever would be put off to a later task is due by then.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
    const seen = { sockets: sockets.length, requests: requests.length, appId: session.appId };
    session.me = session.getUserById("b");
    seen.after = requests.length;
    return seen;
  });
  assert.deepEqual([seen.sockets, seen.requests], [0, 0]);
  assert.equal(seen.appId, "demo");
  assert.ok(seen.after > 0, "the spies work: with `me` it starts");
}, { tolerated: [/tokenFetcher/, /pushTokenProvider/, /40\d/] });

scene("each option is checked: the error names it", async ({ run, logs }) => {
  const seen = await run(async () => {
    const { Session } = await lab.load();
    const wrong = {
      appId: [undefined, null, "", 5, {}, "\ud800"],
      token: [5, {}, () => "token"],
      tokenFetcher: ["token", 5, {}],
      signature: [5, {}, ["a"]],
      enablePushNotifications: ["yes", 1, 0, {}],
      pushTokenProvider: ["fcm", 5, { provider: "fcm", pushRegistrationId: "x" }],
      onMessage: ["handler", 5, {}],
      onUnreadsChange: ["handler", 5, []],
      onError: ["handler", 5, {}],
      unreads: ["handler", 5, () => {}, { onChange: 5 }, { onChange: "handler" }],
      host: [5, "a host", "localhost/path", "user@localhost"],
      apiUrls: [5, "ws://localhost"],
      clientBuild: [5, {}],
    };
    const results = [];
    for (const [name, values] of Object.entries(wrong)) {
      for (const [at, value] of values.entries()) {
        const call = () => new Session({ appId: "demo", host: lab.host, [name]: value });
        results.push([`${name} ${at}`, name, await lab.failure(call)]);
      }
    }
    for (const value of [undefined, null, 5, "demo", []]) {
      const what = `options: ${JSON.stringify(value)}`;
      const named = Array.isArray(value) ? "appId" : "an object with appId";
      results.push([what, named, await lab.failure(() => new Session(value))]);
    }
    for (const [name, value] of [["realtimeWsApiUrl", "http://a"], ["restApiHttpUrl", 5]]) {
      const apiUrls = { [name]: value };
      const call = () => new Session({ appId: "demo", apiUrls });
      results.push([name, name, await lab.failure(call)]);
    }
    // What these options may be, left out or not.
    for (const enablePushNotifications of [true, false, null, undefined]) {
      new Session({ appId: "demo", host: lab.host, enablePushNotifications, unreads: {} });
    }
    return results;
  });
  assertEach(
    seen.map(([what, , error]) => [what, error]),
    { how: "thrown", code: "invalid-argument", says: /must be / },
    "options",
  );
  const silent = seen.filter(([, name, { message }]) => !message.includes(name));
  assert.deepEqual(silent.map(([what, , { message }]) => [what, message]), [], "names the option");
  const foreign = seen.filter(([, , { message }]) => /getTalkSession/.test(message));
  assert.deepEqual(foreign.map(([what]) => what), [], "no error speaks of another function");
  assert.deepEqual(logs.filter((line) => /warning/.test(line)), []);
});

scene("before me is set, everything else says so, and nothing is sent", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const session = await lab.sdk({ pushTokenProvider: () => null });
    const user = session.getUser({ id: "early", name: "Early", role: "default" });
    const chat = session.getConversation({ id: "early", participants: [user] });
    const nothing = () => {};
    const file = new Blob(["a"]);
    const device = { provider: "fcm", pushRegistrationId: "x" };
    const calls = {
      me: () => session.me,
      currentUser: () => session.currentUser,
      user: () => session.user("a"),
      conversation: () => session.conversation("a"),
      subscribeConversations: () => session.subscribeConversations(nothing),
      searchMessages: () => session.searchMessages(nothing),
      searchConversations: () => session.searchConversations(nothing),
      uploadFile: () => session.uploadFile(file, { filename: "a" }),
      uploadImage: () => session.uploadImage(file, { filename: "a" }),
      uploadVideo: () => session.uploadVideo(file, { filename: "a" }),
      uploadAudio: () => session.uploadAudio(file, { filename: "a" }),
      uploadVoice: () => session.uploadVoice(file, { filename: "a" }),
      setToken: () => session.setToken("a.b.c"),
      onNeedToken: () => {
        session.onNeedToken = nothing;
      },
      onError: () => session.onError(nothing),
      onMessage: () => session.onMessage(nothing),
      onUnreadsChange: () => session.onUnreadsChange(nothing),
      "unreads.onChange": () => session.unreads.onChange(nothing),
      setPushRegistration: () => session.setPushRegistration(device),
      "setPushRegistration by the provider": () => session.setPushRegistration(),
      unsetPushRegistration: () => session.unsetPushRegistration(device),
      clearPushRegistrations: () => session.clearPushRegistrations(),
      hasValidCredentials: () => session.hasValidCredentials(),
      "user.get": () => user.get(),
      "user.set": () => user.set({ name: "E" }),
      "user.createIfNotExists": () => user.createIfNotExists({ name: "E" }),
      "user.subscribe": () => user.subscribe(nothing).connected,
      "user.subscribeOnline": () => user.subscribeOnline(nothing).connected,
      "user.synchronize": () => user.synchronize(),
      "conversation.get": () => chat.get(),
      "conversation.set": () => chat.set({ subject: "E" }),
      "conversation.send": () => chat.send("hello"),
      "conversation.markAsRead": () => chat.markAsRead(),
      "conversation.subscribe": () => chat.subscribe(nothing).connected,
      "conversation.subscribeMessages": () => chat.subscribeMessages(nothing).connected,
      "conversation.participant": () => chat.participant("a").get(),
      "conversation.message": () => chat.message("a").get(),
      "conversation.synchronize": () => chat.synchronize(),
    };
    const results = [];
    for (const [name, call] of Object.entries(calls)) {
      results.push([name, await lab.failure(call)]);
    }
    const seen = { results, sockets: sockets.length, requests: requests.length };
    // None of it stands in the way of what comes after.
    session.me = user;
    await chat.send("hello");
    seen.name = (await session.me.get()).name;
    return seen;
  });
  assertEach(
    seen.results.map(([what, error]) => [what, { ...error, how: "refused" }]),
    { how: "refused", code: "invalid-argument", says: /\bme\b/ },
    "before me",
  );
  const how = Object.fromEntries(seen.results.map(([what, { how }]) => [what, how]));
  for (const name of ["me", "currentUser", "user", "conversation", "onError", "onMessage"]) {
    assert.equal(how[name], "thrown", name);
  }
  for (const name of ["uploadFile", "setPushRegistration", "hasValidCredentials", "user.get"]) {
    assert.equal(how[name], "rejected", name);
  }
  assert.deepEqual([seen.sockets, seen.requests], [0, 0]);
  assert.equal(seen.name, "Early");
});

scene("me is set once, to a user of this session and to nothing else", async ({ run }) => {
  const seen = await run(async () => {
    const { getTalkSession } = await lab.load();
    const [session, other] = [await lab.sdk(), await lab.sdk()];
    const data = { id: "mine", name: "Mine", role: "default" };
    const refused = [];
    const wrong = async (what, me) => {
      const set = () => {
        session.me = me;
      };
      refused.push([what, await lab.failure(set)]);
    };
    await wrong("a user of another session", other.getUser(data));
    await wrong("a user by ID of another session", other.getUserById("mine"));
    await wrong("a plain object", data);
    await wrong("a string", "mine");
    await wrong("null", null);
    await wrong("undefined", undefined);
    await wrong("a number", 5);
    await wrong("a conversation", session.getConversation({ id: "mine" }));
    const data2 = getTalkSession({ appId: "demo", userId: "mine", host: lab.host });
    await wrong("a ref of the Data API", data2.currentUser);
    const mine = session.getUser(data);
    session.me = mine;
    await wrong("the same again", mine);
    await wrong("another user", session.getUserById("another"));
    await wrong("nothing", null);
    await session.me.synchronize();
    return {
      refused,
      same: session.me === mine,
      id: session.currentUser.id,
      name: (await session.currentUser.get()).name,
      otherOnes: (await lab.failure(() => other.me)).code,
    };
  });
  assertEach(
    seen.refused,
    { how: "thrown", code: "invalid-argument", says: /\bme\b/ },
    "refused as me",
  );
  assert.equal(seen.refused.length, 12);
  assert.deepEqual(
    [seen.same, seen.id, seen.name, seen.otherOnes],
    [true, "mine", "Mine", "invalid-argument"],
  );
});

scene("what is no handler is refused", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("no handler");
    const results = [];
    for (const value of [undefined, null, 5, "f", {}, []]) {
      for (const method of ["onMessage", "onUnreadsChange", "onError"]) {
        const call = () => session[method](value);
        results.push([`${method} ${JSON.stringify(value)}`, await lab.failure(call)]);
      }
      const call = () => session.unreads.onChange(value);
      results.push([`unreads.onChange ${JSON.stringify(value)}`, await lab.failure(call)]);
    }
    return results;
  });
  assertEach(
    seen,
    { how: "thrown", code: "invalid-argument", says: /must be a function, but is / },
    "handlers",
  );
});

scene("me from getUser is created, or synchronised when it was there", async ({ run }) => {
  const seen = await run(async () => {
    const created = await lab.sdk();
    created.me = created.getUser({ id: "new one", name: "New", role: "default", locale: "nl" });
    // Nothing else is called: setting `me` is enough.
    const watcher = await lab.person("watcher");
    const shown = watcher.user("new one").subscribe();
    await lab.until(() => shown.state.latestSnapshot, "the user is created");
    const first = shown.state.latestSnapshot;
    await watcher.user("old one").createIfNotExists({ name: "Old", locale: "de", photoUrl: "p" });
    const known = await lab.sdk();
    known.me = known.getUser({
      id: "old one", name: "Old, renamed", role: "default", locale: null, custom: { a: "1" },
    });
    const old = watcher.user("old one").subscribe();
    await lab.until(
      () => old.state.latestSnapshot?.name === "Old, renamed", "the user is synchronised",
    );
    return { first, second: old.state.latestSnapshot };
  });
  assert.deepEqual([seen.first.name, seen.first.locale], ["New", "nl"]);
  const { name, locale, photoUrl, custom } = seen.second;
  assert.deepEqual({ name, locale, photoUrl, custom }, {
    name: "Old, renamed", locale: null, photoUrl: "p", custom: { a: "1" },
  });
});

scene("me from getUserById must exist, and is never written", async ({ run }) => {
  const seen = await run(async () => {
    await lab.person("there", { name: "There" });
    const sockets = lab.watchSockets();
    const session = await lab.sdk();
    session.me = session.getUserById("there");
    await session.me.synchronize();
    const { name } = await session.me.get();
    const absent = await lab.sdk();
    absent.me = absent.getUserById("not there");
    await absent.me.synchronize();
    const missing = await absent.me.get();
    const chat = await lab.failure(() => absent.conversation("x").send("hello"));
    return { name, missing, chat, written: lab.frames(sockets).filter((f) => /users/.test(f)) };
  });
  assert.equal(seen.name, "There");
  assert.equal(seen.missing, null);
  assert.equal(seen.chat.how, "rejected");
  assert.deepEqual(seen.written.filter((frame) => !/^(GET|SUBSCRIBE) /.test(frame)), []);
  assert.ok(seen.written.length > 0, "the spy works");
});

scene("a Session is a TalkSession, and each of its members works", async ({ run }) => {
  const seen = await run(async () => {
    const { getTalkSession, Session } = await lab.load();
    const plain = getTalkSession({ appId: "demo", userId: "plain", host: lab.host });
    const session = await lab.acting("sdk user");
    const TalkSession = plain.constructor;
    const missing = [];
    for (let own = plain; own !== Object.prototype; own = Object.getPrototypeOf(own)) {
      for (const name of Object.getOwnPropertyNames(own)) {
        if (!(name in session)) missing.push(name);
      }
    }
    const chat = session.conversation("as before");
    await chat.createIfNotExists({ subject: "Before" });
    const list = session.subscribeConversations();
    await list.connected;
    const fileToken = await session.uploadFile(new Blob(["abc"]), { filename: "a.txt" });
    const { id } = await chat.send({ content: [{ type: "file", fileToken }] });
    await chat.send("find me by this word");
    const found = await session.searchMessages().setQuery("word");
    const foundChats = await session.searchConversations().setQuery("Before");
    return {
      missing,
      is: [TalkSession, Session].map((one) => session instanceof one),
      other: plain instanceof Session,
      subclass: Object.prototype.isPrototypeOf.call(TalkSession, Session),
      same: session.user("sdk user") === session.user("sdk user"),
      current: session.currentUser.id === session.me.id,
      list: list.state.latestSnapshot.map(({ subject }) => subject),
      file: (await chat.message(id).get()).content[0].filename,
      found: found.results.map(({ message }) => message.plaintext),
      foundChats: foundChats.results.map(({ id }) => id),
      own: session !== getTalkSession({ appId: "demo", userId: "sdk user", host: lab.host }),
    };
  });
  assert.deepEqual(seen.missing, []);
  assert.deepEqual(seen.is, [true, true]);
  assert.equal(seen.other, false, "what getTalkSession gives is no Session");
  assert.ok(seen.subclass);
  assert.ok(seen.same && seen.current);
  assert.deepEqual(seen.list, ["Before"]);
  assert.equal(seen.file, "a.txt");
  assert.deepEqual(seen.found, ["find me by this word"]);
  assert.deepEqual(seen.foundChats, ["as before"]);
  assert.ok(seen.own, "it is not in the registry of getTalkSession");
});
