// Who reaches what, and how: the keyboard, a finger, forced colours, names that run the other way;
// and what counts as read.

import assert from "node:assert/strict";
import { test } from "node:test";

import { picture } from "./media.mjs";
import { DIRECT, PHONE, fresh, line, open, said, sendFiles, useTwo, write } from "./stage.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SWEDISH = "#/c/lakeside-swedish";

/** @type {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} */
let stage;
/** @type {Page} */
let alice;
/** @type {Page} */
let bob;

useTwo((all) => ({ stage, alice, bob } = all));

/** @param {Page} page @param {string} text */
const isFocused = (page, text) =>
  page.waitForFunction((text) => {
    const el = document.activeElement;
    return el?.matches(".row") && el.querySelector(".text")?.textContent === text;
  }, text);

/** @param {Page} page @param {string} text */
const sentRow = async (page, text) => {
  const row = said(page, text).last();
  await row.locator('.tick-slot[aria-label="Sent"], .tick-slot[aria-label="Read"]').waitFor();
  return row;
};

test("a conversation of any client has a title, members and a list", async () => {
  const subject = fresh("Made elsewhere");
  await bob.evaluate(async (subject) => {
    const { Session, oneOnOneId } = await import("talk-session");
    const session = new Session(await (await fetch("/config.json")).json());
    session.me = session.getUser({ id: "emre", name: "Emre Aydin", role: "default" });
    const alice = session.getUserById("alice");
    const two = session.getConversation({
      id: oneOnOneId(session.me, alice),
      participants: [session.me, alice],
    });
    await two.send("Who is hungry?");
    const three = session.getConversation({
      id: `three-${subject}`,
      participants: [session.me, alice, "bob"],
    });
    await three.send("And you two?");
    await session.getConversation({ id: subject, subject, participants: [alice] }).send("Hm");
    await session.destroy();
  }, subject);
  await open(alice, SWEDISH);
  const pair = line(alice, /^Emre Aydin.*Who is hungry/);
  const group = line(alice, /Emre and Bob/);
  await pair.waitFor();
  await group.waitFor();
  await line(alice, subject).waitFor();
  await alice.getByRole("radio", { name: "People" }).check();
  await pair.waitFor();
  await group.waitFor({ state: "detached" });
  await alice.getByRole("radio", { name: "Groups" }).check();
  await group.waitFor();
  await line(alice, subject).waitFor();
  await pair.waitFor({ state: "detached" });
  await alice.getByRole("radio", { name: "All" }).check();

  await pair.click();
  await alice.getByRole("heading", { name: "Emre Aydin", level: 1 }).waitFor();
  await group.click();
  await alice.locator(".chat-subtitle").getByText("You, Emre, and Bob").waitFor();
  await alice.getByRole("button", { name: "Conversation menu" }).click();
  await alice.getByRole("menuitem", { name: "Details and people" }).click();
  const people = alice.getByRole("dialog", { name: "Details" }).getByRole("listitem");
  assert.equal(await people.count(), 3);
  await alice.keyboard.press("Escape");

  // Whoever leaves is a member no more, for the others, too.
  await open(bob, `#/c/${encodeURIComponent(`three-${subject}`)}`);
  await bob.getByRole("button", { name: "Conversation menu" }).click();
  await bob.getByRole("menuitem", { name: "Leave conversation" }).click();
  await bob.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await alice.locator(".chat-subtitle").getByText("Just you two").or(
    alice.locator(".chat-subtitle").getByText(/^O(ff|n)line$/)).waitFor();
});

test("a chat of two is found behind more groups than one page has", async () => {
  const id = `gus-${process.pid}`;
  await bob.evaluate(async (id) => {
    const { Session } = await import("talk-session");
    const session = new Session(await (await fetch("/config.json")).json());
    session.me = session.getUser({ id: `${id}-friend`, name: "Old Friend", role: "default" });
    const gus = session.getUser({ id, name: "Gus", role: "default" });
    await gus.synchronize();
    await session.getConversation({ id: `${id}-two`, participants: [gus] }).send("Remember me?");
    const groups = Array.from({ length: 45 }, (_, i) =>
      session
        .getConversation({ id: `${id}-${i}`, subject: `Group ${i}`, participants: [gus] })
        .send("Hello"),
    );
    await Promise.all(groups);
    await session.destroy();
  }, id);
  const page = await stage.page(id);
  await line(page, /Group/).first().waitFor();
  assert.equal(await line(page, "Old Friend").count(), 0, "not among the first");
  await page.getByRole("radio", { name: "People" }).check();
  await line(page, "Old Friend").waitFor();
  assert.equal(await line(page, /Group/).count(), 0);
  await page.context().close();
});

