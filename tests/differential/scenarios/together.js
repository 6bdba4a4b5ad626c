// Two people and what each sees of the other: chatting, reading, unread counts.

export default [
  {
    name: "read and unread: both sides",
    async run({ chat, listener, result, later }) {
      const [, , hers, his] = await chat();
      const mine = hers.subscribe(listener("hers"));
      const other = his.subscribe(listener("his"));
      await result("connected", Promise.all([mine.connected, other.connected]));
      await later();
      await hers.send("One");
      await later();
      await hers.send("Two");
      await later();
      await result("read", his.markAsRead());
      await later();
      await result("read again", his.markAsRead());
      await later();
      await result("unread", his.markAsUnread());
      await later();
      await result("unread again", his.markAsUnread());
      await later();
      await his.send("Reading by writing");
      await later();
      await result("his", his.get());
      await result("hers", hers.get());
      await result("not there", his.participant("bob").delete());
      await later();
      await result("read outside", his.markAsRead());
      await result("unread outside", his.markAsUnread());
    },
  },
  {
    name: "two sessions chat",
    async run({ members, listener, result, later }) {
      const [alice, bob] = await members("alice", "bob");
      const lists = [alice.subscribeConversations(listener("her list")),
        bob.subscribeConversations(listener("his list"))];
      await result("lists", Promise.all(lists.map(({ connected }) => connected)));
      const [hers, his] = [alice.conversation("chat"), bob.conversation("chat")];
      await result("created", hers.createIfNotExists({ subject: "Lunch" }));
      await result("added", hers.participant("bob").createIfNotExists());
      await later();
      const windows = [hers.subscribeMessages(listener("her messages")),
        his.subscribeMessages(listener("his messages"))];
      await result("messages", Promise.all(windows.map(({ connected }) => connected)));
      await later();
      await hers.send("Lunch?");
      await later();
      await his.markAsRead();
      await later();
      const yes = await his.send({ text: "Yes, 12?", custom: { mood: "hungry" } });
      await later();
      await hers.send({ text: "Half past", referencedMessage: yes.id });
      await later();
      await yes.edit("Yes, at 12?");
      await later();
      await his.send("OK");
      await later();
      await hers.markAsRead();
      await later();
    },
  },
  {
    name: "both write at once",
    async run({ chat, listener, note, later }) {
      const [, , hers, his] = await chat();
      const [a, b] = [hers.subscribeMessages(), his.subscribeMessages()];
      await Promise.all([a.connected, b.connected]);
      const sent = [];
      for (let number = 0; number < 5; number += 1) {
        sent.push(hers.send(`Hers ${number}`), his.send(`His ${number}`));
      }
      await Promise.all(sent);
      await later();
      const texts = ({ state }) => state.latestSnapshot.map((message) => message.plaintext);
      const own = (list, who) => list.filter((one) => one.startsWith(who));
      // Whose frame comes first is chance; what each wrote stays in order, and both see the same.
      note("hers in order", own(texts(a), "Hers"));
      note("his in order", own(texts(a), "His"));
      note("the same", JSON.stringify(texts(a)) === JSON.stringify(texts(b)));
    },
  },
  {
    name: "the same user twice",
    async run({ chat, session, listener, result, note, later }) {
      const [, bob, hers] = await chat();
      note("one session per user", session("bob") === bob);
      const again = session("bob", { forceCreateNew: true });
      note("a new one on demand", again !== bob);
      const subscriptions = [bob, again].map((one, index) =>
        one.conversation("c").subscribe(listener(`window ${index + 1}`)));
      await result("connected", Promise.all(subscriptions.map(({ connected }) => connected)));
      await hers.send("To both");
      await later();
      await bob.conversation("c").markAsRead();
      await later();
      await again.conversation("c").send("From the other window");
      await later();
    },
  },
];
