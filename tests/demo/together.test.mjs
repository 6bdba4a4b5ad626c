// What people see of each other: typing, presence, reactions, answers to what is gone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CROWD, DIRECT, crowd, fresh, open, said, useTwo, write } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} */
let stage;
/** @type {import("playwright-core").Page} */
let alice;
/** @type {import("playwright-core").Page} */
let bob;

useTwo((all) => ({ stage, alice, bob } = all), { prepare: crowd });

/**
 * The tools of a message, which are there while the pointer is.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} text
 * @param {string} name
 */
async function tool(page, text, name) {
  // The first: an answer has the text, too.
  const row = said(page, text).first();
  await row.hover();
  await row.getByRole("button", { name }).click();
}

/** How often somebody's page has said that they type, since the last call. */
async function typingFrames() {
  /** @type {{user: string, dir: string, frame: unknown[]}[]} */
  const log = (await stage.backend?.control({ do: "log" })) ?? [];
  return log.filter(({ dir, frame }) => dir === "in" && String(frame[2]).endsWith("/typing"))
    .filter(({ frame }) => frame[1] === "POST")
    .map(({ user }) => user);
}

test("typing is seen in the conversation and in the list, until the message is there", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await Promise.all([open(alice, DIRECT), open(bob, DIRECT)]);
  await Promise.all([alice, bob].map((page) => page.locator(".row").nth(2).waitFor()));
  await typingFrames();
  const text = fresh("One key after the other");
  const field = bob.getByRole("textbox", { name: "Message" });
  await field.pressSequentially(text);
  await alice.locator(".typing").getByText("Bob is typing…", { exact: true }).waitFor();
  const line = alice.getByRole("link", { name: /Bob Okafor/ });
  await line.getByText("Bob is typing…").waitFor();

  await field.press("Enter");
  await said(alice, text).waitFor();
  await alice.locator(".typing").waitFor({ state: "detached" });
  await line.getByText(text).waitFor();
  assert.deepEqual(await typingFrames(), ["bob"], "told once, and not after sending");
});

test("two who type are named, and many are several", async () => {
  await open(alice, CROWD);
  await alice.locator(".row").first().waitFor();
  await crowd(alice, { typing: 2 });
  await alice.locator(".typing").getByText("Person-1 and Person-2 are typing…").waitFor();
  await crowd(alice, { typing: 8 });
  await alice.locator(".typing").getByText("Several people are typing…").waitFor();
});

test("presence: a dot and a word that follow the other person", async () => {
  const hash = await alice.evaluate(async () => {
    const { getTalkSession } = await import("talk-session");
    const { appId, host } = await (await fetch("/config.json")).json();
    const session = getTalkSession({ appId, host, userId: "alice" });
    await session.user("nils").createIfNotExists({ name: "Nils Holm" });
    const ref = session.conversation("dm+alice+nils");
    await ref.createIfNotExists();
    await ref.participant("nils").createIfNotExists();
    return "#/c/dm%2Balice%2Bnils";
  });
  await open(alice, hash);
  const subtitle = alice.locator(".chat-subtitle");
  const line = alice.getByRole("link", { name: /Nils Holm/ });
  await subtitle.getByText("Offline", { exact: true }).waitFor();
  await line.locator(".presence.offline").waitFor();

  const nils = await stage.page("nils");
  await subtitle.getByText("Online", { exact: true }).waitFor();
  await line.locator(".presence.online").waitFor();
  await alice.getByRole("link", { name: "Nils Holm (online)" }).waitFor();
  await alice.getByRole("button", { name: "Conversation menu" }).click();
  await alice.getByRole("menuitem", { name: "Details and people" }).click();
  const details = alice.getByRole("dialog", { name: "Details" });
  const nilsLine = details.getByRole("listitem").filter({ hasText: "Nils Holm" });
  await nilsLine.getByText("Online").waitFor();

  await nils.context().close();
  await nilsLine.getByText("Offline").waitFor();
  await alice.keyboard.press("Escape");
  await subtitle.getByText("Offline", { exact: true }).waitFor();
});

test("a reaction is picked, counted, joined and taken back", async () => {
  await Promise.all([open(alice, DIRECT), open(bob, DIRECT)]);
  const text = fresh("Well?");
  await write(alice, text);
  await said(bob, text).waitFor();
  await tool(bob, text, "React");
  await bob.getByRole("menuitemcheckbox", { name: "React with 👍" }).click();
  const bobs = said(bob, text).getByRole("button", { name: "👍 1 reaction, one of them yours" });
  await bobs.waitFor();
  assert.equal(await bobs.getAttribute("aria-pressed"), "true");

  const chip = said(alice, text).getByRole("button", { name: "👍 1 reaction", exact: true });
  await chip.waitFor();
  assert.equal(await chip.getAttribute("aria-pressed"), "false");
  await chip.click();
  await said(bob, text).getByRole("button", { name: "👍 2 reactions, one of them yours" }).waitFor();

  await said(bob, text).locator(".chip").first().hover();
  await bob.getByRole("tooltip").getByText("You and Alice Moreau", { exact: true }).waitFor();
  await bob.mouse.move(2, 2);
  await bob.getByRole("tooltip").waitFor({ state: "detached" });

  await said(alice, text).locator(".chip").first().click();
  await bobs.waitFor();
  await bobs.click();
  await said(alice, text).locator(".chip[data-emoji]").waitFor({ state: "detached" });
});

