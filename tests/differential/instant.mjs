// A false network for the original in Node: everything is answered at once, and nobody is there.

import { registerPolyfills } from "@talkjs/core";

/**
 * Puts it in place of the real one, for the whole process: a program of its own should do this.
 * `answer(method, path, data)` gives the body of each answer, which is a success.
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
        this.#tell(new Event("open"));
      });
    }

    send(frame) {
      const [id, method, path, data] = JSON.parse(frame);
      if (method === "ACK") return;
      const login = path === "/session/renew";
      const body = login ? { expiresInSeconds: null } : answer(method, path, data);
      queueMicrotask(() => {
        const message = new Event("message");
        message.data = JSON.stringify([id, 200, body]);
        this.#tell(message);
      });
    }

    close() {
      this.readyState = InstantSocket.CLOSED;
      this.#tell(Object.assign(new Event("close"), { code: 1000 }));
    }

    #tell(event) {
      this[`on${event.type}`]?.(event);
      this.dispatchEvent(event);
    }
  }

  globalThis.WebSocket = InstantSocket;
  globalThis.fetch = async () => new Response(JSON.stringify({ boken: "token" }));
  registerPolyfills({ WebSocket: InstantSocket });
}

/** A session with nobody behind it. Each user's is one of its own. */
export const OPTIONS = { appId: "demo", host: "localhost:1" };
