// Logins: what begins again with one, how one is refused, and what never ends.

import { NOT_CONNECTED, listed, stringRejections } from "../listed.js";

/** The codes of our errors for a login that is refused with these statuses. */
const REFUSALS = {
  400: "auth-failed", 401: "auth-failed", 402: "payment-required", 403: "auth-failed",
  404: "app-not-found",
};

/** What differs when the original waits for a login for ever, and ours tries again. */
const triedAgain = (...more) =>
  listed(
    "the original waits for ever; ours tries again after a while",
    'mutations of alice: only ours, #1: PUT /users/alice {"name":"Alice"}',
    '"three minutes" #1: original {"pending":true}, ours {"resolved":{"<undefined>":true}} […]',
    ...more,
  );

const edited = (name) => ({ type: "user.edited", userId: "bob", diff: { name } });

/** Alice follows Bob's user; her name for him shows which pushes were applied. */
async function following(world) {
  const [alice, bob] = await world.members("alice", "bob");
  const names = [];
  const subscription = alice.user("bob").subscribe((user) => names.push(user.name));
  await subscription.connected;
  await world.later();
  return [alice, bob, names];
}

/** A token that no service has signed. */
const jwt = (userId, more) => {
  const part = (value) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const claims = { iss: "demo", sub: userId, tokenType: "user", exp: 4_000_000_000, ...more };
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.c2ln`;
};

export default [
  {
    name: "logins: the numbers of pushes, without a new login",
    async run(world) {
      const { push, note } = world;
      const [, , names] = await following(world);
      await push("alice", 50, edited("fifty"));
      await push("alice", 50, edited("fifty again"));
      await push("alice", 49, edited("forty-nine"));
      await push("alice", 55, edited("fifty-five"));
      note("applied", names);
    },
  },
  {
    name: "logins: the numbers of pushes begin again when the login has expired",
    async run(world) {
      const { push, note, later } = world;
      const [, bob, names] = await following(world);
      await push("alice", 50, edited("fifty"));
      await push("alice", 51, { type: "session.expired" });
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await push("alice", 40, edited("forty"));
      await push("alice", 40, edited("forty again"));
      note("applied", names);
    },
  },
  {
    name: "logins: the numbers of pushes begin again when a call is refused with 401",
    async run(world) {
      const { push, note, later, refuse, result } = world;
      const [alice, bob, names] = await following(world);
      await push("alice", 50, edited("fifty"));
      await refuse("PUT", "/users/alice", 401);
      await result("set", alice.currentUser.set({ name: "Alicia" }));
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await push("alice", 40, edited("forty"));
      note("applied", names);
    },
  },
  {
    name: "logins: pushes that come before the new login is answered",
    differences: listed(
      "the original shows after the login what was pushed before it; ours at once",
      '"not logged in" #1: original {"value":["Bob","fifty"]}, ' +
        'ours {"value":["Bob","fifty","forty","forty-one"]} […]',
      '"applied" #1: original {"value":["Bob","fifty","Bob","forty","forty-one","forty-two"]}, ' +
        'ours {"value":["Bob","fifty","forty","forty-one","Bob","forty-one again",' +
        '"forty-two"]} […]',
    ),
    async run(world) {
      const { push, note, hold } = world;
      const [, , names] = await following(world);
      await push("alice", 50, edited("fifty"));
      const release = hold("POST", "/session/renew");
      await push("alice", 51, { type: "session.expired" });
      await push("alice", 40, edited("forty"));
      await push("alice", 41, edited("forty-one"));
      note("not logged in", [...names]);
      await release();
      await push("alice", 41, edited("forty-one again"));
      await push("alice", 42, edited("forty-two"));
      note("applied", names);
    },
  },
  {
    name: "logins: the numbers of pushes go on after a new token",
    async run(world) {
      const { session, members, push, note, settle, later } = world;
      await members("bob");
      const alice = session("alice");
      alice.setToken(jwt("alice"));
      const names = [];
      const subscription = alice.user("bob").subscribe((user) => names.push(user.name));
      await subscription.connected;
      await later();
      await push("alice", 50, edited("fifty"));
      alice.setToken(jwt("alice", { exp: 4_100_000_000 }));
      await settle();
      await push("alice", 40, edited("forty"));
      await push("alice", 51, edited("fifty-one"));
      note("applied", names);
    },
  },
  ...Object.entries(REFUSALS).map(([status, code]) => ({
    name: `logins: an anonymous one is refused with ${status}`,
    differences: [
      ...stringRejections(NOT_CONNECTED, code, "connected"),
      // Of calls these statuses have codes of their own.
      ...(["400", "403"].includes(status)
        ? listed(
            "a refused login has the code for that, whatever the status",
            '"session" #1: original {"called":[{"<error>":{"message":"Could not authenticate, […]' +
              ', ours {"called":[{"<error>":{"code":"auth-failed",[…]',
          )
        : []),
    ],
    async run({ session, refuse, listener, result, state, settle }) {
      const reasons = [`Reason for ${status}.`];
      await refuse("GET", "/api/v0/demo/bokens/eve", Number(status), "NO_TOKEN", reasons);
      const eve = session("eve");
      eve.onError(listener("session"));
      const subscription = eve.user("bob").subscribe(listener("bob"));
      await result("set", eve.user("bob").set({ name: "Bob" }));
      await result("connected", subscription.connected);
      await settle();
      state("subscription", subscription);
      await result("later", eve.user("bob").set({ name: "Bob" }));
    },
  })),
  {
    name: "logins: the request for a token never ends",
    differences: triedAgain(
      'logins of alice: only ours, #1: POST /session/renew {"token":"boken_1"}',
      "reads of alice: original 1×, ours 2×: GET HTTP /api/v0/demo/bokens/alice?signature=",
    ),
    async run({ session, hang, inTime }) {
      const { hangs, goOn } = hang("/bokens/alice");
      const alice = session("alice");
      const call = alice.currentUser.set({ name: "Alice" });
      // The engine of a first session may take longer than all else takes to be quiet.
      await hangs;
      goOn();
      await inTime("three minutes", call, 180_000);
    },
  },
  {
    name: "logins: the login itself is never answered",
    differences: triedAgain(),
    async run({ session, alter, inTime }) {
      alter("POST", "/session/renew", () => undefined);
      const alice = session("alice");
      await inTime("three minutes", alice.currentUser.set({ name: "Alice" }), 180_000);
    },
  },
  {
    name: "logins: the answer to one has another number",
    differences: triedAgain(),
    async run({ session, alter, inTime }) {
      alter("POST", "/session/renew", ([id, ...rest]) => [id + 1000, ...rest]);
      const alice = session("alice");
      await inTime("three minutes", alice.currentUser.set({ name: "Alice" }), 180_000);
    },
  },
];
