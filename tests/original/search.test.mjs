// Search of messages and conversations: words, pages, filters, streaming, and what goes wrong.

import { useStage } from "./stage.mjs";

const check = useStage();

const RAINBOWS = "I like to look at rainbows";

check("messages are found by the beginnings of their words", async (lab, text) => {
  const [alice, , hers, his] = await lab.chat();
  await hers.send({ text });
  await his.send("*rain*bows & _bows_");
  await hers.send({ content: [{ type: "location", latitude: 1, longitude: 2 }] });
  const search = alice.searchMessages();
  const finds = async (query) => {
    const { results } = await search.setQuery(query);
    return results.some(({ message }) => message.plaintext === text);
  };
  for (const query of
    ["rainbows", "rain", "look at", "(look, i *LIKE* rain)", "look look look!"]) {
    lab.ok(await finds(query), query);
  }
  for (const query of
    ["bows", "rain-bows", "look-at", "I like to look at rainbows too", "location", "?!"]) {
    lab.ok(!(await finds(query)), query);
  }
}, RAINBOWS);

check("results come one by one, page by page, with their conversation", async (lab) => {
  const [alice, , hers, his] = await lab.chat();
  for (let number = 1; number <= 18; number += 1) {
    await (number % 2 ? hers : his).send(`Result ${number}`);
  }
  await lab.control({ do: "delay", ms: 15 });
  const seen = lab.watch();
  const search = alice.searchMessages(seen);
  const texts = ({ results }) => results.map(({ message }) => message.plaintext);
  const numbers = (from, to) =>
    Array.from({ length: from - to + 1 }, (_, at) => `Result ${from - at}`);

  const first = await search.setQuery("RESULT");
  lab.equal([texts(first), first.loadedAll], [numbers(18, 16), false]);
  lab.equal(first.results[0].conversation.subject, "Cats");
  lab.equal(first.results[0].message.sender.name, "Bob");
  lab.equal(
    seen.calls.map(([results, status]) => [results.length, status]),
    [[0, "searching"], [1, "searching"], [2, "searching"], [3, "searching"], [3, "canLoadMore"]],
  );
  const second = await search.loadMore();
  lab.equal([texts(second), second.loadedAll], [numbers(18, 6), false]);
  const third = await search.loadMore(50);
  lab.equal([texts(third), third.loadedAll], [numbers(18, 1), true]);
});

check("conversations are found by subject or by their custom search", async (lab) => {
  const [alice] = await lab.members("alice");
  const params = {
    subject: { subject: "Kittens" },
    custom: { custom: { search: "where to buy kittens" } },
    both: { subject: "Kittens!", custom: { search: "where to buy food" } },
    neither: { subject: "Dogs", custom: { find: "kittens" } },
  };
  let now = 1000;
  for (const [id, param] of Object.entries(params)) {
    await lab.control({ do: "clock", now: (now += 1000) });
    await alice.conversation(id).createIfNotExists(param);
  }
  const search = alice.searchConversations();
  const found = async (...query) => {
    const { results } = await search.setQuery(...query);
    return results.map(({ id }) => id);
  };
  lab.equal(await found("kitten"), ["both", "custom", "subject"]);
  lab.equal(await found("kitten food"), []);
  lab.equal(await found("kitten", { conversation: { subject: ["==", null] } }), ["custom"]);
});

check("a filter says where to look for messages", async (lab) => {
  const [alice, bob, hers] = await lab.chat();
  await bob.conversation("d").createIfNotExists({ custom: { kind: "dogs" } });
  await bob.conversation("d").participant("alice").createIfNotExists();
  await hers.send("word in c");
  await bob.conversation("d").send("word in d");
  const search = alice.searchMessages();
  const found = async (conversation) => {
    const { results } = await search.setQuery("word", { conversation });
    return results.map(({ message }) => message.plaintext);
  };
  lab.equal(await found({ custom: { kind: ["oneOf", ["dogs"]] } }), ["word in d"]);
  lab.equal(await found({ isUnread: false }), ["word in c"]);
  lab.equal(await found({ lastActivityAt: [">=", 5] }), ["word in d", "word in c"]);
  lab.equal(await found(["any", []]), []);
});

check("odd queries go through", async (lab) => {
  const [alice, , hers] = await lab.chat();
  const texts = ["100% über & out", "a+b=c?", "猫が好き", "🐈 meow", "50%25 off"];
  for (const text of texts) {
    await hers.send({ content: [{ type: "text", children: [text] }] });
  }
  const search = alice.searchMessages();
  for (const [query, text] of [
    ["100%", texts[0]], ["ÜBER", texts[0]], ["a+b=c?", texts[1]], ["猫", texts[2]],
    ["🐈", texts[3]], ["50%25", texts[4]],
  ]) {
    const { results } = await search.setQuery(query);
    lab.equal(results.map(({ message }) => message.plaintext), [text], query);
  }
});

check("an app may be without search, and answers may fail", async (lab) => {
  const [alice, , hers] = await lab.chat();
  await hers.send("word");
  await lab.control({ do: "settings", settings: { search: false } });
  const search = alice.searchMessages();
  lab.ok(/403/.test(await lab.refusal(search.setQuery("word"))), "search is refused");
  await lab.control({ do: "settings", settings: { search: true } });
  const path = "/public_api/v1/demo/me/messages/search";
  await lab.control({ do: "answer", method: "GET", path, status: 500, times: 1 });
  const { results } = await alice.searchMessages().setQuery("word");
  lab.equal(results.length, 1);
});
