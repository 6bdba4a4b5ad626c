// Two people chat, each in a window of their own: messages as they come, history after a reload,
// and connections that break at the worst moment.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startBackend } from "../../scripts/lib/backend.mjs";
import { useStage } from "./stage.mjs";

const stage = useStage();
const { scene, open } = stage;

/** Opens the chat in a window, as somebody: `chat`, its `messages`, and all `lists` that came. */
async function enter(window, user, id) {
  await window.run(
    async ([user, id]) => {
      globalThis.session = await lab.person(user);
      globalThis.chat = session.conversation(id);
      globalThis.lists = [];
      await chat.createIfNotExists();
      globalThis.messages = chat.subscribeMessages((list) =>
        lists.push(list.map(({ plaintext }) => plaintext)),
      );
      await lab.settled(messages.connected, "the messages");
    },
    [user, id],
  );
}

const says = (window, text) =>
  window.run((text) => lab.settled(chat.send(text), `sending ${text}`).then(({ id }) => id), text);
const shown = (window) => window.run(() => lab.texts(messages).reverse());
const sees = (window, texts) =>
  window.run(
    (texts) =>
      lab.until(
        () => JSON.stringify(lab.texts(messages).reverse()) === JSON.stringify(texts),
        () =>
          `${JSON.stringify(texts)} is shown, but ${JSON.stringify(lab.texts(messages).reverse())}`,
      ),
    texts,
  );

scene("two windows: both see the same, in the same order, with the same names", async (alice) => {
  const bob = await open();
  await enter(alice, "alice w", "windows");
  await enter(bob, "bob w", "windows");
  const all = [];
  for (let turn = 0; turn < 5; turn++) {
    await says(alice, `alice ${turn}`);
    await says(bob, `bob ${turn}`);
    all.push(`alice ${turn}`, `bob ${turn}`);
  }
  await sees(alice, all);
  await sees(bob, all);
  const told = ({ run }) =>
    run(() =>
      messages.state.latestSnapshot.map(({ id, sender, createdAt }) => [
        id,
        sender.name,
        createdAt,
      ]),
    );
  assert.deepEqual(await told(alice), await told(bob));
  await alice.run(() => session.currentUser.set({ name: "Alice the Great" }));
  await bob.run(() =>
    lab.until(
      () => messages.state.latestSnapshot.at(-1).sender.name === "Alice the Great",
      "the new name",
    ),
  );
  await bob.run(async () => {
    const { id } = messages.state.latestSnapshot.find(({ plaintext }) => plaintext === "bob 2");
    await chat.message(id).edit("bob two");
    await chat.message(messages.state.latestSnapshot[0].id).delete();
  });
  all[5] = "bob two";
  await sees(alice, all.slice(0, -1));
  await sees(bob, all.slice(0, -1));
  assert.deepEqual(bob.problems, []);
  await bob.close();
});

scene("typing at once: every message appears once for both, in one order", async (alice) => {
  const bob = await open();
  await enter(alice, "alice b", "burst");
  await enter(bob, "bob b", "burst");
  const burst = (window, name) =>
    window.run(
      (name) =>
        Promise.all(Array.from({ length: 60 }, (_, number) => chat.send(`${name} ${number}`))).then(
          () => 0,
        ),
      name,
    );
  await Promise.all([burst(alice, "alice"), burst(bob, "bob")]);
  for (const window of [alice, bob]) {
    await window.run(async () => {
      await messages.loadMore(100);
      await lab.until(() => messages.state.latestSnapshot.length === 120, "all 120");
    });
  }
  const [ours, theirs] = [await shown(alice), await shown(bob)];
  assert.deepEqual(ours, theirs);
  for (const name of ["alice", "bob"]) {
    const own = ours.filter((text) => text.startsWith(name));
    assert.deepEqual(
      own,
      Array.from({ length: 60 }, (_, number) => `${name} ${number}`),
      `${name}'s are in order`,
    );
  }
  await bob.close();
});

