// The connection: drops and what is fetched again, letting go, idling, and tokens.

import { MISSED, listed } from "../listed.js";

const texts = ({ state }) => [
  state.type, state.latestSnapshot?.map((one) => one.plaintext ?? one.id),
];

export default [
  {
    name: "a drop: what was missed is fetched again",
    differences: listed(
      MISSED,
      "reads of bob: original 1×, ours 2×: GET /me/conversations/c {}",
      '"conversation" #2: […](called: 0: lastMessageAt: 1800000003002 against 1800000006000' +
        "; called: 0: subject: Cats against Dogs)",
      '"conversation" #3: […](called: 0: subject: Cats against Dogs)',
    ),
    async run({ chat, listener, drop, result, note, later, pass }) {
      const [alice, bob, hers, his] = await chat();
      const early = await hers.send("Early");
      const gone = await hers.send("Gone soon");
      await hers.send("Before");
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      const conversation = his.subscribe(listener("conversation"));
      const user = bob.user("alice").subscribe(listener("alice"));
      const list = bob.subscribeConversations();
      const all = [messages, conversation, user, list];
      await result("connected", Promise.all(all.map(({ connected }) => connected)));
      await later();
      await drop("bob");
      await later();
      await hers.send("Missed");
      await early.edit("Early, edited");
      await gone.delete();
      await alice.currentUser.set({ name: "Alicia" });
      await hers.set({ subject: "Dogs" });
      await later();
      await pass(40_000);
      note("messages", texts(messages));
      note("list", texts(list));
      await hers.send("After");
      await later();
      note("at the end", texts(messages));
    },
  },
  {
    name: "a drop: nothing has changed, nobody is called",
    async run({ chat, listener, drop, result, state, later, pass }) {
      const [, , hers, his] = await chat();
      await hers.send("Before");
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await later();
      await drop("bob");
      await pass(40_000);
      state("after", messages);
    },
  },
  {
    name: "a drop in the middle of a send: it arrives once, with the same key",
    countsSockets: true,
    async run({ chat, listener, control, inTime, note, later }) {
      const [alice, , hers, his] = await chat();
      const messages = his.subscribeMessages(listener("messages"));
      const herself = alice.currentUser.subscribe();
      await Promise.all([messages.connected, herself.connected]);
      await later();
      await control({ do: "dropAfter", method: "POST", path: "/conversations/c/messages" });
      await inTime("sent", hers.send("Once"));
      await later();
      note("arrived", texts(messages));
    },
  },
  {
    name: "a drop in the middle of a send, with nothing else going on",
    countsSockets: true,
    differences: listed(
      "the original stays away when only a call waits for the connection",
      "sockets of alice: only ours, #2: ws://HOST/public_api/v1/demo/realtime/alice?talkjs-" +
        "client-build=standalone&talkjs-core=1.11.2&talkjs-client-id=client_1&talkjs-time=T" +
        "IME",
      'logins of alice: only ours, #2: POST /session/renew {"token":"boken_1"}',
      'mutations of alice: only ours, #6: POST /conversations/c/messages {"content":[{"' +
        'children":["Once"],"type":"text"}],"idempotencyKey":"key_alice_1"}',
      '"sent" #1: original {"pending":true}, ours {"resolved":{"<ref>":"msg_1","in":"c"}} […]',
    ),
    async run({ chat, control, inTime, later }) {
      const [, , hers] = await chat();
      await control({ do: "dropAfter", method: "POST", path: "/conversations/c/messages" });
      await inTime("sent", hers.send("Once"), 40_000);
      await later();
    },
  },
  {
    name: "a drop: an edit far back, and nothing new",
    differences: listed(
      MISSED,
      `"messages" #2: […](value is only in the original's; called is only in ours)`,
      '"messages": only ours, #3: {"value":["active",["Last","Early, edited"]]}',
    ),
    async run({ chat, listener, drop, result, note, later, pass }) {
      const [, , hers, his] = await chat();
      const early = await hers.send("Early");
      await hers.send("Last");
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await later();
      await drop("bob");
      await early.edit("Early, edited");
      await later();
      await pass(40_000);
      note("messages", texts(messages));
    },
  },
  {
    name: "calls made while there is no connection",
    async run({ chat, drop, inTime, note, later }) {
      const [alice, , hers, his] = await chat();
      await drop("alice");
      const calls = [
        hers.send("One"), hers.send("Two"), hers.markAsRead(), alice.user("bob").get(),
        hers.participant("bob").edit({ notify: false }),
      ];
      const outcomes = calls.map((call) => call.then(() => "done", () => "failed"));
      await inTime("all", Promise.all(outcomes));
      await later();
      const messages = his.subscribeMessages();
      await messages.connected;
      note("arrived", texts(messages));
    },
  },
  {
    name: "the server restarts on purpose: subscriptions are handed over",
    async run({ chat, listener, control, result, later, pass }) {
      const [, , hers, his] = await chat();
      await hers.send("Before");
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await later();
      await control({ do: "restarting" });
      await pass(40_000);
      await hers.send("After");
      await later();
    },
  },
  {
    name: "letting go: unsubscribed after a while, not when somebody comes back",
    async run({ chat, listener, result, note, later, pass }) {
      const [, bob, hers, his] = await chat();
      await hers.send("One");
      await later();
      const first = his.subscribeMessages(listener("first"));
      await result("connected", first.connected);
      await later();
      first.unsubscribe();
      await pass(5_000);
      const second = his.subscribeMessages(listener("second"));
      await result("again", second.connected);
      await pass(20_000);
      await hers.send("Two");
      await later();
      note("still live", texts(second));
      second.unsubscribe();
      const user = bob.user("alice").subscribe(listener("user"));
      await user.connected;
      user.unsubscribe();
      await pass(12_000);
      await hers.send("Three");
      await later();
      const third = his.subscribeMessages(listener("third"));
      await result("once more", third.connected);
      await later();
      await pass(25_000);
    },
  },
  {
    name: "idle: the socket is closed and opened again for the next call",
    countsSockets: true,
    async run({ members, result, pass }) {
      const [alice] = await members("alice");
      await pass(4_000);
      await result("next call", alice.currentUser.set({ name: "Alicia" }));
      await pass(4_000);
      await result("and another", alice.currentUser.get());
    },
  },
  {
    name: "a login that expires: logged in again, everything goes on",
    async run({ chat, listener, control, result, inTime, later, pass }) {
      const [, , hers, his] = await chat();
      await hers.send("One");
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await later();
      await control({ do: "expire", user: "bob" });
      await pass(2_000);
      await hers.send("Two");
      await later();
      await inTime("sent", his.send("Three"));
      await later();
    },
  },
  {
    name: "tokens: set by hand, refused, asked for",
    async run({ session, listener, result, note, settle }) {
      const errors = listener("errors");
      const jwt = (userId, exp = 4_000_000_000) => {
        const part = (value) => btoa(JSON.stringify(value)).replace(/=+$/, "");
        const head = part({ alg: "HS256", typ: "JWT" });
        return `${head}.${part({ iss: "demo", sub: userId, tokenType: "user", exp })}.c2ln`;
      };
      const alice = session("alice");
      alice.setToken(jwt("alice"));
      alice.onError(errors);
      await result("by setToken", alice.currentUser.set({ name: "Alice" }));
      const bob = session("bob", { token: jwt("bob") });
      await result("by option", bob.currentUser.set({ name: "Bob" }));
      const carol = session("carol", { tokenFetcher: async () => jwt("carol") });
      await result("by fetcher", carol.currentUser.set({ name: "Carol" }));
      const dave = session("dave");
      let asked = 0;
      dave.onNeedToken = () => {
        asked += 1;
        dave.setToken(jwt("dave"));
      };
      await result("by callback", dave.currentUser.set({ name: "Dave" }));
      await settle();
      note("asked", asked);
    },
  },
  {
    name: "an app that does not exist ends the session",
    async run({ session, note, settle }) {
      const lost = session("alice", { appId: "nowhere" });
      lost.onError((error) => note("session", error instanceof Error));
      lost.onError(() => note("session", "nobody is here any more")).unsubscribe();
      const call = lost.currentUser.set({ name: "Alice" });
      note("call", await call.catch((error) => error instanceof Error));
      await settle();
      note("later call", await lost.currentUser.get().catch((error) => error instanceof Error));
      lost.onError((error) => note("attached later", error instanceof Error));
      await settle();
    },
  },
];
