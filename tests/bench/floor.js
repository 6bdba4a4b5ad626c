// The floor: the least that a client can do for the events of the benchmark and still give what the
// API promises, a new deeply frozen snapshot in a new frozen list. It follows nothing but what is
// measured, knows no other event, trusts every frame, and never tries anything twice. How it copies
// a list is told to it (`copy`): there are an ordinary way and a quick one. Here is what all floors
// share, and the one for a single list; floors.js has the others.

export class Floor {
  /** The snapshots, one for each view, and what to call when one is new. */
  views = [];
  tell;
  users = {};
  copy;
  #waiting = [];
  #socket;

  /** Loads what the views are of, then calls the listeners as events come. */
  async open({ url, views, users, copy, listener }) {
    this.copy = copy;
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    await new Promise((resolve) => (this.#socket.onopen = resolve));
    await this.#ask("POST", "/session/renew", { token: "BOKEN" });
    await this.#meet(users);
    for (const view of views) {
      await this.#ask("SUBSCRIBE", view.path, {});
      this.views.push(await (view.count ? this.#list(view) : this.#single(view)));
    }
    this.tell = views.map((_, at) => listener(at));
    this.views.forEach((view, at) => this.tell[at](view));
  }

  async #list({ path, pageSize, count, filter }) {
    const list = [];
    for (let cursor = null; list.length < count; ) {
      const limit = Math.min(pageSize, count - list.length);
      const page = await this.#ask("GET", path, { limit, cursor, filter });
      for (const item of page.data) list.push(deepFreeze(await this.#item(item, path)));
      cursor = page.cursor;
    }
    return Object.freeze(list);
  }

  async #item(item, path) {
    if (item.senderId) return this.message(item);
    if (!item.subject) return this.#meet([item.id]).then(() => this.participant(item));
    const { data } = await this.#ask("GET", `${path}/${item.id}/messages`, { limit: 1 });
    return { ...item, lastMessage: this.message(data[0]) };
  }

  /** Whether a user is connected, or that nobody is typing. */
  async #single({ path }) {
    const state = await this.#ask("GET", path, {});
    if (!path.endsWith("/online")) return deepFreeze({ many: false, users: [] });
    const [, , id] = path.split("/");
    await this.#meet([id]);
    return deepFreeze({ user: this.users[id], ...state });
  }

  async #meet(ids) {
    Object.assign(this.users, deepFreeze(await this.#ask("GET", "/users", { ids })));
  }

  #ask(method, path, data) {
    const id = this.#waiting.length;
    this.#socket.send(JSON.stringify([id, method, path, data, {}]));
    return new Promise((resolve) => (this.#waiting[id] = resolve));
  }

  #take([id, kind, ...events]) {
    if (kind !== "PUBLISH") return this.#waiting[id](events[0]);
    this.#socket.send(`[${id},"ACK"]`);
    this.apply(events);
  }

  message({ senderId, referencedMessageId, reactions, ...rest }) {
    const sender = this.users[senderId];
    const text = plaintext(rest.content);
    return { ...rest, sender, referencedMessage: null, reactions: [], plaintext: text };
  }

  participant({ id, ...rest }) {
    return { user: this.users[id], ...rest };
  }
}

/** The one for a single list. */
export class ListFloor extends Floor {
  /** The reactions to messages, as they come over the wire. */
  #reactions = new Map();

  apply(events) {
    const list = this.copy(this.views[0]);
    const changed = events.map((event) => this.#apply(list, event));
    changed.forEach(deepFreeze);
    this.tell[0]((this.views[0] = Object.freeze(list)));
  }

  /** Gives the object that the event has made or changed. */
  #apply(list, { type, conversationId, messageId, userId, state, diff }) {
    if (userId) return this.#applyUser(list, type, userId, state, diff);
    if (type === "message.deleted") return list.splice(find(list, messageId), 1)[0];
    if (type === "message.created") {
      const message = this.message(state);
      if (!list[0].lastMessage) return insert(list, message), message;
      // A list of conversations: it is its conversation's last one, and that one now comes first.
      const [conversation] = list.splice(find(list, conversationId), 1);
      return list.unshift({ ...conversation, lastMessage: message }), list[0];
    }
    const at = find(list, messageId ?? conversationId);
    if (Object.isFrozen(list[at])) list[at] = { ...list[at] };
    if (diff.content) list[at].plaintext = plaintext(diff.content);
    Object.assign(list[at], diff);
    if (diff.reactions) list[at].reactions = this.#summary(messageId, diff.reactions);
    return list[at];
  }

  #applyUser(list, type, id, state, diff) {
    if (type === "user.edited") {
      const sender = (this.users[id] = Object.freeze({ ...this.users[id], ...diff }));
      for (let at = 0; at < list.length; at++) {
        if (list[at].sender.id === id) list[at] = Object.freeze({ ...list[at], sender });
      }
      return sender;
    }
    if (type === "participant.created") return list.unshift(this.participant(state)), list[0];
    let at = 0;
    while (list[at].user.id !== id) at++;
    if (type === "participant.deleted") return list.splice(at, 1)[0];
    return (list[at] = { ...list[at], ...diff });
  }

  #summary(id, diff) {
    const all = { ...this.#reactions.get(id), ...diff };
    this.#reactions.set(id, all);
    return Object.entries(all)
      .sort(([, one], [, other]) => one.createdAt - other.createdAt)
      .map(([emoji, { count, currentUserReacted }]) => ({ emoji, count, currentUserReacted }));
  }
}

const plaintext = (content) => content.map(({ children }) => children.join("")).join("\n\n");

export function find(list, id) {
  let at = 0;
  while (list[at].id !== id) at++;
  return at;
}

/** Puts a message where its time belongs, which is nearly always the front. */
function insert(list, message) {
  if (message.createdAt > list[0].createdAt) return void list.unshift(message);
  const at = list.findIndex(({ createdAt }) => createdAt < message.createdAt);
  list.splice(at, 0, message);
}

export function deepFreeze(value) {
  if (Object.isFrozen(value)) return value;
  for (const key in value) {
    if (typeof value[key] === "object" && value[key]) deepFreeze(value[key]);
  }
  return Object.freeze(value);
}
