// Each event of the protocol, also those that no client can cause, and odd ones.

import {
  COMPLETE, MISSED, NOBODY, NO_NEWS, ONE_CALL, OTHERS_GONE, listed,
} from "../listed.js";

const texts = ({ state }) => [
  state.type, state.latestSnapshot?.map(({ plaintext }) => plaintext), state.loadedAll,
];

/** Bob watches everything about the conversation "c". */
async function watching({ chat, listener, later }, ...sent) {
  const [alice, bob, hers, his] = await chat();
  const refs = [];
  for (const text of sent) {
    refs.push(await hers.send(text));
    await later();
  }
  const watched = {
    messages: his.subscribeMessages(listener("messages")),
    conversation: his.subscribe(listener("conversation")),
    list: bob.subscribeConversations(listener("list")),
    unread: bob.subscribeConversations({ filter: { isUnread: true } }, listener("unread")),
    participants: his.subscribeParticipants(listener("participants")),
    participant: his.participant("alice").subscribe(listener("participant")),
    typing: his.subscribeTyping(listener("typing")),
    user: bob.user("alice").subscribe(listener("user")),
    online: bob.user("alice").subscribeOnline(listener("online")),
  };
  if (refs.length > 0) {
    watched.reactions = his.message(refs[0].id).reactions("👍").subscribe(listener("reactions"));
  }
  await Promise.all(Object.values(watched).map(({ connected }) => connected));
  await later();
  return { alice, bob, hers, his, refs, watched };
}

/** A way to send events to Bob that nobody caused. */
const publisher = ({ control, settle }) => async (...events) => {
  await control({ do: "publish", user: "bob", events });
  await settle();
};

const ID = "c";
const message = (id, createdAt, more = {}) => ({
  id, type: "UserMessage", senderId: "alice", custom: {}, createdAt, editedAt: null,
  referencedMessageId: null, origin: "rest", content: [{ type: "text", children: [id] }],
  reactions: {}, ...more,
});
const LATER = 1_800_000_900_000;

/** Lists of one conversation that the original shows empty; `text` is its last message in ours. */
const shownStill = (labels, number, text) =>
  labels.map((label) => {
    const last = text === null ? "null" : `{"content":[{"children":["${text}"]`;
    return `"${label}" #${number}: original {"called":[[],false]}, ours {"called":[[{[…]` +
      `"lastMessage":${last}[…](called: 0: 0 is only in ours; called: 1: false against true)`;
  });

