// Answers and events as no service should send them.

import { NOT_CONNECTED, listed, stringRejections } from "../listed.js";

/** Bob looks at the messages of a conversation with one message in it. */
async function looking(world) {
  const [alice, bob, hers, his] = await world.chat();
  await hers.send("One");
  await world.later();
  const call = world.listener("messages");
  const messages = his.subscribeMessages((all, loadedAll) =>
    call(all.map(({ plaintext }) => plaintext), loadedAll));
  await messages.connected;
  await world.later();
  return { alice, bob, hers, his, messages };
}

const LATER = 1_800_000_900_000;
const message = (id, createdAt, more = {}) => ({
  id, type: "UserMessage", senderId: "alice", custom: {}, createdAt, editedAt: null,
  referencedMessageId: null, origin: "rest", content: [{ type: "text", children: [id] }],
  reactions: {}, ...more,
});
const created = (state) => ({
  type: "message.created", conversationId: "c", messageId: state.id ?? "x", state,
});
const without = (name) => {
  const { [name]: _, ...rest } = message("x", LATER);
  return rest;
};
const texts = ({ state }) => state.latestSnapshot?.map(({ plaintext }) => plaintext);

/** Content that is nested so many levels deep. */
const nested = (levels) => {
  let inner = "the end";
  for (let level = 0; level < levels; level += 1) inner = { type: "bold", children: [inner] };
  return [{ type: "text", children: [inner] }];
};

const publisher = ({ control, settle }) => async (...events) => {
  await control({ do: "publish", user: "bob", events });
  await settle();
};

const ALL = '["after","beside","One"]';
const AFTER = `"messages": only ours, #3: {"called":[${ALL},true]}`;

/** What is missing in a new message, and what differs then. */
const WITHOUT = {
  senderId: [
    "reads of bob: original 1×, ours 0×: UNSUBSCRIBE /users/undefined {}",
    "reads of bob: original 1×, ours 0×: UNSUBSCRIBE /me/conversations/c/messages {}",
    '"messages": only ours, #2: {"called":[["beside","One"],true]}',
    AFTER,
    `"texts" #1: original {"value":{"<undefined>":true}}, ours {"value":${ALL}} […]`,
    '"loadedAll" #1: original {"value":{"<undefined>":true}}, ours {"value":true} […]',
  ],
  content: [
    '"messages": only ours, #2: {"called":[["beside","One"],true]}',
    AFTER,
    `"texts" #1: original {"value":["One"]}, ours {"value":${ALL}} […]`,
  ],
  createdAt: [
    '"messages" #2: original {"called":[["One"],false]}, ' +
      'ours {"called":[["beside","One"],true]} […]',
    AFTER,
    `"texts" #1: original {"value":["One"]}, ours {"value":${ALL}} […]`,
    '"loadedAll" #1: original {"value":false}, ours {"value":true} […]',
  ],
};

/** Reads that a new connection brings. */
const AGAIN = [
  "SUBSCRIBE /me/conversations/c/messages {}", 'GET /me/conversations/c/messages {"limit":30}',
  "SUBSCRIBE /me/conversations/c/typing {}", "GET /me/conversations/c/typing {}",
  "SUBSCRIBE /me/conversations/c/participants {}",
  'GET /me/conversations/c/participants {"limit":10}',
  "SUBSCRIBE /users/alice {}", 'GET /users/alice {"includePrivateFields":false}',
  "SUBSCRIBE /users/bob {}", 'GET /users/bob {"includePrivateFields":false}',
];

