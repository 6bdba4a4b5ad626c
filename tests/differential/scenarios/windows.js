// Windows: the history of a conversation and the list of conversations, page by page.

import { FEWER_PAGES, listed } from "../listed.js";

/** Sends a number of messages, one after the other. */
async function fill(conversation, count, label = "Message") {
  for (let number = 1; number <= count; number += 1) await conversation.send(`${label} ${number}`);
}

/** What identifies a window's content, without its every detail. */
const texts = ({ state: { type, loadedAll, latestSnapshot } }) => [
  type, loadedAll, latestSnapshot?.map(({ plaintext }) => plaintext),
];
const ids = ({ state: { type, loadedAll, latestSnapshot } }) => [
  type, loadedAll, latestSnapshot?.map(({ id }) => id),
];

export default [
  {
    name: "history: page by page to the end",
    async run({ chat, result, listener, note, later }) {
      const [, , hers, his] = await chat();
      await fill(hers, 75);
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await result("more", messages.loadMore());
      note("after 30 more", texts(messages));
      await result("4 more", messages.loadMore(4));
      note("after 4 more", texts(messages));
      await result("the rest", messages.loadMore(100));
      note("after the rest", texts(messages));
      await result("nothing left", messages.loadMore());
      await later();
    },
  },
  {
    name: "history: exactly one page, and an empty one",
    async run({ chat, result, listener, note, later }) {
      const [, , hers, his] = await chat();
      const empty = his.subscribeMessages(listener("empty"));
      await result("empty connected", empty.connected);
      await result("more of nothing", empty.loadMore());
      empty.unsubscribe();
      await fill(hers, 30);
      await later();
      const messages = hers.subscribeMessages(listener("thirty"));
      await result("connected", messages.connected);
      note("all", texts(messages));
      await result("more", messages.loadMore(5));
      await later();
    },
  },
  {
    name: "history: two loadMore in a row, and numbers that are wrong",
    differences: listed(
      FEWER_PAGES,
      'reads of bob: original 0×, ours 1×: GET /me/conversations/c/messages {"cursor":"' +
        'cursor_msg_31","limit":10}',
    ),
    async run({ chat, result, attempt, note, later }) {
      const [, , hers, his] = await chat();
      await fill(hers, 60);
      await later();
      const messages = his.subscribeMessages();
      await attempt("too early", () => messages.loadMore(5));
      await messages.connected;
      await later();
      note("connected", texts(messages));
      await result("two in a row", Promise.all([messages.loadMore(5), messages.loadMore(10)]));
      note("after both", texts(messages));
      for (const wrong of [0, -1, 1.5, 101, NaN, "5"]) {
        await attempt(`${typeof wrong} ${wrong}`, () => messages.loadMore(wrong));
      }
      note("unchanged", texts(messages));
      messages.unsubscribe();
      await attempt("after the end", () => messages.loadMore(5));
    },
  },
  {
    name: "history: events while it is open",
    async run({ chat, result, listener, note, later }) {
      const [, , hers, his] = await chat();
      await fill(hers, 35);
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await later();
      await hers.send("New");
      await later();
      const [, , third] = messages.state.latestSnapshot;
      await hers.message(third.id).edit("Edited");
      await later();
      await hers.message(third.id).delete();
      await later();
      note("window", texts(messages));
      await result("more", messages.loadMore(2));
      note("grown", texts(messages));
      const old = messages.state.latestSnapshot.at(-1);
      await hers.message(old.id).delete();
      await later();
      note("oldest gone", texts(messages));
    },
  },
  {
    name: "history: two listeners have windows of their own",
    async run({ chat, result, listener, note, later }) {
      const [, , hers, his] = await chat();
      await fill(hers, 50);
      await later();
      const [first, second] = [his.subscribeMessages(), his.subscribeMessages(listener("second"))];
      await result("connected", Promise.all([first.connected, second.connected]));
      await result("more", first.loadMore(20));
      await later();
      note("first", texts(first));
      note("second", texts(second));
      note("shared", first.state.latestSnapshot[0] === second.state.latestSnapshot[0]);
      const third = his.subscribeMessages(listener("third"));
      await result("third connected", third.connected);
      await hers.send("New");
      await later();
      note("all", [texts(first), texts(second), texts(third)]);
    },
  },
  {
    name: "history: opened when only the last message is known",
    async run({ chat, result, listener, note, later }) {
      const [, , hers, his] = await chat();
      await fill(hers, 40);
      await later();
      const conversation = his.subscribe(listener("conversation"));
      await conversation.connected;
      await later();
      const messages = his.subscribeMessages();
      await messages.connected;
      await later();
      note("window", texts(messages));
      await result("more", messages.loadMore());
      note("grown", texts(messages));
      const { lastMessage } = conversation.state.latestSnapshot;
      note("shared", lastMessage === messages.state.latestSnapshot[0]);
    },
  },
  {
    name: "list: many conversations, page by page",
    async run({ members, result, listener, note, later }) {
      const [alice, bob] = await members("alice", "bob");
      for (let number = 10; number < 55; number += 1) {
        await alice.conversation(`c${number}`).createIfNotExists({ subject: `Subject ${number}` });
        await alice.conversation(`c${number}`).participant("bob").createIfNotExists();
        if (number % 3 === 0) await alice.conversation(`c${number}`).send(`Hello ${number}`);
        await later();
      }
      const list = bob.subscribeConversations(listener("list"));
      await result("connected", list.connected);
      note("first page", ids(list));
      await result("more", list.loadMore());
      note("second page", ids(list));
      await result("a little more", list.loadMore(2));
      await result("the rest", list.loadMore(30));
      note("all", ids(list));
      await result("nothing left", list.loadMore());
    },
  },
  {
    name: "list: events",
    async run({ members, result, listener, note, later }) {
      const [alice, bob] = await members("alice", "bob", "carol");
      const list = bob.subscribeConversations(listener("list"));
      await result("connected", list.connected);
      await later();
      for (const id of ["a", "b", "c"]) {
        await alice.conversation(id).createIfNotExists({ subject: `Subject ${id}` });
        await alice.conversation(id).participant("bob").createIfNotExists();
        await later();
      }
      note("joined", ids(list));
      const message = await alice.conversation("a").send("To the top");
      await later();
      note("a on top", ids(list));
      await alice.conversation("b").set({ subject: "New" });
      await later();
      await alice.currentUser.set({ name: "Alicia" });
      await later();
      await message.edit("Edited");
      await later();
      await message.delete();
      await later();
      note("a below again", ids(list));
      await alice.conversation("c").participant("bob").delete();
      await later();
      note("c is gone", ids(list));
      await bob.conversation("b").markAsUnread();
      await later();
      list.unsubscribe();
      await alice.conversation("d").createIfNotExists();
      await later();
    },
  },
  {
    name: "list: of a user who does not exist yet",
    async run({ session, members, result, listener, note, settle, later }) {
      const [alice] = await members("alice");
      const ghost = session("ghost");
      const list = ghost.subscribeConversations(listener("list"));
      await result("connected", list.connected);
      await result("user", ghost.currentUser.set({ name: "Ghost" }));
      await settle();
      await alice.conversation("c").createIfNotExists({ subject: "Cats" });
      await result("added", alice.conversation("c").participant("ghost").createIfNotExists());
      await later();
      note("list", ids(list));
    },
  },
];
