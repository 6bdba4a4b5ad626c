// Translating messages.

import { FOLLOWED_SENDERS, listed } from "../listed.js";

const markup = (translate) => ({ do: "settings", settings: { translate } });

export default [
  {
    name: "translate: texts, markup, and what is no text",
    async run({ chat, result, later }) {
      const [, , hers, his] = await chat();
      const bold = [{ type: "text", children: ["Hello ", { type: "bold", children: ["you"] }] }];
      const refs = {
        text: await hers.send("Hello"),
        lines: await hers.send("One\nTwo"),
        bold: await hers.send({ content: bold }),
        location: await hers.send({ content: [{ type: "location", latitude: 1, longitude: 2 }] }),
      };
      await later();
      for (const [label, { id }] of Object.entries(refs)) {
        await result(label, his.message(id).translate("fr"));
      }
      for (const language of ["de", "en-US", "zh-TW", "pt-BR"]) {
        await result(language, his.message(refs.text.id).translate(language));
      }
      await result("none", his.message("none").translate("fr"));
    },
  },
  {
    name: "translate: answered as markup",
    async run({ chat, control, result, later }) {
      const [, , hers, his] = await chat();
      await control(markup("markup"));
      const bold = [{
        type: "text",
        children: [
          "Hello ", { type: "bold", children: ["you ", { type: "italic", children: ["two"] }] },
          " ", { type: "mention", id: "bob", text: "Bob" }, " at https://example.com/x?y=1",
        ],
      }];
      const refs = {
        text: await hers.send("Hello"),
        bold: await hers.send({ content: bold }),
        list: await hers.send("- One\n- Two"),
        location: await hers.send({ content: [{ type: "location", latitude: 1, longitude: 2 }] }),
      };
      await later();
      for (const [label, { id }] of Object.entries(refs)) {
        await result(label, his.message(id).translate("fr"));
      }
    },
  },
  {
    name: "translate: many in one tick are combined by conversation and language",
    differences: listed(
      FOLLOWED_SENDERS,
      "reads of alice: original 0×, ours 1×: SUBSCRIBE /users/alice {}",
    ),
    async run({ chat, result, later }) {
      const [alice, , hers] = await chat();
      const d = alice.conversation("d");
      await d.createIfNotExists();
      const refs = [];
      for (const c of [hers, d, hers, d, hers]) refs.push(await c.send(`Text ${refs.length}`));
      await later();
      const calls = [
        ...refs.map((ref) => ref.translate("fr")), refs[0].translate("de"), refs[0].translate("fr"),
        hers.message("none").translate("fr"), refs[1].get(),
      ];
      await result("together", Promise.all(calls));
      await result("again", refs[0].translate("fr"));
    },
  },
  {
    name: "translate: more than a hundred at once",
    async run({ chat, result }) {
      const [, , hers] = await chat();
      const calls = Array.from({ length: 105 }, (_, at) => hers.message(`none${at}`).translate("fr"));
      await result("together", Promise.all(calls));
    },
  },
  {
    name: "translate: refused, switched off, and from outside",
    async run({ chat, session, control, refuse, attempt, result, later }) {
      const [, , hers] = await chat();
      const ref = await hers.send("Hello");
      const carol = session("carol");
      await carol.currentUser.set({ name: "Carol" });
      await later();
      await result("outside", carol.conversation("c").message(ref.id).translate("fr"));
      await result("no conversation", carol.conversation("none").message("m").translate("fr"));
      for (const language of ["", "nonsense", null, undefined, 5]) {
        await attempt(`language ${language}`, () => ref.translate(language));
      }
      for (const status of [400, 403, 404]) {
        await refuse("GET", "/me/conversations/c/translate", status);
        const both = [ref.translate("fr"), hers.message("m").translate("fr")];
        await result(`refused with ${status}`, Promise.allSettled(both));
      }
      await control(markup("off"));
      await result("switched off", ref.translate("fr"));
    },
  },
];
