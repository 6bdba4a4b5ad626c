// What goes over the wire: WebSocket and fetch as usual, but every frame and every request is
// written down, and what arrives is handed to the client one piece at a time. So the order in which
// a client sees things depends on the server alone, and two runs give the same log.
//
// The log is a list of entries:
//
// | entry | meaning |
// |---|---|
// | `{kind: "open", socket, url}` | a client opens a socket |
// | `{kind: "opened" or "closed", socket, code?}` | it is open, it is closed |
// | `{kind: "close", socket, code}` | the client closes it |
// | `{kind: "out" or "in", socket, frame}` | a frame from or to the client |
// | `{kind: "http", method, url, token?, form?, status, body}` | a request, its answer (0: none) |
//
// A scenario may also make the service misbehave: hold answers back, change them, push what no
// backend sends, and let requests over HTTP hang. The log has what the client got.

/** A client that does nothing for so many turns of the event loop has done all it wants to do. */
const TURNS = 2;

/** Timers this close are part of what a client does at once, such as spacing its frames. */
const AT_ONCE_MS = 120;

/**
 * Makes the recording `WebSocket` and `fetch`.
 *
 * @param {object} real `{WebSocket, fetch, setTimeout}` as they are without us
 * @param {object} clock what `installClock` gave
 */
