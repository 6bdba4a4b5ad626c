// What the page tells of without being looked at: how much is unread, in its title, and messages in
// conversations that are not on screen, in notes. And that no session is left behind.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DIRECT, fresh, line, open, said, useTwo, write } from "./stage.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SWEDISH = "#/c/lakeside-swedish";
const WELCOME = "#/c/welcome";

/** @type {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} */
let stage;
/** @type {Page} */
let alice;
/** @type {Page} */
let bob;

useTwo(async (all) => {
  ({ stage, alice, bob } = all);
  await open(bob, DIRECT);
}, { script: remember });

/** Runs in a page: keeps what each note has ever said. */
function remember() {
  /** @type {Set<string>} */
  const all = new Set();
  Object.assign(window, { everNoted: () => [...all] });
  new MutationObserver(() => {
    for (const body of document.querySelectorAll(".news-body")) all.add(body.textContent ?? "");
  }).observe(document, { childList: true, subtree: true });
}

/** @param {Page} page @returns {Promise<string[]>} */
const everNoted = (page) => page.evaluate(() => /** @type {any} */ (window).everNoted());

/** @param {Page} page */
const notes = (page) => page.locator(".toast.news");

/** @param {Page} page @param {string} text */
const note = (page, text) => notes(page).filter({ hasText: text });

/**
 * Shows a conversation in a page without notes, and waits until it hears of messages.
 *
 * @param {Page} page
 * @param {string} hash
 */
async function begin(page, hash) {
  await open(page, hash);
  await page.reload();
  await page.locator(".conversation").first().waitFor();
  await page.mouse.move(0, 0);
}

/**
 * Lets a page believe that it is hidden, or seen again: one without a screen always is seen.
 *
 * @param {Page} page
 * @param {"hidden" | "visible"} state
 */
const become = (page, state) =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

/**
 * Somebody sends something in a conversation with Alice.
 *
 * @param {{by: string, name: string, to: string, subject?: string, texts: string[]}} what
 */
const send = (what) =>
  bob.evaluate(async ({ by, name, to, subject, texts }) => {
    const { Session } = await import("talk-session");
    const session = new Session(await (await fetch("/config.json")).json());
    session.me = session.getUser({ id: by, name, role: "default" });
    const conversation = session.getConversation({
      id: to,
      ...(subject ? { subject } : {}),
      participants: [session.getUserById("alice")],
    });
    for (const text of texts) await conversation.send(text);
    await session.destroy();
  }, what);

/**
 * Alice reads or mutes the chat with Bob, in a session that is not her page's.
 *
 * @param {"read" | "mute" | "unmute"} what
 */
const elsewhere = (what) =>
  bob.evaluate(async (what) => {
    const { Session } = await import("talk-session");
    const session = new Session(await (await fetch("/config.json")).json());
    session.me = session.getUserById("alice");
    const conversation = session.conversation("dm+alice+bob");
    if (what === "read") await conversation.markAsRead();
    else await conversation.set({ notify: what === "unmute" });
    await session.destroy();
  }, what);

/** @param {Page} page @param {string} title */
const titled = (page, title) => page.waitForFunction((title) => document.title === title, title);

test("the first conversations are no news, and nobody who wrote them stays behind", async () => {
  const texts = ["After the first ones"];
  await send({ by: "emre", name: "Emre", to: "dm+alice+emre", texts });
  await note(alice, "After the first ones").waitFor();
  assert.deepEqual(await everNoted(alice), texts);

  // Her page wrote as Carol, too, whose own window nobody has opened.
  await open(alice, WELCOME);
  await alice.getByRole("button", { name: "Conversation menu" }).click();
  await alice.getByRole("menuitem", { name: "Details and people" }).click();
  const people = alice.getByRole("dialog", { name: "Details" }).getByRole("listitem");
  await people.filter({ hasText: "Bob Okafor" }).getByText("Online", { exact: true }).waitFor();
  await people.filter({ hasText: "Carol" }).getByText("Offline", { exact: true }).waitFor();
  await alice.keyboard.press("Escape");
});

test("the title has the number of unread messages, and none at 0", async () => {
  // Somebody new: what is unread from an earlier run would count, too.
  const dora = `dora-${process.pid}`;
  const page = await stage.page(dora);
  await titled(page, `Parley – Dora ${process.pid}`);
  await bob.evaluate(async (dora) => {
    const { Session } = await import("talk-session");
    const session = new Session(await (await fetch("/config.json")).json());
    session.me = session.getUserById("bob");
    for (const id of [`${dora}-one`, `${dora}-two`]) {
      const participants = [session.getUserById(dora)];
      const conversation = session.getConversation({ id, subject: id, participants });
      await conversation.send("One");
      await conversation.send("Two");
    }
    await session.destroy();
  }, dora);
  await titled(page, `(4) Parley – Dora ${process.pid}`);
  await page.reload();
  await titled(page, `(4) Parley – Dora ${process.pid}`);
  await line(page, `${dora}-one`).click();
  await titled(page, `(2) Parley – Dora ${process.pid}`);
  await line(page, `${dora}-two`).click();
  await titled(page, `Parley – Dora ${process.pid}`);

  // Marked as unread by hand, there is no message to count: it counts for one.
  await page.getByRole("button", { name: "Conversation menu" }).click();
  await page.getByRole("menuitem", { name: "Mark as unread" }).click();
  await titled(page, `(1) Parley – Dora ${process.pid}`);
  await page.context().close();
});

