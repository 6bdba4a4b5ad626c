// Searches: pages, results as they come, one query in place of another, answers in pieces, and what
// goes wrong.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

/**
 * Prepares a page: a chat with `count` messages of the text `Word 1` and so on; `watch(search)`,
 * which gives a listener and what it was called with; and `answer`, which answers searches in place
 * of the backend, if a test sets it: it gets `{url, push, close, fail, aborted}` of each.
 */
const prepare = ({ run }, topic, count = 0) =>
  run(
    async ([topic, count]) => {
      const real = globalThis.fetch;
      globalThis.searches = [];
      globalThis.fetch = async (url, init) => {
        if (!/\/search\?/.test(url)) return real(url, init);
        const one = { url: decodeURIComponent(url.replace(/^.*\/me(?=\/)/, "")), aborted: false };
        searches.push(one);
        init.signal.addEventListener("abort", () => {
          one.aborted = true;
          one.fail?.();
        });
        if (!globalThis.answer) return real(url, init);
        let controller;
        const stream = new ReadableStream({
          start(own) {
            controller = own;
          },
        });
        const encoder = new TextEncoder();
        const bytes = (part) => (typeof part === "string" ? encoder.encode(part) : part);
        one.push = (...parts) => parts.forEach((part) => controller.enqueue(bytes(part)));
        one.close = () => controller.close();
        one.fail = () => controller.error(new TypeError("gone"));
        return answer(one) ?? new Response(stream);
      };
      /** The last search, once there are so many. */
      globalThis.search = async (number) => {
        await lab.until(() => searches.length >= number, `search ${number} was made`);
        return searches[number - 1];
      };
      globalThis.watch = () => {
        const calls = [];
        const listener = (results, status) => {
          listener.frozen &&= Object.isFrozen(results);
          const name = (one) => one.message?.plaintext ?? one.id;
          calls.push([results.map(name), status]);
          listener.last = results;
        };
        return Object.assign(listener, { calls, frozen: true });
      };
      globalThis.names = ({ results, loadedAll }) => [
        results.map((one) => one.message?.plaintext ?? one.id), loadedAll,
      ];
      Object.assign(globalThis, await lab.pair(`search ${topic}`));
      globalThis.sent = [];
      for (let number = 1; number <= count; number += 1) {
        sent.push(await theirs.send(`Word ${number}`));
      }
      /** A line of an answer. */
      globalThis.line = (name, more) => {
        const content = [{ type: "text", children: [name] }];
        const senderId = `bob search ${topic}`;
        return `${JSON.stringify({ id: name, conversationId: id, senderId, content, ...more })}\n`;
      };
    },
    [topic, count],
  );

scene("messages: results one by one, page by page, with what they show", async (page) => {
  await prepare(page, "pages", 18);
  const got = await page.run(async () => {
    await lab.control({ do: "delay", ms: 10 });
    const listener = watch();
    const search = alice.searchMessages(listener);
    const first = await lab.settled(search.setQuery("WORD"), "the first page");
    const calls = [...listener.calls];
    await lab.control({ do: "delay", ms: 0 });
    const second = await lab.settled(search.loadMore(), "the second page");
    const third = await lab.settled(search.loadMore(50), "the third page");
    const past = await lab.settled(search.loadMore(), "past the end");
    const [{ message, conversation }] = first.results;
    return {
      calls,
      last: listener.calls.at(-1)[1],
      pages: [first, second, third].map(names),
      same: first.results.every((one, at) => one === third.results[at]) &&
        second.results.every((one, at) => one === third.results[at]),
      past: past === third,
      shared: first.results.every((one) => one.conversation === conversation &&
        one.message.sender === message.sender) && conversation.lastMessage.sender === message.sender,
      shows: [message.sender.name, conversation.subject, conversation.lastMessage.plaintext],
      thawed: [first, second, third].map((state) => lab.thawed(state)).join(""),
      listed: lab.thawed(listener.last) + (listener.frozen ? "" : " an array"),
      urls: searches.map(({ url }) => url.replace(/cursor=[^&]+/, "cursor=C")),
    };
  });
  const down = (from, to) => Array.from({ length: from - to + 1 }, (_, at) => `Word ${from - at}`);
  assert.deepEqual(got.calls, [
    [[], "searching"],
    [down(18, 18), "searching"],
    [down(18, 17), "searching"],
    [down(18, 16), "searching"],
    [down(18, 16), "canLoadMore"],
  ]);
  assert.deepEqual(got.pages, [[down(18, 16), false], [down(18, 6), false], [down(18, 1), true]]);
  assert.equal(got.last, "loadedAll");
  assert.ok(got.same && got.past && got.shared, "what is the same stays the same object");
  assert.deepEqual(got.shows, ["bob search pages", "search pages", "Word 18"]);
  assert.equal(got.thawed + got.listed, "");
  assert.deepEqual(got.urls, [
    "/messages/search?searchString=WORD&conversationFilter={}&limit=3",
    "/messages/search?cursor=C&limit=10",
    "/messages/search?cursor=C&limit=50",
  ]);
});

