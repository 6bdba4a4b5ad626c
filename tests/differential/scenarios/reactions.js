// Reactions: the summary on a message, and the list of who reacted.

import { FOLLOWED_SENDERS, LETTING_GO, TIES, listed } from "../listed.js";

const names = ({ state: { type, loadedAll, latestSnapshot } }) => [
  type, loadedAll, latestSnapshot?.map(({ user }) => user.id),
];
const numbered = (count) => Array.from({ length: count }, (_, at) => `user${10 + at}`);

/** A crowd of users with sessions of their own that react one after the other. */
async function crowd({ session, later }, hers, count, react) {
  for (const name of numbered(count)) {
    const one = session(name);
    await one.currentUser.set({ name });
    await hers.participant(name).createIfNotExists();
  }
  await later();
  for (const [at, name] of numbered(count).entries()) {
    await react(session(name).conversation("c"));
    if (at % 5 === 0) await later();
  }
  await later();
}

export default [
  {
    name: "reactions: the summary of a message",
    async run({ chat, listener, result, later }) {
      const [, , hers, his] = await chat();
      const message = await hers.send("React!");
      await later();
      const mine = hers.subscribeMessages(listener("hers"));
      const other = his.subscribeMessages(listener("his"));
      await result("connected", Promise.all([mine.connected, other.connected]));
      await later();
      const [up, heart, own] = ["👍", "❤️", ":cat:"].map((emoji) => message.reactions(emoji));
      await result("up", up.add());
      await later();
      await result("his up", his.message(message.id).reactions("👍").add());
      await later();
      await result("again", up.add());
      await later();
      await result("heart", his.message(message.id).reactions("❤️").add());
      await result("own", his.message(message.id).reactions(":cat:").add());
      await later();
      await result("heart too", heart.add());
      await later();
      await result("remove", up.remove());
      await later();
      await result("remove his", his.message(message.id).reactions("👍").remove());
      await later();
      await result("remove what is not there", own.remove());
      await later();
      await result("get", message.get());
    },
  },
  {
    name: "reactions: who reacted, from the first to none",
    async run({ chat, listener, result, state, note, later }) {
      const [, bob, hers, his] = await chat();
      const message = await hers.send("React!");
      await later();
      const ref = message.reactions("👍");
      note("ref", [ref.emoji, ref.messageId === message.id, ref.conversationId]);
      note("same ref", message.reactions("👍") === ref);
      note("the old name", message.reaction("👍") === ref);
      const list = ref.subscribe(listener("list"));
      await result("connected", list.connected);
      await later();
      await result("hers", ref.add());
      await later();
      await result("his", his.message(message.id).reaction("👍").add());
      await later();
      await his.message(message.id).reactions("👎").add();
      await later();
      await bob.currentUser.set({ name: "Bobby" });
      await later();
      await result("first", ref.getFirstReactions());
      await ref.remove();
      await later();
      await result("hers again", ref.add());
      await later();
      state("at the end", list);
      await result("removed", his.message(message.id).reactions("👍").remove());
      await later();
      list.unsubscribe();
      await ref.remove();
      await later();
      state("unsubscribed", list);
    },
  },
  {
    name: "reactions: more than a page",
    differences: listed(
      "the original shows the newest reaction behind a gap, before those in between are loaded",
      '"list": only the original, #4: {"called":[[{"createdAt":1800000004000,"user":{"' +
        'custom":{},"id":"user1[…]m":{},"id":"user12","locale":null,"name":"user12","' +
        "… (4754 characters)",
      `"events" #1: […](value: 2: 31 is only in the original's)`,
    ),
    async run(world) {
      const { chat, listener, result, note, later } = world;
      const [, , hers] = await chat();
      const message = await hers.send("React!");
      await crowd(world, hers, 36, (c) => c.message(message.id).reactions("👍").add());
      const ref = message.reactions("👍");
      await result("first", ref.getFirstReactions().then((all) => all.map(({ user }) => user.id)));
      const list = ref.subscribe(listener("list"));
      await result("connected", list.connected);
      note("first page", names(list));
      await result("two more", list.loadMore(2));
      note("two more", names(list));
      await hers.participant("user12").delete();
      await later();
      await world.session("user13").conversation("c").message(message.id).reactions("👍").remove();
      await later();
      await ref.add();
      await later();
      note("events", names(list));
      await result("the rest", list.loadMore());
      note("all", names(list));
      await result("past the end", list.loadMore(100));
      await world.session("user14").conversation("c").message(message.id).reactions("👍").remove();
      await later();
      note("at the end", names(list));
    },
  },
  {
    name: "reactions: counts that are wrong",
    differences: listed(
      "the original takes any number, and its list is broken from then on if the service refuses it",
      '"number 0" #1: original {"resolved":{"<undefined>":true}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"number -1" #1: original {"resolved":{"<undefined>":true}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"number 1.5" #1: original {"resolved":{"<undefined>":true}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"number 101" #1: original {"resolved":{"<undefined>":true}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"number NaN" #1: original {"resolved":{"<undefined>":true}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"string 5" #1: original {"resolved":{"<undefined>":true}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
    ),
    async run({ chat, attempt, note, later }) {
      const [, , hers] = await chat();
      const ref = (await hers.send("React!")).reactions("👍");
      await ref.add();
      await later();
      const list = ref.subscribe();
      await attempt("too early", () => list.loadMore(5));
      await list.connected;
      for (const wrong of [0, -1, 1.5, 101, NaN, "5"]) {
        await attempt(`${typeof wrong} ${wrong}`, () => list.loadMore(wrong));
      }
      note("unchanged", names(list));
      list.unsubscribe();
      await attempt("after the end", () => list.loadMore(5));
    },
  },
  {
    name: "reactions: ties, and two windows of one list",
    differences: listed(
      TIES,
      '"first" #3: original {"called":[["zoe","carol"],true]}, ' +
        'ours {"called":[["carol","zoe"],true]} […]',
      '"first" #4: original {"called":[["zoe","carol","mia"],true]}, ' +
        'ours {"called":[["carol","mia","zoe"],true]} […]',
      '"first" #5: original {"value":["active",true,["zoe","carol","mia"]]}, ' +
        'ours {"value":["active",true,["carol","mia","zoe"]]} […]',
      '"second" #1: original {"called":[["zoe","carol","mia"],true]}, ' +
        'ours {"called":[["carol","mia","zoe"],true]} […]',
      '"second" #2: original {"value":["active",true,["zoe","carol","mia"]]}, ' +
        'ours {"value":["active",true,["carol","mia","zoe"]]} […]',
      '"connected" #1: original {"resolved":["active",true,["zoe","carol","mia"]]}, ' +
        'ours {"resolved":["active",true,["carol","mia","zoe"]]} […]',
    ),
    async run(world) {
      const { chat, session, listener, result, note, later, settle } = world;
      const [, , hers] = await chat();
      const message = await hers.send("React!");
      for (const name of ["zoe", "carol", "mia"]) {
        await session(name).currentUser.set({ name });
        await hers.participant(name).createIfNotExists();
      }
      await later();
      const ref = message.reactions("👍");
      const namesTo = (call) => (all, loadedAll) => call(all.map(({ user }) => user.id), loadedAll);
      const first = ref.subscribe(namesTo(listener("first")));
      await first.connected;
      await later();
      for (const name of ["zoe", "carol", "mia"]) {
        await session(name).conversation("c").message(message.id).reactions("👍").add();
        await settle();
      }
      await later();
      const second = ref.subscribe(namesTo(listener("second")));
      await result("connected", second.connected.then((active) => names({ state: active })));
      note("first", names(first));
      note("second", names(second));
      note("shared", first.state.latestSnapshot[0] === second.state.latestSnapshot[0]);
      const again = session("zoe").conversation("c").message(message.id).reactions("👍").subscribe();
      await again.connected;
      note("from the start", names(again));
    },
  },
  {
    name: "reactions: null outside and for no message, alive on joining, null on leaving",
    async run({ chat, session, listener, result, state, later }) {
      const [, , hers, his] = await chat();
      const message = await hers.send("React!");
      await his.message(message.id).reactions("👍").add();
      const carol = session("carol");
      await carol.currentUser.set({ name: "Carol" });
      await later();
      const c = carol.conversation("c");
      const ref = c.message(message.id).reactions("👍");
      const list = ref.subscribe(listener("list"));
      const none = hers.message("none").reactions("👍").subscribe(listener("none"));
      const all = [list, none];
      await result("connected", Promise.allSettled(all.map(({ connected }) => connected)));
      await result("first", ref.getFirstReactions());
      await result("none first", hers.message("none").reactions("👍").getFirstReactions());
      await result("add outside", ref.add());
      await result("remove outside", ref.remove());
      await result("add to none", hers.message("none").reactions("👍").add());
      await hers.participant("carol").createIfNotExists();
      await later();
      state("inside", list);
      await result("add inside", ref.add());
      await later();
      await hers.participant("carol").delete();
      await later();
      state("removed", list);
      await hers.participant("carol").createIfNotExists();
      await later();
      state("back", list);
    },
  },
  {
    name: "reactions: the message is deleted",
    async run({ chat, listener, result, state, later }) {
      const [, , hers, his] = await chat();
      const message = await hers.send("React!");
      await his.message(message.id).reactions("👍").add();
      await later();
      const list = message.reactions("👍").subscribe(listener("list"));
      await result("connected", list.connected);
      await later();
      await message.delete();
      await later();
      state("deleted", list);
      await result("first", message.reactions("👍").getFirstReactions());
      await result("add", message.reactions("👍").add());
    },
  },
  {
    name: "reactions: strange emoji, and too many",
    differences: listed(
      FOLLOWED_SENDERS,
      "reads of alice: original 0×, ours 1×: SUBSCRIBE /users/alice {}",
    ),
    async run({ chat, attempt, result, later }) {
      const [, , hers] = await chat();
      const message = await hers.send("React!");
      await later();
      for (const emoji of ["👨‍👩‍👧", ":a-b_c:", "a", "%41/?#", "x".repeat(60), "🇬🇧"]) {
        await attempt(emoji.slice(0, 10), () => message.reactions(emoji).add());
      }
      for (const emoji of ["", null, undefined, 5]) {
        await attempt(`${emoji}`, async () => {
          const ref = message.reactions(emoji);
          return ref ? "taken" : "none";
        });
      }
      for (let at = 0; at < 55; at += 1) await message.reactions(`:e${at}:`).add().catch(() => {});
      await result("one too many", message.reactions(":many:").add());
      await later();
      const { reactions } = await message.get();
      await result("count", Promise.resolve(reactions.length));
    },
  },
  {
    name: "reactions: a drop with changes meanwhile, and lingering",
    differences: listed(
      LETTING_GO,
      "reads of bob: original 2×, ours 3×: SUBSCRIBE /users/alice {}",
      'reads of bob: original 2×, ours 3×: GET /users/alice {"includePrivateFields":false}',
      "reads of bob: original 0×, ours 1×: UNSUBSCRIBE /users/alice {}",
    ),
    async run({ chat, listener, result, note, state, later, drop, pass }) {
      const [, , hers, his] = await chat();
      const message = await hers.send("React!");
      await message.reactions("👍").add();
      await later();
      const list = his.message(message.id).reactions("👍").subscribe(listener("list"));
      await result("connected", list.connected);
      await later();
      await drop("bob");
      await message.reactions("👍").remove();
      await later();
      await message.reactions("❤️").add();
      await later();
      await pass(40_000);
      state("back", list);
      list.unsubscribe();
      await pass(5_000);
      const again = his.message(message.id).reactions("👍").subscribe(listener("again"));
      await result("again", again.connected);
      again.unsubscribe();
      await pass(12_000);
      await result("first", his.message(message.id).reactions("👍").getFirstReactions());
      await result("first again", his.message(message.id).reactions("👍").getFirstReactions());
      await pass(12_000);
      await message.reactions("👍").add();
      await later();
      await result("and later", his.message(message.id).reactions("👍").getFirstReactions());
      note("done", true);
    },
  },
];
