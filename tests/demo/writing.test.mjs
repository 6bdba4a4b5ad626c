// What is being written: kept with its conversation, taken from the clipboard as what it is, and sent
// by nothing but a wish to send.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { picture } from "./media.mjs";
import { DIRECT, fresh, open, said, sendFiles, useTwo, write } from "./stage.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SWEDISH = "#/c/lakeside-swedish";
const WELCOME = "#/c/welcome";

/** @type {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} */
let stage;
/** @type {Page} */
let alice;
/** @type {Page} */
let bob;

useTwo((all) => ({ stage, alice, bob } = all));

/** @param {Page} page */
const field = (page) => page.getByRole("textbox", { name: "Message" });

/** @param {Page} page @param {string} text */
async function menuOf(page, text) {
  const row = said(page, text).last();
  await row.locator('.tick-slot[aria-label="Sent"], .tick-slot[aria-label="Read"]').waitFor();
  await row.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu", { name: "Message" }).waitFor();
}

/** How many messages and edits of Alice's the backend has been asked for since the last call. */
async function sent() {
  /** @type {{user: string, dir: string, frame: unknown[]}[]} */
  const log = (await stage.backend?.control({ do: "log" })) ?? [];
  return log.filter(
    ({ user, dir, frame }) =>
      user === "alice" &&
      dir === "in" &&
      /\/messages(\/[^/]+)?$/.test(String(frame[2])) &&
      ["POST", "PATCH", "PUT"].includes(String(frame[1])),
  ).length;
}

/**
 * Pastes, as a browser does it.
 *
 * @param {Page} page
 * @param {{text?: string, html?: string, files?: [name: string, type: string][]}} what
 * @returns {Promise<boolean>} whether the field is left to take it as text
 */
const paste = (page, what) =>
  page.evaluate(({ text, html, files = [] }) => {
    const data = new DataTransfer();
    if (text !== undefined) data.setData("text/plain", text);
    if (html !== undefined) data.setData("text/html", html);
    for (const [name, type] of files) data.items.add(new File([new Uint8Array(99)], name, { type }));
    const init = { bubbles: true, cancelable: true, clipboardData: data };
    return document.querySelector("textarea")?.dispatchEvent(new ClipboardEvent("paste", init));
  }, what).then(Boolean);

test("text, files and the answered message stay with their conversation", async () => {
  await open(alice, DIRECT);
  const question = fresh("Which one?");
  await write(alice, question);
  await menuOf(alice, question);
  await alice.getByRole("menuitem", { name: "Reply" }).click();
  await field(alice).fill("The red one, I");
  await paste(alice, { files: [["red.bin", ""]] });
  await alice.locator(".piece").getByTitle("red.bin", { exact: true }).waitFor();

  await open(alice, SWEDISH);
  await alice.getByRole("heading", { name: "Svenska vid sjön" }).waitFor();
  assert.equal(await field(alice).inputValue(), "");
  assert.equal(await alice.locator(".piece").count(), 0);
  await field(alice).fill("Hej");

  await open(alice, DIRECT);
  await alice.getByText("Answer to yourself").waitFor();
  assert.equal(await field(alice).inputValue(), "The red one, I");
  await alice.locator(".piece").getByTitle("red.bin", { exact: true }).waitFor();
  const answer = fresh("The red one, I think");
  await write(alice, answer);
  await said(alice, answer).waitFor();
  await alice.getByRole("button", { name: `Answer to You: ${question}` }).last().waitFor();
  assert.equal(await alice.locator(".piece").count(), 0);

  await open(alice, SWEDISH);
  await alice.getByRole("heading", { name: "Svenska vid sjön" }).waitFor();
  assert.equal(await field(alice).inputValue(), "Hej");
  await field(alice).fill("");
});

test("an edit stays with its conversation, and so does what was written before it", async () => {
  await open(alice, DIRECT);
  const text = fresh("Almost right");
  await write(alice, text);
  await said(alice, text).locator('.tick-slot[aria-label="Sent"]').waitFor();
  await field(alice).fill("Next");
  await menuOf(alice, text);
  await alice.getByRole("menuitem", { name: "Edit" }).click();
  await field(alice).fill(`${text}!`);
  await open(alice, WELCOME);
  await alice.getByRole("heading", { name: "Welcome to Parley", level: 1 }).waitFor();
  await open(alice, DIRECT);
  await alice.getByText("Change this message").waitFor();
  assert.equal(await field(alice).inputValue(), `${text}!`);
  await alice.keyboard.press("Enter");
  await said(alice, `${text}!`).getByText("edited").waitFor();
  assert.equal(await field(alice).inputValue(), "Next");
  await field(alice).fill("");
});

