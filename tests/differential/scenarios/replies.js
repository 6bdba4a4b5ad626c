// Replies to replies, to themselves and to what is gone before it is read.

import { listed } from "../listed.js";

const LATER = 1_800_000_900_000;
const message = (id, createdAt, referencedMessageId = null) => ({
  id, type: "UserMessage", senderId: "alice", custom: {}, createdAt, editedAt: null,
  referencedMessageId, origin: "rest", content: [{ type: "text", children: [id] }], reactions: {},
});
const created = (state) => ({
  type: "message.created", conversationId: "c", messageId: state.id, state,
});

/** Each message with the one that it refers to, and whether that one refers to another. */
const pairsOf = (messages) =>
  messages?.map(({ id, referencedMessage: other }) => [
    id, other?.id ?? null, other ? "referencedMessage" in other : false,
  ]);
const pairs = ({ state }) => pairsOf(state.latestSnapshot);

/** A listener that writes down the pairs. */
const listenerOf = (world) => {
  const call = world.listener("messages");
  return (messages, loadedAll) => call(pairsOf(messages), loadedAll);
};

/** A window of Bob's, and a way to send him events. */
async function looking(world) {
  const [, , hers, his] = await world.chat();
  await hers.send("One");
  await world.later();
  const publish = async (...events) => {
    await world.control({ do: "publish", user: "bob", events });
    await world.settle();
  };
  return { hers, his, publish };
}

const WITHOUT = '[["a","b",false],["self","self",false],["msg_1",null,false]]';
const BOTH = '[["b","a",false],["a","b",false],["self","self",false],["msg_1",null,false]]';

export default [
  {
    name: "replies: a chain in which each refers to the one before",
    async run(world) {
      const { his, publish } = await looking(world);
      const messages = his.subscribeMessages();
      await messages.connected;
      for (let first = 0; first < 60; first += 10) {
        await publish(
          ...Array.from({ length: 10 }, (_, at) => {
            const number = 100 + first + at;
            const before = number === 100 ? null : `m${number - 1}`;
            return created(message(`m${number}`, LATER + number, before));
          }),
        );
      }
      world.note("pairs", pairs(messages));
      messages.unsubscribe();
      await world.pass(60_000);
    },
  },
  {
    name: "replies: to themselves and to one another",
    differences: listed(
      "the original leaves a new message out that it has asked for as a quoted one",
      `"messages" #3: original {"called":[${WITHOUT},true]}, ours {"called":[${BOTH},true]} […]`,
      `"messages" #4: original {"called":[[["after",null,false],[…],true]}, ` +
        `ours {"called":[${BOTH},true]} […]`,
      `"messages": only ours, #5: {"called":[[["after",null,false],${BOTH.slice(1)},true]}`,
      `"pairs" #1: original {"value":[["after",null,false],${WITHOUT.slice(1)}}, ` +
        `ours {"value":[["after",null,false],${BOTH.slice(1)}} […]`,
    ),
    async run(world) {
      const { his, publish } = await looking(world);
      const messages = his.subscribeMessages(listenerOf(world));
      await messages.connected;
      await publish(created(message("self", LATER, "self")));
      const b = message("b", LATER + 2, "a");
      world.alter("GET", "/me/conversations/c/messages/b", ([id]) => [id, 200, b]);
      await publish(created(message("a", LATER + 1, "b")), created(b));
      await publish(created(message("after", LATER + 3)));
      world.note("pairs", pairs(messages));
      messages.unsubscribe();
      await world.pass(60_000);
    },
  },
  {
    name: "replies: to themselves, in an answer",
    async run(world) {
      const { his } = await looking(world);
      world.alter("GET", "/me/conversations/c/messages", ([id, status, body]) => [
        id, status,
        { ...body, data: [message("b", 5, "a"), message("a", 4, "b"), message("self", 3, "self")] },
      ]);
      const messages = his.subscribeMessages(listenerOf(world));
      await world.result("connected", messages.connected.then(() => true));
      world.note("pairs", pairs(messages));
      messages.unsubscribe();
      await world.pass(60_000);
    },
  },
  {
    name: "replies: the conversation is cleared before the quoted message is read",
    differences: listed(
      "the original's window stays pending for ever; ours is the empty one, and goes on",
      '"messages": only ours, #1: {"called":[[],true]}',
      '"messages": only ours, #2: {"called":[[["after",null,false]],true]}',
      '"cleared" #1: original {"value":"pending"}, ours {"value":[]} […]',
      '"answered" #1: original {"value":"pending"}, ours {"value":[]} […]',
      '"after" #1: original {"value":"pending"}, ours {"value":[["after",null,false]]} […]',
    ),
    async run(world) {
      const { note, settle, hold } = world;
      const { his, publish } = await looking(world);
      world.alter("GET", "/me/conversations/c/messages", ([id, status, body]) => [
        id, status, { ...body, data: [message("reply", LATER, "old")] },
      ]);
      const old = message("old", 5);
      const release = hold("GET", "/me/conversations/c/messages/old", ([id]) => [id, 200, old]);
      const messages = his.subscribeMessages(listenerOf(world));
      await settle();
      await publish({ type: "conversation.cleared", conversationId: "c" });
      note("cleared", pairs(messages) ?? messages.state.type);
      await release();
      note("answered", pairs(messages) ?? messages.state.type);
      await publish(created(message("after", LATER + 3)));
      note("after", pairs(messages) ?? messages.state.type);
      messages.unsubscribe();
      await world.pass(60_000);
    },
  },
];
