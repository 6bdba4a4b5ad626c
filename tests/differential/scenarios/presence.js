// Presence: who is connected.

export default [
  {
    name: "presence: a user comes, goes and comes back",
    async run({ members, session, listener, result, state, later, pass, drop }) {
      const [alice] = await members("alice");
      await alice.user("bob").createIfNotExists({ name: "Bob" });
      await later();
      const subscription = alice.user("bob").subscribeOnline(listener("bob"));
      await result("connected", subscription.connected);
      await later();
      const bob = session("bob");
      const own = bob.currentUser.subscribe();
      await own.connected;
      await later();
      state("there", subscription);
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      own.unsubscribe();
      await drop("bob");
      await later();
      await pass(60_000);
      state("gone", subscription);
      await result("set", bob.currentUser.set({ name: "Bob" }));
      await later();
      subscription.unsubscribe();
      state("unsubscribed", subscription);
      await bob.currentUser.get();
      await later();
    },
  },
  {
    name: "presence: oneself, and somebody who is there already",
    async run({ members, listener, result, note, later }) {
      const [alice, bob] = await members("alice", "bob");
      const held = bob.currentUser.subscribe();
      await held.connected;
      const own = alice.currentUser.subscribeOnline(listener("alice"));
      const other = alice.user("bob").subscribeOnline(listener("bob"));
      await result("connected", Promise.all([own.connected, other.connected]));
      const user = alice.user("bob").subscribe(listener("user"));
      await user.connected;
      await later();
      note("shared", user.state.latestSnapshot === other.state.latestSnapshot.user);
      const again = alice.user("bob").subscribeOnline(listener("again"));
      await result("again", again.connected);
      await later();
      note("same", again.state.latestSnapshot === other.state.latestSnapshot);
      await bob.currentUser.set({ custom: { mood: "good" } });
      await later();
      note("still shared", user.state.latestSnapshot === other.state.latestSnapshot.user);
    },
  },
  {
    name: "presence: of a user who does not exist, until then",
    async run({ members, session, listener, result, state, later }) {
      const [alice] = await members("alice");
      const subscription = alice.user("ghost").subscribeOnline(listener("ghost"));
      await result("connected", subscription.connected);
      await later();
      state("nobody", subscription);
      const ghost = session("ghost");
      await result("set", ghost.currentUser.set({ name: "Ghost" }));
      await later();
      state("somebody", subscription);
      await ghost.currentUser.set({ name: "Spook" });
      await later();
      state("renamed", subscription);
    },
  },
  {
    name: "presence: several users in one tick, twice the same",
    async run({ members, people, listener, result, later, pass }) {
      const [alice] = await members("alice");
      await people(alice, ["bob", "carol"]);
      const ids = ["bob", "carol", "nobody", "bob", "a/b %41"];
      const all = ids.map((id, at) => alice.user(id).subscribeOnline(listener(`${at} ${id}`)));
      await result("connected", Promise.all(all.map(({ connected }) => connected)));
      await later();
      await alice.user("carol").set({ name: "Carola" });
      await later();
      all.forEach((one) => one.unsubscribe());
      await pass(20_000);
      const again = alice.user("bob").subscribeOnline(listener("back soon"));
      await result("back soon", again.connected);
      again.unsubscribe();
      await pass(40_000);
    },
  },
  {
    name: "presence: a drop with changes meanwhile",
    async run({ members, session, people, listener, result, state, later, pass, drop }) {
      const [alice] = await members("alice");
      await people(alice, ["bob"]);
      const subscription = alice.user("bob").subscribeOnline(listener("bob"));
      await result("connected", subscription.connected);
      await later();
      await drop("alice");
      const bob = session("bob");
      await bob.currentUser.set({ name: "Bobby" });
      const held = bob.currentUser.subscribe();
      await held.connected;
      await later();
      await pass(40_000);
      await later();
      state("back", subscription);
    },
  },
];