scene("conversations: by subject, with a filter as it is given", async (page) => {
  await prepare(page, "lists", 1);
  const got = await page.run(async () => {
    const listener = watch();
    const search = alice.searchConversations(listener);
    const all = await lab.settled(search.setQuery("lists search"), "all");
    const snapshot = await ours.get();
    const filter = { custom: { b: "exists", a: ["oneOf", ["x y", "ü"]] } };
    const none = await lab.settled(search.setQuery("lists", { conversation: filter }), "none");
    return {
      all: names(all),
      none: names(none),
      calls: listener.calls,
      same: JSON.stringify(all.results[0]) === JSON.stringify(snapshot),
      thawed: lab.thawed(all),
      url: searches[1].url,
    };
  });
  assert.deepEqual(got.all, [["chat search lists"], true]);
  assert.deepEqual(got.none, [[], true]);
  assert.ok(got.same, "the snapshot is the one that get() gives");
  assert.equal(got.thawed, "");
  assert.equal(
    got.url,
    '/conversations/search?searchString=lists&conversationFilter={"custom":{"b":"exists",' +
      '"a":["oneOf",["x+y","ü"]]}}&limit=3',
  );
  assert.deepEqual(got.calls, [
    [[], "searching"],
    [["chat search lists"], "searching"],
    [["chat search lists"], "loadedAll"],
    [[], "searching"],
    [[], "loadedAll"],
  ]);
});

scene("a new query takes the place of the one that runs", async (page) => {
  await prepare(page, "replaced");
  const got = await page.run(async () => {
    globalThis.answer = () => {};
    const listener = watch();
    const { setQuery, loadMore } = alice.searchMessages(listener);
    const before = names(await lab.settled(loadMore(), "before any query"));
    const one = setQuery("one");
    const first = await search(1);
    first.push("[\n", line("1"));
    await lab.until(() => listener.calls.length === 2, "the first result");
    const two = setQuery("two");
    const aborted = first.aborted;
    const same = setQuery("two");
    const more = loadMore(7);
    const cut = names(await lab.settled(one, "the query that was replaced"));
    const second = await search(2);
    second.push("[\n", line("2"), '],"cursor":"C"}');
    // The answer is not over before it is closed.
    await lab.until(() => listener.calls.length === 4, "the second result");
    second.close();
    const all = await Promise.all([two, same, more]);
    // One whose turn never came, and one in the middle of a later page.
    const next = loadMore(7);
    const third = await search(3);
    third.push("[\n", line("3"));
    await lab.until(() => listener.calls.length === 6, "the third result");
    const never = setQuery("never");
    const empty = await lab.settled(setQuery(""), "the empty query");
    return {
      before, aborted, cut, all: all.map(names), one: new Set(all).size, empty: names(empty),
      next: names(await lab.settled(next, "the page that was replaced")),
      never: names(await lab.settled(never, "the query whose turn never came")),
      last: third.aborted, calls: listener.calls, urls: searches.map(({ url }) => url),
    };
  });
  assert.deepEqual(got.before, [[], true]);
  assert.ok(got.aborted && got.last, "the requests are given up");
  assert.deepEqual([got.cut, got.next], [[["1"], true], [["2", "3"], true]]);
  assert.deepEqual([got.never, got.empty], [[[], true], [[], true]]);
  assert.deepEqual([got.all, got.one], [[[["2"], false], [["2"], false], [["2"], false]], 1]);
  assert.deepEqual(got.calls, [
    [[], "searching"],
    [["1"], "searching"],
    [[], "searching"],
    [["2"], "searching"],
    [["2"], "canLoadMore"],
    [["2", "3"], "searching"],
    [[], "searching"],
    [[], "loadedAll"],
  ]);
  assert.deepEqual(got.urls, [
    "/messages/search?searchString=one&conversationFilter={}&limit=3",
    "/messages/search?searchString=two&conversationFilter={}&limit=3",
    "/messages/search?cursor=C&limit=7",
  ]);
});

