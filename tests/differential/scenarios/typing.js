// Typing: who is writing in a conversation right now.

import { LETTING_GO, listed } from "../listed.js";

export default [
  {
    name: "typing: one other starts, goes on and stops by himself",
    async run({ chat, listener, result, state, later }) {
      const [, , hers, his] = await chat();
      const subscription = hers.subscribeTyping(listener("hers"));
      const own = his.subscribeTyping(listener("his"));
      await result("connected", Promise.all([subscription.connected, own.connected]));
      await later();
      await result("typing", his.markAsTyping());
      await later(5000);
      await result("still typing", his.markAsTyping());
      await later(9000);
      state("before the end", subscription);
      await later(2000);
      state("after the end", subscription);
      await his.markAsTyping();
      await later();
      await his.send("Done");
      await later();
      state("after sending", subscription);
      subscription.unsubscribe();
      await his.markAsTyping();
      await later();
      state("unsubscribed", subscription);
    },
  },
  {
    name: "typing: somebody types already when one looks",
    async run({ chat, listener, result, note, later, pass }) {
      const [, bob, hers, his] = await chat();
      await his.markAsTyping();
      await later();
      const first = hers.subscribeTyping(listener("first"));
      await result("connected", first.connected);
      const second = hers.subscribeTyping(listener("second"));
      await result("second connected", second.connected);
      await later();
      note("shared", first.state.latestSnapshot === second.state.latestSnapshot);
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      second.unsubscribe();
      first.unsubscribe();
      await pass(5_000);
      const third = hers.subscribeTyping(listener("third"));
      await result("third connected", third.connected);
      await later(11_000);
      third.unsubscribe();
      await pass(12_000);
      const fourth = hers.subscribeTyping(listener("fourth"));
      await result("fourth connected", fourth.connected);
      await later();
    },
  },
  {
    name: "typing: more than five are many",
    async run({ members, people, listener, result, later }) {
      const names = ["bob", "carol", "dave", "erin", "frank", "grace", "heidi"];
      const [alice, ...others] = await members("alice", ...names);
      const hers = alice.conversation("c");
      await hers.createIfNotExists();
      for (const name of names) await hers.participant(name).createIfNotExists();
      await later();
      const subscription = hers.subscribeTyping(listener("typing"));
      await result("connected", subscription.connected);
      for (const other of others) {
        await other.conversation("c").markAsTyping();
        await later();
      }
      await result("sent", others[0].conversation("c").send("One less"));
      await later();
      await result("sent too", others[1].conversation("c").send("Two less"));
      await later();
      await result("another", others[0].conversation("c").markAsTyping());
      await later(3000);
      await later(3000);
      await later(20_000);
    },
  },
  {
    name: "typing: several begin at once, in an order of their own",
    async run({ members, listener, result, settle, later }) {
      const [alice, bob, carol, zoe] = await members("alice", "bob", "carol", "zoe");
      const hers = alice.conversation("c");
      await hers.createIfNotExists();
      for (const name of ["zoe", "carol", "bob"]) await hers.participant(name).createIfNotExists();
      await later();
      const subscription = hers.subscribeTyping(listener("typing"));
      await result("connected", subscription.connected);
      await later();
      await zoe.conversation("c").markAsTyping();
      await settle();
      await bob.conversation("c").markAsTyping();
      await later();
      await carol.conversation("c").markAsTyping();
      await later();
      const again = zoe.conversation("c").subscribeTyping(listener("hers, from the start"));
      await result("again", again.connected);
      await bob.conversation("c").participant("bob").delete();
      await later();
      await later(20_000);
    },
  },
  {
    name: "typing: null when not a participant, alive on joining, null on leaving",
    async run({ members, listener, result, state, later }) {
      const [alice, bob] = await members("alice", "bob");
      const [hers, his] = [alice.conversation("c"), bob.conversation("c")];
      const subscription = his.subscribeTyping(listener("typing"));
      await result("connected", subscription.connected);
      state("no such conversation", subscription);
      await hers.createIfNotExists();
      await later();
      await hers.markAsTyping();
      await later();
      state("not in it", subscription);
      await hers.participant("bob").createIfNotExists();
      await later();
      state("in it", subscription);
      await hers.markAsTyping();
      await later();
      await hers.participant("bob").delete();
      await later();
      state("removed", subscription);
      await result("outside", his.markAsTyping());
      await hers.participant("bob").createIfNotExists({ access: "Read" });
      await later();
      await result("may only read", his.markAsTyping());
      await later(20_000);
      state("at the end", subscription);
    },
  },
  {
    name: "typing: a drop with changes meanwhile",
    differences: listed(
      LETTING_GO,
      "reads of alice: original 0×, ours 1×: UNSUBSCRIBE /users/bob {}",
    ),
    async run({ members, listener, result, state, later, drop, pass }) {
      const [alice, bob, carol] = await members("alice", "bob", "carol");
      const hers = alice.conversation("c");
      await hers.createIfNotExists();
      for (const name of ["carol", "bob"]) await hers.participant(name).createIfNotExists();
      await later();
      await bob.conversation("c").markAsTyping();
      const subscription = hers.subscribeTyping(listener("typing"));
      await result("connected", subscription.connected);
      await later();
      await drop("alice");
      await carol.conversation("c").markAsTyping();
      await bob.conversation("c").send("Done");
      await later();
      await pass(40_000);
      state("back", subscription);
      await drop("alice");
      await pass(40_000);
      state("nothing new", subscription);
      await later(20_000);
    },
  },
];