test("a message elsewhere is shown and said, and a click leads to it", async () => {
  await begin(alice, SWEDISH);
  const text = fresh("Do you see this");
  await write(bob, text);
  const hers = note(alice, text);
  await hers.waitFor();
  assert.equal(await hers.locator(".news-name").innerText(), "Bob Okafor");
  assert.equal(await hers.locator(".news-subject").count(), 0, "a chat of two has none");
  const picture = hers.locator(".avatar img");
  await alice.waitForFunction(() => {
    const img = document.querySelector(".toast .avatar img");
    return img instanceof HTMLImageElement && img.complete && img.naturalWidth > 0;
  });
  const listed = line(alice, /Bob Okafor/).locator(".avatar img");
  assert.equal(await picture.getAttribute("src"), await listed.getAttribute("src"));
  await alice.getByRole("log").getByText(`Bob Okafor: ${text}`, { exact: true }).waitFor();
  const live = alice.locator("[aria-live]").filter({ hasText: text });
  assert.equal(await live.getAttribute("aria-live"), "polite");

  await hers.getByRole("link").click();
  await said(alice, text).and(alice.locator(".row.flash:focus")).waitFor();
  assert.equal(new URL(alice.url()).hash, DIRECT);
  assert.equal(await notes(alice).count(), 0);
});

test("a note has the subject, and is used by the keyboard alone", async () => {
  await begin(alice, SWEDISH);
  await open(bob, WELCOME);
  const text = fresh("Up here");
  await write(bob, text);
  const hers = note(alice, text);
  await hers.getByText("Welcome to Parley", { exact: true }).waitFor();
  await alice.getByRole("log").getByText(`Bob Okafor in Welcome to Parley: ${text}`).waitFor();

  // Escape closes it, and the focus goes back to where it came from.
  const field = alice.getByRole("textbox", { name: "Message" });
  await field.focus();
  await hers.getByRole("link").focus();
  await alice.keyboard.press("Escape");
  await hers.waitFor({ state: "detached" });
  await alice.waitForFunction(() => document.activeElement?.matches("textarea"));

  const again = fresh("And again");
  await write(bob, again);
  await note(alice, again).getByRole("link").focus();
  await alice.keyboard.press("Tab");
  await alice.keyboard.press("Shift+Tab");
  await alice.keyboard.press("Enter");
  await said(alice, again).and(alice.locator(".row.flash:focus")).waitFor();
  await alice.getByRole("heading", { name: "Welcome to Parley", level: 1 }).waitFor();
  await open(bob, DIRECT);
});

test("no note for what one sees, writes or has muted", async () => {
  await begin(alice, DIRECT);
  const [seen, own] = [fresh("Seen"), fresh("Own")];
  const [muted, last] = [fresh("Muted"), fresh("Last")];
  await write(bob, seen);
  await said(alice, seen).waitFor();

  // The same person in a second window: what she writes there is no news to the first.
  const second = await stage.page("alice", { hash: DIRECT });
  await open(alice, SWEDISH);
  await write(second, own);
  await line(alice, /Bob Okafor/).getByText(own).waitFor();
  // Open there, the rest would be read at once.
  await second.context().close();

  const bell = line(alice, /Bob Okafor/).locator(".icon.muted");
  await elsewhere("mute");
  await bell.waitFor();
  await write(bob, muted);
  await line(alice, /Bob Okafor/).getByText(muted).waitFor();
  await elsewhere("unmute");
  await bell.waitFor({ state: "detached" });

  await write(bob, last);
  await note(alice, last).waitFor();
  const ever = await everNoted(alice);
  for (const text of [seen, muted, own]) assert.ok(!ever.includes(text), text);
});

test("a hidden page has notes, also of the open conversation, until it is seen again", async () => {
  const page = await stage.page("alice");
  await begin(page, DIRECT);
  await page.clock.install();
  await become(page, "hidden");
  const text = fresh("Are you there");
  const other = fresh("Elsewhere");
  await write(bob, text);
  await note(page, text).waitFor();
  await send({ by: "emre", name: "Emre", to: "dm+alice+emre", texts: [other] });
  await note(page, other).waitFor();
  // Nobody can have read them by now.
  await page.clock.fastForward(20_000);
  assert.equal(await notes(page).count(), 2);
  await become(page, "visible");
  await note(page, text).waitFor({ state: "detached" });
  assert.equal(await note(page, other).count(), 1);
  await page.clock.fastForward(9_000);
  await note(page, other).waitFor({ state: "detached" });
  await page.context().close();
});