test("a recording that runs when its conversation is left waits there to be sent", async () => {
  await open(alice, DIRECT);
  await alice.getByRole("button", { name: "Record a voice message" }).click();
  await alice.getByRole("timer").getByText("0:01").waitFor();
  await open(alice, WELCOME);
  await alice.getByRole("heading", { name: "Welcome to Parley", level: 1 }).waitFor();
  await open(alice, DIRECT);
  await alice.locator(".piece.voice").getByText("Voice message").waitFor();
  const before = await alice.getByRole("group", { name: "Voice message" }).count();
  await alice.getByRole("button", { name: "Send", exact: true }).click();
  await alice.getByRole("group", { name: "Voice message" }).nth(before).waitFor();
});

test("a reload keeps the text of every conversation", async () => {
  await open(alice, SWEDISH);
  await field(alice).fill("Hej igen");
  await open(alice, DIRECT);
  await field(alice).fill("Where was I");
  await alice.reload();
  await alice.locator(".row").first().waitFor();
  assert.equal(await field(alice).inputValue(), "Where was I");
  await field(alice).fill("");
  await open(alice, SWEDISH);
  await alice.getByRole("heading", { name: "Svenska vid sjön" }).waitFor();
  assert.equal(await field(alice).inputValue(), "Hej igen");
  await field(alice).fill("");
  await alice.reload();
  await alice.locator(".row").first().waitFor();
  assert.equal(await field(alice).inputValue(), "");
});

test("an edit without a change sends nothing", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await open(alice, DIRECT);
  const text = fresh("As it is, *bold* and all");
  await write(alice, text);
  const shown = text.replaceAll("*", "");
  const row = alice.locator(".row").filter({ hasText: shown });
  await row.locator('.tick-slot[aria-label="Sent"]').waitFor();
  await sent();
  await row.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menuitem", { name: "Edit" }).click();
  assert.equal(await field(alice).inputValue(), text);
  await alice.keyboard.press("Enter");
  await alice.getByText("Change this message").waitFor({ state: "hidden" });
  const next = fresh("After it");
  await write(alice, next);
  await said(alice, next).locator('.tick-slot[aria-label="Sent"]').waitFor();
  assert.equal(await sent(), 1, "only what came after it");
  assert.equal(await row.getByText("edited").count(), 0);
});

test("what cannot be written as text is not offered for editing", async () => {
  await open(alice, DIRECT);
  const texts = await alice.evaluate(async (text) => {
    const { getTalkSession } = await import("talk-session");
    const { appId, host } = await (await fetch("/config.json")).json();
    const ref = getTalkSession({ appId, host, userId: "alice" }).conversation("dm+alice+bob");
    const send = (/** @type {any[]} */ ...children) =>
      ref.send({ content: [{ type: "text", children }] });
    await send(`${text} 2 *3* 4`);
    await send(`${text} `, { type: "customEmoji", text: ":party:" });
    return [`${text} 2 *3* 4`, `${text} :party:`];
  }, fresh("Literally"));
  const plain = fresh("Plain");
  await write(alice, plain);
  await menuOf(alice, plain);
  assert.equal(await alice.getByRole("menuitem", { name: "Edit" }).count(), 1);
  await alice.keyboard.press("Escape");
  for (const text of texts) {
    await menuOf(alice, text);
    assert.equal(await alice.getByRole("menuitem", { name: "Edit" }).count(), 0, text);
    await alice.keyboard.press("Escape");
  }
  // The arrow finds the last message that can be changed.
  await field(alice).focus();
  await alice.keyboard.press("ArrowUp");
  assert.equal(await field(alice).inputValue(), plain);
  await alice.keyboard.press("Escape");
});

test("cells of a spreadsheet are text, a picture alone is a picture, files are files", async () => {
  await open(alice, DIRECT);
  await field(alice).waitFor();
  /** @type {[string, string][]} */
  const image = [["image.png", "image/png"]];
  const cells = "<table><tr><td>1</td><td>2</td></tr></table>";
  assert.equal(await paste(alice, { text: "1\t2", html: cells, files: image }), true);
  assert.equal(await paste(alice, { text: "Some words", files: image }), true);
  assert.equal(await alice.locator(".piece").count(), 0);

  const copied = '<meta charset="utf-8"><img src="https://example.com/a.png" alt="A cat">';
  for (const what of [
    { files: image },
    { html: copied, files: image },
    { text: "https://example.com/a.png", html: copied, files: image },
    { text: "notes.txt", files: /** @type {[string, string][]} */ ([["notes.txt", ""]]) },
  ]) {
    const before = await alice.locator(".piece").count();
    assert.equal(await paste(alice, what), false, JSON.stringify(what));
    await alice.locator(".piece").nth(before).waitFor();
  }
  for (const remove of (await alice.getByRole("button", { name: /^Remove / }).all()).reverse()) {
    await remove.click();
  }
});