export function recordWire(real, clock) {
  const log = [];
  const sockets = new Set();
  /** What happens to answers, as `{method, path, take(text, hand)}`; `hand(text)` delivers one. */
  const orders = [];
  /** Parts of addresses that no HTTP request gets an answer from. */
  const hanging = new Map();
  let requests = 0;
  let pieces = 0;
  let delivering = Promise.resolve();

  // A timer would do, but browsers make those wait that start one another.
  const { port1, port2 } = new MessageChannel();
  const turns = [];
  port1.onmessage = () => turns.shift()();
  const turn = () =>
    new Promise((resolve) => {
      turns.push(resolve);
      port2.postMessage(null);
    });

  /** Resolves when the client has done what it does on its own. */
  const digested = async () => {
    for (let quiet = 0, before = log.length; quiet < TURNS; ) {
      await turn();
      const isBusy = clock.hurry(AT_ONCE_MS);
      quiet = isBusy || log.length !== before ? 0 : quiet + 1;
      before = log.length;
    }
  };

  /** Hands one piece to the client when all earlier ones are digested. */
  const deliver = (piece) => {
    pieces += 1;
    delivering = delivering.then(digested).then(piece).finally(() => {
      pieces -= 1;
    });
    return delivering;
  };

  // Whoever awaits a client without saying so to us gets the same.
  const pump = () => {
    if (pieces === 0) clock.hurry(AT_ONCE_MS);
    real.setTimeout(pump, 1);
  };
  pump();

  class RecordedSocket extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;

    CONNECTING = 0;
    OPEN = 1;
    CLOSING = 2;
    CLOSED = 3;
    bufferedAmount = 0;
    extensions = "";
    protocol = "";
    binaryType = "blob";
    onopen = null;
    onmessage = null;
    onerror = null;
    onclose = null;
    #real;
    #state = 0;
    /** The requests that were not answered yet, as `[method, path]` by their ids. */
    waiting = new Map();
    /** The numbers of the pushes that the scenario made up: the backend knows nothing of them. */
    madeUp = new Set();
    sent = 0;
    received = 0;

    constructor(url) {
      super();
      this.url = String(url);
      this.user = decodeURIComponent(new URL(this.url).pathname.split("/").at(-1));
      this.number = sockets.size;
      sockets.add(this);
      log.push({ kind: "open", socket: this.number, url: this.url });
      this.#real = new real.WebSocket(this.url);
      this.#real.onopen = () => deliver(() => {
        if (this.#state !== 0) return;
        this.#state = 1;
        log.push({ kind: "opened", socket: this.number });
        this.#emit("open", {});
      });
      this.#real.onmessage = ({ data }) => this.#arrived(data);
      this.#real.onerror = () => deliver(() => this.#emit("error", {}));
      this.#real.onclose = ({ code, reason, wasClean }) => deliver(() => {
        this.#state = 3;
        this.waiting.clear();
        log.push({ kind: "closed", socket: this.number, code });
        this.#emit("close", { code, reason, wasClean });
      });
    }

    get readyState() {
      return this.#state;
    }

    /** Whether something is still to come: it is opening, or a request was not answered. */
    get isBusy() {
      return this.#state === 0 || (this.#state === 1 && this.waiting.size > 0);
    }

    send(text) {
      // A socket that the server has closed swallows what is sent, as a real one does.
      const frame = JSON.parse(text);
      log.push({ kind: "out", socket: this.number, frame });
      this.sent += 1;
      const [id, method, path] = frame;
      if (method === "ACK" && this.madeUp.delete(id)) return;
      if (method !== "ACK") this.waiting.set(id, [method, path]);
      this.#real.send(text);
    }

    close(code, reason) {
      if (this.#state >= 2) return;
      log.push({ kind: "close", socket: this.number, code });
      this.#state = 2;
      this.waiting.clear();
      this.#real.close(code, reason);
    }

    /** Pushes something that the backend did not send. */
    push(number, ...events) {
      this.madeUp.add(number);
      return this.#hand(JSON.stringify([number, "PUBLISH", ...events]));
    }

    #arrived(data) {
      this.received += 1;
      const [id, word] = JSON.parse(data);
      const request = word === "PUBLISH" ? undefined : this.waiting.get(id);
      const order = request && orders.find((one) => String(one.request) === String(request));
      if (!order) return this.#hand(data, id);
      // It is not waited for until the scenario wants it to arrive.
      this.waiting.delete(id);
      return order.take(data, (text) => this.#hand(text));
    }

    /** Gives a frame to the client, in its turn. */
    #hand(data, answers) {
      return deliver(() => {
        if (this.#state !== 1) return;
        const frame = JSON.parse(data);
        if (frame[1] !== "PUBLISH") this.waiting.delete(answers);
        log.push({ kind: "in", socket: this.number, frame });
        this.#emit("message", { data });
      });
    }

    #emit(type, members) {
      const event = Object.assign(new Event(type), members);
      this[`on${type}`]?.(event);
      this.dispatchEvent(event);
    }
  }

  /** A streamed answer: each line is a piece of its own. */
  const lineByLine = (text, signal) =>
    new ReadableStream({
      async start(controller) {
        let isOver = false;
        const stop = () => {
          if (!isOver) controller.error(signal.reason);
          isOver = true;
        };
        signal?.addEventListener("abort", stop);
        for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
          const bytes = new TextEncoder().encode(line);
          await deliver(() => isOver || controller.enqueue(bytes));
        }
        if (!isOver) controller.close();
        isOver = true;
      },
    });

  /** A request that never ends, unless the client gives it up. */
  const hang = (signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });

  const recordedFetch = async (input, init = {}) => {
    const url = String(input?.url ?? input);
    const method = init.method ?? input?.method ?? "GET";
    const entry = { kind: "http", method, url, status: 0, body: null };
    const headers = new Headers(init.headers ?? input?.headers);
    if (headers.has("authorization")) entry.token = headers.get("authorization");
    if (init.body instanceof FormData) entry.form = await formOf(init.body);
    log.push(entry);
    const part = [...hanging.keys()].find((part) => url.includes(part));
    if (part) {
      hanging.get(part)();
      return hang(init.signal);
    }
    requests += 1;
    try {
      const response = await real.fetch(input, init);
      const text = await response.text();
      entry.status = response.status;
      try {
        entry.body = JSON.parse(text);
      } catch {
        entry.body = text;
      }
      await deliver(() => {});
      init.signal?.throwIfAborted();
      const { status, statusText, headers } = response;
      const isStreamed = response.ok && new URL(url).pathname.endsWith("/search");
      const answer = isStreamed ? lineByLine(text, init.signal) : text;
      return new Response(answer, { status, statusText, headers });
    } finally {
      requests -= 1;
    }
  };

  return {
    log,
    WebSocket: RecordedSocket,
    fetch: recordedFetch,
    /** Whether the client has nothing to wait for. */
    isQuiet: () =>
      requests === 0 && pieces === 0 && ![...sockets].some((socket) => socket.isBusy),
    /** How many frames have arrived on the open sockets, as `{user, counts}` for each user. */
    received() {
      const open = [...sockets].filter((socket) => socket.readyState === 1 && socket.sent > 0);
      const users = new Set(open.map(({ user }) => user));
      return [...users].map((user) => ({
        user,
        counts: open.filter((socket) => socket.user === user).map(({ received }) => received),
      }));
    },
    /** How many sockets of a user are closed. */
    closed: (user) =>
      [...sockets].filter((socket) => socket.user === user && socket.readyState === 3).length,
    digested,
    turn,
    /**
     * Holds the answers to a kind of request back, and makes of them what `change` makes of a
     * frame. Gives what lets them go and says how many they are; later ones are as always.
     */
    hold(method, path, change = (frame) => frame) {
      const held = [];
      const order = {
        request: [method, path],
        take: (text, hand) => held.push(() => hand(JSON.stringify(change(JSON.parse(text))))),
      };
      orders.push(order);
      return () => {
        orders.splice(orders.indexOf(order), 1);
        const all = held.splice(0);
        all.forEach((give) => give());
        return all.length;
      };
    },
    /** The next answer to a kind of request becomes what `change` makes of it: a frame, or none. */
    alter(method, path, change) {
      const order = {
        request: [method, path],
        take(text, hand) {
          orders.splice(orders.indexOf(order), 1);
          const frame = change(JSON.parse(text));
          if (frame !== undefined) hand(JSON.stringify(frame));
        },
      };
      orders.push(order);
    },
    /** Pushes events of a number to a user who is connected. */
    push(user, number, ...events) {
      const open = [...sockets].filter((socket) => socket.user === user && socket.readyState === 1);
      return open.at(-1).push(number, ...events);
    },
    /**
     * Requests to addresses with this part in them hang from now on. Gives when one does, and what ends
     * that.
     */
    hang(part) {
      const hangs = new Promise((resolve) => hanging.set(part, resolve));
      return { hangs, goOn: () => hanging.delete(part) };
    },
  };
}

/** The fields of a form, in order; a file as its name, type and content. */
async function formOf(form) {
  const fields = [];
  for (const [name, value] of form) {
    if (typeof value === "string") fields.push([name, value]);
    else {
      const bytes = new Uint8Array(await value.arrayBuffer());
      const { name: filename, type } = value;
      fields.push([name, { filename, type, bytes: Array.from(bytes).join(" ") }]);
    }
  }
  return fields;
}
