// Watching participants: the list of a conversation, and one of them.

import { MISSED, listed } from "../listed.js";

const names = ({ state: { type, loadedAll, latestSnapshot } }) => [
  type, loadedAll, latestSnapshot?.map(({ user }) => user.id),
];
const numbered = (count) => Array.from({ length: count }, (_, at) => `user${10 + at}`);

export default [
  {
    name: "participants: joining, changing, renamed, leaving",
    async run({ members, people, listener, result, state, later }) {
      const [alice, bob] = await members("alice", "bob");
      await people(alice, ["carol"]);
      const hers = alice.conversation("c");
      await hers.createIfNotExists();
      await later();
      const list = hers.subscribeParticipants(listener("list"));
      await result("connected", list.connected);
      await later();
      await hers.participant("bob").createIfNotExists({ access: "Read", notify: false });
      await later();
      await hers.participant("carol").createIfNotExists({ notify: "MentionsOnly" });
      await later();
      await hers.participant("bob").edit({ access: "ReadWrite" });
      await later();
      await hers.participant("carol").set({ notify: null });
      await later();
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await hers.send("Changes nothing");
      await later();
      await bob.conversation("c").participant("bob").delete();
      await later();
      await bob.conversation("c").createIfNotExists();
      await later();
      state("at the end", list);
      list.unsubscribe();
      await hers.participant("carol").delete();
      await later();
      state("unsubscribed", list);
    },
  },
  {
    name: "participants: many, page by page, with ties",
    async run({ members, people, listener, result, note, attempt, later }) {
      const [alice] = await members("alice");
      await people(alice, numbered(37));
      const c = alice.conversation("c");
      await c.createIfNotExists();
      await later();
      for (const [at, name] of numbered(37).entries()) {
        await c.participant(name).createIfNotExists();
        if (at % 4 === 0) await later();
      }
      await later();
      const list = c.subscribeParticipants(listener("list"));
      await attempt("too early", () => list.loadMore(2));
      await result("connected", list.connected);
      note("first page", names(list));
      await result("more", list.loadMore());
      note("two pages", names(list));
      await result("three more", list.loadMore(3));
      note("and three", names(list));
      for (const wrong of [0, -1, 1.5, 51, NaN, "5"]) {
        await attempt(`${typeof wrong} ${wrong}`, () => list.loadMore(wrong));
      }
      await result("the rest", list.loadMore(50));
      note("all", names(list));
      await result("past the end", list.loadMore());
      list.unsubscribe();
      await attempt("after the end", () => list.loadMore(5));
    },
  },
  {
    name: "participants: events inside and outside the window",
    async run({ members, people, listener, result, note, later }) {
      const [alice, user10] = await members("alice", "user10");
      await people(alice, numbered(15));
      const c = alice.conversation("c");
      await c.createIfNotExists();
      for (const name of numbered(14)) {
        await c.participant(name).createIfNotExists();
        await later();
      }
      const list = c.subscribeParticipants(listener("list"));
      await result("connected", list.connected);
      await later();
      note("window", names(list));
      await c.participant("user10").edit({ notify: false });
      await later();
      await user10.currentUser.set({ name: "Far away" });
      await later();
      await c.participant("user24").createIfNotExists();
      await later();
      note("one came", names(list));
      await c.participant("user20").delete();
      await later();
      note("one went", names(list));
      await c.participant("user11").delete();
      await later();
      note("one outside went", names(list));
      await result("more", list.loadMore(2));
      note("two more", names(list));
      await result("all", list.loadMore(50));
      note("all", names(list));
      await c.participant("user10").delete();
      await later();
      await c.participant("user10").createIfNotExists();
      await later();
      note("left and came back", names(list));
    },
  },
  {
    name: "participants: two lists have windows of their own",
    differences: listed(
      "what a loadMore needs is partly known: the original shows that first",
      '"second": only the original, #4: {"called":[[{"access":"Read","joinedAt"' +
        ':1800000026000,"notify":true,"u[…]elcomeMessage":null}},' +
        '{"access":"ReadWrite","joined… (2745 characters)',
    ),
    async run({ members, people, listener, result, note, later }) {
      const [alice] = await members("alice");
      await people(alice, numbered(25));
      const c = alice.conversation("c");
      await c.createIfNotExists();
      for (const name of numbered(25)) {
        await c.participant(name).createIfNotExists();
        await later();
      }
      const first = c.subscribeParticipants(listener("first"));
      await first.connected;
      await result("more", first.loadMore(5));
      const second = c.subscribeParticipants(listener("second"));
      await result("connected", second.connected);
      await later();
      note("first", names(first));
      note("second", names(second));
      note("shared", first.state.latestSnapshot[0] === second.state.latestSnapshot[0]);
      await c.participant("user34").edit({ access: "Read" });
      await later();
      await result("more of the second", second.loadMore(20));
      note("first at the end", names(first));
      note("second at the end", names(second));
    },
  },
  {
    name: "participants: null when not in it, alive on joining, null on leaving",
    async run({ chat, session, listener, result, state, later }) {
      const [, , hers] = await chat();
      const carol = session("carol");
      await carol.currentUser.set({ name: "Carol" });
      await later();
      const c = carol.conversation("c");
      const list = c.subscribeParticipants(listener("list"));
      const none = carol.conversation("none").subscribeParticipants(listener("none"));
      await result("connected", Promise.all([list.connected, none.connected]));
      state("outside", list);
      await result("more of nothing", list.loadMore());
      await hers.participant("carol").createIfNotExists();
      await later();
      state("inside", list);
      await hers.participant("bob").edit({ notify: false });
      await later();
      await hers.participant("carol").delete();
      await later();
      state("removed", list);
      await hers.participant("bob").edit({ notify: true });
      await later();
      await c.createIfNotExists();
      await later();
      state("joined", list);
      await carol.conversation("none").createIfNotExists();
      await later();
      state("made", none);
    },
  },
  {
    name: "participants: a drop with changes meanwhile",
    differences: listed(
      MISSED,
      "reads of bob: original 1×, ours 3×: GET /me/conversations/c/participants/carol {}",
      '"list" #2: […](called: 0: 1: notify: true against false)',
      '"list" #3: […](called: 0: 1: notify: true against false)',
      '"carol" #2: original {"state":{"latestSnapshot":{"access":"ReadWrite","joinedAt"' +
        ':1800000004000,"notify":true,"user":{"custom":{},"id":"carol","locale":null,"name"' +
        ':"Carol","photoUrl":null,"role":"default","welcomeMessage":null}},' +
        '"loadedAll":true,"type":"active"}}, ours {"called":[null,true]} […]',
      '"carol": only ours, #3: {"state":{"latestSnapshot":null,"loadedAll":true,"type":"' +
        'active"}}',
    ),
    async run({ chat, people, listener, result, note, state, later, drop, pass }) {
      const [alice, bob, hers, his] = await chat();
      await people(alice, ["carol", "dave"]);
      await hers.participant("carol").createIfNotExists();
      await later();
      const list = his.subscribeParticipants(listener("list"));
      const one = his.participant("carol").subscribe(listener("carol"));
      await result("connected", Promise.all([list.connected, one.connected]));
      await later();
      await drop("bob");
      await hers.participant("dave").createIfNotExists();
      await hers.participant("alice").edit({ notify: false });
      await hers.participant("carol").delete();
      await later();
      await alice.user("dave").set({ name: "David" });
      await later();
      await pass(40_000);
      note("back", names(list));
      state("carol", one);
      await hers.participant("dave").edit({ access: "Read" });
      await later();
      await drop("bob");
      await pass(40_000);
      note("nothing new", names(list));
    },
  },
  {
    name: "participant: one, from before they joined until they are gone",
    async run({ members, people, listener, result, state, note, later }) {
      const [alice, bob] = await members("alice", "bob");
      const hers = alice.conversation("c");
      await hers.createIfNotExists();
      await later();
      const subscription = hers.participant("bob").subscribe(listener("bob"));
      const own = hers.participant("alice").subscribe(listener("alice"));
      await result("connected", Promise.all([subscription.connected, own.connected]));
      await later();
      await hers.participant("bob").createIfNotExists({ notify: "MentionsOnly" });
      await later();
      await hers.participant("bob").set({ access: "Read", notify: true });
      await later();
      await bob.conversation("c").set({ notify: false });
      await later();
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await hers.participant("alice").edit({ notify: false });
      await later();
      const list = hers.subscribeParticipants();
      await list.connected;
      const [first] = list.state.latestSnapshot;
      note("shared", first === subscription.state.latestSnapshot);
      note("same as get", (await hers.participant("bob").get()) === first);
      await hers.participant("bob").delete();
      await later();
      state("gone", subscription);
      subscription.unsubscribe();
      state("unsubscribed", subscription);
    },
  },
  {
    name: "participant: watched from outside, of nobody, and of oneself leaving",
    async run({ chat, session, listener, result, state, later }) {
      const [alice, , hers] = await chat();
      const carol = session("carol");
      await carol.currentUser.set({ name: "Carol" });
      await later();
      const outside = carol.conversation("c").participant("bob").subscribe(listener("outside"));
      const own = carol.conversation("c").participant("carol").subscribe(listener("own"));
      const nobody = hers.participant("nobody").subscribe(listener("nobody"));
      const all = [outside, own, nobody];
      await result("connected", Promise.allSettled(all.map(({ connected }) => connected)));
      await later();
      await hers.participant("carol").createIfNotExists();
      await later();
      state("outside, now in", outside);
      state("own, now in", own);
      await alice.user("nobody").set({ name: "Somebody" });
      await hers.participant("nobody").createIfNotExists();
      await later();
      state("nobody, now in", nobody);
      await carol.conversation("c").participant("carol").delete();
      await later();
      state("outside, gone", outside);
      state("own, gone", own);
    },
  },
  {
    name: "participant: get while subscribed, and lingering",
    async run({ chat, listener, result, note, later, pass }) {
      const [, , hers] = await chat();
      const ref = hers.participant("bob");
      const subscription = ref.subscribe(listener("bob"));
      const early = ref.get();
      await result("connected", subscription.connected);
      note("same", (await early) === subscription.state.latestSnapshot);
      await later();
      subscription.unsubscribe();
      await pass(20_000);
      await result("known still", ref.get());
      await pass(20_000);
      await hers.participant("bob").edit({ notify: false });
      await later();
      await result("fetched again or known", ref.get());
      await pass(40_000);
      await result("let go", ref.get());
    },
  },
];
