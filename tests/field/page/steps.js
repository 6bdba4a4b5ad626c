// What is done with what comes out of a store: each step is a name and a function, which fails by an
// error or by `false`. `wrap` puts something into the store and gives what comes out.

const isActive = ({ type }) => type === "active";

/** Everything that a session can do but change its token. */
export function sessionSteps(wrap, { session, conversation, message, userId }) {
  const s = wrap(session);
  return [
    ["conversation", () => s.conversation(conversation.id) === session.conversation(conversation.id)],
    ["user", () => s.user(userId) === session.user(userId)],
    ["currentUser", () => s.currentUser.id === userId],
    ["onNeedToken", () => s.onNeedToken === undefined],
    ["appId", () => s.appId === "demo"],
    ["get", async () => (await s.conversation(conversation.id).get()).id === conversation.id],
    ["send", async () => (await s.conversation(conversation.id).send("more")).id.length > 3],
    ["subscribeConversations", async () => {
      const list = s.subscribeConversations();
      const { latestSnapshot } = await list.connected;
      await list.loadMore();
      list.unsubscribe();
      return latestSnapshot.length > 0 && list.state.type === "unsubscribed";
    }],
    ["searchConversations", async () => {
      const { results } = (await s.searchConversations().setQuery("hello")) ?? { results: [] };
      return Array.isArray(results);
    }],
    ["uploadFile", async () =>
      typeof (await s.uploadFile(new Blob(["x"]), { filename: "x" })) === "string"],
    ["onError", async () => {
      const { unsubscribe } = s.onError(() => {});
      await unsubscribe();
    }],
    ["the session itself goes on", async () => {
      const again = await session.conversation(conversation.id).message(message.id).get();
      return again.plaintext === "hello";
    }],
  ];
}

/** Everything that refs can do. */
export function refSteps(wrap, { session, conversation, message, userId }) {
  const [user, participant] = [session.user(userId), conversation.participant(userId)];
  const [u, c, p, m] = [user, conversation, participant, message].map(wrap);
  const r = wrap(message.reactions("👍"));
  const live = async (subscription) => {
    const state = await subscription.connected;
    subscription.unsubscribe();
    return isActive(state) && subscription.state.type === "unsubscribed";
  };
  return [
    ["user.id", () => u.id === userId],
    ["user.get", async () => (await u.get()).id === userId],
    ["user.set", () => u.set({ name: "Alice" })],
    ["user.subscribe", () => live(u.subscribe())],
    ["user.subscribeOnline", () => live(u.subscribeOnline())],
    ["conversation.get", async () => (await c.get()).id === c.id],
    ["conversation.set", () => c.set({ subject: "Other" })],
    ["conversation.markAsRead", () => c.markAsRead()],
    ["conversation.markAsTyping", () => c.markAsTyping()],
    ["conversation.message", () => c.message(message.id) === message],
    ["conversation.participant", () => c.participant(userId) === participant],
    ["conversation.participant of a ref", () => c.participant(u) === participant],
    ["conversation.send, which answers", async () => {
      const sent = await c.send({ text: "re", referencedMessage: m });
      return (await sent.get()).referencedMessage.id === message.id;
    }],
    ["conversation.subscribe", () => live(c.subscribe())],
    ["conversation.subscribeMessages", () => live(c.subscribeMessages())],
    ["conversation.subscribeParticipants", () => live(c.subscribeParticipants())],
    ["conversation.subscribeTyping", () => live(c.subscribeTyping())],
    ["participant.get", async () => (await p.get()).user.id === userId],
    ["participant.edit", () => p.edit({ notify: true })],
    ["participant.subscribe", () => live(p.subscribe())],
    ["message.get", async () => (await m.get()).id === message.id],
    ["message.edit", () => m.edit("hello")],
    ["message.reactions", () => m.reactions("👍") === message.reactions("👍")],
    ["reactions.add", () => r.add()],
    ["reactions.getFirstReactions", async () => (await r.getFirstReactions()).length === 1],
    ["reactions.subscribe", () => live(r.subscribe())],
    ["reactions.remove", () => r.remove()],
  ];
}

