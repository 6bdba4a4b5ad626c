// Searches of messages and conversations: pages, results as they stream in, cancelling.

import { FOLLOWED_SENDERS, STRING_REJECTIONS, listed } from "../listed.js";

/** Conversations with messages that words can be found in. */
async function library({ members, later }) {
  const [alice, bob] = await members("alice", "bob");
  for (const id of ["a", "b", "c"]) {
    const c = alice.conversation(id);
    await c.createIfNotExists({ subject: `Rainbow ${id}`, custom: { topic: id, search: `tag${id}` } });
    await c.participant("bob").createIfNotExists();
    await later();
    for (let number = 0; number < 6; number += 1) {
      await c.send(`${number % 2 ? "Rain" : "Sunshine"} number ${number} in ${id}, (really) Größe`);
    }
    await later();
  }
  return [alice, bob];
}

const brief = (results) =>
  results?.map(({ message, conversation, id }) => (message ? [message.plaintext, conversation.id] : id));
const calls = (world, label) => {
  const call = world.listener(label);
  return (results, status) => call(brief(results), status);
};
const state = (outcome) => outcome && { ...outcome, results: brief(outcome.results) };

export default [
  {
    name: "search: messages, page by page to the end",
    async run(world) {
      const { result, listener } = world;
      const [, bob] = await library(world);
      const search = bob.searchMessages(listener("results"));
      await result("query", search.setQuery("rain"));
      await result("more", search.loadMore(2));
      await result("the rest", search.loadMore());
      await result("past the end", search.loadMore());
      await result("nobody's word", search.setQuery("snow"));
      await result("more of nothing", search.loadMore());
    },
  },
  {
    name: "search: conversations, page by page to the end",
    differences: listed(
      FOLLOWED_SENDERS,
      "reads of bob: original 0×, ours 1×: SUBSCRIBE /users/alice {}",
    ),
    async run(world) {
      const { result, listener, later } = world;
      const [alice, bob] = await library(world);
      for (let number = 0; number < 15; number += 1) {
        await alice.conversation(`r${number}`).createIfNotExists({ subject: `Rainbow ${number}` });
        await alice.conversation(`r${number}`).participant("bob").createIfNotExists();
        await later();
      }
      const search = bob.searchConversations(listener("results"));
      await result("query", search.setQuery("rain").then(state));
      await result("more", search.loadMore(2).then(state));
      await result("ten more", search.loadMore().then(state));
      await result("the rest", search.loadMore(50).then(state));
      await result("past the end", search.loadMore().then(state));
      await result("custom", search.setQuery("tagb").then(state));
    },
  },
  {
    name: "search: words, punctuation, percent signs and strange texts",
    async run(world) {
      const { result } = world;
      const [alice, bob] = await library(world);
      await alice.conversation("a").send("100% C++ & c#? 50/50 a=b;c 👋🏽 \"quoted\" \\ back");
      await alice.conversation("a").send({ content: [{ type: "location", latitude: 1, longitude: 2 }] });
      const queries = [
        "RAIN", "  rain   number ", "(look, rain!)", "größe", "bows", "100%", "c#?", "50/50",
        "a=b;c", "👋🏽", "\"quoted\"", "\\", "%41", "really number 3", "x".repeat(200), "!!!",
      ];
      const search = bob.searchMessages();
      for (const query of queries) {
        await result(query.slice(0, 20), search.setQuery(query).then(state));
      }
    },
  },
  {
    name: "search: the empty query, loadMore before any, numbers that are wrong",
    differences: listed(
      "the original asks the service for any number, takes it only if there is more, and takes any " +
        "query; ours rejects what its types do not allow",
      /^"(messages|conversations), calls": only the original, #\d+/,
      /^"(messages|conversations): (number|string|query) \S+" #1: .*, ours {"rejected".*"invalid-argument"/,
    ),
    async run(world) {
      const { attempt, settle } = world;
      const [, bob] = await library(world);
      for (const [label, search] of Object.entries({
        messages: bob.searchMessages(calls(world, "messages, calls")),
        conversations: bob.searchConversations(calls(world, "conversations, calls")),
      })) {
        await attempt(`${label}: more before any`, () => search.loadMore().then(state));
        await attempt(`${label}: empty`, () => search.setQuery("").then(state));
        await attempt(`${label}: more of empty`, () => search.loadMore().then(state));
        await attempt(`${label}: blanks`, () => search.setQuery("   ").then(state));
        for (const wrong of [0, -1, 1.5, 51, "5"]) {
          await search.setQuery("rain");
          await attempt(`${label}: ${typeof wrong} ${wrong}`, () => search.loadMore(wrong).then(state));
          await search.setQuery("");
        }
        await attempt(`${label}: back to empty`, () => search.setQuery("").then(state));
        for (const wrong of [undefined, null, 5]) {
          await attempt(`${label}: query ${wrong}`, () => search.setQuery(wrong).then(state));
        }
        await settle();
      }
    },
  },
  {
    name: "search: a new query cancels the one that runs",
    differences: listed(
      "the original says of a cancelled query that everything is loaded, while the next one runs",
      /^"calls": only the original, #\d+: {"called":\[.*,"loadedAll"\]}$/,
    ),
    async run(world) {
      const { inTime, settle } = world;
      const result = (label, promise) => inTime(label, promise, 1000);
      const [, bob] = await library(world);
      const search = bob.searchMessages(calls(world, "calls"));
      const [first, second] = [search.setQuery("rain"), search.setQuery("sun")];
      await result("first", first.then(state));
      await result("second", second.then(state));
      await settle();
      const third = search.loadMore(1);
      const fourth = search.loadMore(2);
      await result("third", third.then(state));
      await result("fourth", fourth.then(state));
      const more = search.loadMore(3);
      const fifth = search.setQuery("number");
      await result("cancelled page", more.then(state));
      await result("fifth", fifth.then(state));
      const sixth = search.setQuery("rain");
      const nothing = search.setQuery("");
      await result("sixth", sixth.then(state));
      await result("nothing", nothing.then(state));
      const early = search.setQuery("rain");
      const eager = search.loadMore();
      await result("early", early.then(state));
      await result("eager", eager.then(state));
    },
  },
  {
    name: "search: the same query again",
    async run(world) {
      const { result, note } = world;
      const [, bob] = await library(world);
      const search = bob.searchMessages(calls(world, "calls"));
      const filters = () => ({ conversation: { subject: ["oneOf", ["Rainbow a", "Rainbow b"]] } });
      await result("first", search.setQuery("rain").then(state));
      await result("again", search.setQuery("rain").then(state));
      await result("more", search.loadMore(1).then(state));
      await result("again after more", search.setQuery("rain").then(state));
      await result("with a filter", search.setQuery("rain", filters()).then(state));
      await result("an equal filter", search.setQuery("rain", filters()).then(state));
      await result("an empty filter", search.setQuery("rain", {}).then(state));
      const [one, two] = [search.setQuery("sun"), search.setQuery("sun")];
      await result("twice at once", Promise.all([one, two]).then((all) => all.map(state)));
      note("one promise", one === two);
    },
  },
  {
    name: "search: filters are sent as given",
    differences: STRING_REJECTIONS,
    async run(world) {
      const { result, attempt } = world;
      const [, bob] = await library(world);
      const filters = [
        { conversation: { subject: ["oneOf", ["Rainbow b", "Rainbow a"]] } },
        { conversation: { custom: { topic: ["==", "c"] } } },
        { conversation: ["any", [{ custom: { topic: ["==", "a"] } }, { access: ["==", "Read"] }]] },
        { conversation: { createdAt: [">=", 5] } },
        { conversation: undefined },
        { conversation: ["any", []] },
      ];
      const search = bob.searchMessages();
      const list = bob.searchConversations();
      for (const [at, filter] of filters.entries()) {
        await result(`messages ${at}`, search.setQuery("rain", filter).then(state));
        await result(`conversations ${at}`, list.setQuery("rain", filter).then(state));
      }
      await attempt("wrong", () => search.setQuery("rain", { conversation: { no: 1 } }).then(state));
    },
  },
  {
    name: "search: refused, and failing for a while",
    differences: [
      ...STRING_REJECTIONS,
      ...listed(
        "after a failure the original answers the same query with nothing, or with the same failure; " +
          "ours asks again",
        /^reads of bob: original \d×, ours \d×: /,
        /^"calls": only ours, #\d+/,
        /^"calls" #10: .*loadedAll against canLoadMore\)$/,
        /^"the same again" #1: /,
        /^"more again" #1: /,
      ),
    ],
    async run(world) {
      const { refuse, result, inTime, settle } = world;
      const [, bob] = await library(world);
      const path = "/public_api/v1/demo/me/messages/search*";
      const search = bob.searchMessages(calls(world, "calls"));
      await refuse("GET", path, 400, "NO_SUCH_THING", ["Not like this."]);
      await result("400", search.setQuery("rain").then(state));
      await result("the same again", search.setQuery("rain").then(state));
      await refuse("GET", path, 403, "SEARCH_DISABLED", ["Not for you."]);
      await result("403", search.setQuery("sun").then(state));
      await refuse("GET", path, 500);
      await inTime("500", search.setQuery("number").then(state));
      await refuse("GET", path, 400, "NO_MORE", ["Enough."]);
      await result("more refused", search.loadMore().then(state));
      await result("more again", search.loadMore().then(state));
      await settle();
    },
  },
  {
    name: "search: what was found is known to the rest of the session",
    async run(world) {
      const { result, note, listener, later } = world;
      const [alice, bob] = await library(world);
      const conversation = bob.conversation("a").subscribe();
      const messages = bob.conversation("a").subscribeMessages();
      await Promise.all([conversation.connected, messages.connected]);
      await later();
      const search = bob.searchMessages(listener("calls"));
      const found = await search.setQuery("rain", { conversation: { custom: { topic: ["==", "a"] } } });
      note("same text", found.results[0].message.plaintext
        === messages.state.latestSnapshot.find(({ id }) => id === found.results[0].message.id).plaintext);
      await alice.conversation("a").message(found.results[0].message.id).edit("Edited");
      await later();
      await alice.currentUser.set({ name: "Alicia" });
      await later();
      await result("after the edit", search.setQuery("rain").then(state));
      await result("edited away", search.setQuery("edited").then(state));
    },
  },
  {
    name: "search: two searches at once, and outside of everything",
    differences: STRING_REJECTIONS,
    async run(world) {
      const { session, result, later } = world;
      const [, bob] = await library(world);
      const [one, two] = [
        bob.searchMessages(calls(world, "one")), bob.searchConversations(calls(world, "two")),
      ];
      const both = [one.setQuery("rain"), two.setQuery("rain")];
      await result("both", Promise.all(both).then((all) => all.map(state)));
      const carol = session("carol");
      await result("nobody", carol.searchMessages().setQuery("rain").then(state));
      await carol.currentUser.set({ name: "Carol" });
      await later();
      await result("somebody", carol.searchMessages().setQuery("rain").then(state));
      await result("no conversation", carol.searchConversations().setQuery("rain").then(state));
    },
  },
];
