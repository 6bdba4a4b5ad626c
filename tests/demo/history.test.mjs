// Long conversations: where they open, that only what is near the view is on the page, and how one
// gets to what is far away.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { LAKE, makeHistory } from "../../scripts/lib/history.mjs";
import { fresh, line, open, openStage, said } from "./stage.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** So many messages that they take many pages to load. */
const LONG = 1_300;
const UNREAD = 70;

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
/** @type {Page} */
let carol;

before(async () => {
  stage = await openStage();
  if (stage.backend) await makeHistory(stage.backend);
  carol = await stage.page("carol");
  await carol.locator(".conversation").nth(3).waitFor();
  await talk("many", "Line", LONG, "alice");
  await talk("short", "Word", 35, "alice");
  await talk("today", "Read", 12, "alice");
  await talk("today", "Unread", UNREAD);
});

after(() => stage?.close());

afterEach(() => {
  const found = stage.troubles.splice(0);
  assert.deepEqual(found, [], "a page reported errors");
});

/**
 * Carol says `Line 1`, `Line 2`, … in a conversation with Alice.
 *
 * @param {string} id
 * @param {string} word
 * @param {number} count
 * @param {string} [reader] who has read it all then
 */
const talk = (id, word, count, reader) =>
  carol.evaluate(
    async ({ id, word, count, reader }) => {
      const { getTalkSession } = await import("talk-session");
      const { appId, host } = await (await fetch("/config.json")).json();
      const as = (/** @type {string} */ userId) => getTalkSession({ appId, host, userId });
      const ref = as("carol").conversation(id);
      await ref.createIfNotExists({ subject: id });
      await ref.participant("alice").createIfNotExists();
      // Calls of one session arrive in order.
      const sent = Array.from({ length: count }, (_, i) => ref.send(`${word} ${i + 1}`));
      await Promise.all(sent);
      if (reader) await as(reader).conversation(id).markAsRead();
    },
    { id, word, count, reader },
  );

/** How the list stands, as one sees it. @param {Page} page */
const sight = (page) =>
  page.evaluate(() => {
    const scroller = document.querySelector(".scroller");
    const { top, bottom } = scroller?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
    const rows = [...document.querySelectorAll(".row")];
    const seen = rows.filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > top && box.top < bottom;
    });
    const text = (/** @type {Element | undefined} */ row) => row?.querySelector(".text")?.textContent;
    return { rows: rows.length, first: text(seen[0]), last: text(seen.at(-1)), seen: seen.length };
  });

/** @param {Page} page */
const isAtEnd = (page) =>
  page.waitForFunction(() => {
    const el = document.querySelector(".scroller");
    return el !== null && el.scrollHeight - el.scrollTop - el.clientHeight < 2;
  });

/** Waits until nothing has been loaded or moved for some frames. @param {Page} page */
const rest = (page) =>
  page.evaluate(async () => {
    const look = () => {
      const { scrollTop, scrollHeight } = document.querySelector(".scroller") ?? {};
      return `${scrollTop} ${scrollHeight}`;
    };
    for (let same = 0, before = ""; same < 30; ) {
      await new Promise((done) => requestAnimationFrame(done));
      same = look() === before ? same + 1 : 0;
      before = look();
    }
  });

test("more unread messages of today than a page: it opens at “New”, and stays there", async () => {
  const page = await stage.page("alice", { hash: "#/c/today" });
  await page.locator(".unread-line").waitFor();
  await rest(page);
  const place = await page.evaluate(() => {
    const line = document.querySelector(".unread-line");
    const row = line?.nextElementSibling;
    const view = document.querySelector(".scroller")?.getBoundingClientRect();
    const { top } = line?.getBoundingClientRect() ?? { top: -1 };
    return {
      next: row?.querySelector(".text")?.textContent,
      inView: view !== undefined && top >= view.top && top < view.bottom,
    };
  });
  assert.deepEqual(place, { next: "Unread 1", inView: true });
  assert.equal(await said(page, "Read 12").count(), 1, "the one before it, too");
  // What has not been in view is not read.
  await line(page, /today/).locator(".badge").getByText(String(UNREAD)).waitFor();
  await page.getByRole("button", { name: "Go to the latest message" }).click();
  await isAtEnd(page);
  await line(page, /today/).locator(".badge").waitFor({ state: "detached" });
  await page.context().close();
});

