// Users: creating, reading, changing, following.

export default [
  {
    name: "user: create, get, set, subscribe",
    async run({ session, listener, result, state, settle, later }) {
      const alice = session("alice");
      await result("get before", alice.currentUser.get());
      const params = { name: "Alice", custom: { a: "1" } };
      await result("create", alice.currentUser.createIfNotExists(params));
      await settle();
      await result("get after", alice.currentUser.get());
      const subscription = alice.currentUser.subscribe(listener("alice"));
      await result("connected", subscription.connected);
      await later();
      const changes = { name: "Alicia", photoUrl: "https://p/a.png", role: null };
      await result("set", alice.currentUser.set(changes));
      await later();
      await result("custom", alice.currentUser.set({ custom: { a: null, b: "2" } }));
      await later();
      state("at the end", subscription);
      subscription.unsubscribe();
      state("unsubscribed", subscription);
      await result("terminated", subscription.terminated);
      await result("set, nobody listens", alice.currentUser.set({ name: "Al" }));
      await later();
    },
  },
  {
    name: "user: every field, as strings and lists, null and undefined",
    async run({ session, result, settle }) {
      const alice = session("alice");
      const all = {
        name: "Alice", email: "a@example.com", phone: "+123", photoUrl: "https://p/a.png",
        locale: "en-GB", role: "admin", welcomeMessage: "Hi", custom: { k: "v" },
        pushTokens: { "fcm:abc": true },
      };
      await result("all", alice.currentUser.set(all));
      await settle();
      await result("get", alice.currentUser.get());
      const lists = { email: ["a@example.com", "b@example.com"], phone: ["+1", "+2"] };
      await result("lists", alice.currentUser.set(lists));
      const none = {
        email: null, phone: null, photoUrl: null, locale: null, role: null, welcomeMessage: null,
        custom: null,
      };
      await result("none", alice.currentUser.set(none));
      await result("undefined", alice.currentUser.set({ name: undefined, locale: "de" }));
      await result("created with a role", session("alice").user("bob").createIfNotExists({
        name: "Bob", role: "seller", email: "b@example.com",
      }));
      await settle();
      await result("get at the end", alice.currentUser.get());
    },
  },
  {
    name: "user: creating one that exists, changing one that does not",
    async run({ members, session, result, settle }) {
      const [alice] = await members("alice");
      await result("exists", alice.currentUser.createIfNotExists({ name: "Somebody" }));
      await settle();
      await result("unchanged", alice.currentUser.get());
      const ghost = session("ghost");
      await result("set without a name", ghost.currentUser.set({ locale: "de" }));
      await result("still none", ghost.currentUser.get());
      await result("set with a name", ghost.currentUser.set({ name: "Ghost" }));
      await settle();
      await result("now there", ghost.currentUser.get());
    },
  },
  {
    name: "user: get() is answered from what is known",
    async run({ members, result, note, later, pass }) {
      const [alice, bob] = await members("alice", "bob");
      const first = await result("first", alice.user("bob").get());
      const second = await result("second", alice.user("bob").get());
      note("same object", first === second);
      note("same ref", alice.user("bob") === alice.user("bob"));
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await result("after a change", alice.user("bob").get());
      await pass(31_000);
      await result("after it was let go", alice.user("bob").get());
    },
  },
  {
    name: "users: many in one tick, known, unknown and strange",
    async run({ members, listener, result, settle, later }) {
      const [alice] = await members("alice", "bob", "carol");
      const strange = "dä/ve %41?#";
      await result("strange", alice.user(strange).createIfNotExists({ name: "Dave" }));
      const ids = ["bob", "carol", "nobody", strange, "bob"];
      await result("together", Promise.all(ids.map((id) => alice.user(id).get())));
      await settle();
      const subscriptions = ids.map((id) => alice.user(id).subscribe(listener(id)));
      await result("connected", Promise.all(subscriptions.map(({ connected }) => connected)));
      await later();
      await result("somebody", alice.user("nobody").set({ name: "Somebody" }));
      await later();
      subscriptions.forEach((subscription) => subscription.unsubscribe());
    },
  },
  {
    name: "user: subscribed to while already known",
    async run({ members, listener, result, state, note, settle, later }) {
      const [alice, bob] = await members("alice", "bob");
      await alice.user("bob").get();
      const order = [];
      const subscription = alice.user("bob").subscribe((user) => order.push(user.name));
      order.push("subscribed");
      await result("connected", subscription.connected);
      order.push("connected");
      await settle();
      note("order", order);
      const second = alice.user("bob").subscribe(listener("second"));
      await settle();
      state("second", second);
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      state("both", subscription);
      note("shared", subscription.state.latestSnapshot === second.state.latestSnapshot);
      note("no change, no call", await bob.currentUser.set({ name: "Bobby" }));
      await later();
    },
  },
];
