// History, sizes, colours and the keyboard: the demo in every place it is used.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { PHONE, fresh, line, openStage, said, write } from "./stage.mjs";

const LONG = `#/c/long`;
const LINES = 95;

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;

before(async () => {
  stage = await openStage();
  const page = await stage.page("carol");
  await page.getByRole("link", { name: "Welcome to Parley" }).waitFor();
  await page.evaluate(
    async ({ config, count }) => {
      const { getTalkSession } = await import("talk-session");
      const { appId, host } = await (await fetch(config)).json();
      const session = getTalkSession({ appId, host, userId: "carol" });
      const ref = session.conversation("long");
      await ref.createIfNotExists({ subject: "Long story" });
      await ref.participant("alice").createIfNotExists();
      if ((await ref.get())?.lastMessage) return;
      for (let i = 1; i <= count; i++) await ref.send(`Line ${i}`);
      // Unread, it would open at its first line.
      await getTalkSession({ appId, host, userId: "alice" }).conversation("long").markAsRead();
    },
    { config: "/config.json", count: LINES },
  );
  await page.context().close();
});

after(() => stage.close());

afterEach(() => {
  const found = stage.troubles.splice(0);
  assert.deepEqual(found, [], "a page reported errors");
});

test("a reload shows the history again, at the newest message", async () => {
  const page = await stage.page("alice", { hash: LONG });
  await said(page, `Line ${LINES}`).waitFor();
  const text = fresh("Remember me");
  await write(page, text);
  await said(page, text).locator('.tick-slot[aria-label="Sent"]').waitFor();
  await page.reload();
  await said(page, text).waitFor();
  await page.waitForFunction(() => {
    const el = document.querySelector(".scroller");
    return el !== null && el.scrollHeight - el.scrollTop - el.clientHeight < 2;
  });
  await page.context().close();
});

