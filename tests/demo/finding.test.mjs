// Finding things: search, the choice of lists, unread counts; and reading them in one's language.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DIRECT, PHONE, fresh, line, open, said, useTwo, write } from "./stage.mjs";

const SEARCH = "/public_api/v1/demo/me/messages/search";
const SWEDISH = "#/c/lakeside-swedish";
/** So many messages that the first of them is not loaded with the conversation. */
const LINES = 40;

/** @type {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} */
let stage;
/** @type {import("playwright-core").Page} */
let alice;
/** @type {import("playwright-core").Page} */
let bob;

useTwo(async (all) => {
  ({ stage, alice, bob } = all);
  await line(bob, /Heron watch/).waitFor();
}, { prepare: watchHerons });

/**
 * A long conversation of both.
 *
 * @param {import("playwright-core").Page} page Alice's
 */
function watchHerons(page) {
  return page.evaluate(async (count) => {
    const { getTalkSession } = await import("talk-session");
    const { appId, host } = await (await fetch("/config.json")).json();
    const ref = getTalkSession({ appId, host, userId: "alice" }).conversation("heron");
    await ref.createIfNotExists({ subject: "Heron watch" });
    await ref.participant("bob").createIfNotExists();
    if ((await ref.get())?.lastMessage) return;
    await ref.send(`${"On and on they went, ".repeat(6)}until Zanzibar came in sight, at last.`);
    for (let i = 2; i <= count; i++) await ref.send(`Sighting ${i} of a heron, no oversight`);
  }, LINES);
}

/** @param {import("playwright-core").Page} page */
const field = (page) => page.getByRole("searchbox");

/** @param {import("playwright-core").Page} page @param {string} name */
const section = (page, name) => page.getByRole("region", { name, exact: true });

test("a search shows messages and conversations as they come, with the words marked", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await bob.goto(`${stage.url}?user=bob`);
  await line(bob, /Heron watch/).waitFor();
  // Each result on its own: the first must not wait for the last.
  await stage.backend.control({ do: "delay", ms: 250 });
  await field(bob).fill("heron SIGHT");
  const messages = section(bob, "Messages");
  await bob.waitForFunction(() => {
    const found = document.querySelector('section[aria-label="Messages"]');
    return found?.querySelector("li") && found.textContent?.includes("Searching…");
  });
  await stage.backend.control({ do: "delay", ms: 0 });
  await messages.getByRole("button", { name: "More messages" }).waitFor();
  assert.equal(await messages.getByRole("listitem").count(), 3);
  const first = messages.getByRole("listitem").first();
  assert.deepEqual(await first.locator("mark").allInnerTexts(), ["Sight", "heron"]);
  assert.match(await first.innerText(), /Alice\s*in Heron watch/);
  await messages.getByRole("button", { name: "More messages" }).click();
  await messages.getByRole("listitem").nth(12).waitFor();

  await field(bob).fill("heron");
  const conversations = section(bob, "Conversations");
  await conversations.getByRole("link", { name: /Heron watch/ }).waitFor();
  assert.deepEqual(await conversations.locator("mark").allInnerTexts(), ["Heron"]);
  await field(bob).fill("");
  await messages.waitFor({ state: "hidden" });
  await bob.locator(".conversation").first().waitFor();
});

test("a result leads to its message, however old, and a second time, too", async () => {
  await bob.goto(`${stage.url}?user=bob`);
  await field(bob).fill("zanz");
  const hit = section(bob, "Messages").getByRole("link");
  await hit.getByText("Zanz", { exact: true }).waitFor();
  assert.match(await hit.locator(".hit-snippet").innerText(), /^….*Zanzibar/, "cut to the word");
  for (const way of ["first", "second"]) {
    await hit.click();
    await bob.waitForFunction(() => {
      const row = document.activeElement;
      const { top, bottom } = row?.getBoundingClientRect() ?? { top: -1, bottom: 0 };
      const seen = top > 60 && bottom < innerHeight - 60;
      return seen && row?.matches(".row.flash") && row.textContent?.includes("Zanzibar");
    });
    assert.equal(new URL(bob.url()).hash, "#/c/heron", way);
    await bob.locator(".scroller").evaluate((el) => el.scrollTo(0, el.scrollHeight));
    await field(bob).focus();
  }
});