export default [
  ...[61, 200].map((levels) => ({
    name: `strange: content of ${levels} levels, in an answer and in an event`,
    async run(world) {
      const { alter, note, push, result, later } = world;
      const [, , hers, his] = await world.chat();
      await hers.send("One");
      await later();
      const deep = message("deep", LATER, { content: nested(levels) });
      alter("GET", "/me/conversations/c/messages", ([id, status, body]) => [
        id, status, { ...body, data: [deep, ...body.data] },
      ]);
      const messages = his.subscribeMessages(world.listener("messages"));
      await result("connected", messages.connected.then(() => true));
      await later();
      const event = message("deeper", LATER + 1, { content: nested(levels) });
      await push("bob", 500, created(event), created(message("beside", LATER + 2)));
      await push("bob", 501, created(message("after", LATER + 3)));
      note("texts", texts(messages));
      await result("get", his.message("deep").get().then((one) => one.plaintext));
    },
  })),
  {
    name: "strange: an unknown member of 1000 levels in an event",
    async run(world) {
      const { note, push } = world;
      const { messages } = await looking(world);
      let unknown = {};
      for (let level = 0; level < 1000; level += 1) unknown = { unknown };
      await push("bob", 500, created(message("deep", LATER, { unknown })));
      await push("bob", 501, created(message("after", LATER + 1)));
      note("texts", texts(messages));
    },
  },
  ...Object.entries(WITHOUT).map(([member, lines]) => ({
    name: `strange: a new message without ${member}`,
    differences: listed(
      "the original shows half a message, or nothing any more; ours ignores what is malformed",
      ...lines,
    ),
    async run(world) {
      const { note } = world;
      const { messages } = await looking(world);
      const publish = publisher(world);
      await publish(created(without(member)), created(message("beside", LATER + 1)));
      await publish(created(message("after", LATER + 2)));
      note("texts", texts(messages));
      note("loadedAll", messages.state.loadedAll);
    },
  })),
  {
    name: "strange: a reaction that goes, and comes back with a count alone",
    differences: listed(
      "the original gives no currentUserReacted, against its types; ours says false",
      '"a count" #1: original {"value":[{"count":2,"currentUserReacted":{"<undefined>":true},' +
        '"emoji":"👍"}]}, ours {"value":[{"count":2,"currentUserReacted":false,"emoji":"👍"}]} […]',
      '"a count again" #1: original {"value":[{"count":1,' +
        '"currentUserReacted":{"<undefined>":true},"emoji":"👍"}]}, ' +
        'ours {"value":[{"count":1,"currentUserReacted":false,"emoji":"👍"}]} […]',
    ),
    async run(world) {
      const { note, later } = world;
      const { his, messages } = await looking(world);
      const [{ id }] = messages.state.latestSnapshot;
      await his.message(id).reactions("👍").add();
      await later();
      const publish = publisher(world);
      const edited = async (label, reactions) => {
        await publish({
          type: "message.edited", conversationId: "c", messageId: id, diff: { reactions },
        });
        note(label, messages.state.latestSnapshot[0].reactions);
      };
      note("his own", messages.state.latestSnapshot[0].reactions);
      await edited("gone", { "👍": null });
      await edited("a count", { "👍": { count: 2 } });
      await edited("all of it", { "👍": { count: 3, createdAt: LATER, currentUserReacted: true } });
      await edited("none at all", null);
      await edited("a count again", { "👍": { count: 1 } });
    },
  },
  {
    name: "strange: a status that is none",
    differences: [
      ...stringRejections("unreachable", "rejected", "set, 418"),
      ...stringRejections(
        "unreachable", "server-error",
        ...["0", "201", "304", "503", "OK", "null"].map((status) => `set, ${status}`),
      ),
    ],
    async run(world) {
      const { alter, result, settle, note } = world;
      const [alice] = await world.members("alice");
      for (const status of [0, 201, 304, 418, 503, "OK", null]) {
        alter("PUT", "/users/alice", ([id, , body]) => [id, status, body]);
        await result(`set, ${status}`, alice.currentUser.set({ name: "Alicia" }));
        await settle();
      }
      await alice.currentUser.set({ name: "Alice" });
      note("and on", (await alice.currentUser.get()).name);
    },
  },
  {
    name: "strange: the answer to a call has another number",
    differences: listed(
      "the original waits for ever; ours sends the call again on a new connection",
      'mutations of alice: only ours, #4: PUT /users/alice {"name":"Alicia"}',
      '"three minutes" #1: original {"pending":true}, ours {"resolved":{"<undefined>":true}} […]',
    ),
    async run(world) {
      const { alter, inTime, result } = world;
      const [alice] = await world.members("alice");
      alter("PUT", "/users/alice", ([id, ...rest]) => [id + 1000, ...rest]);
      const call = alice.currentUser.set({ name: "Alicia" });
      await result("another", alice.user("bob").set({ name: "Bob" }));
      await inTime("three minutes", call, 180_000);
    },
  },
  {
    name: "strange: a subscription that is never answered, or under another number",
    differences: listed(
      "the original waits for ever; ours takes a new connection, and subscribes and asks again",
      ...AGAIN.map((read) => `reads of bob: original 1×, ours 2×: ${read}`),
    ),
    async run(world) {
      const { alter, inTime, pass, note } = world;
      const { bob } = await looking(world);
      const subscribe = (name) => bob.conversation("c")[name](world.listener(name));
      alter("SUBSCRIBE", "/me/conversations/c/typing", () => undefined);
      const typing = subscribe("subscribeTyping");
      await inTime("typing", typing.connected.then(({ type }) => type), 10_000);
      alter("SUBSCRIBE", "/me/conversations/c/participants", ([id, ...rest]) => [
        id + 1000, ...rest,
      ]);
      const participants = subscribe("subscribeParticipants");
      await inTime("participants", participants.connected.then(({ type }) => type), 10_000);
      await pass(120_000);
      note("states", [typing.state.type, participants.state.type]);
    },
  },
  {
    name: "strange: what is sent is answered without an ID",
    differences: listed(
      "the original gives a message without an ID; ours says that the answer is strange",
      ...[
        ["an empty object", "undefined"], ["a text", "undefined"], ["an ID of null", "object"],
      ].map(
        ([label, type]) =>
          `"${label}" #1: original {"resolved":"${type}"}, ` +
          'ours {"rejected":{"<error>":{"code":"server-error",[…]"status":200}}} […]',
      ),
    ),
    async run(world) {
      const { alter, result, settle, note } = world;
      const { hers, messages } = await looking(world);
      const bodies = {
        "an empty object": {}, null: null, "a text": "sent", "an ID of null": { id: null },
      };
      for (const [label, body] of Object.entries(bodies)) {
        alter("POST", "/conversations/c/messages", ([id, status]) => [id, status, body]);
        await result(label, hers.send(label).then((ref) => typeof ref.id));
        await settle();
      }
      note("arrived", texts(messages));
    },
  },
  {
    name: "strange: presence that is missing for another reason than its user",
    differences: stringRejections(NOT_CONNECTED, "not-found", "SOMETHING_ELSE connected"),
    async run(world) {
      const { refuse, result, state, settle, listener } = world;
      const [alice] = await world.members("alice", "bob");
      // Of a user who exists, ours would ask once more.
      const users = { USER_NOT_FOUND: "nobody", SOMETHING_ELSE: "bob" };
      for (const [errorCode, user] of Object.entries(users)) {
        await refuse("GET", `/users/${user}/online`, 404, errorCode);
        const subscription = alice.user(user).subscribeOnline(listener(errorCode));
        await result(`${errorCode} connected`, subscription.connected);
        await settle();
        state(errorCode, subscription);
        subscription.unsubscribe();
        await world.pass(60_000);
      }
    },
  },
];