test("older messages load while scrolling up, and the view stays where it is", async () => {
  const page = await stage.page("alice", { hash: LONG });
  await said(page, `Line ${LINES}`).waitFor();
  const scroller = page.locator(".scroller");
  const count = () => page.locator(".row").count();
  await scroller.evaluate((el) => el.scrollTo(0, 620));
  const before = await count();
  assert.ok(before < LINES, `only a part is loaded at first: ${before}`);

  // Watches one line from the moment of the scroll: it may move with the scroll and never after.
  const moved = await scroller.evaluate(
    (el, before) =>
      new Promise((done) => {
        el.scrollTo(0, 400);
        const rows = () => [...el.querySelectorAll(".row")];
        const line = rows().find(
          (row) => row.getBoundingClientRect().top > el.getBoundingClientRect().top,
        );
        const top = line?.getBoundingClientRect().top ?? 0;
        const check = () => {
          if (rows().length === before) return requestAnimationFrame(check);
          requestAnimationFrame(() =>
            done(Math.abs((line?.getBoundingClientRect().top ?? 0) - top)),
          );
        };
        check();
      }),
    before,
  );
  assert.ok(Number(moved) <= 2, `the line moved by ${moved} px`);

  // On to the very start.
  await page.waitForFunction(() => {
    document.querySelector(".scroller")?.scrollTo(0, 0);
    return document
      .querySelector(".history-top")
      ?.textContent?.includes("start of the conversation");
  });
  assert.equal(await said(page, "Line 1").count(), 1);
  // Back down, a view at a time: each line once, in order, though never all are on the page.
  const numbers = await scroller.evaluate(async (el) => {
    /** @type {number[]} */
    const found = [];
    for (;;) {
      const bottom = el.getBoundingClientRect().bottom;
      for (const row of el.querySelectorAll(".row")) {
        const [, number] = /^Line (\d+)$/.exec(row.querySelector(".text")?.textContent ?? "") ?? [];
        const isNext = Number(number) > (found.at(-1) ?? 0);
        if (number && isNext && row.getBoundingClientRect().bottom <= bottom) found.push(Number(number));
      }
      if (el.scrollTop + el.clientHeight >= el.scrollHeight - 2) return found;
      el.scrollBy(0, el.clientHeight / 2);
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
  });
  assert.deepEqual(
    numbers,
    Array.from({ length: LINES }, (_, i) => i + 1),
  );
  await page.context().close();
});

test("a new message does not pull the reader down, a pill leads there", async () => {
  const page = await stage.page("alice", { hash: LONG });
  const carol = await stage.page("carol", { hash: LONG });
  await said(page, `Line ${LINES}`).waitFor();
  await page
    .locator(".scroller")
    .evaluate((el) => el.scrollTo(0, el.scrollHeight - el.clientHeight - 500));
  await page.getByRole("button", { name: "Go to the latest message" }).waitFor();
  const place = () =>
    said(page, `Line ${LINES - 15}`).evaluate((el) => el.getBoundingClientRect().top);
  const there = await place();
  const text = fresh("Down here");
  await write(carol, text);
  const pill = page.getByRole("button", { name: "1 new message" });
  await pill.waitFor();
  // Rows are fractions of a pixel high, and a browser may scroll by whole ones.
  assert.ok(Math.abs((await place()) - there) <= 1, "the reader stays where they are");
  await pill.click();
  await pill.waitFor({ state: "hidden" });
  await page.waitForFunction(() => {
    const el = document.querySelector(".scroller");
    return el !== null && el.scrollHeight - el.scrollTop - el.clientHeight < 2;
  });
  await page.context().close();
  await carol.context().close();
});

test("everything works from the keyboard alone", async () => {
  const page = await stage.page("bob");
  await page.locator(".conversation").nth(1).waitFor();
  const focused = () =>
    page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.className,
    );
  const tabTo = async (/** @type {string} */ wanted) => {
    for (let i = 0; i < 15; i++) {
      await page.keyboard.press("Tab");
      if ((await focused())?.startsWith(wanted)) return;
    }
    assert.fail(`Tab never reached ${wanted}`);
  };
  await tabTo("conversation");
  await page.keyboard.press("ArrowDown");
  const title = await page.evaluate(
    () => document.activeElement?.querySelector(".conversation-title")?.textContent,
  );
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: title ?? "" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");

  const text = fresh("By hand");
  await page.keyboard.type(text);
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  const row = page.locator(".row").filter({ hasText: text });
  await row.locator(".tick-slot").waitFor();
  assert.equal(await row.locator(".text").innerText(), `${text}\nsecond line`);

  // The last own message, by the arrow; Escape gives the field back.
  await page.keyboard.press("ArrowUp");
  await page.getByText("Change this message").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Change this message").waitFor({ state: "hidden" });

  // Back to the messages, and the menu of one.
  await row.locator('.tick-slot[aria-label="Sent"]').waitFor();
  for (
    let i = 0;
    i < 4 && (await focused()) !== `You, ${await row.locator("time").innerText()}`;
    i++
  ) {
    await page.keyboard.press("Shift+Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("menu", { name: "Message" }).waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Delete this message?" });
  await dialog.waitFor();
  await dialog.getByRole("button", { name: "Delete" }).focus();
  await page.keyboard.press("Enter");
  await row.waitFor({ state: "detached" });

  // Escape leads back to the list, on the open conversation.
  await page.getByRole("textbox", { name: "Message" }).focus();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-current") === "page");
  await page.context().close();
});

test("a group is started with people and a subject, and they see it", async () => {
  const page = await stage.page("alice");
  const carol = await stage.page("carol");
  await carol.locator(".conversation").nth(1).waitFor();
  const subject = fresh("Picnic");
  await page.getByRole("button", { name: "New conversation" }).click();
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  await dialog.getByRole("button", { name: "Start" }).click();
  await dialog.getByRole("alert").getByText("Pick at least one person").waitFor();
  await dialog.getByText("Bob Okafor").click();
  await dialog.getByText("Carol Lindqvist").click();
  await dialog.getByLabel("Subject").fill(subject);
  await dialog.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: subject }).waitFor();
  await page.getByText("No messages yet").last().waitFor();
  await line(carol, subject).click();
  await carol.getByText("You, Alice, and Bob").waitFor();
  await page.context().close();
  await carol.context().close();
});

