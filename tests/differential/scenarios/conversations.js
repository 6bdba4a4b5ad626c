// One conversation: creating, changing, reading, following, leaving and joining.

import { LETTING_GO, listed } from "../listed.js";

export default [
  {
    name: "conversation: create, get, set",
    async run({ members, result, later }) {
      const [alice] = await members("alice");
      const c = alice.conversation("c");
      await result("get before", c.get());
      const all = {
        subject: "Cats", photoUrl: "https://p/c.png", welcomeMessages: ["Hi", "there"],
        custom: { a: "1" }, access: "ReadWrite", notify: "MentionsOnly",
      };
      await result("create", c.createIfNotExists(all));
      await later();
      await result("get after", c.get());
      await result("create again", c.createIfNotExists({ subject: "Dogs" }));
      await result("create without parameters", alice.conversation("d").createIfNotExists());
      await later();
      await result("set", c.set({ subject: "Dogs", custom: { a: null, b: "2" }, notify: false }));
      await later();
      await result("get at the end", c.get());
      const none = { subject: null, photoUrl: null, welcomeMessages: null, custom: null };
      await result("nulls", c.set(none));
      await result("empty", c.set({}));
      await result("set one that is not there", alice.conversation("e").set({ subject: "New" }));
      await later();
      await result("get e", alice.conversation("e").get());
    },
  },
  {
    name: "conversation: subscribe, from before it exists",
    async run({ members, listener, result, state, later }) {
      const [alice, bob] = await members("alice", "bob");
      const c = alice.conversation("c");
      const subscription = c.subscribe(listener("c"));
      await result("connected", subscription.connected);
      await later();
      await c.createIfNotExists({ subject: "Cats" });
      await later();
      await c.set({ subject: "Dogs" });
      await later();
      await c.send("Hello");
      await later();
      await c.participant("bob").createIfNotExists();
      await later();
      await bob.conversation("c").send("Hi Alice");
      await later();
      await c.markAsRead();
      await later();
      state("at the end", subscription);
      subscription.unsubscribe();
      await bob.conversation("c").send("Nobody listens");
      await later();
      state("unsubscribed", subscription);
    },
  },
  {
    name: "conversation: removed, added again, and left on one's own",
    async run({ chat, listener, state, result, later }) {
      const [, , hers, his] = await chat();
      await hers.send("One");
      await later();
      const subscription = his.subscribe(listener("conversation"));
      const messages = his.subscribeMessages(listener("messages"));
      await Promise.all([subscription.connected, messages.connected]);
      await later();
      await result("remove", hers.participant("bob").delete());
      await later();
      state("removed", subscription);
      await result("get outside", his.get());
      await result("send outside", his.send("Hello?"));
      await hers.send("Two");
      await later();
      await result("add", hers.participant("bob").createIfNotExists());
      await later();
      await his.send("Back");
      await later();
      await result("leave", his.participant("bob").delete());
      await later();
      await result("rejoin", his.createIfNotExists());
      await later();
      state("messages", messages);
    },
  },
  {
    name: "conversation: its last message through its life",
    async run({ chat, listener, result, later }) {
      const [, bob, hers, his] = await chat();
      const subscription = his.subscribe(listener("conversation"));
      await result("connected", subscription.connected);
      await later();
      const one = await hers.send("One");
      await later();
      const two = await hers.send("Two");
      await later();
      await two.edit("Two, edited");
      await later();
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      const reply = await his.send({ text: "Three", referencedMessage: two.id });
      await later();
      await two.delete();
      await later();
      await reply.delete();
      await later();
      await one.delete();
      await later();
      await result("get", his.get());
    },
  },
  {
    name: "participants: set, edit, create, delete, get",
    differences: [
      ...listed(
        LETTING_GO,
        "reads of bob: original 0×, ours 1×: UNSUBSCRIBE /me/conversations/x/participants/alice {}",
      ),
    ],
    async run({ chat, session, result, later }) {
      const [alice, bob, hers, his] = await chat();
      await session("carol").currentUser.set({ name: "Carol" });
      await later();
      await result("bob", hers.participant("bob").get());
      await result("myself", hers.participant("alice").get());
      await result("by ref", hers.participant(alice.user("bob")).get());
      await result("not in it", hers.participant("carol").get());
      await result("no such user", hers.participant("nobody").get());
      await result("set", hers.participant("bob").set({ access: "Read", notify: false }));
      await later();
      await result("set seen", hers.participant("bob").get());
      await result("seen by him", his.get());
      await result("edit", hers.participant("bob").edit({ access: "ReadWrite" }));
      await result("edit nobody", hers.participant("carol").edit({ notify: false }));
      const carol = hers.participant("carol");
      await result("create", carol.createIfNotExists({ notify: "MentionsOnly" }));
      await result("create again", carol.createIfNotExists({ access: "Read" }));
      await later();
      await result("carol", carol.get());
      await result("delete", carol.delete());
      await later();
      await result("deleted", carol.get());
      await result("delete again", carol.delete());
      await result("create nobody", hers.participant("nobody").createIfNotExists());
      await result("other's conversation", bob.conversation("x").participant("alice").get());
      await result("mine in another", bob.conversation("x").participant("bob").get());
    },
  },
  {
    name: "participants: many in one tick",
    async run({ members, result, settle, later }) {
      const names = Array.from({ length: 12 }, (_, index) => `user${index}`);
      const [alice] = await members("alice", ...names);
      const [c, d] = [alice.conversation("c"), alice.conversation("d")];
      await c.createIfNotExists();
      await d.createIfNotExists();
      const calls = names.flatMap((name, index) => [
        c.participant(name).createIfNotExists({ notify: index % 2 === 0 }),
        d.participant(name).set({ access: "Read" }),
      ]);
      calls.push(c.participant("user3").edit({ notify: false }));
      calls.push(c.participant("user4").delete());
      calls.push(c.participant("user5").edit({ access: "Read" }));
      await result("together", Promise.allSettled(calls));
      await settle();
      await later();
      await result("user3", c.participant("user3").get());
    },
  },
  {
    name: "conversation: everything in one tick",
    async run({ members, listener, result, settle }) {
      const [alice] = await members("alice", "bob");
      const c = alice.conversation("c");
      const all = [
        c.createIfNotExists({ subject: "Cats" }),
        c.participant("bob").createIfNotExists(),
        c.send("Hello"),
        c.set({ subject: "Dogs" }),
        alice.user("bob").get(),
        c.markAsRead(),
      ];
      const subscription = c.subscribe(listener("c"));
      const outcomes = all.map((one) => one.then(() => "done", () => "failed"));
      await result("all", Promise.all(outcomes));
      await result("connected", subscription.connected);
      await settle();
      await result("get", c.get());
    },
  },
];