/** What subscriptions and searches can do that were put into the store while they were pending. */
export function subscriptionSteps(wrap, { session, conversation, userId }) {
  const user = session.user(userId);
  const kinds = {
    user: () => user.subscribe(),
    presence: () => user.subscribeOnline(),
    conversation: () => conversation.subscribe(),
    messages: () => conversation.subscribeMessages(),
    participants: () => conversation.subscribeParticipants(),
    typing: () => conversation.subscribeTyping(),
    list: () => session.subscribeConversations(),
  };
  const steps = Object.entries(kinds).map(([kind, make]) => [`a subscription: ${kind}`, async () => {
    const raw = make();
    const held = wrap(raw);
    const state = await held.connected;
    if (!isActive(state) || !isActive(held.state)) throw new Error(`is ${held.state.type}`);
    if (held.state.latestSnapshot !== raw.state.latestSnapshot) throw new Error("another snapshot");
    if (["messages", "participants", "list"].includes(kind)) await held.loadMore(5);
    held.unsubscribe();
    if (raw.state.type !== "unsubscribed") throw new Error("goes on");
    if (held.state.type !== "unsubscribed") throw new Error("does not say so");
    return (await held.terminated).type === "unsubscribed";
  }]);
  return [
    ...steps,
    ["a search", async () => {
      const search = wrap(session.searchMessages());
      await search.setQuery("hello");
      await search.loadMore(5);
    }],
    ["what onError gives", async () => {
      await wrap(session.onError(() => {})).unsubscribe();
    }],
  ];
}

/** What only `Session` and its users and conversations have. */
export function userSteps(wrap, { session, conversation, userId }) {
  const [s, me, c] = [session, session.me, conversation].map(wrap);
  return [
    ["me", () => s.me.id === userId && s.me.name === "Alice"],
    ["getUser", () => s.getUser({ id: "x", name: "X", role: "default" }).name === "X"],
    ["getUserById", () => s.getUserById("x").id === "x"],
    ["getConversation", () => s.getConversation({ id: c.id, participants: [me] }).participants.length === 1],
    ["oneOnOneId", () => s.oneOnOneId(me, "x") === session.oneOnOneId(userId, "x")],
    ["synchronize", () => Promise.all([me.synchronize(), c.synchronize()])],
    ["unreads", () => s.unreads.onChange(() => {}).unsubscribe()],
    ["onMessage", async () => {
      const { unsubscribe } = s.onMessage(() => {});
      unsubscribe();
    }],
    ["pushTokenProvider", () => {
      const provider = () => null;
      try {
        s.pushTokenProvider = provider;
      } catch {
        // A store that hands out what cannot be written to.
        session.pushTokenProvider = provider;
      }
      return s.pushTokenProvider === session.pushTokenProvider;
    }],
    ["hasValidCredentials", async () => (await s.hasValidCredentials()) === true],
    ["a user out of a store acts", async () => {
      const other = new session.constructor({ appId: "demo", host: globalThis.field.host });
      other.me = wrap(other.getUser({ id: `actor ${userId}`, name: "Actor", role: "default" }));
      const held = wrap(other);
      await held.me.synchronize();
      await held.destroy();
    }],
  ];
}

/** What can be set on a session that has not connected yet, by whoever may write to it. */
export function settingSteps(wrap, make) {
  return [
    ["onNeedToken is set", () => {
      const session = make();
      const held = wrap(session);
      const callback = () => {};
      held.onNeedToken = callback;
      const same = session.onNeedToken === callback && held.onNeedToken === callback;
      held.onNeedToken = undefined;
      return same && session.onNeedToken === undefined;
    }],
    ["setToken", () => wrap(make()).setToken("some.wrong.token")],
  ];
}
