// Referenced messages: what a reply shows of the message that it answers.

import { listed } from "../listed.js";

const text = (...children) => [{ type: "text", children }];
const shown = ({ state }) => state.latestSnapshot?.map(({ plaintext, referencedMessage }) => [
  plaintext, referencedMessage?.plaintext ?? null,
]);

export default [
  {
    name: "references: everything of the original is followed",
    async run({ chat, listener, result, note, later }) {
      const [alice, , hers, his] = await chat();
      const one = await hers.send({ text: "One", custom: { a: "1" } });
      await later();
      const two = await his.send({ text: "Two", referencedMessage: one.id });
      await later();
      await hers.send({ text: "Three", referencedMessage: two.id });
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      const conversation = his.subscribe(listener("conversation"));
      await result("connected", Promise.all([messages.connected, conversation.connected]));
      await later();
      await one.edit({ custom: { a: null, b: "2" } });
      await later();
      await one.edit("Uno");
      await later();
      await his.message(one.id).reactions("👍").add();
      await later();
      await one.reactions("❤️").add();
      await later();
      await alice.currentUser.set({ name: "Alicia" });
      await later();
      await two.edit({ content: text({ type: "bold", children: ["Due"] }) });
      await later();
      note("shown", shown(messages));
      await one.delete();
      await later();
      await two.delete();
      await later();
      note("at the end", shown(messages));
    },
  },
  {
    name: "references: several replies to one, far back",
    async run({ chat, listener, result, note, later }) {
      const [, , hers, his] = await chat();
      const old = await hers.send("Old");
      const older = await hers.send({ text: "Old reply", referencedMessage: old.id });
      for (let count = 0; count < 31; count += 1) await hers.send(`Message ${count}`);
      for (const target of [old, older, old]) {
        await hers.send({ text: "Reply", referencedMessage: target.id });
      }
      await later();
      const messages = his.subscribeMessages(listener("messages"));
      await result("connected", messages.connected);
      await later();
      const [third, second, first] = messages.state.latestSnapshot;
      note("shared", third.referencedMessage === first.referencedMessage);
      note("ids only", second.referencedMessage.referencedMessageId === old.id);
      await old.edit("Old, edited");
      await later();
      await result("more", messages.loadMore(10));
      await later();
      await older.edit("Old reply, edited");
      await later();
      await old.delete();
      await later();
      note("at the end", shown(messages).slice(0, 4));
    },
  },
  {
    name: "references: to a message that cannot be read any more",
    async run({ chat, result, listener, refuse, later }) {
      const [, , hers, his] = await chat();
      const old = await hers.send("Old");
      for (let count = 0; count < 31; count += 1) await hers.send(`Message ${count}`);
      const reply = await hers.send({ text: "Reply", referencedMessage: old.id });
      await later();
      await result("get", his.message(reply.id).get());
      await refuse("GET", `/me/conversations/c/messages/${old.id}`, 403, "NOT_A_PARTICIPANT");
      await result("get, not in it", his.message(reply.id).get());
      const conversation = his.subscribe(listener("conversation"));
      await result("connected", conversation.connected);
      await later();
      await old.delete();
      await later();
      await result("get, deleted", his.message(reply.id).get());
    },
  },
  {
    name: "references: as last message of a list and of a conversation",
    async run({ chat, listener, result, note, later }) {
      const [, bob, hers, his] = await chat();
      const one = await hers.send("One");
      await later();
      await hers.send({ text: "Re: One", referencedMessage: one });
      await later();
      const list = bob.subscribeConversations(listener("list"));
      const conversation = his.subscribe(listener("conversation"));
      await result("connected", Promise.all([list.connected, conversation.connected]));
      await later();
      await one.edit("Uno");
      await later();
      await his.message(one.id).reactions("👍").add();
      await later();
      const last = list.state.latestSnapshot[0].lastMessage;
      note("shared", last === conversation.state.latestSnapshot.lastMessage);
      await one.delete();
      await later();
    },
  },
  {
    name: "references: wrong ones",
    differences: listed(
      "the original takes what is neither a ref nor an ID for no reference, and null for a mistake",
      'mutations of alice: only the original, #11: POST /conversations/c/messages {"' +
        'content":[{"children":["Re"],"type":"text"}],"idempotencyKey":"key_alice_5"}',
      '"a number" #1: original {"resolved":{"<ref>":"msg_2","in":"c"}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"no ref" #1: original {"resolved":{"<ref>":"msg_3","in":"c"}}, ' +
        'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]',
      '"null" #1: original {"rejected":{"<error>":{"message":"' +
        `Cannot read properties of null (reading 'id')","name":"TypeError"}}}, ` +
        'ours {"resolved":{"<ref>":"msg_2","in":"c"}} […]',
    ),
    async run({ chat, attempt, later }) {
      const [alice, , hers] = await chat();
      const d = alice.conversation("d");
      await d.createIfNotExists();
      const elsewhere = await d.send("Elsewhere");
      await later();
      const wrong = { elsewhere, "an empty id": "", "a number": 5, "null": null, "no ref": {} };
      for (const [label, referencedMessage] of Object.entries(wrong)) {
        await attempt(label, () => hers.send({ text: "Re", referencedMessage }));
      }
    },
  },
];
