// What a service, another user or an old message may contain: a client goes on, and shows what it is
// told. The service is a script here, since no real one would say such things.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const { scene } = useStage();

/** Runs in the page: a session whose service answers as `answer(method, path, data)` says. */
const withService = `
  globalThis.withService = async (answer, options = {}) => {
    const { getTalkSession } = await lab.load();
    const frames = [];
    const service = { frames, push: undefined };
    let seq = 0;
    globalThis.fetch = async (url) => {
      const given = options.fetch?.(String(url));
      return given ?? new Response('{"boken":"made up"}');
    };
    globalThis.WebSocket = class {
      constructor() {
        queueMicrotask(() => this.onopen?.({}));
        service.say = (text) => this.onmessage?.({ data: text });
        service.push = (event) => service.say('[' + ++seq + ',"PUBLISH",' + event + ']');
      }
      send(text) {
        const [id, method, path, data] = JSON.parse(text);
        if (method === "ACK") return;
        frames.push(method + " " + path);
        const own = {
          "POST /session/renew": '{"expiresInSeconds":null}',
          "GET /users": JSON.stringify(Object.fromEntries((data?.ids ?? []).map((id) => [id, {
            id, name: id, custom: {}, locale: null, photoUrl: null, role: "default",
            welcomeMessage: null,
          }]))),
        };
        const body = answer(method + " " + path, data) ?? own[method + " " + path] ?? "{}";
        const frame = typeof body === "function" ? body(id) : '[' + id + ',200,' + body + ']';
        queueMicrotask(() => service.say(frame));
      }
      close() {}
    };
    const session = getTalkSession({ appId: "hard", userId: "alice", host: "chat.example.com",
      forceCreateNew: true });
    return { session, service };
  };
  globalThis.messageText = (id, content, at) => '{"id":"' + id + '","type":"UserMessage",' +
    '"senderId":"bob","custom":{},"createdAt":' + at + ',"editedAt":null,' +
    '"referencedMessageId":null,"origin":"web","reactions":{},"content":' + content + '}';
`;

scene("content of any depth is shown, frozen, and read as text", async ({ run, page }) => {
  await page.evaluate(withService);
  const seen = await run(async () => {
    const nested = (depth) =>
      '[{"type":"text","children":["before ",' + '{"type":"bold","children":['.repeat(depth) +
      '"deep"' + "]}".repeat(depth) + '," after"]}]';
    const results = [];
    for (const depth of [61, 200, 5_000, 100_000]) {
      const { session, service } = await withService((what) =>
        what === "GET /me/conversations/c/messages"
          ? `{"data":[${messageText("m1", nested(depth), 1)}],"cursor":null}`
          : undefined,
      );
      const messages = session.conversation("c").subscribeMessages();
      await messages.connected;
      service.push('{"type":"message.created","conversationId":"c","messageId":"m2","state":' +
        messageText("m2", nested(depth), 2) + "}");
      service.push('{"type":"message.edited","conversationId":"c","messageId":"m1","diff":' +
        '{"content":' + nested(depth + 1) + "}}");
      service.push('{"type":"message.created","conversationId":"c","messageId":"m3","state":' +
        messageText("m3", '[{"type":"text","children":["plain"]}]', 3) + "}");
      const shown = messages.state.latestSnapshot;
      let [node, levels, frozen] = [shown[2].content[0].children[1], 0, true];
      while (typeof node === "object") {
        frozen &&= Object.isFrozen(node) && Object.isFrozen(node.children);
        node = node.children[0];
        levels++;
      }
      results.push([shown.map(({ id, plaintext }) => `${id} ${plaintext}`), levels - depth, frozen]);
    }
    return results;
  });
  const shown = ["m3 plain", "m2 before deep after", "m1 before deep after"];
  assert.deepEqual(seen, Array(4).fill([shown, 1, true]));
});

scene("nodes and blocks of any shape are shown, and what comes after them too", async ({
  run, page,
}) => {
  await page.evaluate(withService);
  const seen = await run(async () => {
    const odd = [
      "null", "5", '"text"', "[]", "{}", '{"type":null}', '{"type":{"toString":5}}',
      '{"type":{"toString":null,"valueOf":null},"children":["x"]}', '{"type":["bold"]}',
      '{"type":"constructor","children":["x"]}', '{"type":"text","children":{"length":5}}',
      '{"type":"text","children":[null,5,[["x"]],{"type":{"toString":5},"text":"y"}]}',
      '{"type":"file","url":5}', '{"type":"file","url":"%E0%A4%A"}', '{"type":"file"}',
      '{"type":"file","subtype":"voice","duration":1e999}', '{"__proto__":{"type":"text"}}',
      '{"type":"location","latitude":"x"}',
    ];
    const { session, service } = await withService((what) =>
      what === "GET /me/conversations/c/messages" ? '{"data":[],"cursor":null}' : undefined,
    );
    const messages = session.conversation("c").subscribeMessages();
    await messages.connected;
    service.push('{"type":"message.created","conversationId":"c","messageId":"m0","state":' +
      messageText("m0", "[]", 0) + "}");
    await lab.until(() => messages.state.latestSnapshot.length === 1, "the first one is shown");
    odd.forEach((content, at) => {
      service.push(`{"type":"message.created","conversationId":"c","messageId":"o${at}","state":` +
        messageText(`o${at}`, `[${content}]`, at + 1) + "}");
    });
    const shown = messages.state.latestSnapshot;
    return { wanted: odd.length + 1, shown: shown.length, texts: shown.map((one) => one.plaintext) };
  });
  assert.equal(seen.shown, seen.wanted);
  assert.ok(seen.texts.every((text) => typeof text === "string"));
});

