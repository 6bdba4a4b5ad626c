// The page of the comparison of texts: both clients in it, on a false network that answers every
// request at once. The door for the tests is `sendTexts(client, cases)`, all of it JSON text, in
// which halves of characters survive.

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
      this.#tell(new MessageEvent("message", { data: JSON.stringify([id, 200, body]) }));
    });
  }

  close() {
    this.readyState = InstantSocket.CLOSED;
    this.#tell(new CloseEvent("close", { code: 1000 }));
  }

  #tell(event) {
    this[`on${event.type}`]?.(event);
    this.dispatchEvent(event);
  }
}

globalThis.WebSocket = InstantSocket;
globalThis.fetch = async () => new Response(JSON.stringify({ boken: "token" }));

/**
 * Sends and edits. For each case `[source, text]`, with "send" or "edit" as the source, the result
 * has the children of the content's only block, or `{error}` where the call was rejected.
 */
globalThis.sendTexts = async (clientName, cases) => {
  const client = await import(clientName === "original" ? "/original.js" : "/pkg/index.js");
  const options = { appId: "demo", userId: clientName, host: "localhost:1" };
  const conversation = client.getTalkSession(options).conversation("c");
  const message = conversation.message("m");
  const calls = { send: (text) => conversation.send(text), edit: (text) => message.edit(text) };
  const answers = [];
  for (const [source, text] of JSON.parse(cases)) {
    sent = undefined;
    answers.push(
      await calls[source](text).then(children, (error) => ({ error: String(error) })),
    );
  }
  return JSON.stringify(answers);
};
globalThis.ready = true;

function children() {
  const { content } = sent;
  if (content.length !== 1 || content[0].type !== "text") throw new Error(JSON.stringify(content));
  return content[0].children;
}