test("the switch leads to another person, also to a new one", async () => {
  const page = await stage.page("alice");
  await page.getByRole("button", { name: /You are Alice Moreau/ }).click();
  await page.getByRole("menuitemradio", { name: "Bob Okafor" }).click();
  await page.getByRole("button", { name: /You are Bob Okafor/ }).click();
  assert.equal(new URL(page.url()).searchParams.get("user"), "bob");
  await page.getByRole("menuitem", { name: "New person…" }).click();
  await page.getByLabel("Name").fill("Zoë Quist");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /You are Zoë Quist/ }).waitFor();
  await page.getByRole("link", { name: "Welcome to Parley" }).waitFor();
  await page.context().close();
});

test("360 px: one pane at a time, nothing wider than the window, Back works", async () => {
  const page = await stage.page("alice", { viewport: { width: 360, height: 700 } });
  const fits = () =>
    page.evaluate(() => {
      const wide = [...document.querySelectorAll("body *")].filter((el) => {
        const { width, left, right } = el.getBoundingClientRect();
        return (
          width > 0 &&
          (left < -1 || right > innerWidth + 1) &&
          !el.closest(".visually-hidden, .tray")
        );
      });
      return [document.documentElement.scrollWidth, wide.map((el) => el.className)];
    });
  await page.getByRole("link", { name: "Long story" }).waitFor();
  assert.deepEqual(await fits(), [360, []]);
  assert.equal(await page.locator(".chat").count(), 0);

  await page.getByRole("link", { name: "Long story" }).click();
  await page.locator(".row").first().waitFor();
  assert.equal(await page.locator(".list").isVisible(), false);
  await write(page, `https://example.com/${"a-very-long-word".repeat(12)}`);
  await page.locator(".row.mine .text a").last().waitFor();
  assert.deepEqual(await fits(), [360, []]);

  await page.getByRole("button", { name: "Conversation menu" }).click();
  await page.getByRole("menuitem", { name: "Details and people" }).click();
  await page.getByRole("dialog", { name: "Details" }).waitFor();
  assert.deepEqual(await fits(), [360, []]);
  await page.keyboard.press("Escape");

  await page.goBack();
  await page.getByRole("link", { name: "Long story" }).waitFor();
  assert.equal(await page.locator(".chat").count(), 0);

  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, .conversation, input")]
      .filter(
        (el) => el.getBoundingClientRect().height > 0 && el.getBoundingClientRect().height < 44,
      )
      .map((el) => el.className),
  );
  assert.deepEqual(small, [], "smaller than a finger");
  await page.context().close();
});

test("on a touch screen a long press opens the menu, and letting go keeps it", async () => {
  const page = await stage.page("carol", { hash: LONG, ...PHONE });
  const row = said(page, `Line ${LINES}`);
  await row.waitFor();
  const { x, y, width, height } = (await row.locator(".bubble").boundingBox()) ?? assert.fail();
  const touch = await page.context().newCDPSession(page);
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  const menu = page.getByRole("menu", { name: "Message" });
  await menu.waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await menu.getByRole("menuitem", { name: "Reply" }).tap();
  await page.getByText("Answer to yourself").waitFor();
  await page.context().close();
});

