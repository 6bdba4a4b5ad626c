// Bad input of reactions, presence, typing, participants, filters and translations, and what the
// service refuses of them: errors that say what was wrong, after which the session goes on.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("what is no emoji, language, filter, listener or count is refused", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("bad");
    const { id } = await ours.send("hello");
    const message = ours.message(id);
    const kinds = lab.kinds(alice, "bad", id);
    const sockets = lab.watchSockets();
    const results = [];
    const wrong = async (what, call) => results.push([what, await lab.failure(call)]);
    const texts = {
      empty: "", number: 5, null: null, list: ["👍"], lone: "\ud83d", none: undefined,
    };
    for (const [what, value] of Object.entries({ ...texts, long: "👍".repeat(2000) })) {
      await wrong(`reactions: ${what}`, () => message.reactions(value));
      await wrong(`reaction: ${what}`, () => message.reaction(value));
      await wrong(`translate: ${what}`, () => message.translate(value));
    }
    for (const filter of [
      5, "any", [], ["any"], ["all", []], { color: true }, { isUnread: "yes" }, { access: "Read" },
      { createdAt: [">", "now"] }, { subject: ["==", "\ud83d"] }, { custom: { a: 5 } },
    ]) {
      const what = `filter: ${JSON.stringify(filter)}`;
      await wrong(what, () => alice.subscribeConversations({ filter }));
    }
    for (const [name, subscribe] of kinds) {
      for (const listener of [5, "f", {}]) {
        if (name === "list" && listener instanceof Object) continue; // Options without a filter.
        await wrong(`${name}: ${typeof listener} as listener`, () => subscribe(listener));
      }
    }
    const most = { participants: 50, reactions: 100 };
    const fine = [];
    for (const [name, subscribe] of kinds.filter(([name]) => most[name])) {
      const one = subscribe();
      await one.connected;
      for (const count of [0, -1, 1.5, NaN, "5", null, most[name] + 1]) {
        await wrong(`${name}: ${count} more`, () => one.loadMore(count));
      }
      fine.push((await lab.failure(() => one.loadMore(most[name]))).how, one.state.type);
    }
    await message.reactions("👍").add();
    const first = await message.reactions("👍").getFirstReactions();
    return { results, fine, first: first.length, sockets: sockets.length };
  });
  assertEach(
    seen.results.map(([what, error]) => [what, { ...error, how: "refused" }]),
    { how: "refused", code: "invalid-argument", says: /must be .*, but (is|has) / },
    "refused",
  );
  assert.equal(seen.results.length, 21 + 11 + 29 + 14);
  assert.deepEqual(seen.fine, ["none", "active", "none", "active"]);
  assert.deepEqual([seen.first, seen.sockets], [1, 0], "the session goes on, on its socket");
});

scene("what the service refuses: operation, status, code and reasons", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("no");
    const { id } = await ours.send("hello");
    const message = ours.message(id);
    const reactions = message.reactions("👍");
    const me = "/me/conversations/chat%20no";
    const at = `messages/${id}/reactions/${encodeURIComponent("👍")}`;
    const cases = {
      markAsTyping: ["POST", `${me}/typing`, () => ours.markAsTyping()],
      add: ["PUT", `/conversations/chat%20no/${at}/*`, () => reactions.add()],
      remove: ["DELETE", `/conversations/chat%20no/${at}/*`, () => reactions.remove()],
      getFirstReactions: ["GET", `${me}/${at}`, () => reactions.getFirstReactions()],
      translate: ["GET", `${me}/translate`, () => message.translate("nl")],
    };
    const results = {};
    for (const [name, [method, path, call]] of Object.entries(cases)) {
      const body = { errorCode: "NO", reasons: ["Not today.", "Nor tomorrow."] };
      await lab.control({ do: "answer", method, path, status: 403, body });
      results[name] = await lab.failure(call);
      results[name].again = (await lab.failure(call)).how;
    }
    return results;
  });
  const operations = {
    markAsTyping: /^Mark as typing in chat no$/,
    add: /^Add reaction 👍 to message .* in conversation chat no$/,
    remove: /^Remove reaction 👍 from message .* in conversation chat no$/,
    getFirstReactions: /^Subscribe to reactions 👍 to message /,
    translate: /^Translate message .* in conversation chat no$/,
  };
  for (const [name, operation] of Object.entries(operations)) {
    const { [name]: error } = seen;
    assertTalkError(error, { code: "forbidden", status: 403, says: /403 NO, reasons: / }, name);
    assert.match(error.operation, operation, name);
    assert.deepEqual(error.reasons, ["Not today.", "Nor tomorrow."], name);
    assert.equal(error.again, "none", `${name}: the next one works`);
  }
});