scene("the same query and filter are not asked again", async (page) => {
  await prepare(page, "again", 4);
  const got = await page.run(async () => {
    const listener = watch();
    const search = alice.searchMessages(listener);
    const filters = { conversation: { subject: ["oneOf", ["search again", "b"]] } };
    const equal = { conversation: { subject: ["oneOf", ["b", "search again"]] } };
    const states = [];
    for (const [query, filter] of [
      ["word"], ["word", {}], ["word", null], ["word", { conversation: {} }], ["word", filters],
      ["word", equal], [""], [""], ["word"],
    ]) {
      states.push(await lab.settled(search.setQuery(query, filter), `${query} ${filter}`));
    }
    return {
      first: states.slice(0, 4).every((state) => state === states[0]),
      second: states[4] === states[5],
      empty: states.slice(6, 8).map(names),
      searches: searches.length,
      empties: listener.calls.filter(([, status]) => status === "loadedAll").length,
    };
  });
  assert.deepEqual(got, {
    first: true, second: true, empty: [[[], true], [[], true]], searches: 3, empties: 1,
  });
});

scene("an answer may be cut anywhere", async (page) => {
  await prepare(page, "cuts");
  const wrong = await page.run(async () => {
    const text = `{"data":[\n${line("ü🐈")},${line("\\n")}],"cursor":"é"}\n`;
    const bytes = new TextEncoder().encode(text);
    globalThis.answer = (one) => {
      const cut = searches.length - 1;
      one.push(bytes.slice(0, cut), bytes.slice(cut));
      one.close();
    };
    const wrong = [];
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const state = await lab.settled(alice.searchMessages().setQuery("q"), `cut at ${cut}`);
      const told = JSON.stringify(names(state));
      if (told !== JSON.stringify([["ü🐈", "\\n"], false])) wrong.push([cut, told]);
    }
    return wrong;
  });
  assert.deepEqual(wrong, []);
});

scene("an answer may break off, or be without a stream", async (page) => {
  await prepare(page, "broken");
  const got = await page.run(async () => {
    const listener = watch();
    const failing = alice.searchMessages(listener);
    let tries = 0;
    globalThis.answer = (one) => {
      tries += 1;
      one.push("[\n", line("1"));
      if (tries > 1) {
        one.push(line("2"), "]}");
        one.close();
      } else {
        void lab.until(() => listener.calls.length === 2, "a result").then(one.fail);
      }
    };
    const broken = names(await lab.settled(failing.setQuery("broken"), "broken"));
    const whole = `{"data":[${line("1").trim()},${line("2").trim()}],"cursor":"C"}`;
    globalThis.answer = () => ({ ok: true, status: 200, text: async () => whole });
    const plain = names(await lab.settled(alice.searchMessages().setQuery("q"), "without stream"));
    const path = "/public_api/v1/demo/me/messages/search";
    globalThis.answer = undefined;
    await lab.control({ do: "answer", method: "GET", path, status: 500, times: 2 });
    const five = names(await lab.settled(alice.searchMessages().setQuery("nothing"), "500"));
    return { broken, plain, five, calls: listener.calls, tries };
  });
  assert.deepEqual(got, {
    broken: [["1", "2"], true],
    plain: [["1", "2"], false],
    five: [[], true],
    calls: [
      [[], "searching"],
      [["1"], "searching"],
      [["1", "2"], "searching"],
      [["1", "2"], "loadedAll"],
    ],
    tries: 2,
  });
}, { expected: [/status of 500/] });

scene("an answer that stops before its end rejects, and what was found stays told", async (page) => {
  await prepare(page, "torn");
  const got = await page.run(async () => {
    const answers = [`{"data":[\n${line("1")}`, "", "<html>\n<body>Log in here</body>\n</html>\n"];
    globalThis.answer = (one) => {
      one.push(answers[searches.length - 1]);
      // The first one brings a result, which is told when its conversation is known.
      if (searches.length > 1) one.close();
      else void lab.until(() => listener.calls.length === 2, "a result").then(one.close);
    };
    const listener = watch();
    const search = alice.searchMessages(listener);
    const errors = [];
    for (const answer of answers) {
      errors.push([answer, await lab.failure(() => search.setQuery("torn"))]);
    }
    return { errors, calls: listener.calls };
  });
  assertEach(got.errors, { code: "server-error", status: 200, says: /answer is incomplete/ }, "torn");
  const nothing = [[], "loadedAll"];
  assert.deepEqual(got.calls, [
    [[], "searching"], [["1"], "searching"], nothing,
    [[], "searching"], nothing, [[], "searching"], nothing,
  ]);
});

