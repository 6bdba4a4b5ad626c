// Searches of messages and conversations: pages, results as they stream in, cancelling.

import { FOLLOWED_SENDERS, listed, stringRejections } from "../listed.js";

/** Conversations that were found, and that nobody follows besides. */
const followed = (...conversations) =>
  listed(
    "the original keeps what it has found without following it, and may show it as it was; ours " +
      "follows it for as long as it is kept",
    ...conversations.flatMap((id) => ["", "/messages"].map((part) =>
      `reads of bob: original 0×, ours 1×: SUBSCRIBE /me/conversations/${id}${part} {}`)),
  );

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
/** The same, with the number of what was found: what exactly, the promises say. */
const counts = (world, label) => {
  const call = world.listener(label);
  return (results, status) => call(results.length, status);
};
const state = (outcome) => outcome && { ...outcome, results: brief(outcome.results) };

/** What the service says of a filter that it does not know. */
const REFUSED_FILTER = "Search failed, got status 400 INVALID_PARAMETERS, reasons: Conversations " +
  'are not filtered by "no", but by access, subject, custom, isUnread, hasMessages, ' +
  "lastActivityAt, createdAt or joinedAt.";

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
    differences: [
      ...listed(
        FOLLOWED_SENDERS,
        "reads of bob: original 0×, ours 1×: SUBSCRIBE /users/alice {}",
      ),
      ...followed(...Array.from({ length: 15 }, (_, number) => `r${number}`), "a", "b", "c"),
    ],
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
      '"messages, calls": only the original, #9: {"called":[3,"loadedAll"]}',
      '"messages, calls": only the original, #16: {"called":[3,"loadedAll"]}',
      '"messages, calls": only the original, #23: {"called":[3,"loadedAll"]}',
      '"messages, calls": only the original, #30: {"called":[3,"loadedAll"]}',
      '"messages, calls": only the original, #37: {"called":[4,"searching"]}',
      '"messages, calls": only the original, #38: {"called":[5,"searching"]}',
      '"messages, calls": only the original, #39: {"called":[6,"searching"]}',
      '"messages, calls": only the original, #40: {"called":[7,"searching"]}',
      '"messages, calls": only the original, #41: {"called":[8,"searching"]}',
      '"messages, calls": only the original, #42: {"called":[8,"canLoadMore"]}',
      '"messages, calls": only the original, #44: {"called":[0,"loadedAll"]}',
      '"messages, calls": only the original, #45: {"called":[0,"loadedAll"]}',
      '"messages, calls": only the original, #46: {"called":[0,"loadedAll"]}',
      '"messages, calls": only the original, #47: {"called":[0,"searching"]}',
      '"messages, calls": only the original, #48: {"called":[1,"searching"]}',
      '"messages, calls": only the original, #49: {"called":[2,"searching"]}',
      '"messages, calls": only the original, #50: {"called":[3,"searching"]}',
      '"messages, calls": only the original, #51: {"called":[3,"loadedAll"]}',
      '"conversations, calls": only the original, #34: {"called":[0,"loadedAll"]}',
      '"conversations, calls": only the original, #35: {"called":[0,"loadedAll"]}',
      '"conversations, calls": only the original, #36: {"called":[0,"loadedAll"]}',
      '"conversations, calls": only the original, #37: {"called":[0,"searching"]}',
      '"conversations, calls": only the original, #38: {"called":[0,"loadedAll"]}',
      '"messages: number 0" #1: original {"rejected":"Search failed, ' +
        'got status 400 INVALID_PARAMETERS, reasons: \\"limit\\"' +
        ' must be a whole number from 1 to 50, not 0."}, ours {"rejected":{"<error>":{"' +
        'code":"invalid-argument"[…]',
      '"messages: number -1" #1: original {"rejected":"Search failed, ' +
        'got status 400 INVALID_PARAMETER[…], ours {"rejected":{"<error>":{"code":"' +
        'invalid-argument"[…]',
      '"messages: number 1.5" #1: original {"rejected":"Search failed, ' +
        'got status 400 INVALID_PARAMETER[…], ours {"rejected":{"<error>":{"code":"' +
        'invalid-argument"[…]',
      '"messages: number 51" #1: original {"rejected":"Search failed, ' +
        'got status 400 INVALID_PARAMETERS, reasons: \\"limit\\"' +
        ' must be a whole number from 1 to 50, not 51."}, ours {"rejected":{"<error>":{"' +
        'code":"invalid-argument"[…]',
      '"messages: string 5" #1: original {"resolved":{"loadedAll":false,"results":[["' +
        'Rain number 5 in[…], ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"messages: query undefined" #1: original {"resolved":{"loadedAll":true,"results"' +
        ':[]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"messages: query null" #1: original {"resolved":{"loadedAll":true,"results":[]}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"messages: query 5" #1: original {"resolved":{"loadedAll":true,"results":[["' +
        'Rain number 5 in […], ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: number 0" #1: original {"resolved":{"loadedAll":true,"results":["c"' +
        ',"b","a"]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: number -1" #1: original {"resolved":{"loadedAll":true,"results":["c"' +
        ',"b","a"]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: number 1.5" #1: original {"resolved":{"loadedAll":true,"results":["' +
        'c","b","a"]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: number 51" #1: original {"resolved":{"loadedAll":true,"results":["c"' +
        ',"b","a"]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: string 5" #1: original {"resolved":{"loadedAll":true,"results":["c"' +
        ',"b","a"]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: query undefined" #1: original {"resolved":{"loadedAll":true,"' +
        'results":[]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: query null" #1: original {"resolved":{"loadedAll":true,"results"' +
        ':[]}}, ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"conversations: query 5" #1: original {"resolved":{"loadedAll":true,"results":[]}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
    ),
    async run(world) {
      const { attempt, settle } = world;
      const [, bob] = await library(world);
      for (const [label, search] of Object.entries({
        messages: bob.searchMessages(counts(world, "messages, calls")),
        conversations: bob.searchConversations(counts(world, "conversations, calls")),
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
      '"calls": only the original, #7: {"called":[[],"loadedAll"]}',
      '"calls": only the original, #15: {"called":[[["Sunshine number 4 in c, ' +
        '(really) Größe","c"],["Sunshine […]ße","c"],["Sunshine number 4 in b, ' +
        '(really) Größe","b"]],"loadedAll"]}',
      '"calls": only the original, #18: {"called":[[],"loadedAll"]}',
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
    differences: stringRejections(REFUSED_FILTER, "invalid-argument", "wrong"),
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
      ...stringRejections(
        "Search failed, got status 400 NO_SUCH_THING, reasons: Not like this.", "rejected", "400",
      ),
      ...stringRejections(
        "Search failed, got status 403 SEARCH_DISABLED, reasons: Not for you.", "forbidden", "403",
      ),
      ...stringRejections(
        "Search failed, got status 400 NO_MORE, reasons: Enough.", "rejected", "more refused",
      ),
      ...listed(
        "after a failure the original answers the same query with nothing, or with the same failure; " +
          "ours asks again",
        "reads of bob: original 1×, ours 2×: GET HTTP /public_api/v1/demo/me/messages/searc" +
          "h?searchString=rain&conversationFilter=%7B%7D&limit=3 with a token",
        "reads of bob: original 1×, ours 2×: GET HTTP /public_api/v1/demo/me/messages/searc" +
          "h?cursor=cursor_msg_16&limit=10 with a token",
        "reads of bob: original 0×, ours 1×: SUBSCRIBE /me/conversations/b {}",
        "reads of bob: original 0×, ours 1×: GET /me/conversations/b {}",
        "reads of bob: original 0×, ours 1×: SUBSCRIBE /me/conversations/b/messages {}",
        'reads of bob: original 0×, ours 1×: GET /me/conversations/b/messages {"limit":1}',
        "reads of bob: original 0×, ours 1×: SUBSCRIBE /me/conversations/a {}",
        "reads of bob: original 0×, ours 1×: GET /me/conversations/a {}",
        "reads of bob: original 0×, ours 1×: SUBSCRIBE /me/conversations/a/messages {}",
        'reads of bob: original 0×, ours 1×: GET /me/conversations/a/messages {"limit":1}',
        '"calls": only ours, #4: {"called":[1,"searching"]}',
        '"calls": only ours, #5: {"called":[2,"searching"]}',
        '"calls": only ours, #6: {"called":[3,"searching"]}',
        '"calls": only ours, #7: {"called":[3,"canLoadMore"]}',
        '"calls": only ours, #8: {"called":[0,"searching"]}',
        '"calls": only ours, #16: {"called":[4,"searching"]}',
        '"calls": only ours, #17: {"called":[5,"searching"]}',
        '"calls": only ours, #18: {"called":[6,"searching"]}',
        '"calls": only ours, #19: {"called":[7,"searching"]}',
        '"calls": only ours, #20: {"called":[8,"searching"]}',
        '"calls": only ours, #21: {"called":[9,"searching"]}',
        '"calls": only ours, #22: {"called":[10,"searching"]}',
        '"calls": only ours, #23: {"called":[11,"searching"]}',
        '"calls": only ours, #24: {"called":[12,"searching"]}',
        '"calls": only ours, #25: {"called":[13,"searching"]}',
        '"calls": only ours, #26: {"called":[13,"canLoadMore"]}',
        '"calls" #10: original {"called":[3,"loadedAll"]}, ours {"called":[3,"canLoadMore"' +
          "]} […]",
        '"the same again" #1: original {"resolved":{"loadedAll":true,"results":[]}}, ' +
          'ours {"resolved":{"loadedAll":false,"results":[["Rain number 5 in c, ' +
          '(really) Größe","c"],["Rain number 3 in c, (really) Größe","c"],' +
          '["Rain number 1 in c, (really) Größe","c"]]}} […]',
        `"more again" #1: […](rejected is only in the original's; resolved is only in ours)`,
      ),
    ],
    async run(world) {
      const { refuse, result, inTime, settle } = world;
      const [, bob] = await library(world);
      const path = "/public_api/v1/demo/me/messages/search*";
      const search = bob.searchMessages(counts(world, "calls"));
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
    differences: [
      ...stringRejections(
        "Search failed, got status 404 USER_NOT_FOUND, reasons: There is no user \"carol\"; create it first.",
        "not-found", "nobody",
      ),
      ...followed("a", "b"),
    ],
    async run(world) {
      const { session, result, later } = world;
      const [, bob] = await library(world);
      // Otherwise whichever answer comes first decides how often ours asks for the conversation.
      await bob.conversation("c").subscribe().connected;
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