export default [
  {
    name: "events: all that one conversation causes",
    differences: listed(
      OTHERS_GONE,
      '"reactions": only the original, #4: {"called":[null,true]}',
    ),
    async run(world) {
      const { later, note } = world;
      const { alice, hers, his, refs, watched } = await watching(world, "One", "Two");
      await hers.send("Three");
      await later();
      await refs[1].edit("Two, edited");
      await later();
      await his.message(refs[0].id).reactions("👍").add();
      await later();
      await his.message(refs[0].id).reactions("👍").remove();
      await later();
      await hers.markAsTyping();
      await later();
      await hers.set({ subject: "Dogs", custom: { a: "1" } });
      await later();
      await hers.participant("alice").edit({ notify: false });
      await later();
      await his.markAsRead();
      await later();
      await alice.currentUser.set({ name: "Alicia" });
      await later();
      await refs[1].delete();
      await later();
      await hers.participant("alice").delete();
      await later();
      await hers.createIfNotExists();
      await later();
      note("messages", texts(watched.messages));
    },
  },
  {
    name: "events: removed and added again, everything at once",
    async run(world) {
      const { later, state } = world;
      const { hers, refs, watched } = await watching(world, "One");
      await refs[0].reactions("👍").add();
      await later();
      await hers.participant("bob").delete();
      await later();
      for (const [label, one] of Object.entries(watched)) state(`${label}, removed`, one);
      await hers.send("Behind his back");
      await hers.set({ subject: "Behind his back" });
      await later();
      await hers.participant("bob").createIfNotExists({ access: "Read", notify: false });
      await later();
      for (const [label, one] of Object.entries(watched)) state(`${label}, back`, one);
      await hers.send("Before his eyes");
      await later();
    },
  },
  {
    name: "events: the conversation is cleared",
    differences: [
      ...listed(
        COMPLETE,
        ...shownStill(["list", "unread"], 2, null),
      ),
      ...listed(
        "who reacted to a message that was cleared away stays in the original",
        '"reactions": only ours, #2: {"called":[null,true]}',
      ),
    ],
    async run(world) {
      const { later, note } = world;
      const { hers, watched } = await watching(world, "One", "Two");
      await publisher(world)({ type: "conversation.cleared", conversationId: ID });
      note("cleared", texts(watched.messages));
      await hers.send("Three");
      await later();
      note("and on", texts(watched.messages));
    },
  },
  {
    name: "events: the last messages go, one by one",
    differences: listed(
      COMPLETE,
      ...shownStill(["list", "unread"], 2, "Two"),
      ...shownStill(["list", "unread"], 3, "One"),
      ...shownStill(["list"], 4, null),
    ),
    async run(world) {
      const { later, note } = world;
      const { refs, watched } = await watching(world, "One", "Two", "Three");
      for (const ref of refs.reverse()) {
        await ref.delete();
        await later();
        note("left", texts(watched.messages));
      }
    },
  },
  {
    name: "events: a window is emptied, and told what comes next",
    async run(world) {
      const { note, result, chat, listener, later } = world;
      const [, , hers, his] = await chat();
      const conversation = his.subscribe(listener("conversation"));
      await conversation.connected;
      const sent = [];
      for (const text of ["One", "Two", "Three"]) {
        sent.push(await hers.send(text));
        await later();
      }
      // Only the last message is known when it goes.
      await sent[2].delete();
      await later();
      await sent[1].delete();
      await later();
      await result("get", his.get());
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      const publish = publisher(world);
      await publish({
        type: "message.deleted", conversationId: ID, messageId: sent[0].id,
        newLastMessage: message("made-up", LATER),
      });
      note("made up", texts(messages));
    },
  },
  {
    name: "events: of the user, whole and in part",
    differences: listed(
      NO_NEWS,
      '"messages": only the original, #5: {"called":[[{"content":[{"children":["One"],' +
        '"type":"text"}],"createdAt[…]a.png","role":"r","welcomeMessage":"Hi"},' +
        '"type":"UserMessage"}],true]}',
      '"conversation": only the original, #5: {"called":[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{}[…]age":null,"sender":{"custom":{},' +
        '"id":"alice","locale… (660 characters)',
      '"list": only the original, #5: {"called":[[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{[…]sage":null,"sender":{"custom":{},' +
        '"id":"alice","local… (662 characters)',
      '"unread": only the original, #5: {"called":[[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{[…]sage":null,"sender":{"custom":{},' +
        '"id":"alice","local… (662 characters)',
      '"participants": only the original, #5: {"called":[[{"access":"ReadWrite","joinedAt"' +
        ':1800000002000,"notify":tr[…]"Bob","photoUrl":null,"role":"default","' +
        'welcomeMessage":null}}],true]}',
      '"participant": only the original, #5: {"called":[{"access":"ReadWrite","joinedAt"' +
        ':1800000002000,"notify":tru[…]"photoUrl":"https://p/a.png","role":"r","' +
        'welcomeMessage":"Hi"}},true]}',
      '"user": only the original, #5: {"called":[{"custom":{},' +
        '"id":"alice","locale":null,"name":"Made","photoUrl":"https://p/a.png","role":"r","' +
        'welcomeMessage":"Hi"},true]}',
      '"online": only the original, #5: {"called":[{"isConnected":true,"user":{"custom":{},' +
        '"id":"alice","local[…]"photoUrl":"https://p/a.png","role":"r","welcomeMessage":"' +
        'Hi"}},true]}',
      '"online": only the original, #7: {"called":[{"isConnected":false,"user":{"custom"' +
        ':{},"id":"alice","loca[…]"photoUrl":"https://p/a.png","role":"r","welcomeMessage"' +
        ':"Hi"}},true]}',
    ),
    async run(world) {
      const { watched } = await watching(world, "One");
      const publish = publisher(world);
      const { note } = world;
      const diff = {
        name: "Made", custom: { a: "1" }, locale: "de", photoUrl: "https://p/a.png", role: "r",
        welcomeMessage: "Hi",
      };
      await publish({ type: "user.edited", userId: "alice", diff });
      await publish({ type: "user.edited", userId: "alice", diff: { custom: { a: null, b: "2" } } });
      await publish({ type: "user.edited", userId: "alice", diff: { custom: null, locale: null } });
      await publish({ type: "user.edited", userId: "alice", diff: {} });
      await publish({ type: "user.edited", userId: "nobody", diff: { name: "X" } });
      await publish({ type: "user.online.changed", userId: "alice", diff: { isConnected: false } });
      await publish({ type: "user.online.changed", userId: "alice", diff: { isConnected: false } });
      await publish({ type: "user.online.changed", userId: "alice", diff: { isConnected: true } });
      note("user", watched.user.state);
    },
  },
  {
    name: "events: a user is created while one waits for them",
    async run({ members, session, listener, result, later }) {
      const [alice] = await members("alice");
      const subscription = alice.user("ghost").subscribe(listener("ghost"));
      await result("connected", subscription.connected);
      await later();
      await session("ghost").currentUser.set({ name: "Ghost" });
      await later();
      await result("get", alice.user("ghost").get());
    },
  },
  {
    name: "events: of messages, made up, doubled and out of order",
    differences: [
      ...listed(
        NOBODY,
        '"conversation" #4: […](called: 0: lastMessage: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null})',
        '"list" #4: […](called: 0: 0: lastMessage: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null})',
        '"unread" #4: […](called: 0: 0: lastMessage: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null})',
      ),
      ...listed(
        COMPLETE,
        '"messages" #5: […](called: 0: 0: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null})',
        '"messages" #6: […](called: 0: 0: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}; called: 0: 7 is only in ours; ' +
          "called: 1: false against true)",
        '"messages" #7: […](called: 0: 0: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}; called: 0: 7 is only in ours; ' +
          "called: 1: false against true)",
        '"messages" #8: […](called: 0: 0: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}; called: 0: 7 is only in ours; ' +
          "called: 1: false against true)",
        '"messages" #9: […](called: 0: 0: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}; called: 0: 7 is only in ours; ' +
          "called: 1: false against true)",
        '"messages" #10: […](called: 0: 0: sender: null against {"custom":{},' +
          '"id":"nobody","locale":null,"name":"","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}; called: 0: 6 is only in ours; ' +
          "called: 1: false against true)",
        '"order" #1: original {"value":["active",["nobody","system","m2","m1","m4","m3","' +
          'One"],false]}, ours {"value":["active",["nobody","system","m2","m1","m4","m3","' +
          'One","ancient"],true]} […]',
        '"at the end" #1: original {"value":["active",["nobody","system","m2","m1","m4","' +
          'One"],false]}, ours {"value":["active",["nobody","system","m2","m1","m4","One","' +
          'ancient"],true]} […]',
      ),
      ...listed(
        OTHERS_GONE,
        '"reactions": only the original, #2: {"called":[null,true]}',
      ),
    ],
    async run(world) {
      const { watched, refs } = await watching(world, "One");
      const publish = publisher(world);
      const { note, settle } = world;
      const created = (id, at, more) => ({
        type: "message.created", conversationId: ID, messageId: id, state: message(id, at, more),
      });
      await publish(created("m2", LATER), created("m1", LATER - 1));
      await publish(created("m2", LATER));
      await publish(created("m4", LATER - 2), created("m3", LATER - 3));
      await publish(created("system", LATER + 1, { type: "SystemMessage", senderId: null }));
      await publish(created("nobody", LATER + 2, { senderId: "nobody" }));
      await publish(created("ancient", 5));
      await settle();
      note("order", texts(watched.messages));
      const reactions = (diff) => ({
        type: "message.edited", conversationId: ID, messageId: refs[0].id, diff: { reactions: diff },
      });
      await publish(reactions({
        "👍": { count: 2, createdAt: LATER, currentUserReacted: false },
        "❤️": { count: 1, createdAt: LATER - 5, currentUserReacted: true },
        "👎": { count: 1, createdAt: LATER, currentUserReacted: true },
      }));
      await publish(reactions({ "👍": { count: 3 }, "❤️": null }));
      await publish(reactions(null));
      await publish({
        type: "message.edited", conversationId: ID, messageId: "none", diff: { editedAt: 5 },
      });
      await publish({ type: "message.deleted", conversationId: ID, messageId: "none" });
      await publish({ type: "message.deleted", conversationId: ID, messageId: "m3" });
      note("at the end", texts(watched.messages));
    },
  },
  {
    name: "events: of participants, reactions and typing, made up",
    differences: listed(
      NOBODY,
      '"participants" #2: […](called: 0: 0: user: null against {"custom":{},' +
        '"id":"zoe","locale":null,"name":"","photoUrl":null,"role":"default","' +
        'welcomeMessage":null})',
      '"participants" #3: […](called: 0: 0: user: null against {"custom":{},' +
        '"id":"zoe","locale":null,"name":"","photoUrl":null,"role":"default","' +
        'welcomeMessage":null})',
      '"participants" #4: […](called: 0: 0: user: null against {"custom":{},' +
        '"id":"zoe","locale":null,"name":"","photoUrl":null,"role":"default","' +
        'welcomeMessage":null})',
    ),
    async run(world) {
      const { refs } = await watching(world, "One");
      const publish = publisher(world);
      const of = (type, more) => ({ type, conversationId: ID, ...more });
      const state = { id: "zoe", access: "Read", notify: true, joinedAt: LATER };
      await publish(of("participant.created", { userId: "zoe", state }));
      await publish(of("participant.edited", { userId: "zoe", diff: { access: "ReadWrite" } }));
      await publish(of("participant.edited", { userId: "bob", diff: { notify: false } }));
      await publish(of("participant.edited", { userId: "none", diff: { notify: false } }));
      await publish(of("participant.deleted", { userId: "zoe" }));
      await publish(of("participant.deleted", { userId: "zoe" }));
      const reaction = { messageId: refs[0].id, emoji: "👍" };
      await publish(of("reaction.added", { ...reaction, userId: "alice", createdAt: LATER }));
      await publish(of("reaction.added", { ...reaction, userId: "alice", createdAt: LATER }));
      await publish(of("reaction.added", { ...reaction, userId: "bob", createdAt: LATER - 1 }));
      await publish(of("reaction.removed", { ...reaction, userId: "alice", createdAt: LATER }));
      await publish(of("reaction.removed", { ...reaction, userId: "alice", createdAt: LATER }));
      const few = (usersTyping) => of("typing.changed", { diff: { usersTyping } });
      await publish(few({ alice: LATER }));
      await publish(few({ bob: LATER + 1 }));
      await publish(few({ alice: null }));
      await publish(of("typing.changed", { diff: { many: true, usersTyping: null } }));
      await publish(few({ alice: LATER }));
      await publish(of("typing.changed", { diff: { many: false, usersTyping: { alice: LATER } } }));
      await publish(of("typing.available", { state: { many: false, usersTyping: {} } }));
    },
  },
  {
    name: "events: many in one frame are one call",
    differences: listed(
      ONE_CALL,
      '"conversation": only the original, #3: {"called":[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{}[…]age":null,"sender":{"custom":{},' +
        '"id":"alice","locale… (651 characters)',
      '"conversation": only the original, #5: {"called":[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{}[…]age":null,"sender":{"custom":{},' +
        '"id":"alice","locale… (651 characters)',
      '"list": only the original, #3: {"called":[[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{[…]sage":null,"sender":{"custom":{},' +
        '"id":"alice","local… (653 characters)',
      '"list": only the original, #5: {"called":[[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{[…]sage":null,"sender":{"custom":{},' +
        '"id":"alice","local… (653 characters)',
      '"unread": only the original, #3: {"called":[[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{[…]sage":null,"sender":{"custom":{},' +
        '"id":"alice","local… (653 characters)',
      '"unread": only the original, #5: {"called":[[{"access":"ReadWrite","createdAt"' +
        ':1800000002000,"custom":{[…]sage":null,"sender":{"custom":{},' +
        '"id":"alice","local… (653 characters)',
    ),
    async run(world) {
      await watching(world, "One");
      const publish = publisher(world);
      const side = (diff) => ({ type: "side.edited", conversationId: ID, diff });
      const conversation = (diff) => ({ type: "conversation.edited", conversationId: ID, diff });
      await publish(
        side({ unreadMessageCount: 5, isUnread: true }), conversation({ subject: "A" }),
        side({ unreadMessageCount: 6 }), conversation({ subject: "B" }),
      );
      await publish(conversation({ subject: "C" }), conversation({ subject: "B" }));
      await publish(side({ everyoneReadUntil: LATER }), side({ readUntil: LATER }));
      await publish(conversation({ custom: { a: "1" } }), conversation({ custom: { a: null } }));
    },
  },
  {
    name: "events: of what nobody watches, and of an unknown type",
    async run(world) {
      const { watched } = await watching(world, "One");
      const publish = publisher(world);
      const { note } = world;
      await publish({ type: "something.new", conversationId: ID });
      await publish({
        type: "message.created", conversationId: "elsewhere", messageId: "m",
        state: message("m", LATER),
      });
      await publish({ type: "side.edited", conversationId: "elsewhere", diff: { isUnread: true } });
      await publish({ type: "conversation.edited", conversationId: ID, diff: { subject: "On" } });
      note("conversation", watched.conversation.state.latestSnapshot.subject);
    },
  },
  {
    name: "events: the login expires while everything is watched",
    differences: listed(
      MISSED,
      "reads of bob: original 1×, ours 2×: GET /me/conversations/c {}",
      "reads of bob: original 1×, ours 2×: GET /me/conversations/c/participants/alice {}",
      "reads of bob: original 1×, ours 2×: SUBSCRIBE /users/bob {}",
    ),
    async run(world) {
      const { control, pass, later, note } = world;
      const { hers, watched } = await watching(world, "One");
      await control({ do: "expire", user: "bob" });
      await pass(3_000);
      await hers.send("Two");
      await hers.markAsTyping();
      await later();
      note("messages", texts(watched.messages));
    },
  },
  {
    name: "events: the server restarts while everything is watched",
    differences: [
      ...listed(MISSED, "reads of bob: original 1×, ours 2×: SUBSCRIBE /users/bob {}"),
      ...listed(
        "ours is back sooner",
        '"online": only the original, #2: {"called":[{"isConnected":false,"user":{"custom"' +
          ':{},"id":"alice","locale":null,"name":"Alice","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}},true]}',
        '"online": only the original, #3: {"called":[{"isConnected":true,"user":{"custom"' +
          ':{},"id":"alice","locale":null,"name":"Alice","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}},true]}',
      ),
    ],
    async run(world) {
      const { control, pass, later, note } = world;
      const { hers, refs, watched } = await watching(world, "One");
      await control({ do: "restarting" });
      await pass(40_000);
      await hers.send("Two");
      await refs[0].reactions("👍").add();
      await hers.markAsTyping();
      await hers.participant("alice").edit({ notify: false });
      await later();
      note("messages", texts(watched.messages));
    },
  },
];