test("a conversation is found by who is in it, and opened by the keyboard", async () => {
  await bob.goto(`${stage.url}?user=bob`);
  await bob.locator(".conversation").nth(2).waitFor();
  await bob.keyboard.press("Control+k");
  await bob.keyboard.type("moreau");
  const links = section(bob, "Conversations").getByRole("link");
  await links.filter({ hasText: "Alice Moreau" }).first().waitFor();
  await section(bob, "Messages").getByText("No message has these words.").waitFor();
  await bob.keyboard.press("ArrowDown");
  await bob.keyboard.press("ArrowUp");
  await bob.waitForFunction(() => document.activeElement?.matches("input[type=search]"));
  await bob.keyboard.press("ArrowDown");
  const first = await links.first().locator(".hit-title").innerText();
  await bob.keyboard.press("Enter");
  await bob.getByRole("heading", { name: first, level: 1 }).waitFor();
  await field(bob).focus();
  await bob.keyboard.press("Escape");
  assert.equal(await field(bob).inputValue(), "");
  await bob.locator(".conversation").first().waitFor();
});

test("a search that finds nothing or fails says so, and can be tried again", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await field(alice).fill("qqqq");
  await section(alice, "Messages").getByText("No message has these words.").waitFor();
  await section(alice, "Conversations").getByText("No conversation has that name.").waitFor();
  await alice.getByRole("status").getByText("0 conversations, 0 messages").waitFor();

  const body = { errorCode: "SEARCH_RESTS", reasons: ["The search is resting."] };
  await stage.backend.control({ do: "answer", method: "GET", path: SEARCH, status: 400, body });
  await field(alice).fill("zanzibar");
  const messages = section(alice, "Messages");
  await messages.getByRole("alert").getByText(/^This search did not work\./).waitFor();
  await messages.getByRole("button", { name: "Try again" }).click();
  await messages.getByRole("link", { name: /Zanzibar/ }).waitFor();
  await field(alice).fill("");
  // The browser itself notes what the server refused.
  const others = stage.troubles.splice(0).filter((line) => !line.includes("400"));
  assert.deepEqual(others, []);
});

test("the lists: all, unread, groups, people, each kept up to date", async () => {
  const page = await stage.page("bob");
  const titles = () => page.locator(".conversation-title").allInnerTexts();
  const tab = (/** @type {string} */ name) => page.getByRole("radio", { name });
  await page.locator(".conversation").nth(3).waitFor();
  assert.equal((await titles()).length, 4);
  await tab("Groups").check();
  await line(page, /Alice Moreau/).waitFor({ state: "detached" });
  await line(page, /Heron watch/).waitFor();
  await tab("People").check();
  await line(page, /Heron watch/).waitFor({ state: "detached" });
  await line(page, /Alice Moreau/).waitFor();
  assert.deepEqual(await titles(), ["Alice Moreau"]);

  // Everything read; then one message brings its conversation into the list.
  await page.evaluate(async () => {
    const { getTalkSession } = await import("talk-session");
    const { appId, host } = await (await fetch("/config.json")).json();
    const session = getTalkSession({ appId, host, userId: "bob" });
    for (const id of ["heron", "welcome", "lakeside-swedish", "dm+alice+bob"]) {
      await session.conversation(id).markAsRead();
    }
  });
  await tab("Unread").check();
  await page.getByText("Nothing unread. Well done.").waitFor();
  assert.equal(await page.title(), "Parley – Bob Okafor");
  await open(alice, DIRECT);
  const [one, two] = [fresh("One"), fresh("Two")];
  await write(alice, one);
  await said(alice, one).locator('.tick-slot[aria-label="Sent"]').waitFor();
  await write(alice, two);
  const hers = line(page, /Alice Moreau/);
  await hers.getByText(two).waitFor();
  await hers.locator(".badge").getByText("2").waitFor();
  await page.getByRole("radio", { name: "Unread 1" }).waitFor();
  await page.waitForFunction(() => document.title === "(2) Parley – Bob Okafor");

  // What is opened stays while it is open, though it is read; then it goes.
  await hers.click();
  await said(page, two).waitFor();
  await page.waitForFunction(() => document.title === "Parley – Bob Okafor");
  await hers.locator(".badge").waitFor({ state: "detached" });
  assert.deepEqual(await titles(), ["Alice Moreau"]);
  await page.getByRole("textbox", { name: "Message" }).focus();
  await tab("All").check();
  await tab("Unread").check();
  await page.getByText("Nothing unread. Well done.").waitFor();
  await page.context().close();
});

