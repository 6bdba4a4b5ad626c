// Messages: sending in every form, changing, deleting, answering.

import { FOLLOWED_SENDERS, MORE_SNAPSHOTS, listed } from "../listed.js";

const text = (...children) => [{ type: "text", children }];

export default [
  {
    name: "send: every form of parameters",
    differences: listed(
      FOLLOWED_SENDERS,
      "reads of alice: original 0×, ours 1×: SUBSCRIBE /users/alice {}",
    ),
    async run({ chat, listener, result, later }) {
      const [, , hers, his] = await chat();
      await result("connected", his.subscribeMessages(listener("messages")).connected);
      const forms = {
        string: "Hello",
        text: { text: "Hello" },
        custom: { text: "Hello", custom: { a: "1" } },
        content: { content: text("Hello ", { type: "bold", children: ["you"] }) },
        "content and custom": { content: text("Hi"), custom: { b: "2" } },
        location: { content: [{ type: "location", latitude: 51.5, longitude: -0.1 }] },
        mention: { content: text({ type: "mention", id: "bob", text: "Bob" }) },
        unicode: "Grüße 👋🏽 \u2028 \"quoted\" \\ back",
        lines: "One\nTwo",
        undefined: { text: "Hello", custom: undefined, referencedMessage: undefined },
      };
      for (const [label, params] of Object.entries(forms)) {
        const ref = await result(label, hers.send(params));
        await later();
        await result(`${label}, read`, ref.get());
      }
    },
  },
  {
    name: "send: refused by the service",
    async run({ chat, result, later }) {
      const [, , hers, his] = await chat();
      await result("empty text", hers.send(""));
      await result("no blocks", hers.send({ content: [] }));
      await result("empty text block", hers.send({ content: text("") }));
      await result("unknown file", hers.send({ content: [{ type: "file", fileToken: "none" }] }));
      await result("unknown reference", hers.send({ text: "Re", referencedMessage: "none" }));
      await hers.participant("bob").set({ access: "Read" });
      await later();
      await result("may only read", his.send("Hello"));
    },
  },
  {
    name: "send: several in one tick arrive in order",
    differences: listed(
      MORE_SNAPSHOTS,
      '"his": only the original, #2: {"called":[[{"content":[{"children":["One"],' +
        '"type":"text"}],"createdAt[…],"role":"default","welcomeMessage":null},' +
        '"type":"UserMessage"}],true]}',
      '"his": only the original, #3: {"called":[[{"content":[{"children":["Two"],' +
        '"type":"text"}],"createdAt[…]tent":[{"children":["One"],"type":"text"}],' +
        '"createdA… (681 characters)',
      '"hers": only the original, #2: {"called":[[{"content":[{"children":["One"],' +
        '"type":"text"}],"createdAt[…],"role":"default","welcomeMessage":null},' +
        '"type":"UserMessage"}],true]}',
      '"hers": only the original, #3: {"called":[[{"content":[{"children":["Two"],' +
        '"type":"text"}],"createdAt[…]tent":[{"children":["One"],"type":"text"}],' +
        '"createdA… (681 characters)',
    ),
    async run({ chat, listener, result, later }) {
      const [, , hers, his] = await chat();
      await result("connected", his.subscribeMessages(listener("his")).connected);
      await result("connected hers", hers.subscribeMessages(listener("hers")).connected);
      await later();
      await result("sent", Promise.all(["One", "Two", "Three"].map((one) => hers.send(one))));
      await later();
    },
  },
  {
    name: "message: edit, delete, get",
    differences: listed(
      FOLLOWED_SENDERS,
      "reads of alice: original 0×, ours 1×: SUBSCRIBE /users/alice {}",
    ),
    async run({ chat, listener, result, note, later }) {
      const [, , hers, his] = await chat();
      const subscription = his.subscribeMessages(listener("messages"));
      await subscription.connected;
      const one = await result("one", hers.send("One"));
      await later();
      const two = await result("two", hers.send({ text: "Two", custom: { a: "1", b: "2" } }));
      await later();
      note("same ref", hers.message(one.id) === one);
      await result("get", one.get());
      await result("edit text", one.edit("Uno"));
      await later();
      await result("edit object", one.edit({ text: "Eins" }));
      await later();
      const content = text("Un ", { type: "italic", children: ["x"] });
      await result("edit content", one.edit({ content }));
      await later();
      await result("edit custom", two.edit({ custom: { a: null, c: "3" } }));
      await later();
      await result("edit both", two.edit({ text: "Due", custom: null }));
      await later();
      await result("edit nothing", two.edit({}));
      await later();
      await result("his edit of hers", his.message(two.id).edit("Mine"));
      await result("his delete of hers", his.message(two.id).delete());
      await result("delete", two.delete());
      await later();
      await result("get deleted", two.get());
      await result("delete again", two.delete());
      await result("edit deleted", two.edit("Too late"));
      await result("get elsewhere", his.message("none").get());
    },
  },
  {
    name: "replies: to a message that is loaded",
    async run({ chat, listener, result, note, later }) {
      const [, bob, hers, his] = await chat();
      const subscription = his.subscribeMessages(listener("messages"));
      await subscription.connected;
      const one = await hers.send("One");
      await later();
      const reply = await result("by id", his.send({ text: "Re: One", referencedMessage: one.id }));
      await later();
      await result("by ref", his.send({ text: "Re: One again", referencedMessage: one }));
      await later();
      await result("get", reply.get());
      const [, second, first] = subscription.state.latestSnapshot;
      note("shared", second.referencedMessage === first);
      await one.edit("Uno");
      await later();
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await result("reply to a reply", hers.send({ text: "Re: Re", referencedMessage: reply.id }));
      await later();
      await one.delete();
      await later();
      await result("get at the end", reply.get());
    },
  },
  {
    name: "replies: to a message outside the window",
    async run({ chat, listener, result, later }) {
      const [, , hers, his] = await chat();
      const old = await hers.send("Old");
      for (let count = 0; count < 31; count += 1) await hers.send(`Message ${count}`);
      await hers.send({ text: "Re: Old", referencedMessage: old.id });
      await later();
      const subscription = his.subscribeMessages(listener("messages"));
      await result("connected", subscription.connected);
      await later();
      await old.edit("Old, edited");
      await later();
      await old.delete();
      await later();
    },
  },
  {
    name: "replies: the original is deleted before the reply is read",
    async run({ chat, listener, result, later }) {
      const [, , hers, his] = await chat();
      const old = await hers.send("Old");
      await later();
      const reply = await hers.send({ text: "Re: Old", referencedMessage: old.id });
      await old.delete();
      await later();
      await result("get", his.message(reply.id).get());
      await result("connected", his.subscribeMessages(listener("messages")).connected);
      await later();
    },
  },
  {
    name: "a sender is renamed everywhere",
    async run({ chat, listener, result, note, later }) {
      const [alice, bob, hers, his] = await chat();
      await hers.send("One");
      await later();
      await his.send("Two");
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      const conversation = his.subscribe(listener("conversation"));
      await result("connected", Promise.all([messages.connected, conversation.connected]));
      await later();
      await alice.currentUser.set({ name: "Alicia", photoUrl: "https://p/a.png" });
      await later();
      await bob.currentUser.set({ custom: { mood: "good" } });
      await later();
      const [two, one] = messages.state.latestSnapshot;
      note("shared", conversation.state.latestSnapshot.lastMessage === two);
      await result("user", bob.user("alice").get());
      note("senders", [one.sender.name, two.sender.custom]);
    },
  },
];
