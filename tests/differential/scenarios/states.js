// The states of a subscription of each kind, and how subscriptions come and go.

import { KNOWN, MISSED, NO_NEWS, listed, stringRejections } from "../listed.js";

/** Every kind of subscription, made on a session. */
const KINDS = {
  user: (s, on) => s.user("bob").subscribe(on),
  online: (s, on) => s.user("bob").subscribeOnline(on),
  conversation: (s, on) => s.conversation("c").subscribe(on),
  messages: (s, on) => s.conversation("c").subscribeMessages(on),
  participants: (s, on) => s.conversation("c").subscribeParticipants(on),
  participant: (s, on) => s.conversation("c").participant("bob").subscribe(on),
  typing: (s, on) => s.conversation("c").subscribeTyping(on),
  reactions: (s, on) => s.conversation("c").message("m").reactions("👍").subscribe(on),
  list: (s, on) => s.subscribeConversations(on),
  filtered: (s, on) => s.subscribeConversations({ filter: { isUnread: true } }, on),
};

/** What a get() asks for that a subscription may know. */
const GETS = {
  user: (s) => s.user("bob").get(),
  conversation: (s) => s.conversation("c").get(),
  participant: (s) => s.conversation("c").participant("bob").get(),
  reactions: (s) => s.conversation("c").message("m").reactions("👍").getFirstReactions(),
};

const kinds = Object.entries(KINDS);

/** Does something with a new subscription of each kind, one after the other. */
const each = async ({ chat, settle }, body) => {
  const [alice, bob] = await chat();
  for (const [kind, subscribe] of kinds) {
    await body(kind, (on) => subscribe(alice, on), alice, bob);
    await settle();
  }
};