test("light and dark follow the system, and a choice of one's own stays", async () => {
  const page = await stage.page("alice", { colorScheme: "dark" });
  await page.locator(".conversation").first().waitFor();
  const dark = () =>
    page.evaluate(() => {
      const [r = 0, g = 0, b = 0] =
        getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
      return (r + g + b) / 3 < 60;
    });
  assert.equal(await dark(), true);
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await dark(), false);
  await page.getByRole("button", { name: "Appearance" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  assert.equal(await dark(), true);
  await page.reload();
  await page.locator(".conversation").first().waitFor();
  assert.equal(await dark(), true);
  await page.context().close();
});

test("a conversation that is not there says so", async () => {
  const page = await stage.page("bob", { hash: "#/c/no%2Fsuch%20thing" });
  await page.getByText("This conversation does not exist, or you are not in it.").waitFor();
  await page.getByRole("button", { name: "Back to the conversations" }).last().click();
  await page.getByText("Pick a conversation").waitFor();
  await page.context().close();
});

test("a server that refuses or does not answer is said in words", async (t) => {
  const { backend } = stage;
  if (!backend) return t.skip("needs a backend with --control");
  const refusal = { status: 400, body: { errorCode: "BAD_TOKEN", reasons: ["Not you."] } };
  const login = { do: "answer", method: "POST", path: "/session/renew", times: 1 };
  await backend.control({ ...login, ...refusal });
  const refused = await stage.page("erin");
  await refused.getByText(/This session has ended: /).waitFor();
  await refused.getByText(/The conversations could not be loaded\./).waitFor();
  await refused.context().close();
  // The client may report the refusal on the console, too; nothing else may be there.
  const others = stage.troubles.splice(0).filter((line) => !line.includes("erin: console:"));
  assert.deepEqual(others, []);

  // Slow is not gone, and gone is not slow.
  await backend.control({ do: "delay", ms: 8000 });
  const slow = await stage.page("frank");
  await slow.getByText("The server answers, but slowly.").waitFor();
  assert.equal(await slow.getByText("does not answer").count(), 0);
  await backend.control({ do: "delay", ms: 0 });
  await slow.getByRole("link", { name: /Welcome to Parley/ }).waitFor();
  await slow.context().close();

  process.kill(backend.pid, "SIGSTOP");
  try {
    const silent = await stage.page("gina");
    await silent.getByText("The server does not answer yet.").waitFor();
    process.kill(backend.pid, "SIGCONT");
    await silent.getByRole("link", { name: /Welcome to Parley/ }).waitFor();
    await silent.context().close();
  } finally {
    process.kill(backend.pid, "SIGCONT");
  }
});

test("text is text: nothing in it becomes part of the page", async () => {
  const page = await stage.page("carol", { hash: "#/c/long" });
  await said(page, `Line ${LINES}`).waitFor();
  const text = `<img src=x onerror="document.title='broken'"> javascript:alert(1) ${fresh("safe")}`;
  await write(page, text);
  const row = page.locator(".row.mine").filter({ hasText: "onerror" }).last();
  await row.waitFor();
  assert.equal(await row.locator(".text").innerText(), text);
  assert.equal(await row.locator(".text img, .text a").count(), 0);
  await page.context().close();
});

test("content of any shape is shown, and leads nowhere it should not", async () => {
  const page = await stage.page("carol");
  const shown = await page.evaluate(async () => {
    const { renderBlock } = await import("/js/content.js");
    const file = { type: "file", fileToken: "t", size: 1, filename: "a.png" };
    const text = (/** @type {unknown[]} */ ...children) => ({ type: "text", children });
    const link = (/** @type {unknown} */ url) => text({ type: "link", url, children: ["here"] });
    const blocks = [
      link("javascript:alert(1)"),
      link("data:text/html,x"),
      link(" javascript:alert(1)"),
      link(7),
      link("https://example.com/a b"),
      link("mailto:a@example.com"),
      text("(see https://example.com/x.)"),
      text({ type: "marquee", children: ["new ", { type: "bold", children: ["kind"] }] }),
      text({ type: "codeSpan" }, null, 5, { type: "customEmoji", text: ":cat:" }),
      { type: "text" },
      { type: "hologram" },
      { ...file, subtype: "image", url: "javascript:alert(1)" },
      { ...file, url: "javascript:alert(1)" },
      { ...file, url: "https://example.com/a" },
    ];
    return blocks.map((block) => {
      const { el } = renderBlock(/** @type {any} */ (block));
      const links = [el, ...el.querySelectorAll("a, img")]
        .map((a) => a.getAttribute("href") ?? a.getAttribute("src"))
        .filter((url) => url !== null);
      return [el.textContent, ...links];
    });
  });
  assert.deepEqual(shown, [
    ["here"],
    ["here"],
    ["here"],
    ["here"],
    ["here", "https://example.com/a%20b"],
    ["here", "mailto:a@example.com"],
    ["(see https://example.com/x.)", "https://example.com/x"],
    ["new kind"],
    [":cat:"],
    [""],
    ["This kind of message cannot be shown here."],
    ["PNGa.png1 byte"],
    ["PNGa.png1 byte"],
    ["PNGa.png1 byte", "https://example.com/a"],
  ]);
  await page.context().close();
});
