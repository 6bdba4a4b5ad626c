// The page of the comparison of texts: both clients in it, on a false network that answers every
// request at once. The doors for the tests are `sendTexts(client, cases)` and
// `readContents(client, contents)`, all of it JSON text, in which halves of characters survive.

import { OPTIONS, useInstantNetwork } from "/instant.mjs";

/** The data of the last request about messages. */
let sent;

/** The content of every message. */
let stored = [];

const messageOf = (id) => ({
  id, type: "SystemMessage", senderId: null, custom: {}, createdAt: 1, editedAt: null,
  referencedMessageId: null, origin: "rest", content: stored, reactions: {},
});

useInstantNetwork((method, path, data) => {
  if (/\/messages(\/|$)/.test(path)) sent = data;
  const isMessage = method === "GET" && /\/messages\/[^/]+$/.test(path);
  return isMessage ? messageOf(path.split("/").at(-1)) : { id: "m" };
});

/**
 * Sends and edits. For each case `[source, text]`, with "send" or "edit" as the source, the result
 * has the children of the content's only block, or `{error}` where the call was rejected.
 */
globalThis.sendTexts = async (clientName, cases) => {
  const client = await import(clientName === "original" ? "/original.js" : "/pkg/index.js");
  const options = { ...OPTIONS, userId: clientName };
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

/**
 * Reads contents: for each the message's `{content, plaintext}`, or `{error}`. Each is a message of
 * its own, so that nothing is known before.
 */
globalThis.readContents = async (clientName, contents) => {
  const client = await import(clientName === "original" ? "/original.js" : "/pkg/index.js");
  const options = { ...OPTIONS, userId: `${clientName} reads` };
  const conversation = client.getTalkSession(options).conversation("c");
  const answers = [];
  for (const [at, content] of JSON.parse(contents).entries()) {
    stored = content;
    const snapshot = conversation.message(`m${at}`).get();
    answers.push(
      await snapshot.then(
        (one) => ({ content: one.content, plaintext: one.plaintext }),
        (error) => ({ error: String(error) }),
      ),
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