test("Escape from a message's menu leads back to the message", async () => {
  await open(alice, DIRECT);
  const text = fresh("Menu");
  await write(alice, text);
  const row = await sentRow(alice, text);
  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menu", { name: "Message" }).waitFor();
  await alice.keyboard.press("Escape");
  await isFocused(alice, text);
});

test("a deleted message leaves the focus with its neighbour", async () => {
  await open(alice, DIRECT);
  const texts = [fresh("First"), fresh("Second"), fresh("Third")];
  for (const text of texts) await write(alice, text);
  const [first = "", second = "", third = ""] = texts;
  await sentRow(alice, third);
  for (const [gone, next] of [
    [second, third],
    [third, first],
  ]) {
    await (await sentRow(alice, gone ?? "")).focus();
    await alice.keyboard.press("Enter");
    await alice.getByRole("menuitem", { name: "Delete" }).click();
    await alice.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await said(alice, gone ?? "").waitFor({ state: "detached" });
    await isFocused(alice, next ?? "");
  }
  // And when somebody else takes it away.
  const other = fresh("Of Bob");
  await open(bob, DIRECT);
  await write(bob, other);
  await said(alice, other).focus();
  await (await sentRow(bob, other)).focus();
  await bob.keyboard.press("Enter");
  await bob.getByRole("menuitem", { name: "Delete" }).click();
  await bob.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await said(alice, other).waitFor({ state: "detached" });
  await isFocused(alice, first);
});

test("the messages are one stop of the Tab key, whatever is in them", async () => {
  await open(alice, DIRECT);
  const shot = await picture(alice, { name: "stop.png", width: 64, height: 48, colour: "#2060c0" });
  await sendFiles(alice, [shot, shot]);
  // Uploads take their time: what is written meanwhile would come before them.
  const pictures = alice.locator(".row.mine:not(.draft) .image-tile");
  await pictures.nth(1).waitFor();
  await write(alice, `${fresh("Links")} https://example.com/1 https://example.com/2`);
  await alice.locator(".row.mine .text a").last().waitFor();
  const last = fresh("No link");
  await write(alice, last);
  await sentRow(alice, last);
  const stops = () =>
    alice.evaluate(() => {
      const inside = [...document.querySelectorAll(".history *")];
      const stops = inside.filter((el) => el instanceof HTMLElement && el.tabIndex >= 0);
      return stops.map((el) => el.outerHTML.slice(0, 80));
    });
  await alice.getByRole("textbox", { name: "Message" }).focus();
  assert.equal((await stops()).length, 1, (await stops()).join("\n"));
  await alice.getByRole("button", { name: "Attach files" }).focus();
  await alice.keyboard.press("Shift+Tab");
  await isFocused(alice, last);
  // From a message with links on, Tab goes through them and out of the list.
  await alice.keyboard.press("ArrowUp");
  assert.equal((await stops()).length, 3, (await stops()).join("\n"));
  await alice.keyboard.press("Tab");
  await alice.keyboard.press("Tab");
  assert.equal(
    await alice.evaluate(() => document.activeElement?.getAttribute("href")),
    "https://example.com/2",
  );
  await alice.keyboard.press("Tab");
  assert.equal(await alice.evaluate(() => document.activeElement?.closest(".history")), null);
});

test("a finger that opened a menu chooses nothing by being lifted", async () => {
  const page = await stage.page("alice", { hash: DIRECT, ...PHONE });
  await page.locator(".row").first().waitFor();
  await page.getByText("Press and hold a message").waitFor();
  const text = fresh("Near the edge");
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).tap();
  const row = await sentRow(page, text);
  const { x, y, width, height } = (await row.locator(".bubble").boundingBox()) ?? assert.fail();
  const touch = await page.context().newCDPSession(page);
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  const menu = page.getByRole("menu", { name: "Message" });
  await menu.waitFor();
  const under = await page.evaluate(
    ([at]) => document.elementFromPoint(at?.x ?? 0, at?.y ?? 0)?.closest(".menu") !== null,
    touchPoints,
  );
  assert.equal(under, true, "the menu has come up under the finger");
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  // As browsers do it that give the lifted finger to what is under it now.
  await menu.getByRole("menuitem", { name: "Delete" }).evaluate((el) => {
    el.dispatchEvent(new PointerEvent("pointerup", { bubbles: true, pointerType: "touch" }));
    el.dispatchEvent(new PointerEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
  });
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await menu.count(), 1);
  await menu.getByRole("menuitem", { name: "Delete" }).tap();
  await page.getByRole("dialog", { name: "Delete this message?" }).waitFor();
  // Whoever has done it needs no hint any more.
  await page.getByRole("button", { name: "Cancel" }).tap();
  assert.equal(await page.locator(".hint:visible").count(), 0);
  await page.reload();
  await page.locator(".row").first().waitFor();
  assert.equal(await page.locator(".hint:visible").count(), 0);
  await page.context().close();
});