scene("a refusal rejects, and the same query may be tried again", async (page) => {
  await prepare(page, "refused", 5);
  const got = await page.run(async () => {
    const path = "/public_api/v1/demo/me/messages/search";
    const refuse = (status) =>
      lab.control({
        do: "answer", method: "GET", path, status, times: 1,
        body: { errorCode: "NO_SEARCH", reasons: ["Not here."] },
      });
    const listener = watch();
    const search = alice.searchMessages(listener);
    await refuse(403);
    const first = await lab.failure(() => search.setQuery("word"));
    const nothing = names(await search.loadMore());
    const again = names(await lab.settled(search.setQuery("word"), "again"));
    await refuse(400);
    const more = await lab.failure(() => search.loadMore());
    const kept = names(await search.setQuery("word"));
    const rest = names(await lab.settled(search.loadMore(), "more again"));
    return { first, nothing, again, more, kept, rest, calls: listener.calls };
  });
  const first = { code: "forbidden", status: 403, says: /^Search messages failed.*Not here/ };
  assertTalkError(got.first, first, "the first page");
  assert.deepEqual([got.first.operation, got.first.reasons], ["Search messages", ["Not here."]]);
  assertTalkError(got.more, { code: "rejected", status: 400 }, "a later page");
  const words = ["Word 5", "Word 4", "Word 3", "Word 2", "Word 1"];
  assert.deepEqual(got.nothing, [[], true]);
  assert.deepEqual([got.again, got.kept, got.rest], [
    [words.slice(0, 3), false], [words.slice(0, 3), false], [words, true],
  ]);
  assert.deepEqual(got.calls.map(([results, status]) => [results.length, status]), [
    [0, "searching"], [0, "loadedAll"],
    [0, "searching"], [1, "searching"], [2, "searching"], [3, "searching"], [3, "canLoadMore"],
    [3, "canLoadMore"],
    [4, "searching"], [5, "searching"], [5, "loadedAll"],
  ]);
}, { expected: [/status of 403/, /status of 400/] });

scene("bad input rejects, and disturbs nothing", async (page) => {
  await prepare(page, "wrong", 5);
  const got = await page.run(async () => {
    const listener = watch();
    const search = alice.searchMessages(listener);
    const loop = {};
    loop.custom = { a: loop };
    await lab.settled(search.setQuery("word"), "a right one");
    const before = listener.calls.length;
    const errors = [];
    for (const query of [undefined, null, 5, {}, ["word"], "\ud800", "a".repeat(10_001)]) {
      const what = `query ${String(query).slice(0, 10)}`;
      errors.push([what, await lab.failure(() => search.setQuery(query))]);
    }
    for (const filters of [
      5, "x", true, [], { conversation: 5 }, { conversation: "x" }, { conversation: true },
      { conversation: loop }, { conversation: { custom: { a: 5n } } }, { conversation: () => {} },
    ]) {
      const what = `filters ${typeof filters} ${typeof filters.conversation}`;
      errors.push([what, await lab.failure(() => search.setQuery("other", filters))]);
    }
    for (const limit of [0, -1, 51, 1.5, NaN, Infinity, "5", null, {}, 5n]) {
      errors.push([`limit ${limit}`, await lab.failure(() => search.loadMore(limit))]);
    }
    const listeners = [5, "x", {}].map((wrong) => [
      `listener ${wrong}`, () => alice.searchConversations(wrong),
    ]);
    const thrown = [];
    for (const [what, call] of listeners) thrown.push([what, await lab.failure(call)]);
    const quiet = listener.calls.length === before && searches.length === 1;
    return { errors, thrown, quiet, more: names(await lab.settled(search.loadMore(1), "one more")) };
  });
  assertEach(got.errors, { code: "invalid-argument", says: /must be/ }, "rejected");
  assertEach(got.thrown, { how: "thrown", code: "invalid-argument", says: /function/ }, "thrown");
  assert.ok(got.quiet, "nothing was asked or told");
  assert.deepEqual(got.more, [["Word 5", "Word 4", "Word 3", "Word 2"], false]);
});