test("one way to the top loads one page, and Home keeps its message in sight", async () => {
  const page = await stage.page("alice", { hash: "#/c/many" });
  await said(page, `Line ${LONG}`).waitFor();
  const asked = await countPages(page);
  await page.locator(".scroller").evaluate((el) => el.scrollTo(0, 0));
  await said(page, `Line ${LONG - 29}`).waitFor();
  await rest(page);
  assert.ok(asked() <= 2, `${asked()} pages of older messages`);
  // The rest of the view has what came above it.
  const first = Number((await sight(page)).first?.slice(5));
  assert.ok(first > LONG - 40 && first <= LONG - 29, `the place is a message: ${first}`);

  await said(page, `Line ${LONG - 25}`).focus();
  await page.keyboard.press("Home");
  await rest(page);
  const focused = await page.evaluate(() => {
    const row = document.activeElement;
    const view = document.querySelector(".scroller")?.getBoundingClientRect();
    const { top, bottom } = row?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
    const inView = view && top >= view.top && bottom <= view.bottom;
    return [row?.matches(".row"), inView, row?.querySelector(".text")?.textContent];
  });
  assert.deepEqual(focused.slice(0, 2), [true, true]);
  const at = Number(focused[2]?.replace("Line ", ""));
  assert.ok(at <= LONG - 59, `the oldest that was loaded: ${at}`);
  assert.ok(asked() <= 4, `${asked()} pages of older messages`);

  await page.keyboard.press("End");
  await isAtEnd(page);
  await page.waitForFunction(
    (text) => document.activeElement?.querySelector(".text")?.textContent === text,
    `Line ${LONG}`,
  );
  await page.context().close();
});

/** Counts the pages of older messages that a page asks for from now on. @param {Page} page */
async function countPages(page) {
  await stage.backend?.control({ do: "log" });
  let count = 0;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.webSocketFrameSent", ({ response }) => {
    if (/\/messages\b.*"(?:limit|cursor)"/.test(response.payloadData)) count += 1;
  });
  return () => count;
}

test("what is on the page, and what a message changes there, does not grow with what is loaded", async () => {
  const small = await costOfMessages("short", 35);
  const large = await costOfMessages("many", LONG);
  assert.ok(large.rows <= 80, `${large.rows} rows for ${LONG} messages`);
  assert.ok(large.nodes < 3_000, `${large.nodes} nodes`);
  for (const cost of [small, large]) {
    assert.equal(cost.added, 1, "one row comes for each message");
    assert.ok(cost.touched <= 3, `${cost.touched} rows are touched`);
  }
  assert.ok(large.removed <= 1.5, `${large.removed} rows go`);
});

/**
 * Loads all of a conversation, and counts what ten messages change on the page.
 *
 * @param {string} id
 * @param {number} count how many messages there are
 */
