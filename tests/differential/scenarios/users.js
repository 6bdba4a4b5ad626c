// Users: creating, reading, changing, following.

export default [
  {
    name: "user: create, get, set, subscribe",
    async run({ session, listener, result, state, settle, later }) {
      const alice = session("alice");
      await result("get before", alice.currentUser.get());
      await result("create", alice.currentUser.createIfNotExists({ name: "Alice", custom: { a: "1" } }));
      await settle();
      await result("get after", alice.currentUser.get());
      const subscription = alice.currentUser.subscribe(listener("alice"));
      state("at once", subscription);
      await result("connected", subscription.connected);
      await later();
      await result("set", alice.currentUser.set({ name: "Alicia", photoUrl: "https://p/a.png", role: null }));
      await later();
      await result("custom", alice.currentUser.set({ custom: { a: null, b: "2" } }));
      await later();
      state("at the end", subscription);
      subscription.unsubscribe();
      state("unsubscribed", subscription);
      await result("terminated", subscription.terminated);
    },
  },
];
