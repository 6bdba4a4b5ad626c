// What the original makes of texts. A program of its own, since it puts a false network in place of
// the real one: a socket that answers every request at once. Reads lines of `[source, text]`, with
// "send" or "edit" as the source, and writes for each a line with what it sent as the children of
// the content's only block, or with `{error}` where the call was rejected.

import { createInterface } from "node:readline";
import { getTalkSession, registerPolyfills } from "@talkjs/core";

/** The data of the last request about messages. */
let sent;

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
    if (/\/messages(\/|$)/.test(path)) sent = data;
    const body = { expiresInSeconds: null, id: "m" };
    queueMicrotask(() => {
      const answer = new Event("message");
      answer.data = JSON.stringify([id, 200, body]);
      this.#tell(answer);
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

const session = getTalkSession({ appId: "demo", userId: "alice", host: "localhost:1" });
const conversation = session.conversation("c");
const message = conversation.message("m");
const calls = { send: (text) => conversation.send(text), edit: (text) => message.edit(text) };

for await (const line of createInterface({ input: process.stdin })) {
  const [source, text] = JSON.parse(line);
  sent = undefined;
  const answer = await calls[source](text).then(children, (error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exitCode = 0;
process.stdout.write("", () => process.exit());

function children() {
  const { content } = sent;
  if (content.length !== 1 || content[0].type !== "text") throw new Error(JSON.stringify(content));
  return content[0].children;
}