async function costOfMessages(id, count) {
  const page = await stage.page("alice", { hash: `#/c/${id}` });
  await page.locator(".row").first().waitFor();
  await page.waitForFunction(
    () => {
      document.querySelector(".scroller")?.scrollTo(0, 0);
      return document.querySelector(".history-top")?.textContent?.startsWith("This is the start");
    },
    undefined,
    { polling: "raf" },
  );
  await page.locator(".scroller").evaluate((el) => el.scrollTo(0, el.scrollHeight));
  await isAtEnd(page);
  await rest(page);
  await page.evaluate(() => {
    const seen = { added: 0, removed: 0, touched: new Set(), batches: 0 };
    Object.assign(window, { seen });
    const history = document.querySelector(".history");
    if (!history) throw new Error("no history");
    const isRow = (/** @type {Node} */ node) => node instanceof Element && node.matches(".row");
    new MutationObserver((changes) => {
      for (const { target, addedNodes, removedNodes } of changes) {
        seen.added += [...addedNodes].filter(isRow).length;
        seen.removed += [...removedNodes].filter(isRow).length;
        const el = target instanceof Element ? target : target.parentElement;
        const row = el?.closest(".row");
        if (row) seen.touched.add(row);
      }
    }).observe(history, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  const MESSAGES = 10;
  for (let i = 0; i < MESSAGES; i++) {
    const text = fresh("Another");
    await carol.evaluate(
      async ({ id, text }) => {
        const { getTalkSession } = await import("talk-session");
        const { appId, host } = await (await fetch("/config.json")).json();
        await getTalkSession({ appId, host, userId: "carol" }).conversation(id).send(text);
      },
      { id, text },
    );
    await said(page, text).waitFor();
  }
  await isAtEnd(page);
  const cost = await page.evaluate(() => {
    const { added, removed, touched } = /** @type {any} */ (window).seen;
    const rows = document.querySelectorAll(".row").length;
    const nodes = document.querySelectorAll(".history *").length;
    return { added, removed, touched: touched.size, rows, nodes };
  });
  await page.context().close();
  assert.ok(count > 0);
  return {
    ...cost,
    added: cost.added / MESSAGES,
    removed: cost.removed / MESSAGES,
    touched: cost.touched / MESSAGES,
  };
}

test("a search hit more than a thousand messages back is reached", async () => {
  const page = await stage.page("alice");
  await page.getByRole("searchbox").fill("line 3");
  const messages = page.getByRole("region", { name: "Messages", exact: true });
  await messages.getByRole("button", { name: "More messages" }).waitFor();
  // The oldest of them is far down the results: its address leads there as well.
  const id = await idOf("many", "Line 3");
  await open(page, `#/c/many/m/${encodeURIComponent(id)}`);
  await said(page, "Line 3").and(page.locator(".row.flash:focus")).waitFor();
  await rest(page);
  const { first, seen } = await sight(page);
  assert.ok(seen > 5 && Number(first?.slice(5)) < 4, `around it: ${first}`);
  // And back to the end in one step.
  await page.getByRole("button", { name: "Go to the latest message" }).click();
  await isAtEnd(page);
  assert.match((await sight(page)).last ?? "", /^(Line|Another) /);
  await page.context().close();
});

test("a message that is too far back or deleted is told apart from one that is there", async () => {
  const page = await stage.page("alice");
  await page.route("**/js/message-list.js", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("FARTHEST = 10_000", "FARTHEST = 200");
    await route.fulfill({ response, body });
  });
  await page.reload();
  const id = await idOf("many", "Line 5");
  await open(page, `#/c/many/m/${encodeURIComponent(id)}`);
  await page.getByText(/^That message, of .*, is too far back to go to\./).first().waitFor();
  await open(page, "#/c/many/m/none-such");
  await page.getByText("That message was deleted.").first().waitFor();
  await page.context().close();
});

/**
 * The ID of a message of Carol's.
 *
 * @param {string} conversation
 * @param {string} text
 * @returns {Promise<string>}
 */
const idOf = (conversation, text) =>
  carol.evaluate(
    async ({ conversation, text }) => {
      const { getTalkSession } = await import("talk-session");
      const { appId, host } = await (await fetch("/config.json")).json();
      const ref = getTalkSession({ appId, host, userId: "carol" }).conversation(conversation);
      const list = ref.subscribeMessages();
      let state = await list.connected;
      while (!state.loadedAll) {
        await list.loadMore(100);
        state = /** @type {any} */ (list.state);
      }
      list.unsubscribe();
      const found = state.latestSnapshot?.find(({ plaintext }) => plaintext === text);
      return found?.id ?? "";
    },
    { conversation, text },
  );

test("a deep scroll and a drag of the scroll bar show messages, not emptiness", async () => {
  const page = await stage.page("alice", { hash: "#/c/many" });
  await page.locator(".row").first().waitFor();
  for (let i = 0; i < 6; i++) {
    await page.locator(".scroller").evaluate((el) => el.scrollTo(0, 0));
    await rest(page);
  }
  for (const share of [0.5, 0.1, 0.9, 0.3]) {
    await page.locator(".scroller").evaluate((el, share) => {
      el.scrollTo(0, el.scrollHeight * share);
    }, share);
    await rest(page);
    const { seen, rows } = await sight(page);
    assert.ok(seen >= 5, `${seen} of ${rows} rows are in view at ${share}`);
  }
  await page.context().close();
});

test("the first weeks: long, with pictures, unread messages of today, and words to find", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  const page = await stage.page("alice");
  await line(page, /Lake house/).click();
  await page.locator(".unread-line").waitFor();
  await page.getByText("Today", { exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, `#/c/${LAKE}`);
  await page.getByRole("searchbox").fill("zeppelin");
  const hits = page.getByRole("region", { name: "Messages", exact: true }).getByRole("link");
  await hits.first().click();
  await page.locator(".row.flash").getByText(/zeppelin/).waitFor();
  const pictures = await carol.evaluate(async (id) => {
    const { getTalkSession } = await import("talk-session");
    const { appId, host } = await (await fetch("/config.json")).json();
    const list = getTalkSession({ appId, host, userId: "carol" }).conversation(id).subscribeMessages();
    let state = await list.connected;
    while (!state.loadedAll) {
      await list.loadMore(100);
      state = /** @type {any} */ (list.state);
    }
    list.unsubscribe();
    const all = state.latestSnapshot ?? [];
    const days = new Set(all.map(({ createdAt }) => new Date(createdAt).toDateString())).size;
    return [all.filter(({ content: [block] }) => block?.type === "file").length, days, all.length];
  }, LAKE);
  const [images = 0, days = 0, all = 0] = pictures;
  assert.ok(images >= 8 && days >= 21 && all > 150, pictures.join(", "));
  await page.context().close();
});
