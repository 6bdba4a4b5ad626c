// What the tests use inside their pages, as `lab`. The package itself is not imported before a test
// asks for it, so that a test can first put something in place of the page's globals.

const { setTimeout, Promise, Date, performance, orderBackend } = globalThis;

/** How long anything in a page may take. Nothing waits this long unless it has failed. */
const PATIENCE_MS = 15_000;

const host = new URLSearchParams(location.search).get("host");

/**
 * Waits until `condition()` gives something true, and gives that. `what` is for the failure: a
 * text, or a function that gives one.
 */
async function until(condition, what, patience = PATIENCE_MS) {
  const end = performance.now() + patience;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) {
      const told = typeof what === "function" ? what() : what;
      throw new Error(`In ${patience / 1000} s not: ${told}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Fails if a promise does not settle. */
const settled = (promise, what, patience = PATIENCE_MS) =>
  Promise.race([
    promise,
    new Promise((_, reject) =>
      setTimeout(reject, patience, new Error(`In ${patience / 1000} s not settled: ${what}`)),
    ),
  ]);

/** The package. */
const load = () => import("talk-session");

/** A session of a user of the app `demo`, unless told otherwise. */
async function session(userId, options = {}) {
  const { getTalkSession } = await load();
  return getTalkSession({ appId: "demo", userId, host, ...options });
}

/** A session of a user who exists. */
async function person(id, params = {}) {
  const own = await session(id);
  await settled(own.currentUser.createIfNotExists({ name: id, ...params }), `creating ${id}`);
  return own;
}

/** A new `Session` of the app `demo`, unless told otherwise. It has no `me` yet. */
async function sdk(options = {}) {
  const { Session } = await load();
  return new Session({ appId: "demo", host, ...options });
}

/** A `Session` that acts as a user who exists. */
async function acting(id, options = {}) {
  const own = await sdk(options);
  own.me = own.getUser({ id, name: id, role: "default" });
  await settled(own.me.synchronize(), `creating ${id}`);
  return own;
}

/** Two people and a conversation that both are in. `topic` is part of all IDs. */
async function pair(topic) {
  // One after the other, so that the last engine that started is alice's.
  const bob = await person(`bob ${topic}`);
  const alice = await person(`alice ${topic}`);
  const id = `chat ${topic}`;
  const ours = alice.conversation(id);
  await settled(ours.createIfNotExists({ subject: topic }), `creating ${id}`);
  await settled(ours.participant(`bob ${topic}`).createIfNotExists(), `adding bob to ${id}`);
  return { alice, bob, id, ours, theirs: bob.conversation(id) };
}

/** A conversation that one makes with others. */
async function chatOf(session, id, ...others) {
  const chat = session.conversation(id);
  await chat.createIfNotExists();
  for (const other of others) await chat.participant(other).createIfNotExists();
  return chat;
}

/** An error as something that can leave the page; `how` it came: thrown or rejected. */
function plain(error, how) {
  const { name, code, message, status, operation, reasons } = error ?? {};
  const isError = error instanceof Error;
  return { how, isError, name, code, message, status, operation, reasons: reasons && [...reasons] };
}

/**
 * Calls, and tells the error that it throws or rejects with. `how` is "none" if it does neither;
 * then `value` is what it gave, if that is no object.
 */
async function failure(call, what = String(call), patience = PATIENCE_MS) {
  let promise;
  try {
    promise = call();
  } catch (error) {
    return plain(error, "thrown");
  }
  try {
    const value = await settled(promise, what, patience);
    return { how: "none", value: Object(value) === value ? "an object" : value };
  } catch (error) {
    return plain(error, "rejected");
  }
}

/** Where in a value something is not frozen, as a path; "" when all of it is. */
function thawed(value, path = "value", seen = new Set()) {
  if (typeof value !== "object" || value === null || seen.has(value)) return "";
  seen.add(value);
  if (!Object.isFrozen(value)) return path;
  for (const key of Reflect.ownKeys(value)) {
    const found = thawed(value[key], `${path}.${String(key)}`, seen);
    if (found) return found;
  }
  return "";
}

/** Makes the local backend misbehave; see its `POST /control`. */
const control = (command) => orderBackend(host, command);

/** The texts of a message subscription's window, newest first. */
const texts = (subscription) =>
  (subscription.state.latestSnapshot ?? []).map(({ plaintext }) => plaintext);

/** Lets `wrapped(make)` stand for each `make()` of an instance of the module from now on. */
function wrapInstances(wrapped) {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (source, imports) => {
    const make = () => instantiate(source, imports);
    // Not that which unpacks the module.
    return source instanceof WebAssembly.Module ? wrapped(make) : make();
  };
}

/**
 * Shows what each instance of the module exports from now on to `change`, which may give what takes
 * its place.
 */
function watchInstances(change) {
  wrapInstances(async (make) => {
    const { exports } = await make();
    return { exports: change(exports) ?? exports };
  });
}

/**
 * Puts a door into every instance that is made from now on: while `on` is set in what this gives,
 * all functions of the last one trap. `instances` there says how many there are.
 */
function layTraps() {
  const trap = { on: false, instances: 0 };
  watchInstances((exports) => {
    const number = ++trap.instances;
    const doors = Object.entries(exports).map(([name, value]) => [
      name,
      typeof value !== "function"
        ? value
        : (...args) => {
            if (trap.on && number === trap.instances) {
              throw new WebAssembly.RuntimeError("unreachable");
            }
            return value(...args);
          },
    ]);
    return Object.fromEntries(doors);
  });
  return trap;
}

/** Keeps engines from starting from now on. Gives what lets them. */
function holdEngines() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  wrapInstances(async (make) => {
    await opened;
    return make();
  });
  return open;
}

/**
 * Notes from now on which sockets are opened and what goes over them: `[{url, sent, received,
 * socket}]`. Real ones all the same.
 */
function watchSockets() {
  const sockets = [];
  const Real = globalThis.WebSocket;
  globalThis.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      const own = { url: String(given[0]), sent: [], received: [], socket: this };
      sockets.push(own);
      this.addEventListener("message", ({ data }) => own.received.push(JSON.parse(data)));
    }

    send(text) {
      sockets.find(({ socket }) => socket === this).sent.push(JSON.parse(text));
      super.send(text);
    }
  };
  return sockets;
}

/** What went out over watched sockets, as `"PUT /users/alice"`, but for logins and pings. */
const frames = (sockets) =>
  sockets
    .flatMap(({ sent }) => sent)
    .filter(([, method, path]) => method !== "ACK" && !/^\/(session\/renew|ping)$/.test(path))
    .map(([, method, path]) => `${method} ${path}`);

/**
 * Waits until the list of conversations has been fetched over one of the watched sockets, and
 * nothing that went out over the last one waits for its answer: what listens to news hears them
 * from now on.
 */
const quiet = (sockets) =>
  until(
    () => {
      const { sent, received } = sockets.at(-1) ?? { sent: [], received: [] };
      const answered = new Set(received.filter(([, kind]) => kind !== "PUBLISH").map(([id]) => id));
      const calls = sent.filter(([, method]) => method !== "ACK");
      return (
        calls.some(([, method, path]) => method === "GET" && path === "/me/conversations") &&
        calls.every(([id]) => answered.has(id))
      );
    },
    () => `all answered: ${JSON.stringify(sockets.at(-1)?.sent.at(-1))}`,
  );

/**
 * Takes a user offline: the sockets are cut, and new ones cannot be made before the function that
 * this gives is called.
 */
async function offline(user) {
  const Real = globalThis.WebSocket;
  const theirs = `/realtime/${encodeURIComponent(user)}?`;
  let isAway = true;
  globalThis.WebSocket = function (url) {
    if (isAway && String(url).includes(theirs)) throw new Error("offline");
    return new Real(url);
  };
  await control({ do: "drop", user });
  return () => {
    isAway = false;
    globalThis.dispatchEvent(new Event("online"));
  };
}

/** Notes from now on what is fetched: `[{url, init}]`. */
function watchFetch() {
  const requests = [];
  const real = globalThis.fetch;
  globalThis.fetch = (url, init = {}) => {
    requests.push({ url: String(url), init });
    return real(url, init);
  };
  return requests;
}

/**
 * All kinds of subscriptions, as `[name, subscribe, path]`: `path` is what is subscribed and
 * fetched over the wire. They look at what `pair` made with this topic, and at a message in it.
 */
function kinds(session, topic, message, emoji = "👍") {
  const bob = session.user(`bob ${topic}`);
  const chat = session.conversation(`chat ${topic}`);
  const path = `/me/conversations/${encodeURIComponent(chat.id)}`;
  const filter = { subject: ["==", topic] };
  const reactions = chat.message(message).reactions(emoji);
  return [
    ["user", (listener) => bob.subscribe(listener), "/users"],
    [
      "online",
      (listener) => bob.subscribeOnline(listener),
      `/users/${encodeURIComponent(bob.id)}/online`,
    ],
    ["conversation", (listener) => chat.subscribe(listener), path],
    ["list", (listener) => session.subscribeConversations(listener), "/me/conversations"],
    [
      "filtered list",
      (listener) => session.subscribeConversations({ filter }, listener),
      "/me/conversations",
    ],
    ["messages", (listener) => chat.subscribeMessages(listener), `${path}/messages`],
    ["participants", (listener) => chat.subscribeParticipants(listener), `${path}/participants`],
    [
      "participant",
      (listener) => chat.participant(bob).subscribe(listener),
      `${path}/participants/${encodeURIComponent(bob.id)}`,
    ],
    ["typing", (listener) => chat.subscribeTyping(listener), `${path}/typing`],
    [
      "reactions",
      (listener) => reactions.subscribe(listener),
      `${path}/messages/${message}/reactions/${encodeURIComponent(emoji)}`,
    ],
  ];
}

globalThis.lab = {
  kinds,
  host,
  until,
  settled,
  load,
  session,
  person,
  sdk,
  acting,
  pair,
  failure,
  plain,
  thawed,
  control,
  texts,
  holdEngines,
  watchInstances,
  layTraps,
  watchSockets,
  watchFetch,
  chatOf,
  frames,
  quiet,
  offline,
};
