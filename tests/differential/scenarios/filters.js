// Filters of the list of conversations: the form in which they are sent, who fits, and how
// conversations come into a list and leave it.

import { COMPLETE, MISSED, NOT_EMPTY, listed } from "../listed.js";

const ids = ({ state: { type, loadedAll, latestSnapshot } }) => [
  type, loadedAll, latestSnapshot?.map(({ id }) => id),
];

/** Some conversations of Alice's in which Bob is, told apart by everything a filter may ask for. */
async function several({ members, later }) {
  const [alice, bob] = await members("alice", "bob");
  const kinds = {
    a: { subject: "Cats", custom: { topic: "pets", level: "1" } },
    b: { subject: "Dogs", custom: { topic: "pets" } },
    c: { subject: "Cars", custom: { topic: "toys", level: "2" } },
    d: { subject: "None" },
    e: {},
  };
  for (const [id, params] of Object.entries(kinds)) {
    await alice.conversation(id).createIfNotExists(params);
    const access = id === "b" || id === "e" ? "Read" : "ReadWrite";
    await alice.conversation(id).participant("bob").createIfNotExists({ access });
    await later();
  }
  for (const id of ["c", "a"]) {
    await alice.conversation(id).send(`Hello ${id}`);
    await later();
  }
  await bob.conversation("c").markAsRead();
  await later();
  return [alice, bob];
}

/** A listener that writes down what a filter may ask for, of each conversation. */
const brief = (listener) => (conversations, loadedAll) =>
  listener(
    conversations.map(({ id, access, isUnread, lastMessage }) =>
      [id, access, isUnread ? "unread" : "read", lastMessage?.plaintext ?? "empty"].join(", ")),
    loadedAll,
  );

const START = 1_800_000_000_000;

/** Filters that are sent in a shorter or more orderly form, or as they are. */
const FORMS = {
  empty: {},
  access: { access: ["==", "Read"] },
  "access, not": { access: ["!=", "Read"] },
  "access, both": { access: ["oneOf", ["Read", "ReadWrite"]] },
  "access, neither": { access: ["!oneOf", ["ReadWrite", "Read"]] },
  "access, one": { access: ["oneOf", ["Read"]] },
  subject: { subject: ["==", "Cats"] },
  "subject, not": { subject: ["!=", "Cats"] },
  "no subject": { subject: ["==", null] },
  "a subject": { subject: ["!=", null] },
  "some subjects": { subject: ["oneOf", ["Dogs", "Cats", "Dogs", null]] },
  "no such subjects": { subject: ["!oneOf", ["Dogs", "Cats"]] },
  "none of none": { subject: ["!oneOf", []] },
  "one of none": { subject: ["oneOf", []] },
  custom: { custom: { topic: ["==", "pets"], level: "exists" } },
  "custom, absent": { custom: { level: "!exists" } },
  "custom, not": { custom: { topic: ["!=", "pets"] } },
  "custom, one": { custom: { topic: ["oneOf", ["pets"]] } },
  "custom, some": { custom: { topic: ["!oneOf", ["toys", "pets"]] } },
  "custom, empty": { custom: {} },
  unread: { isUnread: true },
  read: { isUnread: false },
  messages: { hasMessages: true },
  "no messages": { hasMessages: false },
  after: { lastActivityAt: [">", START + 6000] },
  "from": { lastActivityAt: [">=", START + 6000] },
  before: { createdAt: ["<", START + 4000] },
  "up to": { createdAt: ["<=", START + 4000] },
  between: { joinedAt: ["between", [START + 3000, START + 5000]] },
  "not between": { joinedAt: ["!between", [START + 3000, START + 5000]] },
  "an empty span": { joinedAt: ["between", [START + 3000, START + 3000]] },
  "a reversed span": { joinedAt: ["between", [START + 5000, START + 3000]] },
  "not a reversed span": { joinedAt: ["!between", [START + 5000, START + 3000]] },
  fractions: { createdAt: [">=", START + 3000.5] },
  several: { hasMessages: true, access: ["==", "ReadWrite"], custom: { topic: "exists" } },
  "any": ["any", [{ subject: ["==", "Dogs"] }, { subject: ["==", "Cats"] }]],
  "any of one": ["any", [{ subject: ["==", "Dogs"] }]],
  "any of none": ["any", []],
  "any of all": ["any", [{}, { subject: ["==", "Dogs"] }]],
  "any twice the same": ["any", [{ isUnread: true }, { isUnread: true }]],
  "any with nothing": ["any", [{ subject: ["oneOf", []] }, { isUnread: true }]],
  "strange text": { subject: ["==", "ü \"quoted\" \\ 👋 \u2028"] },
};

