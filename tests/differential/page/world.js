// What a scenario gets to work with, for one client: sessions, and ways to write down what the
// application sees, to let time pass, and to make the backend fail.

/** How often in a row nothing must have happened. */
const QUIET_ROUNDS = 2;

const upperCase = (letter) => letter.toUpperCase();

/** When every scenario begins, by the backend's clock. */
export const START = 1_800_000_000_000;

/**
 * @param {object} client `{getTalkSession}` of the package under test
 * @param {object} wire what `recordWire` gave
 * @param {object} clock what `installClock` gave
 * @param {string} host where the backend is
 * @param {ReturnType<import("./calls.js").recordCalls>} calls
 */
export function openWorld(client, wire, clock, host, calls) {
  const control = (order) => globalThis.orderBackend(host, order);

  /** What the application saw, by label: listener calls, results, errors. */
  const seen = {};
  const waiting = new Set();
  const note = (label, entry) => (seen[label] ??= []).push(describe(entry));

  /** How many frames the backend has sent, by user and by connection. */
  const sent = new Map();
  const everythingArrived = async () => {
    for (const { user, conn, dir } of await control({ do: "log" })) {
      if (!sent.has(user)) sent.set(user, new Map());
      const counts = sent.get(user);
      counts.set(conn, (counts.get(conn) ?? 0) + (dir === "out" ? 1 : 0));
    }
    // The backend does not know our sockets, but a user's latest connections are those that live.
    return wire.received().every(({ user, counts }) => {
      const latest = [...(sent.get(user) ?? new Map()).values()].slice(-counts.length);
      return String(latest.sort()) === String(counts.sort());
    });
  };

  /** The backend has done everything that was asked, and all of it has arrived. */
  const settle = async () => {
    for (let quiet = 0; quiet < QUIET_ROUNDS; ) {
      const before = wire.log.length;
      const arrived = await everythingArrived();
      await wire.digested();
      quiet = arrived && wire.isQuiet() && wire.log.length === before ? quiet + 1 : 0;
    }
  };

  // The backend's clock stands still until the scenario moves it, so that times can be compared.
  let time = START;

  const world = {
    settle,

    /** A session of the client under test. */
    session: (userId, options = {}) =>
      calls.watch(
        client.getTalkSession({ appId: "demo", userId, host, ...options }), "TalkSession",
      ),

    /** Sessions of users that exist. */
    async members(...names) {
      const sessions = names.map((name) => world.session(name));
      for (const [index, session] of sessions.entries()) {
        const name = names[index].replace(/^./, upperCase);
        await session.currentUser.set({ name });
        await world.later();
      }
      return sessions;
    },

    /** Alice and Bob in the conversation "c", as `[alice, bob, hers, his]`. */
    async chat() {
      const [alice, bob] = await world.members("alice", "bob");
      await alice.conversation("c").createIfNotExists({ subject: "Cats" });
      await alice.conversation("c").participant("bob").createIfNotExists();
      await world.later();
      return [alice, bob, alice.conversation("c"), bob.conversation("c")];
    },

    /** Moves the backend's clock on, and gives the new time. */
    async later(ms = 1000) {
      // What is under way still belongs to the time before.
      await settle();
      time += ms;
      await control({ do: "clock", now: time });
      await settle();
      return time;
    },

    /** Lets time pass for the client, in no time. */
    pass: (ms) => clock.pass(ms, settle),

    /** A listener that writes down what it is called with. */
    listener: (label) => {
      seen[label] ??= [];
      let last = [];
      return (...args) => {
        note(label, { called: args, kept: keptOf(last, args) });
        last = args;
      };
    },

    /** Writes down what became of a promise, and passes its value on (or nothing). */
    async result(label, promise) {
      waiting.add(label);
      try {
        const value = await promise;
        note(label, { resolved: value });
        return value;
      } catch (error) {
        note(label, { rejected: error });
        return undefined;
      } finally {
        waiting.delete(label);
      }
    },

    /** The same for a call that may throw at once instead of giving a promise. */
    attempt(label, call) {
      try {
        return world.result(label, call());
      } catch (error) {
        note(label, { thrown: error });
        return Promise.resolve();
      }
    },

    /** The same for promises that need time: the clock is moved on until this one settles. */
    async inTime(label, promise, limit = 120_000) {
      let pending = true;
      const outcome = world.result(label, promise).finally(() => (pending = false));
      for (let spent = 0; pending && spent < limit; spent += 250) await clock.pass(250, settle);
      if (pending) note(label, { pending: true });
      return pending ? undefined : outcome;
    },

    /** Writes down a value. */
    note: (label, value) => note(label, { value }),

    /** Writes down the state that a subscription is in. */
    state(label, { state }) {
      const told = Object.entries(state).filter(([, value]) => value !== undefined);
      note(label, { state: Object.fromEntries(told) });
    },

    /** Makes users that have no session of their own. */
    async people(session, names) {
      for (const name of names) {
        await session.user(name).createIfNotExists({ name: name.replace(/^./, upperCase) });
      }
      await world.later();
    },

    /** Orders the backend about, see its `POST /control`. */
    control,

    /** Cuts the connections of a user, and waits until the client has noticed. */
    async drop(user) {
      const before = wire.closed(user);
      await control({ do: "drop", user });
      while (wire.closed(user) === before) await wire.turn();
      await settle();
    },

    /** The next request of this kind is answered with an error instead of being served. */
    refuse: (method, path, status, errorCode = "MADE_UP", reasons = [`Reason for ${status}.`]) =>
      control({ do: "answer", method, path, status, body: { errorCode, reasons } }),

    /**
     * Holds the answers to a kind of request back, path as it is sent, and makes of them what
     * `change(frame)` gives. Gives what lets them go, and resolves with how many they are when
     * those have arrived.
     */
    hold(method, path, change) {
      const release = wire.hold(method, path, change);
      return async () => {
        const count = release();
        await settle();
        return count;
      };
    },

    /** The next answer to a kind of request becomes what `change(frame)` gives, or none. */
    alter: wire.alter,

    /** Pushes events under a number of the scenario's own, as no backend does. */
    async push(user, number, ...events) {
      await settle();
      await wire.push(user, number, ...events);
      await settle();
    },

    /** Requests over HTTP to such addresses hang until the function that this gives is called. */
    hang: wire.hang,

    /** Ends: what has been seen, and what never settled. */
    async finish() {
      await settle();
      return { seen, unsettled: [...waiting], log: wire.log, called: [...calls.called] };
    },
  };
  return world;
}

/** The parts of a value that are objects of an earlier one: the outermost of them, as paths. */
function keptOf(before, now) {
  const isObject = (value) => value !== null && typeof value === "object";
  const known = new Set();
  const learn = (value) => {
    if (!isObject(value) || known.has(value)) return;
    known.add(value);
    Object.values(value).forEach(learn);
  };
  const find = (value, path) => {
    if (!isObject(value)) return [];
    if (known.has(value)) return [path.join(".")];
    return Object.entries(value).flatMap(([key, item]) => find(item, [...path, key]));
  };
  before.forEach(learn);
  return now.flatMap((item, index) => find(item, [index]));
}

/** Values as JSON that tells apart what JSON would not: undefined, refs, errors. */
function describe(value) {
  if (value === undefined) return { "<undefined>": true };
  if (typeof value === "function") return { "<function>": true };
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Error) {
    const { name, message, code, status, reasons, operation } = value;
    const told = { name, message, code, status, reasons, operation };
    return { "<error>": JSON.parse(JSON.stringify(told)) };
  }
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value.get === "function" && typeof value.id === "string") {
    return { "<ref>": value.id, in: value.conversationId ?? null };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, describe(item)]));
}
