// A false network, in Node and in a page: everything is answered at once, and nobody is there.

/**
 * Puts it in place of the real one, for the whole program or page: it should be one of its own.
 * `answer(method, path, data)` gives the body of each answer, which is a success; it is not asked
 * about logins.
 *
 * @returns the class of its sockets, for a client that has to be told.
 */
export function useInstantNetwork(answer) {
  class InstantSocket extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;
    readyState = InstantSocket.CONNECTING;

    constructor() {
      super();
      queueMicrotask(() => {
        this.readyState = InstantSocket.OPEN;
        this.#tell("open");
      });
    }

    send(frame) {
      const [id, method, path, data] = JSON.parse(frame);
      if (method === "ACK") return;
      const login = path === "/session/renew";
      const body = login ? { expiresInSeconds: null } : answer(method, path, data);
      queueMicrotask(() => this.#tell("message", { data: JSON.stringify([id, 200, body]) }));
    }

    close() {
      this.readyState = InstantSocket.CLOSED;
      this.#tell("close", { code: 1000 });
    }

    #tell(type, more = {}) {
      const event = Object.assign(new Event(type), more);
      this[`on${type}`]?.(event);
      this.dispatchEvent(event);
    }
  }

  globalThis.WebSocket = InstantSocket;
  globalThis.fetch = async () => new Response(JSON.stringify({ boken: "token" }));
  return InstantSocket;
}

/** A session with nobody behind it. Each user's is one of its own. */
export const OPTIONS = { appId: "demo", host: "localhost:1" };
