// Effects of React whose clean-up is the bare `unsubscribe` of what they subscribed to, in strict
// mode, where each effect runs twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useStage } from "./stage.mjs";

const { inPage } = useStage({ libraries: ["react"] });

/** Mounts and unmounts: what React reports, and in which state the subscriptions are afterwards. */
const effects = async ([version, client, kinds]) => {
  const { session, conversation, userId } = await field.open(client, `React ${version} ${kinds}`);
  const makes = {
    user: () => session.user(userId).subscribe(),
    presence: () => session.user(userId).subscribeOnline(),
    conversation: () => conversation.subscribe(),
    participant: () => conversation.participant(userId).subscribe(),
    typing: () => conversation.subscribeTyping(),
    messages: () => conversation.subscribeMessages(),
    participants: () => conversation.subscribeParticipants(),
    list: () => session.subscribeConversations(),
  };
  const chosen = kinds.map((kind) => makes[kind]);
  const { version: used, errors, made } = await field.mountAndLeave(version, chosen);
  return { used: used.split(".")[0], errors, states: made.map(({ state }) => state.type) };
};

const SINGLE = ["user", "presence", "conversation", "participant", "typing"];
const LISTS = ["messages", "participants", "list"];

for (const version of ["18", "19"]) {
  test(`React ${version}: bare unsubscribe as the clean-up of an effect`, async () => {
    const { result, problems } = await inPage(effects, [version, "ours", [...SINGLE, ...LISTS]]);
    assert.deepEqual(result, { used: version, errors: [], states: Array(16).fill("unsubscribed") });
    assert.deepEqual(problems, []);
  });

  test(`React ${version}: in the original it works but for lists`, async () => {
    const single = await inPage(effects, [version, "original", SINGLE]);
    assert.deepEqual(single.result.errors, []);
    assert.deepEqual(new Set(single.result.states), new Set(["unsubscribed"]));
    const lists = await inPage(effects, [version, "original", LISTS]);
    assert.ok(lists.result.errors.length + lists.problems.length > 0);
  });
}
