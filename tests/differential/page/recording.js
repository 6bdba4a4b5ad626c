// One flow of calls through the original, while it is recorded into a wire fixture. The calls go
// into the log beside the frames, as entries of the kind "note".

import { namesIn } from "/normalise.mjs";

/** The calls of the API, made on a session. */
const CALLS = {
  UserGet: (s, id) => s.user(id).get(),
  UserSet: (s, id, params) => s.user(id).set(params),
  UserCreate: (s, id, params) => s.user(id).createIfNotExists(params),
  UserSubscribe: (s, id) => s.user(id).subscribe(),
  ConversationGet: (s, id) => s.conversation(id).get(),
  ConversationSet: (s, id, params) => s.conversation(id).set(params),
  ConversationCreate: (s, id, params) => s.conversation(id).createIfNotExists(params),
  ConversationSubscribe: (s, id) => s.conversation(id).subscribe(),
  ConversationRead: (s, id) => s.conversation(id).markAsRead(),
  ConversationUnread: (s, id) => s.conversation(id).markAsUnread(),
  ConversationSend: (s, id, params) => s.conversation(id).send(params),
  MessagesSubscribe: (s, id) => s.conversation(id).subscribeMessages(),
  ParticipantGet: (s, id, user) => s.conversation(id).participant(user).get(),
  ParticipantSet: (s, id, user, params) => s.conversation(id).participant(user).set(params),
  ParticipantEdit: (s, id, user, params) => s.conversation(id).participant(user).edit(params),
  ParticipantCreate: (s, id, user, params) =>
    s.conversation(id).participant(user).createIfNotExists(params),
  ParticipantDelete: (s, id, user) => s.conversation(id).participant(user).delete(),
  MessageGet: (s, id, message) => s.conversation(id).message(message).get(),
  MessageEdit: (s, id, message, params) => s.conversation(id).message(message).edit(params),
  MessageDelete: (s, id, message) => s.conversation(id).message(message).delete(),
  ListSubscribe: (s) => s.subscribeConversations(),
  Upload: (s, kind, size, metadata) =>
    s[`upload${kind.replace(/^./, (letter) => letter.toUpperCase()) || "File"}`](
      new Blob([new Uint8Array(size).fill(size)]),
      metadata,
    ),
};

/** One flow while it is recorded. */
export class Recording {
  #world;
  #wire;
  #host;
  #sessions = new Map();
  #subscriptions = [];
  #last = 0;

  constructor(world, wire, host) {
    this.#world = world;
    this.#wire = wire;
    this.#host = host;
    const { later, pass, drop, control } = world;
    const noted = async (entry, body) => {
      wire.log.push({ kind: "note", entry });
      await body();
      await this.#quiet();
    };
    /** What a flow may do, see tests/fixtures/flows.mjs. */
    this.play = {
      call: async (user, name, ...args) => (await this.#calls(user, [[name, ...args]]))[0],
      together: (user, ...calls) => this.#calls(user, calls),
      later: async () => wire.log.push({ kind: "note", entry: { clock: await later() } }),
      pass: (ms) => noted({ pass: ms }, () => pass(ms)),
      drop: (user) => noted({ session: user, drop: true }, () => drop(user)),
      control: (order) => noted({ session: order.user, [order.do]: true }, () => control(order)),
    };
  }

  /** Makes calls in one tick. A call that is refused is as good as any. */
  async #calls(user, calls) {
    const numbers = [];
    const { real } = namesIn(this.#wire.log, this.#host);
    for (const [name, ...args] of calls) {
      const number = ++this.#last;
      numbers.push(number);
      this.#wire.log.push({ kind: "note", entry: { session: user, call: name, number, args } });
      if (!this.#sessions.has(user)) {
        this.#sessions.set(user, this.#world.session(user, { forceCreateNew: true }));
      }
      if (name === "LoadMore") {
        this.#subscriptions[args[0]].loadMore(args[1]).catch(() => {});
      } else if (name === "Unsubscribe") {
        this.#subscriptions[args[0]].unsubscribe();
      } else {
        const result = CALLS[name](this.#sessions.get(user), ...withReal(args, real));
        if (typeof result.catch === "function") result.catch(() => {});
        else {
          result.connected.catch(() => {});
          this.#subscriptions[number] = result;
        }
      }
    }
    await this.#quiet();
    return numbers;
  }

  async #quiet() {
    await this.#world.settle();
    this.#wire.log.push({ kind: "note", entry: { quiet: true } });
  }
}

/** Arguments with the real ids in the place of their names. */
function withReal(args, real) {
  return args.map((arg) => {
    if (typeof arg === "string") return real.get(arg) ?? arg;
    if (arg === null || typeof arg !== "object") return arg;
    if (Array.isArray(arg)) return withReal(arg, real);
    return Object.fromEntries(
      Object.entries(arg).map(([key, value]) => [key, withReal([value], real)[0]]),
    );
  });
}
