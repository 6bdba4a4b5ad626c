// What the backend refuses: content, actions that the app does not allow, and who is not let in.

import { useStage } from "./stage.mjs";

const check = useStage();

check("links that people type are taken, and others must agree with their text", async (lab) => {
  const [, , hers] = await lab.chat();
  const typed = "see talkjs.com/docs?a=b#c, HTTPS://Foo.COM/Bar, foo.com:8080/x, 10.0.0.1, " +
    "http://münchen.de/straße?x=ä, mail a@b.com or call +31 20 1234567";
  await hers.send(typed);
  const auto = (text, url) =>
    hers.send({ content: [{ type: "text", children: [{ type: "autoLink", text, url }] }] });
  await auto("talkjs.com", "https://talkjs.com/docs/x/#y");
  for (const [text, url] of [
    ["talkjs.com", "https://evil.com"],
    ["talkjs.com/docs", "https://talkjs.com/other"],
    ["a@b.com", "mailto:b@b.com"],
    ["+31 20 1234567", "tel:+31201234568"],
    ["click here", "https://evil.com"],
  ]) {
    const why = await lab.refusal(auto(text, url));
    lab.ok(/400/.test(why) && /must agree/.test(why), why);
  }
});

check("content has one block, and places are on earth", async (lab) => {
  const [, , hers] = await lab.chat();
  const text = { type: "text", children: ["x"] };
  const place = (latitude, longitude) => ({ type: "location", latitude, longitude });
  await hers.send({ content: [place(-90, 180)] });
  for (const content of [[], [text, text], [place(90.5, 0)], [place(0, -181)], [place("1", 0)]]) {
    const why = await lab.refusal(hers.send({ content }));
    lab.ok(/400/.test(why), why);
  }
  const why = await lab.refusal(hers.send({ content: [{ type: "file", fileToken: "nothing" }] }));
  lab.ok(/FILE_NOT_FOUND/.test(why), why);
});

check("a file is judged before it is sent", async (lab) => {
  const [alice] = await lab.members("alice");
  const token = await alice.uploadFile(new Blob(["x"]), { filename: "x.txt" });
  lab.ok(typeof token === "string", "a token");
  await lab.requests();
  const why = await lab.refusal(alice.uploadFile(new Blob(["x"]), { filename: ".." }));
  lab.ok(/400/.test(why), why);
  lab.equal(await lab.requests(), [["POST", "/files/validate", { filename: "..", filesize: 1 }]]);
});

check("who may edit and delete, and whether there are links, is a setting", async (lab) => {
  const [, , hers, his] = await lab.chat();
  const set = (settings) => lab.control({ do: "settings", settings });
  const message = await hers.send("hers");
  const bobs = his.message(message.id);
  lab.ok(/403/.test(await lab.refusal(bobs.edit("his"))), "Bob may not edit");
  await set({ edit: "everyone" });
  await bobs.edit("his");
  lab.equal((await message.get()).plaintext, "his");
  await set({ edit: "nobody", delete: "nobody", links: false });
  lab.ok(/403/.test(await lab.refusal(message.edit("hers"))), "nobody may edit");
  lab.ok(/403/.test(await lab.refusal(message.delete())), "nobody may delete");
  const link = { type: "link", url: "https://a.com", children: ["b"] };
  const why = await lab.refusal(hers.send({ content: [{ type: "text", children: [link] }] }));
  lab.ok(/403/.test(why), why);
  await set({ delete: "everyone" });
  await bobs.delete();
});

check("without syncing a client sets its own notify and nothing else", async (lab) => {
  const [, , hers, his] = await lab.chat();
  await lab.control({ do: "settings", settings: { sync: false } });
  await hers.set({ notify: false });
  lab.equal((await hers.get()).notify, false);
  await hers.participant("alice").edit({ notify: "MentionsOnly" });
  await hers.createIfNotExists();
  for (const call of [
    () => hers.set({ subject: "Dogs" }),
    () => hers.set({ access: "Read" }),
    () => hers.participant("bob").edit({ notify: false }),
    () => hers.participant("bob").delete(),
    () => lab.session("alice").conversation("new").createIfNotExists(),
  ]) {
    lab.ok(/403/.test(await lab.refusal(call())), String(call));
  }
  lab.equal((await his.get()).subject, "Cats");
});

check("push tokens are stored, and a test can read them", async (lab) => {
  const [alice] = await lab.members("alice");
  const tokens = async () => (await lab.control({ do: "user", user: "alice" })).pushTokens;
  await alice.currentUser.set({ pushTokens: { "fcm:one": true, "apns:two": true } });
  lab.equal(await tokens(), ["apns:two", "fcm:one"]);
  await alice.currentUser.set({ pushTokens: { "fcm:one": null } });
  lab.equal(await tokens(), ["apns:two"]);
  await alice.currentUser.set({ pushTokens: null, email: "a@b.com" });
  lab.equal(await tokens(), []);
  lab.equal((await lab.control({ do: "user", user: "alice" })).email, ["a@b.com"]);
});