scene(
  "listeners that throw, or set another query, stop nothing",
  async (page) => {
    await prepare(page, "throwing", 5);
    const got = await page.run(async () => {
      const calls = [];
      const search = alice.searchMessages((results, status) => {
        calls.push([results.length, status]);
        throw new Error("from a listener");
      });
      const first = names(await lab.settled(search.setQuery("word"), "the page"));
      const restless = watch();
      let others = 0;
      const other = alice.searchMessages((results, status) => {
        restless(results, status);
        if (results.length === 1 && (others += 1) === 1) void other.setQuery("word 1");
      });
      const cut = names(await lab.settled(other.setQuery("word"), "the one that was replaced"));
      await lab.until(() => restless.calls.at(-1)[1] === "loadedAll", "the other query ended");
      return { first, calls, cut, told: restless.calls };
    });
    assert.deepEqual(got.first, [["Word 5", "Word 4", "Word 3"], false]);
    assert.deepEqual(
      got.calls,
      [[0, "searching"], [1, "searching"], [2, "searching"], [3, "searching"], [3, "canLoadMore"]],
    );
    assert.equal(got.cut[1], true);
    assert.deepEqual(got.told, [
      [[], "searching"],
      [["Word 5"], "searching"],
      [[], "searching"],
      [["Word 1"], "searching"],
      [["Word 1"], "loadedAll"],
    ]);
  },
  { expected: [/from a listener/] },
);

scene("what is missing or gone is left out, and nonsense is skipped", async (page) => {
  await prepare(page, "missing");
  const got = await page.run(async () => {
    globalThis.answer = (one) => {
      one.push(
        '{"data":[\n',
        line("1", { senderId: null, referencedMessageId: "gone" }),
        "nonsense\n,null\n,[]\n,{}\n",
        `,${line("2", { conversationId: "nowhere" })}`,
        `${line("3", { senderId: "nobody" }).trim()},\n`,
        line("4", { content: null, custom: 5, reactions: [], createdAt: "x" }),
        "]}",
      );
      one.close();
    };
    const { results, loadedAll } = await lab.settled(alice.searchMessages().setQuery("q"), "it");
    return [results.map(({ message }) => [
      message.id, message.sender?.id, message.referencedMessage, message.plaintext,
    ]), loadedAll];
  });
  assert.deepEqual(got, [
    [["1", undefined, null, "1"], ["3", "nobody", null, "3"], ["4", "bob search missing", null, ""]],
    true,
  ]);
});

scene("a session that ends rejects its searches", async (page) => {
  await prepare(page, "ended");
  const got = await page.run(async () => {
    globalThis.answer = () => {};
    const session = await lab.session("alice search ended", { forceCreateNew: true });
    let end;
    session.onError((error) => end = error);
    const search = session.searchMessages();
    const running = search.setQuery("q").catch((error) => error);
    await globalThis.search(1);
    await lab.control({ do: "answer", method: "POST", path: "/session/renew", status: 400, times: 1 });
    void session.currentUser.get().catch(() => {});
    const error = await lab.settled(running, "the search");
    await lab.until(() => end, "the session ended");
    return {
      same: error === end,
      aborted: searches[0].aborted,
      more: names(await search.loadMore()),
      later: await lab.failure(() => search.setQuery("other")),
    };
  });
  assert.ok(got.same && got.aborted);
  assert.deepEqual(got.more, [[], true]);
  assertTalkError(got.later, { code: "session-ended", says: /^Search messages failed/ }, "later");
});

scene("odd queries arrive as they are", async (page) => {
  await prepare(page, "odd");
  const wrong = await page.run(async () => {
    const wrong = [];
    const texts = ["100% über & out", "a+b=c?", "猫が好き", "🐈 meow", "50%25 off", "#tag/x;y"];
    for (const text of texts) {
      await theirs.send({ content: [{ type: "text", children: [text] }] });
      const [found] = names(await lab.settled(alice.searchMessages().setQuery(text), text));
      if (found.length !== 1 || found[0] !== text) wrong.push([text, found]);
    }
    return wrong;
  });
  assert.deepEqual(wrong, []);
});

scene("a search is not followed: what comes later leaves the results alone", async (page) => {
  await prepare(page, "still", 4);
  const got = await page.run(async () => {
    const listener = watch();
    const search = alice.searchMessages(listener);
    const first = await lab.settled(search.setQuery("word"), "the page");
    const calls = listener.calls.length;
    const followed = ours.subscribeMessages();
    await lab.settled(followed.connected, "the messages");
    await theirs.message(sent[3].id).edit("Changed");
    await lab.until(() => lab.texts(followed)[0] === "Changed", "the change");
    return { names: names(first), quiet: listener.calls.length === calls };
  });
  assert.deepEqual(got, { names: [["Word 4", "Word 3", "Word 2"], false], quiet: true });
});
