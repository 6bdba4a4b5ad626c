// Handles by themselves: methods without their object, refs that cannot be changed, errors that can,
// and that nothing of a handle becomes a proxy inside.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./stage.mjs";

const { inPage } = useStage({ libraries: ["stores"] });

/** Which methods of a client's subscriptions work without their object. */
const bare = async (client) => {
  const { session, conversation, message, userId } = await field.open(client, "bare");
  const made = {
    user: session.user(userId).subscribe(),
    presence: session.user(userId).subscribeOnline(),
    conversation: conversation.subscribe(),
    typing: conversation.subscribeTyping(),
    participant: conversation.participant(userId).subscribe(),
    messages: conversation.subscribeMessages(),
    participants: conversation.subscribeParticipants(),
    reactions: message.reactions("👍").subscribe(),
    list: session.subscribeConversations(),
    messageSearch: session.searchMessages(),
    conversationSearch: session.searchConversations(),
    errors: session.onError(() => {}),
  };
  await Promise.all(Object.values(made).map(({ connected }) => connected));
  const found = [];
  for (const [kind, handle] of Object.entries(made)) {
    for (const name of ["setQuery", "loadMore", "unsubscribe"]) {
      const { [name]: method } = handle;
      if (!method) continue;
      const outcome = await field.failure(() => field.limited(method(name === "setQuery" ? "x" : undefined), 3_000));
      if (outcome === "none") found.push(`${kind}.${name}`);
    }
    if (handle.state && handle.state.type !== "unsubscribed") found.push(`${kind} goes on`);
  }
  return found;
};

const METHODS = [
  "user.unsubscribe", "presence.unsubscribe", "conversation.unsubscribe", "typing.unsubscribe",
  "participant.unsubscribe", "messages.loadMore", "messages.unsubscribe", "participants.loadMore",
  "participants.unsubscribe", "reactions.loadMore", "reactions.unsubscribe", "list.loadMore",
  "list.unsubscribe", "messageSearch.setQuery", "messageSearch.loadMore",
  "conversationSearch.setQuery", "conversationSearch.loadMore", "errors.unsubscribe",
];
const LISTS = /^(messages|participants|list)\b/;

test("every method of every subscription and search works without its object", async () => {
  const { result, problems } = await inPage(bare, "ours");
  assert.deepEqual(result, METHODS);
  assert.deepEqual(problems, []);
});

test("in the original, those of all but three lists do", async () => {
  const { result } = await inPage(bare, "original");
  const works = METHODS.filter((name) => !LISTS.test(name));
  assert.deepEqual(works.filter((name) => !result.includes(name)), []);
  assert.deepEqual(result.filter((name) => LISTS.test(name)), [
    "messages goes on", "participants goes on", "list goes on",
  ]);
});

test("what Session gives to unsubscribe with works without its object", async () => {
  const { result, problems } = await inPage(async () => {
    const { session } = await field.openSdk("bare");
    const handles = [
      session.onMessage(() => {}), session.onUnreadsChange(() => {}),
      session.unreads.onChange(() => {}), session.onError(() => {}),
    ];
    const all = [];
    for (const { unsubscribe } of handles) all.push(await field.failure(unsubscribe));
    return all;
  });
  assert.deepEqual(result, ["none", "none", "none", "none"]);
  assert.deepEqual(problems, []);
});

/** Which refs are frozen, and what happens to what is written to them. */
const frozen = async (client) => {
  "use strict";
  const { session, conversation, message, userId } = await field.open(client, "frozen");
  const refs = {
    currentUser: session.currentUser,
    user: session.user("x"),
    conversation,
    participant: conversation.participant(userId),
    message: conversation.message("x"),
    sent: message,
    reactions: message.reactions("👍"),
  };
  const found = {};
  for (const [kind, ref] of Object.entries(refs)) {
    const written = await field.failure(() => {
      ref[["id", "userId", "emoji"].find((name) => name in ref)] = "other";
    });
    found[kind] = [Object.isFrozen(ref), written.split(":")[0]];
  }
  found.session = [Object.isFrozen(session)];
  found.subscription = [Object.isFrozen(conversation.subscribe())];
  return found;
};

