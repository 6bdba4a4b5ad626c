// Logging in, with and without a secret, and the ways in which a session is disturbed.

import { createHmac } from "node:crypto";
import { signatureOf, useStage } from "./stage.mjs";

const SECRET = "the app's secret";
const check = useStage({ args: ["--app", "demo", "--app", `shop:${SECRET}`] });

/** A token as an app's own server makes it. */
function jwt(user, { secret = SECRET, seconds = 3600 } = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "shop", sub: user, tokenType: "user", exp: now + seconds };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

check("an app with a secret wants a signature that is right", async (lab, { right, wrong }) => {
  const open = (signature) =>
    lab.session("alice", { appId: "shop", signature, forceCreateNew: true });
  const name = { name: "Alice" };
  await open(right).currentUser.set(name);
  lab.equal((await open(right.toUpperCase()).currentUser.get()).name, "Alice");
  for (const signature of [undefined, "", "rubbish", ...wrong]) {
    const session = open(signature);
    const ended = new Promise((resolve) => session.onError(resolve));
    await lab.refusal(session.currentUser.set(name));
    lab.ok((await ended) instanceof Error, `the session ends for ${signature}`);
  }
}, {
  right: signatureOf("alice", SECRET),
  wrong: [signatureOf("bob", SECRET), signatureOf("alice", "another secret")],
});

check("an app with a secret wants tokens signed with it", async (lab, { right, wrong, bobs }) => {
  const [session] = [lab.session("alice", { appId: "shop", forceCreateNew: true })];
  session.setToken(right);
  await session.currentUser.set({ name: "Alice" });
  for (const token of [wrong, bobs]) {
    const other = lab.session("alice", { appId: "shop", forceCreateNew: true });
    let asked = 0;
    other.onNeedToken = () => other.setToken((asked += 1) === 1 ? token : right);
    lab.equal((await other.currentUser.get()).name, "Alice");
    lab.equal(asked, 2, "tokens asked for");
  }
}, { right: jwt("alice"), wrong: jwt("alice", { secret: "guessed" }), bobs: jwt("bob") });

check("an app that is not served ends the session", async (lab) => {
  const session = lab.session("alice", { appId: "nowhere" });
  const error = await new Promise((resolve) => session.onError(resolve));
  lab.ok(/nowhere/.test(error.message) || /app/i.test(error.message), error.message);
});

check("a session that expired logs in again and misses nothing", async (lab) => {
  const [, , hers, his] = await lab.chat();
  const seen = lab.watch();
  await hers.subscribeMessages(seen).connected;
  await lab.requests();
  await lab.control({ do: "expire", user: "alice" });
  await his.send("meanwhile");
  await seen.until("it is there", ([message]) => message?.plaintext === "meanwhile");
  const asked = (await lab.requests()).map(([method, path]) => `${method} ${path}`);
  lab.ok(asked.includes("POST /session/renew"), asked);
  await his.send("afterwards");
  await seen.until("events come", ([message]) => message.plaintext === "afterwards");
});

check("a restart hands the subscriptions over", async (lab) => {
  const [, , hers] = await lab.chat();
  const seen = lab.watch();
  await hers.subscribeMessages(seen).connected;
  await lab.control({ do: "restarting" });
  // Bob is gone like everybody; somebody new speaks before Alice is back, or after: both count.
  const carol = lab.session("carol");
  await carol.currentUser.set({ name: "Carol" });
  await carol.conversation("c").createIfNotExists();
  await carol.conversation("c").send("during the restart");
  await seen.until("it is there", ([message]) => message?.plaintext === "during the restart");
  await carol.conversation("c").send("after it");
  await seen.until("events come", ([message]) => message.plaintext === "after it");
});

check("a dropped line is not the end", async (lab) => {
  const [, , hers] = await lab.chat();
  const seen = lab.watch();
  await hers.subscribeMessages(seen).connected;
  await lab.control({ do: "dropAfter", method: "POST", path: "/conversations/c/messages" });
  await hers.send("once");
  await seen.until("it is there", (messages) => messages.length === 1);
  lab.equal(seen.calls.at(-1)[0].map(({ plaintext }) => plaintext), ["once"]);
});