scene("a reload shows the history, page by page", async (window) => {
  await enter(window, "reader", "history");
  await window.run(() =>
    Promise.all(Array.from({ length: 75 }, (_, number) => chat.send(String(number)))).then(() => 0),
  );
  const ids = await window.run(async () => {
    await messages.loadMore(100);
    return messages.state.latestSnapshot.map(({ id }) => id);
  });
  assert.equal(ids.length, 75);
  await window.page.reload();
  await enter(window, "reader", "history");
  assert.deepEqual(
    await shown(window),
    Array.from({ length: 30 }, (_, number) => String(number + 45)),
  );
  const after = await window.run(async () => {
    await messages.loadMore();
    const { loadedAll } = messages.state;
    await messages.loadMore();
    return {
      early: loadedAll,
      loadedAll: messages.state.loadedAll,
      ids: messages.state.latestSnapshot.map(({ id }) => id),
    };
  });
  assert.deepEqual([after.early, after.loadedAll], [false, true]);
  assert.deepEqual(after.ids, ids, "the same messages as before");
});

scene(
  "a socket killed in mid-send: the message appears once, and its promise resolves",
  async (alice) => {
    const bob = await open();
    await enter(alice, "alice k", "killed");
    await enter(bob, "bob k", "killed");
    const sent = [];
    for (let round = 0; round < 4; round++) {
      // The service takes the message, and cuts the socket off in place of the answer.
      await stage.backend.control({
        do: "dropAfter",
        method: "POST",
        path: "/conversations/killed/messages",
      });
      const id = await says(alice, `round ${round}`);
      sent.push([`round ${round}`, id]);
    }
    const texts = sent.map(([text]) => text);
    await sees(alice, texts);
    await sees(bob, texts);
    const ids = await bob.run(() => messages.state.latestSnapshot.map(({ id }) => id).reverse());
    assert.deepEqual(
      ids,
      sent.map(([, id]) => id),
      "the ref is the message that everybody sees",
    );
    for (const window of [alice, bob]) {
      const doubled = await window.run(() =>
        lists.some((list) => new Set(list).size !== list.length),
      );
      assert.equal(doubled, false, "not even for a moment is a message shown twice");
    }
    await bob.close();
  },
);

scene("sockets killed at any time in a burst: each message once, in order", async (alice) => {
  const bob = await open();
  await enter(alice, "alice a", "any time");
  await enter(bob, "bob a", "any time");
  await stage.backend.control({
    do: "dropAfter",
    method: "POST",
    path: "/conversations/any%20time/messages",
  });
  const sending = alice.run(() =>
    Promise.all(Array.from({ length: 30 }, (_, number) => chat.send(String(number)))).then(
      (refs) => refs.length,
    ),
  );
  for (let round = 0; round < 3; round++) {
    const count = round * 5;
    await bob.run(
      (count) =>
        lab.until(() => messages.state.latestSnapshot.length > count, `more than ${count}`),
      count,
    );
    await stage.backend.control({ do: "drop", user: "alice a" });
    await stage.backend.control({ do: "drop", user: "bob a" });
  }
  assert.equal(await sending, 30);
  const all = Array.from({ length: 30 }, (_, number) => String(number));
  await sees(alice, all);
  await sees(bob, all);
  await bob.close();
});

