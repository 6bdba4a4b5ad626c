// What applications made for @talkjs/core rely on besides its typings: the provider of tokens that
// TalkJS's user interfaces ask, and `lastMessageAt` of conversations.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

/** A token that the app without a secret takes. `id` makes it differ from others. */
function jwt(user, id) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const claims = { tokenType: "user", iss: "demo", sub: user, exp, jti: id };
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.${part(`signed ${id}`)}`;
}

scene("getToken gives the current token, whatever its source", async ({ run, logs }) => {
  const tokens = ["set", "asked", "fetched"].map((user) => [jwt(user, "1"), jwt(user, "2")]);
  const seen = await run(async ([set, asked, fetched]) => {
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const ask = (session) =>
      lab.settled(session._authProvider.getToken(), `the token of ${session.currentUser.id}`);
    const all = {};
    const anonymous = await lab.session("anonymous");
    const promise = anonymous._authProvider.getToken();
    const boken = await lab.settled(promise, "the token of anonymous");
    all.anonymous = [promise instanceof Promise, typeof boken, boken === (await ask(anonymous))];
    await anonymous.currentUser.get();
    all.sent = sockets[0].sent.find(([, , path]) => path === "/session/renew")[3].token === boken;
    all.bokens = requests.filter(({ url }) => url.includes("/bokens/")).length;

    const own = await lab.session("set");
    own.setToken(set[0]);
    all.set = [(await ask(own)) === set[0]];
    own.setToken(set[1]);
    all.set.push((await ask(own)) === set[1]);

    let needed = 0;
    const asking = await lab.session("asked");
    asking.onNeedToken = () => asking.setToken(asked[needed++]);
    all.asked = [(await ask(asking)) === asked[0], needed];
    await asking.currentUser.get();
    await lab.control({ do: "expire", user: "asked" });
    await lab.until(() => needed === 2, "another token is asked for");
    all.asked.push((await ask(asking)) === asked[1]);

    let count = 0;
    const tokenFetcher = () => Promise.resolve(fetched[count++]);
    const fetching = await lab.session("fetched", { tokenFetcher });
    all.fetched = [(await ask(fetching)) === fetched[0], count];
    await fetching.currentUser.get();
    await lab.control({ do: "expire", user: "fetched" });
    await lab.until(() => count === 2, "another token is fetched");
    all.fetched.push((await ask(fetching)) === fetched[1]);
    return { all, boken };
  }, tokens);
  assert.deepEqual(seen.all, {
    anonymous: [true, "string", true],
    sent: true,
    bokens: 1,
    set: [true, true],
    asked: [true, 1, true],
    fetched: [true, 1, true],
  });
  for (const token of [...tokens.flat(), seen.boken]) {
    assert.ok(!logs.some((line) => line.includes(token)), `a token in the console: ${logs}`);
  }
});

scene("onTokenRefreshFailed: the end of the session, until detached", async (page) => {
  const seen = await page.run(async () => {
    const session = await lab.person("failing");
    // Something that has the session connect again.
    const watch = session.currentUser.subscribe();
    await watch.connected;
    const provider = session._authProvider;
    const told = { stays: [], detached: [] };
    provider.onTokenRefreshFailed(({ code }) => told.stays.push(code));
    const detach = provider.onTokenRefreshFailed(({ code }) => told.detached.push(code));
    const results = [detach(), detach()];
    const before = structuredClone(told);
    await lab.control({ do: "answer", method: "POST", path: "/session/renew", status: 402 });
    await lab.control({ do: "drop", user: "failing" });
    await lab.until(() => told.stays.length, "the handler is called");
    return { told, before, results, late: await lab.failure(() => provider.getToken()) };
  });
  assert.deepEqual(seen.results, [undefined, undefined]);
  assert.deepEqual(seen.before, { stays: [], detached: [] });
  assert.deepEqual(seen.told, { stays: ["payment-required"], detached: [] });
  assertTalkError(seen.late, { code: "session-ended", says: /^Get the token failed/ }, "getToken");
});

scene(
  "getToken that waits when the session ends rejects",
  async ({ run }) => {
    const error = await run(async () => {
      const session = await lab.session("waiting", { appId: "no-such-app" });
      session.onNeedToken = () => {};
      return lab.failure(() => session._authProvider.getToken());
    });
    assertTalkError(error, { code: "app-not-found" }, "for the reason of the end");
  },
  { expected: [/404/] },
);

scene("lastMessageAt is on each conversation, and follows the messages", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("last");
    const empty = await ours.get();
    const list = alice.subscribeConversations();
    await list.connected;
    const message = await (await ours.send("hello")).get();
    const latest = () => list.state.latestSnapshot[0];
    await lab.until(() => latest().lastMessage, "the list shows the message");
    const times = [(await ours.get()).lastMessageAt, latest().lastMessageAt];
    return { empty: empty.lastMessageAt === empty.joinedAt, times, at: message.createdAt };
  });
  assert.ok(seen.empty, "the time of joining, as long as there is no message");
  assert.deepEqual(seen.times, [seen.at, seen.at]);
});