test("a note goes by itself, but not from under the pointer or the focus", async () => {
  const page = await stage.page("alice");
  await begin(page, SWEDISH);
  await page.clock.install();
  const hers = notes(page);
  await write(bob, fresh("Short-lived"));
  await hers.waitFor();
  await page.clock.fastForward(9_000);
  await hers.waitFor({ state: "detached" });

  await write(bob, fresh("Looked at"));
  await hers.hover();
  await page.clock.fastForward(20_000);
  assert.equal(await hers.count(), 1);
  await hers.getByRole("link").focus();
  await page.mouse.move(0, 0);
  await page.clock.fastForward(20_000);
  assert.equal(await hers.count(), 1);
  await page.getByRole("textbox", { name: "Message" }).focus();
  assert.equal(await hers.count(), 1, "its time begins again");
  await page.clock.fastForward(9_000);
  await hers.waitFor({ state: "detached" });
  await page.context().close();
});

test("one note for each conversation with the newest text, and three at the most", async () => {
  await begin(alice, SWEDISH);
  const newest = fresh("Three");
  for (const text of [fresh("One"), fresh("Two"), newest]) await write(bob, text);
  await note(alice, newest).getByText("3 new messages").waitFor();
  assert.equal(await notes(alice).count(), 1);

  for (const name of ["Emre", "Farah"]) {
    const by = name.toLowerCase();
    await send({ by, name, to: `dm+alice+${by}`, texts: ["Me, too"] });
    await note(alice, name).waitFor();
  }
  // The oldest is now Emre's: Bob's has something new.
  await write(bob, fresh("Four"));
  await notes(alice).getByText("4 new messages").waitFor();
  await send({ by: "gus", name: "Gus", to: "dm+alice+gus", texts: ["And me"] });
  await note(alice, "Gus").waitFor();
  const names = await notes(alice).locator(".news-name").allInnerTexts();
  assert.deepEqual(names, ["Bob Okafor", "Farah", "Gus"]);
});

test("what is read elsewhere is no news any more", async () => {
  await begin(alice, SWEDISH);
  const text = fresh("Read me there");
  await write(bob, text);
  await note(alice, text).waitFor();
  await line(alice, /Bob Okafor/).locator(".badge").waitFor();
  await elsewhere("read");
  await note(alice, text).waitFor({ state: "detached" });
});

test("after a lost connection each message is told once", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await begin(alice, SWEDISH);
  const [missed, next] = [fresh("Missed"), fresh("Next")];
  await stage.backend.control({ do: "drop", user: "alice" });
  await write(bob, missed);
  await note(alice, missed).waitFor();
  await write(bob, next);
  await note(alice, next).getByText("2 new messages").waitFor();
});

test("360 px: notes lie below the header, none is too wide, and nothing moves if unwanted", async () => {
  const page = await stage.page("alice", {
    hash: SWEDISH,
    viewport: { width: 360, height: 640 },
    reducedMotion: "reduce",
  });
  await page.locator(".row").first().waitFor();
  const long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung ".repeat(4);
  await write(bob, long);
  await send({ by: "long", name: long, to: "long-one", subject: long, texts: [long] });
  await send({ by: "layla", name: "ليلى", to: "dm+alice+layla", texts: ["صباح الخير! 🍞"] });
  await notes(page).nth(2).waitFor();
  const box = async (/** @type {string} */ selector) =>
    (await page.locator(selector).boundingBox()) ?? assert.fail(selector);
  const header = await box(".chat-header");
  const composer = await box(".composer");
  for (const one of await notes(page).all()) {
    const { x, y, width, height } = (await one.boundingBox()) ?? assert.fail();
    assert.ok(x >= 0 && x + width <= 360, `${x} to ${x + width}`);
    assert.ok(y >= header.y + header.height && y + height <= composer.y, `${y} to ${y + height}`);
    assert.ok(height < 130, `${height}: two lines of text at the most`);
  }
  const moves = await notes(page).first().evaluate((el) => getComputedStyle(el).animationDuration);
  assert.ok(parseFloat(moves) < 0.001, moves);
  await page.context().close();
});

test("who leaves the page is gone at once, and comes back with a new session", async () => {
  const page = await stage.page("bob");
  await bob.goto("about:blank");
  const presence = line(alice, /Bob Okafor/).locator(".presence");
  await open(alice, SWEDISH);
  await presence.and(alice.locator(".online")).waitFor();
  // As when the browser keeps the page to show it again.
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  });
  await presence.and(alice.locator(".offline")).waitFor();
  await Promise.all([
    page.waitForEvent("load"),
    page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))),
  ]);
  await presence.and(alice.locator(".online")).waitFor();
  await page.context().close();
});