test("read is what was in view while the window had the focus", async () => {
  await Promise.all([open(alice, SWEDISH), open(bob, DIRECT)]);
  const page = await stage.page("alice", { hash: DIRECT, viewport: { width: 1100, height: 420 } });
  await page.locator(".row").first().waitFor();
  const focus = (/** @type {boolean} */ has) =>
    page.evaluate((has) => {
      Object.defineProperty(document, "hasFocus", { value: () => has, configurable: true });
      dispatchEvent(new Event(has ? "focus" : "blur"));
    }, has);
  const unread = line(page, /Bob Okafor/).locator(".badge");
  await unread.waitFor({ state: "detached" });

  await focus(false);
  const text = fresh("Are you looking?");
  await write(bob, text);
  await said(page, text).waitFor();
  await unread.getByText("1").waitFor();
  await focus(true);
  await unread.waitFor({ state: "detached" });
  await said(bob, text).locator('.tick-slot[aria-label="Read"]').waitFor();

  // Scrolled up, the newest is not in view: then it is not read either.
  for (let i = 0; i < 12; i++) await write(bob, fresh("Filler"));
  await unread.waitFor({ state: "detached" });
  await page.locator(".scroller").evaluate((el) => el.scrollTo(0, el.scrollHeight / 2));
  await page.getByRole("button", { name: "Go to the latest message" }).waitFor();
  const below = fresh("Down here");
  await write(bob, below);
  const pill = page.getByRole("button", { name: "1 new message" });
  await pill.waitFor();
  await unread.getByText("1").waitFor();
  await pill.click();
  await unread.waitFor({ state: "detached" });
  await page.context().close();
});

test("with forced colours one sees whose a message is, what is chosen and what is unread", async () => {
  const page = await stage.page("alice", { hash: SWEDISH, forcedColors: "active" });
  const text = fresh("Line by line");
  await open(bob, DIRECT);
  await write(bob, text);
  await line(page, /Bob Okafor/).locator(".badge").waitFor();
  // In one step: the list may be drawn again at any time.
  const look = (/** @type {string} */ selector) =>
    page.evaluate((selector) => {
      const el = document.querySelector(selector);
      if (!el) throw new Error(`no ${selector}`);
      const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(el);
      return { width: parseFloat(borderTopWidth), line: borderTopColor, back: backgroundColor };
    }, selector);
  const badge = await look(".conversation .badge");
  assert.ok(badge.width >= 1, JSON.stringify(badge));
  await page.locator(".conversation.active").waitFor();
  const [active, other] = [await look(".conversation.active"), await look(".conversation:not(.active)")];
  assert.notEqual(active.back, other.back);
  const chosen = await page.evaluate(() => {
    const back = (/** @type {string} */ selector) => {
      const el = document.querySelector(selector);
      return el && getComputedStyle(el, "::before").backgroundColor;
    };
    return [back(".tab:has(:checked)"), back(".tab:not(:has(:checked))")];
  });
  assert.notEqual(chosen[0], chosen[1]);

  await line(page, /Bob Okafor/).click();
  await said(page, text).waitFor();
  await write(page, fresh("Mine"));
  await page.locator(".row.mine .bubble").last().waitFor();
  const [theirs, mine] = [await look(".row:not(.mine) .bubble"), await look(".row.mine .bubble")];
  const widths = `a line around each, one's own thicker: ${theirs.width}, ${mine.width}`;
  assert.ok(theirs.width >= 1 && mine.width > theirs.width, widths);
  assert.notEqual(mine.line, theirs.line);
  await page.context().close();
});