scene(
  "what was missed is there after coming back: messages, edits, deletions, names",
  async (alice) => {
    const bob = await open();
    await enter(alice, "alice m", "missed");
    await enter(bob, "bob m", "missed");
    for (const text of ["stays", "edited", "deleted"]) await says(alice, text);
    await sees(bob, ["stays", "edited", "deleted"]);
    // Bob's next logins fail for a while: that long he is away.
    await bob.run(() => {
      globalThis.away = true;
      const Real = WebSocket;
      globalThis.WebSocket = function (url) {
        if (away) throw new Error("away");
        return new Real(url);
      };
    });
    await stage.backend.control({ do: "drop", user: "bob m" });
    await says(alice, "missed");
    await alice.run(async () => {
      const [, deleted, edited] = messages.state.latestSnapshot;
      await chat.message(edited.id).edit("was edited");
      await chat.message(deleted.id).delete();
      await session.currentUser.set({ name: "Alice anew" });
    });
    const before = await shown(bob);
    await bob.run(() => {
      away = false;
    });
    await sees(bob, ["stays", "was edited", "missed"]);
    await bob.run(() =>
      lab.until(
        () => messages.state.latestSnapshot.every(({ sender }) => sender.name === "Alice anew"),
        "the name",
      ),
    );
    assert.deepEqual(before, ["stays", "edited", "deleted"], "nothing changes while away");
    await bob.close();
  },
);

scene("a long window stays long after a drop", async (window) => {
  await enter(window, "scroller", "long");
  await window.run(async () => {
    await Promise.all(Array.from({ length: 120 }, (_, number) => chat.send(String(number))));
    await lab.until(
      () => messages.state.latestSnapshot.length === 120 || lab.texts(messages)[0] === "119",
      "sent",
    );
    globalThis.second = chat.subscribeMessages();
    await second.connected;
    await second.loadMore(60);
  });
  assert.equal(await window.run(() => second.state.latestSnapshot.length), 90);
  await stage.backend.control({ do: "drop", user: "scroller" });
  const other = await open();
  await enter(other, "other l", "long");
  await says(other, "new");
  const after = await window.run(async () => {
    await lab.until(() => lab.texts(second)[0] === "new", "the new message");
    return [second.state.latestSnapshot.length, lab.texts(second).at(-1), second.state.loadedAll];
  });
  assert.deepEqual(after, [91, "30", false]);
  await other.close();
});

scene(
  "an announced restart: back on a new socket, subscribed, and nothing is fetched again",
  async (window) => {
    await window.run(() => {
      globalThis.sockets = lab.watchSockets();
    });
    await enter(window, "restarted", "restart");
    await says(window, "before");
    await sees(window, ["before"]);
    await window.run(async () => {
      await lab.control({ do: "restarting" });
      await lab.until(() => sockets.length === 2, "the second socket");
      await lab.until(
        () => sockets[1].sent.some(([, method]) => method === "SUBSCRIBE"),
        "subscribed again",
      );
    });
    const id = await says(window, "after");
    assert.ok(id);
    await sees(window, ["before", "after"]);
    const fetched = await window.run(
      () =>
        sockets[1].sent.filter(([, method, path]) => method === "GET" && path.endsWith("/messages"))
          .length,
    );
    assert.equal(fetched, 0);
  },
);

test(
  "the backend dies and comes back with its data: everybody goes on",
  { timeout: 90_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "talk-session-"));
    let backend = await startBackend({ args: ["--control", "--data", folder] });
    const { host } = backend;
    const window = await open();
    try {
      await window.page.goto(`${stage.url}?host=${encodeURIComponent(host)}`);
      // The page's policy names the other backend only.
      await window.page.close();
      const page = await window.page
        .context()
        .browser()
        .newContext({ bypassCSP: true })
        .then((context) => context.newPage());
      const run = (body, argument) => page.evaluate(body, argument);
      await page.goto(`${stage.url}?host=${encodeURIComponent(host)}`);
      await enter({ run }, "survivor", "crash");
      await says({ run }, "before the crash");
      process.kill(backend.pid, "SIGKILL");
      await backend.exited;
      const late = run(() => chat.send("sent while it was dead").then(({ id }) => id));
      backend = await startBackend({
        args: ["--control", "--data", folder, "--port", new URL(backend.url).port],
      });
      assert.ok(await late);
      await says({ run }, "after it");
      await sees({ run }, ["before the crash", "sent while it was dead", "after it"]);
      await page.context().close();
    } finally {
      await window.close();
      await backend.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