test("reactions from the keyboard: the menu's emoji, more of them, and the chips", async () => {
  await Promise.all([open(alice, DIRECT), open(bob, DIRECT)]);
  const text = fresh("No mouse");
  await write(bob, text);
  const row = said(alice, text);
  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menu", { name: "Message" }).waitFor();
  await alice.keyboard.press("ArrowUp");
  for (let i = 0; i < 2; i++) await alice.keyboard.press("ArrowRight");
  await alice.keyboard.press("Enter");
  await row.getByRole("button", { name: "😂 1 reaction, one of them yours" }).waitFor();

  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.keyboard.press("ArrowUp");
  await alice.keyboard.press("ArrowLeft");
  await alice.keyboard.press("Enter");
  const picker = alice.getByRole("menu", { name: "Reactions" });
  await picker.getByRole("menuitemcheckbox", { name: "React with 🚀" }).focus();
  await alice.keyboard.press("Enter");
  await picker.waitFor({ state: "detached" });
  await row.getByRole("button", { name: "🚀 1 reaction, one of them yours" }).waitFor();

  // Along the chips; what has the focus keeps it when its count changes.
  await row.focus();
  await alice.keyboard.press("ArrowRight");
  await alice.keyboard.press("ArrowRight");
  await bob.locator(".chip", { hasText: "🚀" }).last().click();
  await row.getByRole("button", { name: "🚀 2 reactions, one of them yours" }).waitFor();
  await alice.keyboard.press("Enter");
  await row.getByRole("button", { name: "🚀 1 reaction", exact: true }).waitFor();
  const focused = () => alice.evaluate(() => document.activeElement?.getAttribute("data-emoji"));
  assert.equal(await focused(), "🚀");
  await alice.keyboard.press("ArrowLeft");
  assert.equal(await focused(), "😂");
  await alice.keyboard.press("ArrowLeft");
  assert.equal(await row.evaluate((el) => el === document.activeElement), true);
});

test("many who reacted: the first by name, and all of them, live, in a dialog", async () => {
  await open(alice, CROWD);
  const text = fresh("Who is in?");
  await write(alice, text);
  await said(alice, text).locator('.tick-slot[aria-label="Sent"]').waitFor();
  await crowd(alice, { react: ["🎉", 12] });
  const chip = said(alice, text).getByRole("button", { name: "🎉 12 reactions", exact: true });
  await chip.hover();
  const names = Array.from({ length: 10 }, (_, i) => `Person-${i + 1}`).join(", ");
  await alice.getByRole("tooltip").getByText(`${names}, and 2 more`, { exact: true }).waitFor();

  await said(alice, text).focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menuitem", { name: "Who reacted" }).click();
  const dialog = alice.getByRole("dialog", { name: "Reactions" });
  const people = dialog.getByRole("list", { name: "People who reacted" }).getByRole("listitem");
  await people.nth(11).waitFor();
  assert.equal(await people.count(), 12);
  await crowd(alice, { react: ["🎉", 13] });
  await people.nth(12).getByText("Person-13").waitFor();
  await alice.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("a reaction that is refused says so", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await open(alice, DIRECT);
  const text = fresh("Nobody laughs");
  await write(alice, text);
  await said(alice, text).locator(".row-tools").waitFor({ state: "attached" });
  await stage.backend.control({
    do: "answer",
    method: "PUT",
    path: "/conversations/dm%2Balice%2Bbob/messages/*",
    status: 403,
    body: { errorCode: "UNAUTHORIZED_TO_REACT", reasons: ["Not here."] },
  });
  await tool(alice, text, "React");
  await alice.getByRole("menuitemcheckbox", { name: "React with 😂" }).click();
  await alice.locator(".toast.error").getByText(/The reaction did not go out\..*Not here\./).waitFor();
  assert.equal(await said(alice, text).locator(".chip[data-emoji]").count(), 0);
});

test("an answer says when what it answers was deleted, and its quote leads there before", async () => {
  await Promise.all([open(alice, DIRECT), open(bob, DIRECT)]);
  const question = fresh("Delete me");
  await write(alice, question);
  await tool(bob, question, "Reply");
  const answer = fresh("Too late");
  await write(bob, answer);
  const quote = said(alice, answer).getByRole("button", { name: `Answer to You: ${question}` });
  await quote.click();
  await alice.waitForFunction(
    (text) => document.activeElement?.textContent?.includes(text),
    question,
  );
  await tool(alice, question, "More actions");
  await alice.getByRole("menuitem", { name: "Delete" }).click();
  await alice.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  for (const page of [alice, bob]) {
    await said(page, answer).getByText("This message was deleted").waitFor();
    assert.equal(await said(page, answer).getByRole("button", { name: /^Answer to/ }).count(), 0);
  }
});