scene("what nests too deeply to be sent is refused by name, and nothing goes out", async ({
  run, page,
}) => {
  await page.evaluate(withService);
  const seen = await run(async () => {
    const { session, service } = await withService(() => undefined);
    await session.currentUser.get();
    service.frames.length = 0;
    const nested = (depth) => {
      let value = "x";
      for (let at = 0; at < depth; at++) value = { type: "bold", children: [value] };
      return value;
    };
    const content = (depth) => ({ content: [{ type: "text", children: [nested(depth)] }] });
    const conversation = session.conversation("c");
    const loop = content(1);
    loop.content[0].children.push(loop);
    const tried = {
      send: () => conversation.send(content(60)),
      "send 100,000": () => conversation.send(content(100_000)),
      "send a loop": () => conversation.send(loop),
      edit: () => conversation.message("m").edit(content(60)),
      set: () => conversation.set({ subject: "s", odd: nested(60) }),
      create: () => conversation.createIfNotExists({ odd: nested(60) }),
      user: () => session.currentUser.set({ odd: nested(60) }),
      participant: () => conversation.participant("bob").edit({ odd: nested(60) }),
      "half a character": () => conversation.send({ text: "x", referencedMessage: "\ud800x" }),
    };
    const results = {};
    for (const [name, call] of Object.entries(tried)) {
      results[name] = await call().then(() => "sent", ({ code, message }) => `${code}: ${message}`);
    }
    const sent = [...service.frames];
    await conversation.send(content(40)).catch(() => {});
    return { results, sent, goes: service.frames };
  });
  for (const [name, result] of Object.entries(seen.results)) {
    const what = name.startsWith("half") ? '"referencedMessage" must be a MessageRef or an ID' :
      /"(content|odd)" is nested more than 100 levels deep/;
    assert.match(result, /^invalid-argument: /, name);
    assert.match(result, new RegExp(what), name);
  }
  assert.deepEqual(seen.sent, []);
  assert.deepEqual(seen.goes, ["POST /conversations/c/messages"]);
});

scene("odd answers settle their calls as what they are", async ({ run, page }) => {
  await page.evaluate(withService);
  const seen = await run(async () => {
    const answers = {
      empty: "{}",
      "status a text": (id) => `[${id},"200",{}]`,
      "status nought": (id) => `[${id},0,{}]`,
      "cut off": (id) => `[${id},200,{"id":"m`,
      "deep reasons": (id) => `[${id},400,{"reasons":[${"[".repeat(50_000)}${"]".repeat(50_000)}]}]`,
    };
    const results = {};
    for (const [name, answer] of Object.entries(answers)) {
      const { session } = await withService((what) =>
        what === "POST /conversations/c/messages" ? answer : undefined,
      );
      results[name] = await session.conversation("c").send("hello").then(
        () => "sent",
        ({ code, status, message }) => `${code} ${status}: ${message}`,
      );
    }
    return results;
  });
  const failed = "Send message to conversation c failed";
  assert.match(seen.empty, new RegExp(`^server-error 200: ${failed}.*may have been done`));
  assert.match(seen["status a text"], new RegExp(`^server-error undefined: ${failed}.*cannot be read`));
  assert.match(seen["status nought"], new RegExp(`^server-error undefined: ${failed}`));
  assert.match(seen["cut off"], new RegExp(`^server-error undefined: ${failed}.*cannot be read`));
  assert.match(seen["deep reasons"], new RegExp(`^rejected 400: ${failed}`));
});

scene("a refused anonymous login keeps the status, a code and the reasons", async ({ run, page }) => {
  await page.evaluate(withService);
  const seen = await run(async () => {
    const results = {};
    for (const status of [400, 401, 403, 404]) {
      const fetch = (url) =>
        url.includes("/bokens/")
          ? new Response('{"errorCode":"NO_WAY","reasons":["It is Monday"]}', { status })
          : undefined;
      const { session } = await withService(() => undefined, { fetch });
      const told = new Promise((resolve) => session.onError(resolve));
      const call = await session.currentUser.get().catch((error) => error);
      const error = await told;
      results[status] = [error.name, error.code, error.status, error.reasons, error.message,
        call.status];
    }
    return results;
  });
  const rest = ["It is Monday"];
  const text = (status) => `Log in failed, got status ${status} NO_WAY, reasons: It is Monday`;
  const codes = {
    400: ["auth-failed", ""],
    401: ["auth-failed", " (check the signature)"],
    403: ["auth-failed", ""],
    404: ["app-not-found", " (check the app ID)"],
  };
  for (const [status, [code, hint]] of Object.entries(codes)) {
    const number = Number(status);
    assert.deepEqual(seen[status], ["TalkError", code, number, rest, text(status) + hint, number]);
  }
});

scene("thousands of custom keys and an edit of as many others are merged", async ({ run, page }) => {
  await page.evaluate(withService);
  const seen = await run(async () => {
    const keys = (from) =>
      Object.fromEntries(Array.from({ length: 8_000 }, (_, at) => [`k${from + at}`, "v"]));
    const state = { id: "bob", name: "bob", custom: keys(0), locale: null, photoUrl: null,
      role: "default", welcomeMessage: null };
    const { session, service } = await withService((what) =>
      what === "GET /users" ? JSON.stringify({ bob: state }) : undefined,
    );
    const bob = session.user("bob").subscribe();
    await bob.connected;
    const diff = { ...keys(8_000), k5: null, k6: "w" };
    service.push(JSON.stringify({ type: "user.edited", userId: "bob", diff: { custom: diff } }));
    const { custom } = bob.state.latestSnapshot;
    return [Object.keys(custom).length, custom.k5, custom.k6, custom.k15999];
  });
  assert.deepEqual(seen, [15_999, undefined, "w", "v"]);
});