test("refs are frozen where those of the original are, and write to nobody else", async () => {
  const [ours, original] = await Promise.all([inPage(frozen, "ours"), inPage(frozen, "original")]);
  assert.deepEqual(ours.result, original.result);
  for (const kind of ["currentUser", "user", "conversation", "participant", "message", "sent"]) {
    assert.deepEqual(ours.result[kind], [true, "TypeError"], kind);
  }
});

test("users and conversations of a Session are frozen, too, and what they are described with", async () => {
  const { result } = await inPage(async () => {
    const { session, conversation } = await field.openSdk("frozen");
    const user = session.getUser({ id: "x", name: "X", custom: { a: "b" }, role: "default" });
    const all = [user, user.custom, session.me, session.getUserById("y"), conversation, conversation.participants];
    return all.map(Object.isFrozen);
  });
  assert.deepEqual(result, Array(6).fill(true));
});

test("a ref shows its IDs and nothing that leads back to the session", async () => {
  const { result } = await inPage(async () => {
    const { session, conversation, message, userId } = await field.open("ours", "shown");
    const refs = [session.currentUser, conversation, conversation.participant(userId), message];
    return { refs: refs.map((ref) => JSON.parse(JSON.stringify(ref))), id: message.id };
  });
  const chat = "chat shown of ours";
  assert.deepEqual(result.refs, [
    { id: "shown of ours" }, { id: chat }, { conversationId: chat, userId: "shown of ours" },
    { conversationId: chat, id: result.id },
  ]);
});

test("nothing that a handle holds becomes a proxy, and snapshots stay the same objects", async () => {
  const { result } = await inPage(async () => {
    const { session, conversation, message } = await field.open("ours", "inside");
    const found = [];
    for (const [name, wrap] of Object.entries(await field.stores())) {
      const list = conversation.subscribeMessages();
      const handles = { session, conversation, message, list };
      const held = Object.fromEntries(Object.entries(handles).map(([key, one]) => [key, wrap(one)]));
      await held.list.connected;
      await held.conversation.send("more");
      for (const [kind, handle] of Object.entries(handles)) {
        for (const key of Reflect.ownKeys(handle)) {
          // What TalkJS's own components ask for holds two functions and nothing else.
          if (key === "_authProvider") continue;
          const value = handle[key];
          const isPlain = typeof value !== "object" || value === null || value instanceof Promise;
          if (!isPlain) found.push(`${name}: ${kind}.${String(key)}`);
        }
      }
      if (held.list.state !== list.state && !/^Proxy|^Valtio|^Vue/.test(name)) found.push(`${name}: state`);
      if (held.list.state.latestSnapshot !== list.state.latestSnapshot) found.push(`${name}: snapshot`);
      list.unsubscribe();
    }
    return found;
  });
  assert.deepEqual(result, []);
});

test("errors are written to and wrapped like any other", async () => {
  const { result } = await inPage(async () => {
    "use strict";
    const { isTalkError } = await field.load("ours");
    const { conversation } = await field.open("ours", "errors");
    const error = await conversation.set(5).catch((caught) => caught);
    const was = { name: error.name, own: Object.hasOwn(error, "name"), keys: Object.keys(error) };
    error.message = `while saving: ${error.message}`;
    error.cause = new Error("cause");
    error.context = { user: "alice" };
    const wrapped = new Error("wrapped", { cause: error });
    const named = [error.name = "SaveError", error.name, String(error).slice(0, 10)];
    Object.defineProperty(error, "name", { value: "Defined", configurable: true });
    return {
      was, named, defined: error.name, still: isTalkError(error), inside: isTalkError(wrapped.cause),
      outside: isTalkError(wrapped), message: error.message.slice(0, 14), code: error.code,
      copy: { ...error }.code, other: (await conversation.set(5).catch((caught) => caught)).name,
    };
  });
  assert.deepEqual(result, {
    was: { name: "TalkError", own: false, keys: ["code", "reasons", "operation"] },
    named: ["SaveError", "SaveError", "SaveError:"],
    defined: "Defined", still: true, inside: true, outside: false, message: "while saving: ",
    code: "invalid-argument", copy: "invalid-argument", other: "TalkError",
  });
});
