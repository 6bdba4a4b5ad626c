// What changes while one looks: typing, presence, participants, reactions.

import { useStage } from "./stage.mjs";

const check = useStage();

check("who types is seen by the others, for ten seconds or until they send", async (lab) => {
  const [, , hers, his] = await lab.chat();
  const [seen, own] = [lab.watch(), lab.watch()];
  await hers.subscribeTyping(seen).connected;
  await his.subscribeTyping(own).connected;
  const names = (snapshot) => snapshot.users.map(({ name }) => name);
  await lab.control({ do: "clock", now: 100_000 });
  await his.markAsTyping();
  await seen.until("Bob types", (snapshot) => names(snapshot)[0] === "Bob");
  // Going on puts off the end.
  await lab.control({ do: "clock", now: 106_000 });
  await his.markAsTyping();
  await lab.control({ do: "clock", now: 115_999 });
  lab.equal(names(seen.calls.at(-1)[0]), ["Bob"]);
  await lab.control({ do: "clock", now: 116_000 });
  await seen.until("nobody types", (snapshot) => names(snapshot).length === 0);
  await his.markAsTyping();
  await seen.until("Bob types again", (snapshot) => names(snapshot).length === 1);
  await his.send("There");
  await seen.until("nobody types again", (snapshot) => names(snapshot).length === 0);
  const ofHimself = own.calls.map(([snapshot]) => snapshot);
  lab.equal(ofHimself, [{ many: false, users: [] }], "what Bob saw of himself");
});

check("above five who type they are many", async (lab) => {
  const [, , hers] = await lab.chat();
  const seen = lab.watch();
  await hers.subscribeTyping(seen).connected;
  await lab.control({ do: "clock", now: 100_000 });
  for (let number = 1; number <= 6; number += 1) {
    const [user] = await lab.members(`user${number}`);
    await user.conversation("c").createIfNotExists();
    await user.conversation("c").markAsTyping();
    const many = number > 5;
    await seen.until(`${number} type`, (snapshot) =>
      snapshot.many === many && (many || snapshot.users.length === number));
  }
  await lab.control({ do: "clock", now: 110_000 });
  await seen.until("nobody types", (snapshot) => !snapshot.many && snapshot.users.length === 0);
});

check("typing is null for who is outside, and comes with joining", async (lab) => {
  const [, , hers] = await lab.chat();
  const [carol] = await lab.members("carol");
  const seen = lab.watch();
  const { latestSnapshot } = await carol.conversation("c").subscribeTyping(seen).connected;
  lab.equal(latestSnapshot, null);
  await hers.markAsTyping();
  await hers.participant("carol").createIfNotExists();
  await seen.until("Alice types", (typing) => typing?.users[0]?.name === "Alice");
  await hers.participant("carol").delete();
  await seen.until("outside again", (typing) => typing === null);
});

check("presence: connected, gone, back, and users that do not exist yet", async (lab) => {
  const [alice] = await lab.members("alice");
  const seen = lab.watch();
  const online = alice.user("bob").subscribeOnline(seen);
  lab.equal((await online.connected).latestSnapshot, null);
  const [bob] = await lab.members("bob");
  await seen.until("Bob is there", (snapshot) => snapshot?.isConnected === true);
  lab.equal(seen.calls.at(-1)[0].user.name, "Bob");
  const list = bob.subscribeConversations();
  await list.connected;
  await lab.control({ do: "drop", user: "bob" });
  await seen.until("Bob is gone", (snapshot) => snapshot.isConnected === false);
  const again = lab.session("bob", { forceCreateNew: true });
  await again.currentUser.get();
  await seen.until("Bob is back", (snapshot) => snapshot.isConnected === true);
  await again.currentUser.set({ name: "Robert" });
  await seen.until("Bob is Robert", (snapshot) => snapshot.user.name === "Robert");
});

check("participants: latest first, page by page, and as they come, change and go", async (lab) => {
  const [, , hers] = await lab.chat();
  const everybody = ["bob", "alice"];
  for (let number = 1; number <= 14; number += 1) {
    const [user] = await lab.members(`user${number}`);
    await lab.control({ do: "clock", now: 4_000_000_000_000 + number * 1000 });
    await user.conversation("c").createIfNotExists();
    everybody.unshift(`user${number}`);
  }
  const seen = lab.watch();
  const participants = hers.subscribeParticipants(seen);
  await participants.connected;
  const shown = () => participants.state.latestSnapshot.map(({ user }) => user.id);
  lab.equal(shown(), everybody.slice(0, 10));
  await participants.loadMore(3);
  lab.equal(shown(), everybody.slice(0, 13));
  await participants.loadMore();
  lab.equal([shown(), participants.state.loadedAll], [everybody, true]);

  const one = lab.watch();
  await hers.participant("bob").subscribe(one).connected;
  await hers.participant("bob").edit({ access: "Read", notify: "MentionsOnly" });
  const changed = ({ access, notify }) => access === "Read" && notify === "MentionsOnly";
  await one.until("Bob may read", changed);
  await seen.until("Bob may read, in the list", (list) =>
    changed(list.find(({ user }) => user.id === "bob")));
  await hers.participant("bob").delete();
  await one.until("Bob is gone", (snapshot) => snapshot === null);
  await seen.until("Bob is gone from the list", (list) =>
    !list.some(({ user }) => user.id === "bob"));
  await lab.control({ do: "clock", now: 4_000_001_000_000 });
  await hers.participant("bob").createIfNotExists();
  await seen.until("Bob is the latest", (list) => list[0].user.id === "bob");
});

check("reactions: the sum on the message, and who it was", async (lab) => {
  const [, , hers, his] = await lab.chat();
  const message = await hers.send("Hello");
  const messages = lab.watch();
  await hers.subscribeMessages(messages).connected;
  const who = lab.watch();
  await hers.message(message.id).reactions("🚀").subscribe(who).connected;
  const theirs = his.message(message.id).reactions("🚀");
  await theirs.add();
  await theirs.add();
  await messages.until("one rocket", ([{ reactions: [rocket] }]) => rocket?.count === 1);
  lab.equal(messages.calls.at(-1)[0][0].reactions[0].emoji, "🚀");
  lab.equal(messages.calls.at(-1)[0][0].reactions[0].currentUserReacted, false);
  await who.until("it was Bob", (users) => users.length === 1 && users[0].user?.name === "Bob");
  await hers.message(message.id).reactions("🚀").add();
  await messages.until("two rockets", ([{ reactions: [rocket] }]) =>
    rocket.count === 2 && rocket.currentUserReacted);
  await his.message(message.id).reactions(":cat_roomba:").add();
  await messages.until("a cat, too", ([{ reactions }]) => reactions.length === 2);
  lab.equal((await theirs.getFirstReactions()).map(({ user }) => user.id), ["bob", "alice"]);
  await theirs.remove();
  await theirs.remove();
  await who.until("only Alice", (users) => users.length === 1 && users[0].user.id === "alice");
  await hers.message(message.id).reactions("🚀").remove();
  await messages.until("no rocket", ([{ reactions }]) =>
    reactions.map(({ emoji }) => emoji).join() === ":cat_roomba:");
});

check("a message takes fifty kinds of reactions", async (lab) => {
  const [, , hers] = await lab.chat();
  const message = await hers.send("Hello");
  for (let number = 1; number <= 50; number += 1) {
    await message.reactions(`:kind_${number}:`).add();
  }
  const why = await lab.refusal(message.reactions("👍").add());
  lab.ok(/400/.test(why), why);
  await message.reactions(":kind_7:").remove();
  await message.reactions("👍").add();
});
