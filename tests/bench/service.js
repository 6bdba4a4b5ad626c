// The service, in the page's own memory: a WebSocket and a fetch that answer as PROTOCOL.md says,
// so that no network and no other process is part of what is measured.

/** One made-up world: who there is, what was said. The same for every client. */
export class World {
  /**
   * Takes how many of each there are. The messages are in each conversation that is not listed, all
   * of them by `sender` if there is one.
   */
  constructor({ messages = 0, sender, conversations: count = 0, participants = 0 }) {
    this.size = { messages, sender };
    // Newest first, as the service lists them.
    this.conversations = conversations(count);
    this.participants = Array.from({ length: participants }, (_, i) =>
      participant(`u${participants - i}`, START + (participants - i) * 1000));
    this.lastMessages = new Map(this.conversations.map(({ id, lastMessageAt }) =>
      [id, message(`h-${id}`, lastMessageAt)]));
  }

  /** The answer to a request: `[status, body]`. */
  answer(method, path, data) {
    if (method !== "GET") {
      const known = ["SUBSCRIBE", "UNSUBSCRIBE"].includes(method) || path === "/session/renew";
      if (!known) throw new Error(`the benchmark's service does not know ${method} ${path}`);
      return [200, path === "/session/renew" ? { expiresInSeconds: null } : {}];
    }
    if (path === "/ping") return [200, {}];
    if (path === "/users") return [200, Object.fromEntries(data.ids.map((id) => [id, user(id)]))];
    if (/^\/users\/[^/]+\/online$/.test(path)) return [200, { isConnected: false }];
    const [, id, feed] = /^\/me\/conversations(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(path) ?? [];
    if (path === "/me/conversations") return [200, page(this.conversations, data)];
    if (feed === "messages") return [200, page(this.#messages(id), data)];
    if (feed === "participants") return [200, page(this.participants, data)];
    if (feed === "typing") return [200, { many: false, usersTyping: {} }];
    const found = this.conversations.find((one) => one.id === id) ?? conversation(id, START);
    if (id && !feed) return [200, found];
    throw new Error(`the benchmark's service does not know GET ${path}`);
  }

  #messages(id) {
    const last = this.lastMessages.get(id);
    if (last) return [last];
    const { messages, sender } = this.size;
    return Array.from({ length: messages }, (_, i) => {
      const number = messages - i;
      // "room" is the only one that events name old messages of.
      const made = message(`${id === "room" ? "" : id}h${number}`, START + number * 1000);
      return sender ? { ...made, senderId: sender } : made;
    });
  }
}

/** The newest event that a world begins with is younger than this and its size in seconds. */
export const START = Date.UTC(2026, 0, 1);
export const USERS = ["alice", "bob", "carol", "dave", "erin", "frank"];

const user = (id) => ({
  id, name: id[0].toUpperCase() + id.slice(1), custom: { team: "blue" }, locale: "en-GB",
  photoUrl: `https://example.com/photos/${id}.jpg`, role: "default", welcomeMessage: null,
});

const conversation = (id, lastMessageAt) => ({
  id, subject: `Conversation ${id}`, photoUrl: null, welcomeMessages: [], custom: { topic: "travel" },
  createdAt: START, joinedAt: START, lastMessageAt, unreadMessageCount: 0, isUnread: false,
  access: "ReadWrite", notify: true, readUntil: lastMessageAt, everyoneReadUntil: START,
});

/** The conversations of a world, the latest first. Every other one is unread, half are about work. */
export const conversations = (count) =>
  Array.from({ length: count }, (_, i) => {
    const number = count - i;
    const made = conversation(`c${number}`, START + number * 1000);
    const [isUnread, topic] = [number % 2 === 0, number % 4 < 2 ? "travel" : "work"];
    return { ...made, isUnread, unreadMessageCount: isUnread ? number : 0, custom: { topic } };
  });

/** The filters of the lists of conversations, of which the first lets everything through. */
export const FILTERS = [
  {}, { isUnread: true }, { isUnread: false }, { custom: { topic: ["==", "travel"] } },
  { custom: { topic: ["==", "work"] } },
];

/** Whether a conversation fits one of these filters. */
export const fits = ({ isUnread, custom }, filter) =>
  (filter.isUnread ?? isUnread) === isUnread &&
  (filter.custom?.topic[1] ?? custom.topic) === custom.topic;

/** A participant as the service sends it. */
export const participant = (id, joinedAt) => ({ id, access: "ReadWrite", notify: true, joinedAt });

/** A message as the service sends it: a sentence from one of the users. */
export const message = (id, createdAt) => ({
  id, type: "UserMessage", senderId: USERS[(createdAt / 1000) % USERS.length], custom: {}, createdAt,
  editedAt: null, referencedMessageId: null, origin: "web", content: text(id), reactions: {},
});

/** The content of a message, of an ordinary length. */
export const text = (id) => [{
  type: "text",
  children: [`This is ${id}: shall we meet at the station, or would you rather take the bus?`],
}];

/** A page of a list. Its cursor carries the filter, which later requests do not repeat. */
function page(items, { limit, cursor, filter = {} }) {
  const [from, filtered] = cursor ? JSON.parse(cursor) : [0, filter];
  const all = items.filter((item) => !item.subject || fits(item, filtered));
  const end = from + limit;
  const next = end < all.length ? JSON.stringify([end, filtered]) : null;
  return { data: all.slice(from, end), cursor: next };
}

/** The sockets that clients have opened, by the `appId` in their address. */
const sockets = new Map();
/** @type {World} */
let world;

/** How many milliseconds pass before each answer. */
let delay = 0;

/** Puts the service in place of the network; each answer takes `theDelay` milliseconds. */
export function install(theWorld, theDelay = 0) {
  world = theWorld;
  delay = theDelay;
  globalThis.WebSocket = Socket;
  globalThis.fetch = async (url) => {
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    return new Response(JSON.stringify(/\/bokens\//.test(url) ? { boken: "BOKEN" } : {}));
  };
}

/** The socket that a client has open. */
export function socketOf(appId) {
  const socket = sockets.get(appId);
  if (socket?.readyState !== 1) throw new Error(`${appId} has no open socket`);
  return socket;
}

/** As much of a WebSocket as clients use, and nothing that takes time when a frame is delivered. */
class Socket {
  readyState = 0;
  bufferedAmount = 0;
  protocol = "";
  extensions = "";
  binaryType = "blob";
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  /** How many frames were acknowledged, and how many other requests were made, pings aside. */
  acknowledged = 0;
  requests = 0;
  #listeners = { open: [], message: [], close: [], error: [] };
  #inbox = [];

  constructor(url) {
    this.url = String(url);
    sockets.set(/\/v1\/([^/]+)\/realtime\//.exec(this.url)[1], this);
    // Answers come in a task of their own, as from a network.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => this.deliver(this.#inbox.shift());
    this.#answer = (frame) => {
      this.#inbox.push(JSON.stringify(frame));
      if (delay) setTimeout(() => port2.postMessage(null), delay);
      else port2.postMessage(null);
    };
    setTimeout(() => {
      this.readyState = 1;
      this.#call("open", { type: "open", target: this });
    }, delay);
  }

  #answer;

  addEventListener(type, listener) {
    this.#listeners[type].push(listener);
  }

  removeEventListener(type, listener) {
    this.#listeners[type] = this.#listeners[type].filter((other) => other !== listener);
  }

  /** Gives the client a frame, as the browser would. */
  deliver(data) {
    const event = { type: "message", data, target: this };
    this.onmessage?.(event);
    for (const listener of this.#listeners.message) listener.call(this, event);
  }

  send(frame) {
    if (frame.endsWith(`"ACK"]`)) return void this.acknowledged++;
    const [id, method, path, data] = JSON.parse(frame);
    // Pings come by the clock, not by events.
    if (path !== "/ping") this.requests++;
    this.#answer([id, ...world.answer(method, decodeURIComponent(path), data)]);
  }

  close() {
    this.readyState = 3;
    setTimeout(() => this.#call("close", { type: "close", code: 1000, wasClean: true }));
  }

  #call(type, event) {
    this[`on${type}`]?.(event);
    for (const listener of this.#listeners[type]) listener.call(this, event);
  }
}
for (const [state, number] of [["CONNECTING", 0], ["OPEN", 1], ["CLOSING", 2], ["CLOSED", 3]]) {
  Socket[state] = Socket.prototype[state] = number;
}
