// What stays live for a while after its last subscription, and so is shown at once to the next.

/** The part of a snapshot that tells one from another. */
const brief = ({ type, loadedAll, latestSnapshot: one }) => [
  type, loadedAll, Array.isArray(one) ? one.map(({ id, plaintext }) => plaintext ?? id) : one?.id,
];

/** Subscribes again, and notes what is there in the same tick, and later. */
const again = async ({ note, result, settle }, label, subscription) => {
  note(`${label}: at once`, brief(subscription.state));
  await result(`${label}: connected`, subscription.connected.then(brief));
  await settle();
  subscription.unsubscribe();
};

/** Longer than anything stays. */
const FORGOTTEN_MS = 90_000;

/** Alice's conversation with a message of Bob's, and something that keeps her connected. */
async function talk(world) {
  const [alice, , hers, his] = await world.chat();
  await his.send("One");
  await world.later();
  const stays = [alice.user("bob"), alice.user("alice")].map((user) => user.subscribe());
  await Promise.all(stays.map(({ connected }) => connected));
  await world.pass(FORGOTTEN_MS);
  return [alice, hers, his];
}

const connected = (...subscriptions) =>
  Promise.all(subscriptions.map(({ connected: promise }) => promise));

export default [
  {
    name: "lingering: a conversation keeps its messages, which then stay on their own",
    async run(world) {
      const { pass, listener } = world;
      const [, hers] = await talk(world);
      for (const seconds of [5, 12, 29, 35, 45]) {
        const both = [hers.subscribe(), hers.subscribeMessages()];
        await connected(...both);
        for (const one of both) one.unsubscribe();
        await pass(seconds * 1000);
        const label = `messages after ${seconds} s`;
        await again(world, label, hers.subscribeMessages(listener(label)));
        await pass(FORGOTTEN_MS);
      }
    },
  },
  {
    name: "lingering: messages on their own",
    async run(world) {
      const { pass, listener } = world;
      const [, hers] = await talk(world);
      for (const seconds of [8, 12]) {
        const messages = hers.subscribeMessages();
        await connected(messages);
        messages.unsubscribe();
        await pass(seconds * 1000);
        const label = `messages after ${seconds} s`;
        await again(world, label, hers.subscribeMessages(listener(label)));
        await pass(FORGOTTEN_MS);
      }
    },
  },
  {
    name: "lingering: a get() keeps a conversation and its messages",
    async run(world) {
      const { pass, listener } = world;
      const [, hers] = await talk(world);
      for (const seconds of [29, 35, 45]) {
        const messages = hers.subscribeMessages();
        await connected(messages);
        await hers.get();
        messages.unsubscribe();
        await pass(seconds * 1000);
        const label = `messages after ${seconds} s`;
        await again(world, label, hers.subscribeMessages(listener(label)));
        await pass(FORGOTTEN_MS);
      }
    },
  },
  {
    name: "lingering: a conversation, after its messages and without them",
    async run(world) {
      const { pass, listener } = world;
      const [, hers] = await talk(world);
      for (const seconds of [5, 12, 29, 35, 45]) {
        const conversation = hers.subscribe();
        await connected(conversation);
        conversation.unsubscribe();
        await pass(seconds * 1000);
        const label = `conversation after ${seconds} s`;
        await again(world, label, hers.subscribe(listener(label)));
        await pass(FORGOTTEN_MS);
      }
      for (const seconds of [5, 12]) {
        const messages = hers.subscribeMessages();
        await connected(messages);
        messages.unsubscribe();
        await pass(seconds * 1000);
        const label = `conversation ${seconds} s after messages`;
        await again(world, label, hers.subscribe(listener(label)));
        await pass(FORGOTTEN_MS);
      }
    },
  },
  {
    name: "lingering: what happens meanwhile is in what is shown at once",
    async run(world) {
      const { pass, listener, later } = world;
      const [, hers, his] = await talk(world);
      const both = [hers.subscribe(), hers.subscribeMessages()];
      await connected(...both);
      for (const one of both) one.unsubscribe();
      await pass(20_000);
      await his.send("Two");
      await later();
      await pass(5_000);
      await again(world, "messages", hers.subscribeMessages(listener("messages")));
      await again(world, "conversation", hers.subscribe(listener("conversation")));
    },
  },
  {
    name: "lingering: the list of conversations, and the messages in it",
    async run(world) {
      const { pass, listener } = world;
      const [alice, hers] = await talk(world);
      for (const seconds of [8, 12, 25]) {
        const list = alice.subscribeConversations();
        await connected(list);
        list.unsubscribe();
        await pass(seconds * 1000);
        const label = `list after ${seconds} s`;
        await again(world, label, alice.subscribeConversations(listener(label)));
        await pass(FORGOTTEN_MS);
      }
      const list = alice.subscribeConversations();
      const messages = hers.subscribeMessages();
      await connected(list, messages);
      messages.unsubscribe();
      await pass(FORGOTTEN_MS);
      const label = "messages of a conversation in the list";
      await again(world, label, hers.subscribeMessages(listener(label)));
    },
  },
];