export default [
  {
    name: "states: pending, active, unsubscribed",
    differences: [
      ...listed(
        KNOWN,
        '"participant at once" #1: original {"state":{"type":"pending"}}, ' +
          'ours {"state":{"latestSnapshot":{"access":"ReadWrite","joinedAt":1800000002000,"' +
          'notify":true,"user":{"custom":{},"id":"bob","locale":null,"name":"Bob","' +
          'photoUrl":null,"role":"default","welcomeMessage":null}},' +
          '"loadedAll":true,"type":"active"}} […]',
      ),
      ...listed(
        "connected resolves with the state that there is",
        '"messages same state" #1: original {"value":false}, ' +
          'ours {"value":true} (value: false against true)',
        '"filtered same state" #1: original {"value":false}, ' +
          'ours {"value":true} (value: false against true)',
      ),
    ],
    run: (world) => each(world, async (kind, subscribe) => {
      const { listener, state, result, note, settle } = world;
      const subscription = subscribe(listener(kind));
      state(`${kind} at once`, subscription);
      const active = await result(`${kind} connected`, subscription.connected);
      note(`${kind} same state`, active === subscription.state);
      await settle();
      state(`${kind} settled`, subscription);
      subscription.unsubscribe();
      state(`${kind} after`, subscription);
      subscription.unsubscribe();
      await result(`${kind} terminated`, subscription.terminated);
      await result(`${kind} connected still`, subscription.connected.then(({ type }) => type));
    }),
  },
  {
    name: "states: unsubscribed at once",
    differences: [
      ...stringRejections(
        "Subscription was unsubscribed before connecting", "unsubscribed",
        ...kinds.map(([kind]) => `${kind} connected`).filter((label) => label !== "messages connected"),
      ),
      ...listed(
        "ours asks at once",
        "reads of alice: original 0×, ours 1×: GET /me/conversations/c/participants/bob {}",
      ),
    ],
    run: (world) => each(world, async (kind, subscribe) => {
      const { listener, state, result } = world;
      const subscription = subscribe(listener(kind));
      subscription.unsubscribe();
      state(`${kind} after`, subscription);
      await result(`${kind} connected`, subscription.connected);
      await result(`${kind} terminated`, subscription.terminated);
    }),
  },
  {
    name: "states: subscribe, unsubscribe, subscribe in one tick",
    differences: listed(
      KNOWN,
      '"participant first": only ours, #1: {"called":[{"access":"ReadWrite","joinedAt"' +
        ':1800000002000,"notify":tru[…]:"Bob","photoUrl":null,"role":"default","' +
        'welcomeMessage":null}},true]}',
    ),
    run: (world) => each(world, async (kind, subscribe) => {
      const { listener, state, result, settle } = world;
      const first = subscribe(listener(`${kind} first`));
      first.unsubscribe();
      const second = subscribe(listener(`${kind} second`));
      await result(`${kind} connected`, second.connected);
      await settle();
      state(`${kind} first`, first);
      state(`${kind} second`, second);
      second.unsubscribe();
    }),
  },
  {
    name: "states: one ends, the other goes on",
    differences: [
      ...listed(
        "when only the last message is known, ours shows messages when it has the first full page",
        '"messages first": only the original, #1: {"called":[[{"content":[{"children":["' +
          'To conversation"],"type":"text"}[…]e":null},"type":"UserMessage"},' +
          '{"content":[{"childre… (742 characters)',
        '"messages second": only the original, #1: {"called":[[{"content":[{"children":["' +
          'To conversation"],"type":"text"}[…]e":null},"type":"UserMessage"},' +
          '{"content":[{"childre… (742 characters)',
        '"messages connected" #1: […](resolved: 0: latestSnapshot: 2 is only in ours; ' +
          "resolved: 0: loadedAll: false against true; resolved: 1: latestSnapshot: 2 is on" +
          "ly in ours; resolved: 1: loadedAll: false against true)",
      ),
      ...listed(
        NO_NEWS,
        '"reactions second": only the original, #2: {"called":[null,true]}',
      ),
    ],
    run: (world) => each(world, async (kind, subscribe, alice, bob) => {
      const { listener, state, result, later, settle } = world;
      const [first, second] = [subscribe(listener(`${kind} first`)), subscribe(listener(`${kind} second`))];
      await result(`${kind} connected`, Promise.all([first.connected, second.connected]));
      await settle();
      first.unsubscribe();
      await bob.currentUser.set({ name: `Bob of ${kind}` });
      await bob.conversation("c").send(`To ${kind}`);
      await bob.conversation("c").set({ notify: kind.length % 2 === 0 });
      await later();
      state(`${kind} first`, first);
      state(`${kind} second`, second);
      second.unsubscribe();
    }),
  },
  {
    name: "states: unsubscribed inside a listener",
    differences: [
      ...listed(
        "what was connected stays so, also when its first listener call ends the subscription",
        '"user connected" #1: original {"rejected":"Subscription was unsubscribed before co' +
          'nnecting"}, ours {"resolved":"active"} […]',
        '"online connected" #1: original {"rejected":"Subscription was unsubscribed before ' +
          'connecting"}, ours {"resolved":"active"} […]',
        '"conversation connected" #1: original {"rejected":"' +
          'Subscription was unsubscribed before connecting"}, ' +
          'ours {"resolved":"active"} […]',
        '"participant connected" #1: original {"rejected":"' +
          'Subscription was unsubscribed before connecting"}, ' +
          'ours {"resolved":"active"} […]',
        '"typing connected" #1: original {"rejected":"Subscription was unsubscribed before ' +
          'connecting"}, ours {"resolved":"active"} […]',
        '"reactions connected" #1: original {"rejected":"Subscription was unsubscribed befo' +
          're connecting"}, ours {"resolved":"active"} […]',
      ),
      ...listed(
        KNOWN,
        '"participant": only ours, #2: {"called":[{"access":"ReadWrite","joinedAt"' +
          ':1800000002000,"notify":tru[…]ipant","photoUrl":null,"role":"default","' +
          'welcomeMessage":null}},true]}',
      ),
    ],
    run: (world) => each(world, async (kind, subscribe, alice, bob) => {
      const { listener, state, result, later } = world;
      const call = listener(kind);
      // What is known already may come before there is a subscription.
      let subscription;
      subscription = subscribe((...args) => {
        call(...args);
        subscription?.unsubscribe();
      });
      await result(`${kind} connected`, subscription.connected.then(({ type }) => type));
      await bob.currentUser.set({ name: `Bob of ${kind}` });
      await later();
      state(`${kind} after`, subscription);
    }),
  },
  {
    name: "states: subscribed inside a listener",
    run: (world) => each(world, async (kind, subscribe) => {
      const { listener, state, settle, note } = world;
      const call = listener(`${kind} outer`);
      let inner;
      const outer = subscribe((...args) => {
        call(...args);
        inner ??= subscribe(listener(`${kind} inner`));
      });
      await outer.connected;
      await settle();
      state(`${kind} inner`, inner);
      note(`${kind} shared`, inner.state.latestSnapshot === outer.state.latestSnapshot);
      outer.unsubscribe();
      inner.unsubscribe();
    }),
  },
  {
    name: "states: lingering, and coming back in time and too late",
    async run(world) {
      const { chat, listener, result, pass } = world;
      const [alice] = await chat();
      for (const wait of [0, 8_000, 20_000, 60_000]) {
        for (const [kind, subscribe] of kinds) {
          const subscription = subscribe(alice, listener(`${kind} after ${wait}`));
          await result(`${kind} connected after ${wait}`, subscription.connected.then(({ type }) => type));
          subscription.unsubscribe();
        }
        await pass(wait);
      }
    },
  },
  {
    name: "states: get() while subscribed, and one after the other",
    async run({ chat, listener, result, note, settle }) {
      const [alice] = await chat();
      for (const [kind, get] of Object.entries(GETS)) {
        const subscription = KINDS[kind](alice, listener(kind));
        const [early, twice] = [get(alice), get(alice)];
        await result(`${kind} early`, early);
        await result(`${kind} twice`, twice);
        await subscription.connected;
        await settle();
        const { latestSnapshot } = subscription.state;
        note(`${kind} same`, (await get(alice)) === latestSnapshot);
        subscription.unsubscribe();
        await result(`${kind} after`, get(alice));
        await settle();
      }
    },
  },
  {
    name: "states: all in one tick",
    differences: listed(
      NO_NEWS,
      '"reactions": only the original, #2: {"called":[null,true]}',
    ),
    async run({ chat, listener, result, later, state }) {
      const [alice, bob] = await chat();
      const all = kinds.map(([kind, subscribe]) => [kind, subscribe(alice, listener(kind))]);
      await result("connected", Promise.all(all.map(([, { connected }]) => connected.then(() => 1))));
      await later();
      await bob.conversation("c").send("Hello");
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      for (const [kind, subscription] of all) state(kind, subscription);
      for (const [, subscription] of all) subscription.unsubscribe();
      await later();
    },
  },
  {
    name: "states: a drop and a comeback of everything",
    differences: [
      ...listed(
        MISSED,
        "reads of alice: original 1×, ours 2×: GET /me/conversations/c {}",
        "reads of alice: original 1×, ours 2×: GET /me/conversations/c/participants/bob {}",
        "reads of alice: original 1×, ours 2×: SUBSCRIBE /users/alice {}",
      ),
      ...listed(
        NO_NEWS,
        '"reactions": only the original, #3: {"called":[null,true]}',
      ),
    ],
    async run({ chat, listener, result, later, drop, pass, state }) {
      const [alice, bob] = await chat();
      const all = kinds.map(([kind, subscribe]) => [kind, subscribe(alice, listener(kind))]);
      await result("connected", Promise.all(all.map(([, { connected }]) => connected.then(() => 1))));
      await later();
      await drop("alice");
      await pass(40_000);
      for (const [kind, subscription] of all) state(kind, subscription);
      await bob.conversation("c").send("Hello");
      await bob.conversation("c").markAsTyping();
      await later();
    },
  },
  {
    name: "states: a listener that is missing or null",
    differences: listed(
      "the original takes null for options",
      '"list null" #1: original {"rejected":{"<error>":{"message":"' +
        `Cannot read properties of null (reading 'filter')","name":"TypeError"}}}, ` +
        'ours {"resolved":"active"} […]',
    ),
    async run({ chat, attempt, settle }) {
      const [alice] = await chat();
      for (const [kind, subscribe] of kinds) {
        for (const listener of [undefined, null]) {
          await attempt(`${kind} ${listener}`, async () => {
            const subscription = subscribe(alice, listener);
            await subscription.connected;
            const { type } = subscription.state;
            subscription.unsubscribe();
            return type;
          });
          await settle();
        }
      }
    },
  },
];