const WRONG = {
  "unknown field": { name: ["==", "x"] },
  "unknown operator": { subject: ["=~", "x"] },
  "no operand": { subject: ["=="] },
  "a text": "all",
  "a number": 5,
  "null": null,
  "unread as text": { isUnread: "true" },
  "a time as text": { createdAt: [">", "yesterday"] },
  "access of another kind": { access: ["==", "Write"] },
  "all": ["all", []],
};

const subscribeAll = async ({ result, note, settle, listener }, bob, filters) => {
  for (const [label, filter] of Object.entries(filters)) {
    const list = bob.subscribeConversations({ filter }, listener(`${label}, calls`));
    await result(`${label}, connected`, list.connected.then(() => true));
    note(label, ids(list));
    list.unsubscribe();
    await settle();
  }
};

export default [
  {
    name: "filters: how they are sent, and who fits",
    differences: listed(
      "from the half on is after the half before in the original: one too many",
      'reads of bob: original 0×, ours 1×: GET /me/conversations {"filter":{"createdAt":["' +
        '>",1800000003000]},"limit":20}',
      `"fractions, calls" #1: […](called: 0: 3 is only in the original's)`,
      '"fractions" #1: original {"value":["active",true,["c","e","d","b"]]}, ' +
        'ours {"value":["active",true,["c","e","d"]]} […]',
    ),
    async run(world) {
      const [, bob] = await several(world);
      await subscribeAll(world, bob, FORMS);
    },
  },
  {
    name: "filters: wrong ones",
    differences: listed(
      "the original sends them as they are, or takes them for something else, or its stack overflows",
      '"unknown field" #1: original {"rejected":"Subscription encountered an error during i' +
        'nitial connection"}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"unknown operator" #1: original {"rejected":"unreachable"}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"no operand" #1: original {"rejected":"Subscription encountered an error during init' +
        'ial connection"}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"a number" #1: original {"resolved":"active"}, ours {"rejected":{"<error>":{"code":"' +
        'invalid-argument"[…]',
      '"a time as text" #1: original {"rejected":"Subscription encountered an error during ' +
        'initial connection"}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"access of another kind" #1: original {"resolved":"active"}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"all" #1: original {"resolved":"active"}, ours {"rejected":{"<error>":{"code":"' +
        'invalid-argument"[…]',
      '"a number, calls": only the original, #1: {"called":[[{"access":"ReadWrite","' +
        'createdAt":1800000002000,"custom":{[…] a","reactions":[],' +
        '"referencedMessage":null,"sender… (2300 characters)',
      '"access of another kind, calls": only the original, #1: {"called":[[],true]}',
      '"all, calls": only the original, #1: {"called":[[],true]}',
    ),
    async run(world) {
      const { attempt, listener, note, settle } = world;
      const [, bob] = await several(world);
      for (const [label, filter] of Object.entries(WRONG)) {
        await attempt(label, async () => {
          const list = bob.subscribeConversations({ filter }, listener(`${label}, calls`));
          const { type } = await list.connected;
          return type;
        });
        await settle();
      }
      note("done", true);
    },
  },
  {
    name: "filters: forms of calling",
    async run(world) {
      const { result, note, listener, later } = world;
      const [alice, bob] = await several(world);
      const filter = { subject: ["oneOf", ["Dogs", "Cats"]] };
      const lists = {
        "only a listener": bob.subscribeConversations(listener("only a listener, calls")),
        "empty options": bob.subscribeConversations({}, listener("empty options, calls")),
        "undefined filter": bob.subscribeConversations({ filter: undefined }),
        filter: bob.subscribeConversations({ filter }),
        "filter and listener": bob.subscribeConversations({ filter }, listener("both, calls")),
      };
      const all = Object.values(lists);
      await result("connected", Promise.all(all.map(({ connected }) => connected.then(() => 1))));
      await later();
      filter.subject[1].push("Cars");
      await alice.conversation("b").send("To the top");
      await later();
      for (const [label, list] of Object.entries(lists)) note(label, ids(list));
      const [, , , first, second] = all;
      note("shared", first.state.latestSnapshot === second.state.latestSnapshot);
      const [one] = first.state.latestSnapshot;
      note("same items", all[0].state.latestSnapshot.includes(one));
    },
  },
  {
    name: "filters: equal ones share their data",
    async run(world) {
      const { result, note, listener, later } = world;
      const [alice, bob] = await several(world);
      const forms = [
        { subject: ["oneOf", ["Dogs", "Cats"]], isUnread: true },
        { isUnread: true, subject: ["oneOf", ["Cats", "Dogs", "Cats"]] },
        ["any", [{ isUnread: true, subject: ["oneOf", ["Cats", "Dogs"]] }]],
      ];
      const lists = forms.map((filter, at) =>
        bob.subscribeConversations({ filter }, listener(`list ${at}`)));
      await result("connected", Promise.all(lists.map(({ connected }) => connected)));
      await later();
      await alice.conversation("b").send("Unread now");
      await later();
      for (const [at, list] of lists.entries()) note(`list ${at}, at the end`, ids(list));
    },
  },
  {
    name: "filters: in and out by subject and custom",
    async run(world) {
      const { result, note, listener, later } = world;
      const [alice, bob] = await several(world);
      const pets = bob.subscribeConversations(
        { filter: { custom: { topic: ["==", "pets"] } } }, listener("pets"));
      const cats = bob.subscribeConversations(
        { filter: { subject: ["!=", "Cats"] } }, listener("not cats"));
      await result("connected", Promise.all([pets.connected, cats.connected]));
      await later();
      const set = async (id, params) => {
        await alice.conversation(id).set(params);
        await later();
        note(`${id} ${JSON.stringify(params)}`, [ids(pets), ids(cats)]);
      };
      await set("c", { custom: { topic: "pets" } });
      await set("a", { custom: { topic: null } });
      await set("a", { subject: "Tigers" });
      await set("d", { subject: "Cats", custom: { topic: "pets", more: "x" } });
      await set("d", { subject: null, custom: null });
      await set("b", { photoUrl: "https://p/b.png" });
      await set("e", { custom: { topic: "toys" } });
    },
  },
  {
    name: "filters: in and out by reading, writing and access",
    differences: [
      ...listed(
        COMPLETE,
        '"unread" #3: original {"called":[[],false]}, ours {"called":[["d, ReadWrite, ' +
          'unread, empty"],true]} […]',
        '"unread" #4: original {"value":[["active",true,[]],["active",true,["e","d","b"]],' +
          '["active",true,["a","c","d"]],["active",true,[]]]}, ' +
          'ours {"value":[["active",true,["d"]],["active",true,["e","d","b"]],' +
          '["active",true,["a","c","d"]],["active",true,[]]]} […]',
        '"unread" #5: original {"called":[["e, Read, unread, First"],false]}, ' +
          'ours {"called":[["e, Read, unread, First","d, ReadWrite, unread, ' +
          'empty"],true]} […]',
        '"unread" #7: original {"called":[["e, Read, unread, First"],false]}, ' +
          'ours {"called":[["e, Read, unread, First","d, ReadWrite, unread, ' +
          'empty"],true]} […]',
        '"writable" #6: original {"called":[["a, ReadWrite, read, Hello a","c, ReadWrite, ' +
          'read, Hello c","d, ReadWrite, unread, empty"],false]}, ours {"called":[["a, ' +
          'ReadWrite, read, Hello a","c, ReadWrite, read, Hello c","d, ReadWrite, unread, ' +
          'empty","b, ReadWrite, read, empty"],true]} […]',
        '"writable" #7: original {"called":[["c, ReadWrite, read, Hello c","d, ReadWrite, ' +
          'unread, empty"],false]}, ours {"called":[["c, ReadWrite, read, Hello c","d, ' +
          'ReadWrite, unread, empty","b, ReadWrite, read, empty"],true]} […]',
        '"writable" #8: original {"called":[["c, ReadWrite, read, Mine","d, ReadWrite, ' +
          'unread, empty"],false]}, ours {"called":[["c, ReadWrite, read, Mine","d, ' +
          'ReadWrite, unread, empty","b, ReadWrite, read, empty"],true]} […]',
      ),
      ...listed(
        NOT_EMPTY,
        '"quiet" #3: original {"called":[["e, Read, unread, First","d, ReadWrite, unread, ' +
          'empty","b, Read, read, empty"],true]}, ours {"called":[["d, ReadWrite, unread, ' +
          'empty","b, Read, read, empty"],true]} […]',
        '"quiet" #4: original {"called":[["d, ReadWrite, unread, Going","e, Read, unread, ' +
          'First","b, Read, read, empty"],true]}, ours {"called":[["b, Read, read, ' +
          'empty"],true]} […]',
        '"quiet" #5: original {"called":[["e, Read, unread, First","d, ReadWrite, unread, ' +
          'empty","b, Read, read, empty"],true]}, ours {"called":[["d, ReadWrite, unread, ' +
          'empty","b, Read, read, empty"],true]} […]',
        '"quiet" #6: original {"called":[["e, Read, unread, First","d, ReadWrite, unread, ' +
          'empty","b, ReadWrite, read, empty"],true]}, ours {"called":[["d, ReadWrite, ' +
          'unread, empty","b, ReadWrite, read, empty"],true]} […]',
        '"second message" #1: original {"value":[["active",true,["d","e"]],' +
          '["active",true,["d","e","b"]],["active",true,["d","a","c"]],' +
          '["active",true,["d","e"]]]}, ours {"value":[["active",true,["d","e"]],' +
          '["active",true,["b"]],["active",true,["d","a","c"]],' +
          '["active",true,["d","e"]]]} […]',
      ),
      ...listed(
        `${COMPLETE}; and ${NOT_EMPTY}`,
        '"message" #1: original {"value":[["active",false,["e"]],' +
          '["active",true,["e","d","b"]],["active",true,["a","c","d"]],' +
          '["active",true,["e"]]]}, ours {"value":[["active",true,["e","d"]],' +
          '["active",true,["d","b"]],["active",true,["a","c","d"]],' +
          '["active",true,["e"]]]} […]',
        '"message gone" #1: original {"value":[["active",false,["e"]],' +
          '["active",true,["e","d","b"]],["active",true,["a","c","d"]],' +
          '["active",true,["e"]]]}, ours {"value":[["active",true,["e","d"]],' +
          '["active",true,["d","b"]],["active",true,["a","c","d"]],' +
          '["active",true,["e"]]]} […]',
        '"may write" #1: original {"value":[["active",false,["e"]],' +
          '["active",true,["e","d","b"]],["active",false,["a","c","d"]],' +
          '["active",true,["e"]]]}, ours {"value":[["active",true,["e","d"]],' +
          '["active",true,["d","b"]],["active",true,["a","c","d","b"]],' +
          '["active",true,["e"]]]} […]',
        '"may not" #1: original {"value":[["active",false,["e"]],' +
          '["active",true,["e","d","b"]],["active",false,["c","d"]],["active",true,["e"]]]}, ' +
          'ours {"value":[["active",true,["e","d"]],["active",true,["d","b"]],' +
          '["active",true,["c","d","b"]],["active",true,["e"]]]} […]',
        '"he writes" #1: original {"value":[["active",false,["e"]],' +
          '["active",true,["e","d","b"]],["active",false,["c","d"]],' +
          '["active",true,["c","e"]]]}, ours {"value":[["active",true,["e","d"]],' +
          '["active",true,["d","b"]],["active",true,["c","d","b"]],' +
          '["active",true,["c","e"]]]} […]',
      ),
    ],
    async run(world) {
      const { result, note, listener, later } = world;
      const [alice, bob] = await several(world);
      const filters = {
        unread: { isUnread: true }, quiet: { hasMessages: false },
        writable: { access: ["==", "ReadWrite"] }, recent: { lastActivityAt: [">", START + 9000] },
      };
      const lists = Object.entries(filters).map(([label, filter]) =>
        bob.subscribeConversations({ filter }, brief(listener(label))));
      await result("connected", Promise.all(lists.map(({ connected }) => connected.then(() => 1))));
      await later();
      const step = async (label, call) => {
        await call;
        await later();
        note(label, lists.map(ids));
      };
      note("at first", lists.map(ids));
      await step("read", bob.conversation("a").markAsRead());
      await step("unread", bob.conversation("d").markAsUnread());
      await step("message", alice.conversation("e").send("First"));
      const sent = await alice.conversation("d").send("Going");
      await step("second message", Promise.resolve());
      await step("message gone", sent.delete());
      await step("may write", alice.conversation("b").participant("bob").edit({ access: "ReadWrite" }));
      await step("may not", alice.conversation("a").participant("bob").edit({ access: "Read" }));
      await step("he writes", bob.conversation("c").send("Mine"));
    },
  },
  {
    name: "filters: joining, leaving, and conversations made while one looks",
    async run(world) {
      const { result, note, listener, later } = world;
      const [alice, bob] = await several(world);
      const list = bob.subscribeConversations(
        { filter: { custom: { topic: ["==", "pets"] }, hasMessages: true } }, listener("list"));
      await result("connected", list.connected);
      await later();
      for (const [id, topic] of [["f", "pets"], ["g", "toys"]]) {
        const c = alice.conversation(id);
        await c.createIfNotExists({ subject: id, custom: { topic } });
        await c.send("Before him");
        await later();
        await c.participant("bob").createIfNotExists();
        await later();
        note(`added to ${id}`, ids(list));
      }
      await alice.conversation("g").set({ custom: { topic: "pets" } });
      await later();
      note("g fits", ids(list));
      await alice.conversation("f").participant("bob").delete();
      await later();
      await bob.conversation("a").participant("bob").delete();
      await later();
      note("out of f and a", ids(list));
      await bob.conversation("h").createIfNotExists({ custom: { topic: "pets" } });
      await later();
      await bob.conversation("h").send("Mine");
      await later();
      note("his own", ids(list));
      await alice.currentUser.set({ name: "Alicia" });
      await later();
      list.unsubscribe();
    },
  },
  {
    name: "filters: many, page by page, and events past the window",
    async run({ members, result, listener, note, attempt, later }) {
      const [alice, bob] = await members("alice", "bob");
      for (let number = 10; number < 60; number += 1) {
        const kind = number % 5 === 0 ? "rare" : "usual";
        const c = alice.conversation(`c${number}`);
        await c.createIfNotExists({ subject: `${number}`, custom: { kind } });
        await c.participant("bob").createIfNotExists();
        if (number % 3 === 0) await later();
      }
      await later();
      const usual = bob.subscribeConversations(
        { filter: { custom: { kind: ["==", "usual"] } } }, listener("usual"));
      const all = bob.subscribeConversations(listener("all"));
      await result("connected", Promise.all([usual, all].map(({ connected }) => connected.then(() => 1))));
      note("first page", ids(usual));
      await result("more", usual.loadMore(5));
      note("five more", [ids(usual), ids(all)]);
      for (const wrong of [0, 1.5, 31]) await attempt(`${wrong}`, () => usual.loadMore(wrong));
      await alice.conversation("c10").set({ custom: { kind: "usual" } });
      await later();
      note("far back, fits now", ids(usual));
      await alice.conversation("c11").set({ subject: "Eleven" });
      await later();
      await alice.conversation("c59").set({ custom: { kind: "rare" } });
      await later();
      note("one less", ids(usual));
      await alice.conversation("c12").send("To the top");
      await later();
      note("to the top", ids(usual));
      await result("the rest", usual.loadMore(30));
      note("all of them", ids(usual));
      await result("past the end", usual.loadMore());
      await alice.conversation("c15").set({ custom: { kind: "usual" } });
      await later();
      note("one more", ids(usual));
    },
  },
  {
    name: "filters: a drop with changes meanwhile",
    differences: listed(
      MISSED,
      "reads of bob: original 2×, ours 3×: SUBSCRIBE /me/conversations/b/messages {}",
      'reads of bob: original 2×, ours 3×: GET /me/conversations/b/messages {"limit":1}',
      "reads of bob: original 0×, ours 1×: UNSUBSCRIBE /me/conversations/a/messages {}",
      "reads of bob: original 0×, ours 1×: UNSUBSCRIBE /me/conversations/b/messages {}",
      '"unread" #3: […](called: 0: 0: custom: topic: pets against toys)',
    ),
    async run(world) {
      const { result, note, listener, later, drop, pass } = world;
      const [alice, bob] = await several(world);
      const unread = bob.subscribeConversations({ filter: { isUnread: true } }, listener("unread"));
      const pets = bob.subscribeConversations(
        { filter: { custom: { topic: ["==", "pets"] } } }, listener("pets"));
      await result("connected", Promise.all([unread.connected, pets.connected].map((one) => one.then(() => 1))));
      await later();
      await drop("bob");
      await alice.conversation("d").send("Unread");
      await later();
      await alice.conversation("e").set({ custom: { topic: "pets" } });
      await alice.conversation("b").set({ custom: { topic: "toys" } });
      await alice.conversation("a").participant("bob").delete();
      await later();
      await pass(40_000);
      note("back", [ids(unread), ids(pets)]);
      await alice.conversation("b").send("Unread, too");
      await later();
      note("at the end", [ids(unread), ids(pets)]);
    },
  },
  {
    name: "filters: of a user who does not exist yet",
    async run({ session, members, result, listener, note, later }) {
      const [alice] = await members("alice");
      const ghost = session("ghost");
      const list = ghost.subscribeConversations({ filter: { isUnread: true } }, listener("list"));
      await result("connected", list.connected);
      await ghost.currentUser.set({ name: "Ghost" });
      await alice.conversation("c").createIfNotExists({ subject: "Cats" });
      await alice.conversation("c").participant("ghost").createIfNotExists();
      await later();
      await alice.conversation("c").send("Hello");
      await later();
      note("list", ids(list));
    },
  },
  {
    name: "filters: lingering, and several lists come and go",
    async run(world) {
      const { result, note, listener, later, pass } = world;
      const [alice, bob] = await several(world);
      const filter = { isUnread: true };
      const first = bob.subscribeConversations({ filter }, listener("first"));
      await first.connected;
      first.unsubscribe();
      await pass(5_000);
      const second = bob.subscribeConversations({ filter }, listener("second"));
      await result("second", second.connected.then(() => 1));
      const whole = bob.subscribeConversations(listener("whole"));
      await result("whole", whole.connected.then(() => 1));
      second.unsubscribe();
      await pass(12_000);
      await alice.conversation("b").send("Unread now");
      await later();
      const third = bob.subscribeConversations({ filter }, listener("third"));
      await result("third", third.connected.then(() => 1));
      note("third", ids(third));
      whole.unsubscribe();
      third.unsubscribe();
      await pass(20_000);
    },
  },
];