test("an Enter that ends an input method's word never sends", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await open(alice, DIRECT);
  await alice.locator(".row").first().waitFor();
  await field(alice).fill("かな");
  await sent();
  await field(alice).evaluate((el) => {
    const key = (/** @type {KeyboardEventInit} */ init) =>
      el.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }),
      );
    key({ isComposing: true });
    key({ keyCode: 229 });
    // Where the word ends first, and its key comes after it.
    el.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "仮名" }));
    key({ keyCode: 13 });
  });
  assert.equal(await field(alice).inputValue(), "かな");
  // A key of its own sends.
  const text = fresh("仮名");
  await field(alice).fill(text);
  await alice.waitForFunction((since) => performance.now() - since > 100, await alice.evaluate(() => performance.now()));
  await alice.keyboard.press("Enter");
  await said(alice, text).locator('.tick-slot[aria-label="Sent"]').waitFor();
  assert.equal(await sent(), 1);
});

test("a dropped folder is refused in words, and the files beside it are taken", async () => {
  await open(alice, DIRECT);
  await field(alice).waitFor();
  const folder = await mkdtemp(join(tmpdir(), "holidays-"));
  const file = join(folder, "beside.txt");
  await writeFile(file, "abc");
  try {
    const cdp = await alice.context().newCDPSession(alice);
    const box = (await alice.locator(".scroller").boundingBox()) ?? assert.fail();
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const data = { items: [], files: [folder, file], dragOperationsMask: 1 };
    for (const type of /** @type {const} */ (["dragEnter", "dragOver", "drop"])) {
      await cdp.send("Input.dispatchDragEvent", { type, ...at, data });
    }
    const name = folder.split("/").pop() ?? "";
    await alice.locator(".toast.error").getByText(`“${name}” is a folder.`).waitFor();
    await alice.locator(".piece").getByTitle("beside.txt", { exact: true }).waitFor();
    assert.equal(await alice.locator(".piece").count(), 1);
    await alice.getByRole("button", { name: "Remove beside.txt" }).click();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("“Uploading…” can be read on a small picture, and a voice message has one length", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await Promise.all([open(alice, DIRECT), open(bob, DIRECT)]);
  await alice.locator(".row").first().waitFor();
  const dot = await picture(alice, { name: "dot.png", width: 20, height: 20, colour: "#c02020" });
  /** @type {() => void} */
  let go = () => {};
  const looked = new Promise((done) => (go = () => done(undefined)));
  await alice.route("**/files*", async (route) => {
    await looked;
    await route.continue();
  });
  await sendFiles(alice, [dot]);
  await alice.locator(".upload").waitFor();
  const [text, bubble] = await alice.locator(".upload").evaluate((el) => {
    const range = document.createRange();
    range.selectNodeContents(el);
    return [range, el.closest(".bubble")].map((one) => {
      const { left = 0, right = 0, top = 0, bottom = 0 } = one?.getBoundingClientRect() ?? {};
      return { left, right, top, bottom };
    });
  });
  go();
  assert.ok(text && bubble && text.left >= bubble.left && text.right <= bubble.right);
  assert.ok(text.top >= bubble.top && text.bottom <= bubble.bottom);
  await bob.getByRole("button", { name: "Open picture dot.png" }).last().waitFor();
  await alice.unroute("**/files*");

  // The recorder says 61 seconds; what the file itself says is something else.
  const length = await bob.evaluate(async () => {
    const { player } = await import("/js/player.js");
    const el = player({ url: "data:,", filename: "v.webm", size: 9e9, duration: 61, voice: true });
    return el.querySelector(".play-time")?.textContent;
  });
  assert.equal(length, "1:01");
  const heard = await bob.evaluate(async () => {
    const rate = 8000;
    const wav = new DataView(new ArrayBuffer(44 + rate * 2));
    const text = (/** @type {number} */ at, /** @type {string} */ word) =>
      [...word].forEach((char, i) => wav.setUint8(at + i, char.charCodeAt(0)));
    text(0, "RIFF");
    wav.setUint32(4, 36 + rate * 2, true);
    text(8, "WAVEfmt ");
    [[16, 16], [24, rate], [28, rate * 2], [40, rate * 2]].forEach(([at = 0, value = 0]) =>
      wav.setUint32(at, value, true),
    );
    [[20, 1], [22, 1], [32, 2], [34, 16]].forEach(([at = 0, value = 0]) =>
      wav.setUint16(at, value, true),
    );
    text(36, "data");
    const url = URL.createObjectURL(new Blob([wav], { type: "audio/wav" }));
    const { player } = await import("/js/player.js");
    const el = player({ url, filename: "v.wav", size: 9e9, duration: 3, voice: true });
    document.body.append(el);
    el.querySelector("button")?.click();
    const time = el.querySelector(".play-time");
    while (!/\//.test(time?.textContent ?? "")) {
      await new Promise((done) => requestAnimationFrame(done));
    }
    const text2 = time?.textContent;
    el.remove();
    return text2;
  });
  assert.match(heard ?? "", /^0:0\d \/ 0:03$/);
});
