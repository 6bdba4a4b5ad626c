// The floor: the least that a client can do for the events of the benchmark and still give what the
// API promises, a new deeply frozen snapshot in a new frozen list. It follows nothing but the one
// list, knows no other event, trusts every frame, and never tries anything twice. How it copies the
// list is told to it (`copy`): there are an ordinary way and a quick one.

export class Floor {
  #list;
  #copy;
  #users;
  #waiting = [];
  #socket;
  #listener;

  /** Loads `count` items of the list at `path`, then calls the listener as events come. */
  static async open({ url, path, pageSize, count, users, copy, listener }) {
    const floor = new Floor();
    floor.#copy = copy;
    floor.#socket = new WebSocket(url);
    floor.#socket.onmessage = ({ data }) => floor.#take(JSON.parse(data));
    await new Promise((resolve) => (floor.#socket.onopen = resolve));
    await floor.#ask("POST", "/session/renew", { token: "BOKEN" });
    await floor.#ask("SUBSCRIBE", path, {});
    floor.#users = deepFreeze(await floor.#ask("GET", "/users", { ids: users }));
    const list = [];
    for (let cursor = null; list.length < count; ) {
      const limit = Math.min(pageSize, count - list.length);
      const page = await floor.#ask("GET", path, { limit, cursor });
      for (const item of page.data) {
        if (item.senderId) list.push(deepFreeze(floor.#message(item)));
        else {
          const { data } = await floor.#ask("GET", `${path}/${item.id}/messages`, { limit: 1 });
          list.push(deepFreeze({ ...item, lastMessage: floor.#message(data[0]) }));
        }
      }
      cursor = page.cursor;
    }
    floor.#listener = listener;
    listener((floor.#list = Object.freeze(list)));
    return floor;
  }

  #ask(method, path, data) {
    const id = this.#waiting.length;
    this.#socket.send(JSON.stringify([id, method, path, data, {}]));
    return new Promise((resolve) => (this.#waiting[id] = resolve));
  }

  #take([id, kind, ...events]) {
    if (kind !== "PUBLISH") return this.#waiting[id](events[0]);
    this.#socket.send(`[${id},"ACK"]`);
    const list = this.#copy(this.#list);
    const changed = events.map((event) => this.#apply(list, event));
    changed.forEach(deepFreeze);
    this.#listener((this.#list = Object.freeze(list)));
  }

  /** Gives the object that the event has made or changed. */
  #apply(list, { type, conversationId, messageId, state, diff }) {
    if (type === "message.deleted") return list.splice(find(list, messageId), 1)[0];
    if (type === "message.created") {
      const message = this.#message(state);
      if (!list[0].lastMessage) return list.unshift(message), message;
      // A list of conversations: it is its conversation's last one, and that one now comes first.
      const [conversation] = list.splice(find(list, conversationId), 1);
      return list.unshift({ ...conversation, lastMessage: message }), list[0];
    }
    const at = find(list, messageId ?? conversationId);
    if (Object.isFrozen(list[at])) list[at] = { ...list[at] };
    if (diff.content) list[at].plaintext = plaintext(diff.content);
    return Object.assign(list[at], diff);
  }

  #message({ senderId, referencedMessageId, reactions, ...rest }) {
    const sender = this.#users[senderId];
    const text = plaintext(rest.content);
    return { ...rest, sender, referencedMessage: null, reactions: [], plaintext: text };
  }
}

const plaintext = (content) => content.map(({ children }) => children.join("")).join("\n\n");

function find(list, id) {
  let at = 0;
  while (list[at].id !== id) at++;
  return at;
}

function deepFreeze(value) {
  if (Object.isFrozen(value)) return value;
  for (const key in value) {
    if (typeof value[key] === "object" && value[key]) deepFreeze(value[key]);
  }
  return Object.freeze(value);
}