test("a name that turns the order does so for itself only, and endings of files can be read", async () => {
  const [RLO, PDI] = ["\u202e", "\u2069"];
  await bob.evaluate(async ([RLO, PDI]) => {
    const { Session } = await import("talk-session");
    const session = new Session(await (await fetch("/config.json")).json());
    session.me = session.getUser({ id: "mallory", name: `Mal${PDI}${RLO}lory`, role: "default" });
    const conversation = session.getConversation({
      id: "turned",
      subject: `Turn${PDI}${RLO}ed`,
      participants: ["alice", "bob"].map((id) => session.getUserById(id)),
    });
    const filename = `holiday${RLO}gpj.exe`;
    const fileToken = await session.uploadFile(new Blob(["abc"]), { filename });
    await conversation.send({ content: [{ type: "file", fileToken }] });
    await session.destroy();
  }, [RLO, PDI]);
  await open(alice, "#/c/turned");
  const card = alice.locator(".file-card");
  await card.waitFor();
  assert.equal(await card.locator(".file-ending").innerText(), ".exe");
  assert.equal(await card.locator(".file-name").textContent(), "holidaygpj.exe");

  /** How far apart, from left to right, some words in a line are. */
  const order = (/** @type {string} */ selector, /** @type {string[]} */ words) =>
    alice.locator(selector).first().evaluate((el, words) => {
      const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
      /** @type {Map<string, number>} */
      const at = new Map();
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const word of words) {
          const from = node.textContent?.indexOf(word) ?? -1;
          if (from < 0 || at.has(word)) continue;
          const range = document.createRange();
          range.setStart(node, from);
          range.setEnd(node, from + word.length);
          at.set(word, range.getBoundingClientRect().left);
        }
      }
      return words.map((word) => at.get(word) ?? -1);
    }, words);
  const [you = 0, turned = 0, last = 0] = await order(".chat-subtitle", ["You", "Mal", "Bob"]);
  assert.ok(you < turned && turned < last && you >= 0, `${you} < ${turned} < ${last}`);
  await alice.getByRole("button", { name: "Conversation menu" }).click();
  await alice.getByRole("menuitem", { name: "Details and people" }).click();
  await alice.getByRole("dialog", { name: "Details" }).waitFor();
  await alice.keyboard.press("Escape");
  // In one line with what is not the name.
  await alice.getByRole("searchbox").fill("turn");
  const hit = alice.getByRole("region", { name: "Conversations" }).getByRole("link").first();
  await hit.waitFor();
  const bidi = await alice.evaluate(async ([RLO, PDI]) => {
    const { named, isolate } = await import("/js/names.js");
    const p = document.createElement("p");
    const inText = document.createElement("p");
    p.append("before ", named(`x${PDI}${RLO}yz`), " one two");
    inText.append(`before ${isolate(`x${PDI}${RLO}yz`)} one two`);
    document.body.append(p, inText);
    const result = [p, inText].map((el) => {
      const node = /** @type {Text} */ (el.lastChild);
      const text = node.data;
      const place = (/** @type {string} */ word) => {
        const range = document.createRange();
        range.setStart(node, text.indexOf(word));
        range.setEnd(node, text.indexOf(word) + word.length);
        return range.getBoundingClientRect().left;
      };
      return place("one") < place("two");
    });
    p.remove();
    inText.remove();
    return result;
  }, [RLO, PDI]);
  assert.deepEqual(bidi, [true, true]);
  await alice.getByRole("searchbox").fill("");
});

test("code of several lines is a block, and a translation that is none says so below its text", async () => {
  await Promise.all([open(alice, SWEDISH), open(bob, SWEDISH)]);
  await write(bob, `${fresh("Code")} \`\`\`one\n  two\`\`\``);
  const block = alice.locator(".text code").last();
  await block.waitFor();
  const { display, white, text } = await block.evaluate((el) => {
    const { display, whiteSpace } = getComputedStyle(el);
    return { display, white: whiteSpace, text: el.textContent };
  });
  assert.deepEqual([display, white, text], ["block", "pre", "one\n  two"]);

  const word = fresh("Hej");
  await write(bob, `${"Ett långt ord till, och ett till. ".repeat(3)}${word}`);
  const row = alice.locator(".row").filter({ hasText: word });
  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menuitem", { name: /^Translate to/ }).click();
  await row.getByText("Stand-in for a translation").waitFor();
  const apart = await row.evaluate((el) => {
    const range = document.createRange();
    range.selectNodeContents(/** @type {Element} */ (el.querySelector(".text")));
    const lines = [...range.getClientRects()];
    const [note, meta] = [".translated", ".meta"].map((name) =>
      el.querySelector(name)?.getBoundingClientRect(),
    );
    if (!note || !meta) throw new Error("no note");
    const bottom = Math.max(...lines.map((line) => line.bottom));
    return note.top >= bottom - 1 && (meta.left >= note.right || meta.top >= note.bottom - 1);
  });
  assert.equal(apart, true);
  // The button is another one now: whoever was on it is on its message.
  await row.getByRole("button", { name: "Show original" }).focus();
  await alice.keyboard.press("Enter");
  await row.getByRole("button", { name: "Show translation" }).waitFor();
  await alice.waitForFunction(
    (word) => document.activeElement?.matches(".row") && document.activeElement.textContent?.includes(word),
    word,
  );
});

test("visitors do not pile up where others are", async () => {
  const names = ["Una", "Ugo"].map((name) => `${name.toLowerCase()}-${process.pid}`);
  for (const id of names) {
    const page = await stage.page(id);
    await line(page, "Welcome to Parley").click();
    await page.getByText("Nobody is in here but you.", { exact: false }).waitFor();
    await page.context().close();
  }
  await open(alice, "#/c/welcome");
  await alice.locator(".chat-subtitle").getByText(/^You, (Bob|Carol), and (Bob|Carol)$/).waitFor();
  assert.equal(await line(alice, "Welcome to Parley").count(), 1);
});