test("a message is translated, the original is one click away, and an edit ends it", async (t) => {
  await open(alice, SWEDISH);
  const carol = await stage.page("carol", { hash: SWEDISH });
  const text = fresh("God morgon");
  await write(carol, text);
  const row = alice.locator(".row").filter({ hasText: text });
  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menuitem", { name: "Translate to British English" }).or(
    alice.getByRole("menuitem", { name: "Translate to English" })).click();
  await row.getByText(`[en] ${text}`, { exact: true }).waitFor();
  await row.getByRole("button", { name: "Show original" }).click();
  await row.getByText(text, { exact: true }).waitFor();
  await row.getByRole("button", { name: "Show translation" }).click();
  await row.getByText(`[en] ${text}`, { exact: true }).waitFor();

  await carol.getByRole("textbox", { name: "Message" }).focus();
  await carol.keyboard.press("ArrowUp");
  await carol.getByText("Change this message").waitFor();
  await write(carol, `${text} igen`);
  await row.getByText(`${text} igen`, { exact: true }).waitFor();
  assert.equal(await row.getByRole("button", { name: /^Show/ }).count(), 0);

  if (!stage.backend) return t.skip("the rest needs a backend with --control");
  await stage.backend.control({ do: "settings", settings: { translate: "off" } });
  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menuitem", { name: /^Translate to/ }).click();
  await row.getByText(/^Not translated\..*switched off/).waitFor();
  await stage.backend.control({ do: "settings", settings: { translate: "content" } });
  await row.getByRole("button", { name: "Try again" }).click();
  await row.getByText(`[en] ${text} igen`, { exact: true }).waitFor();
  await carol.context().close();
});

test("360 px: search, menus and reactions fit, and a result leads from the list and back", async () => {
  const page = await stage.page("bob", PHONE);
  const wide = () =>
    page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll("body *")]
        .filter((el) => {
          const { width, left, right } = el.getBoundingClientRect();
          const seen = width > 0 && !el.closest(".visually-hidden");
          return seen && (left < -1 || right > innerWidth + 1);
        })
        .map((el) => el.className),
    );
  await page.locator(".conversation").nth(3).waitFor();
  assert.deepEqual(await wide(), []);
  await field(page).fill("they");
  const hit = section(page, "Messages").getByRole("link", { name: /On and on/ });
  await hit.waitFor();
  assert.deepEqual(await wide(), []);
  await hit.tap();
  const row = page.locator(".row.flash");
  await row.waitFor();
  assert.equal(await page.locator(".list").isVisible(), false);
  await row.focus();
  await row.press("Enter");
  await page.getByRole("menu", { name: "Message" }).waitFor();
  assert.deepEqual(await wide(), []);
  await page.getByRole("menuitem", { name: "More emoji" }).tap();
  await page.getByRole("menu", { name: "Reactions" }).waitFor();
  assert.deepEqual(await wide(), []);
  await page.getByRole("menuitemcheckbox", { name: "React with 🌈" }).tap();
  await row.getByRole("button", { name: "🌈 1 reaction, one of them yours" }).waitFor();
  assert.deepEqual(await wide(), []);

  // A long press on a reaction shows who it was.
  const chip = row.locator(".chip", { hasText: "🌈" });
  const { x, y } = (await chip.boundingBox()) ?? assert.fail();
  const touch = await page.context().newCDPSession(page);
  const touchPoints = [{ x: x + 12, y: y + 12 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  const dialog = page.getByRole("dialog", { name: "Reactions" });
  await dialog.getByText("Bob Okafor (you)").waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  assert.deepEqual(await wide(), []);
  await dialog.getByRole("button", { name: "Close" }).last().tap();
  await page.goBack();
  await hit.waitFor();
  await page.context().close();
});
