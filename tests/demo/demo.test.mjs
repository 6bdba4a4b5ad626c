// The demo as two people use it, each in a window of their own.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { film, picture, tone } from "./media.mjs";
import { DIRECT, fresh, openStage, said, sendFiles, write } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
/** @type {import("playwright-core").Page} */
let alice;
/** @type {import("playwright-core").Page} */
let bob;

before(async () => {
  stage = await openStage();
  // Both open a fresh backend at once, and slow answers keep them abreast: only one of them may
  // make the first conversations.
  await stage.backend?.control({ do: "delay", ms: 60 });
  [alice, bob] = await Promise.all([stage.page("alice"), stage.page("bob")]);
  await Promise.all(
    [alice, bob].map((page) => page.getByRole("link", { name: /Welcome to Parley/ }).waitFor()),
  );
  await stage.backend?.control({ do: "delay", ms: 0 });
});

after(() => stage.close());

afterEach(() => {
  const found = stage.troubles.splice(0);
  assert.deepEqual(found, [], "a page reported errors");
});

/** @param {import("playwright-core").Page} page */
const open = (page) => page.goto(new URL(DIRECT, page.url()).href);

test("the first conversations are made once, whoever comes first", async () => {
  for (const page of [alice, bob]) {
    await page.getByRole("link", { name: "Welcome to Parley" }).waitFor();
    await page.locator(".conversation").nth(2).waitFor();
    assert.equal(await page.locator(".conversation").count(), 3);
    await page.getByRole("link", { name: "Welcome to Parley" }).click();
    await page.getByText("This is the start of the conversation.").waitFor();
    assert.equal(await page.getByText("welcome to Parley 👋").count(), 1);
    assert.equal(await page.locator(".row").count(), 4);
  }
});

test("a text appears in the other window, is counted, read and marked as read", async () => {
  await bob.goto(stage.url + "?user=bob");
  await bob.locator(".conversation").nth(1).waitFor();
  await open(alice);
  const first = fresh("Hello Bob");
  await write(alice, first);
  await said(alice, first).locator('.tick-slot[aria-label="Sent"]').waitFor();

  const line = bob.locator(".conversation").first();
  await line.filter({ hasText: first }).waitFor();
  assert.match(await line.innerText(), /Alice Moreau/);
  await line.locator(".badge").waitFor();
  assert.match(await bob.title(), /^\(\d+\) Parley/);

  await line.click();
  await said(bob, first).waitFor();
  assert.equal(await said(bob, first).locator(".sender").innerText(), "Alice Moreau");
  const time = said(bob, first).locator("time");
  assert.match(await time.innerText(), /^\d{1,2}:\d\d$/);
  assert.match((await time.getAttribute("title")) ?? "", /\d{4}.*\d\d:\d\d:\d\d/);
  await said(alice, first).locator('.tick-slot[aria-label="Read"]').waitFor();
  await line.locator(".badge").waitFor({ state: "detached" });

  const answer = fresh("Hello Alice");
  await write(bob, answer);
  await said(alice, answer).waitFor();
  assert.equal(await said(alice, answer).count(), 1);
});

test("pictures, films, sounds and files arrive and can be used", async () => {
  await Promise.all([open(alice), open(bob)]);
  const red = await picture(alice, { name: "red.png", width: 64, height: 48, colour: "#c02020" });
  const wave = await film(alice, { name: "wave.webm", width: 96, height: 64 });
  const beep = tone({ name: "beep.wav", seconds: 1.5 });
  const notes = { name: "nötes & more.txt", mimeType: "text/plain", buffer: Buffer.from("abc") };
  await sendFiles(alice, [red, wave, beep, notes]);

  const image = bob.getByRole("button", { name: "Open picture red.png" }).last();
  const video = bob.locator('video[aria-label="Video wave.webm"]').last();
  const sound = bob.getByRole("group", { name: "Audio beep.wav" }).last();
  const file = bob.getByRole("link", { name: /Download nötes & more\.txt/ }).last();
  // All of them, and loaded: what comes later moves what is there away from under a click.
  await Promise.all([image.locator("img").waitFor(), video.waitFor(), file.waitFor()]);
  await sound.getByText("0:02").waitFor();
  await bob.waitForFunction(() =>
    [...document.querySelectorAll("video")].every((film) => film.readyState > 0),
  );
  await bob.waitForFunction(() =>
    [...document.querySelectorAll(".image-tile img")].every(
      (img) => img instanceof HTMLImageElement && img.complete && img.naturalWidth === 64,
    ),
  );
  // Measured before the upload: the other side can keep its place free while it loads.
  assert.match((await image.getAttribute("style")) ?? "", /aspect-ratio/);
  await image.click();
  const box = bob.getByRole("dialog", { name: "Picture" });
  await box.getByText("Alice Moreau").waitFor();
  await bob.keyboard.press("Escape");
  await box.waitFor({ state: "detached" });

  await video.evaluate(async (el) => {
    if (!(el instanceof HTMLVideoElement)) throw new Error("not a video");
    el.muted = true;
    await el.play();
  });
  assert.equal(await video.evaluate((el) => el instanceof HTMLVideoElement && el.videoWidth), 96);

  await sound.getByRole("button", { name: "Play" }).click();
  await sound.getByText(/0:0\d \/ 0:02/).waitFor();

  const download = bob.waitForEvent("download");
  await file.click();
  const saved = await download;
  assert.equal(saved.suggestedFilename(), "nötes & more.txt");
  const stream = await saved.createReadStream();
  const parts = [];
  for await (const part of stream) parts.push(part);
  assert.equal(Buffer.concat(parts).toString(), "abc");
});

test("a voice message is recorded, sent and shown with its length", async () => {
  await Promise.all([open(alice), open(bob)]);
  const before = await bob.getByRole("group", { name: "Voice message" }).count();
  await alice.getByRole("button", { name: "Record a voice message" }).click();
  await alice.getByRole("timer").getByText("0:01").waitFor();
  await alice.getByRole("button", { name: "Send the recording" }).click();
  const voice = bob.getByRole("group", { name: "Voice message" }).nth(before);
  await voice.getByText(/^0:0[1-9]$/).waitFor();
  await bob
    .locator(".conversation")
    .first()
    .getByText(/Voice message · 0:0/)
    .waitFor();
  await voice.getByRole("button", { name: "Play" }).click();
  await voice.getByRole("button", { name: "Pause" }).waitFor();
});

test("files can be pasted and dropped", async () => {
  await Promise.all([open(alice), open(bob)]);
  await alice.getByRole("textbox", { name: "Message" }).waitFor();
  for (const [kind, name] of [
    ["paste", "pasted.bin"],
    ["drop", "dropped.bin"],
  ]) {
    await alice.evaluate(
      ([kind, name]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(2048)], name ?? ""));
        const target = document.querySelector(kind === "paste" ? "textarea" : ".chat");
        const init = { bubbles: true, cancelable: true };
        target?.dispatchEvent(
          kind === "paste"
            ? new ClipboardEvent("paste", { ...init, clipboardData: data })
            : new DragEvent("drop", { ...init, dataTransfer: data }),
        );
      },
      [kind, name],
    );
    await alice
      .locator(".piece")
      .getByText(name ?? "")
      .waitFor();
  }
  await alice.keyboard.press("Enter");
  await bob
    .getByRole("link", { name: /Download pasted\.bin, 2 kB/ })
    .last()
    .waitFor();
  await bob
    .getByRole("link", { name: /Download dropped\.bin, 2 kB/ })
    .last()
    .waitFor();
});

test("an answer quotes its message, an edit and a delete reach the other side", async () => {
  await Promise.all([open(alice), open(bob)]);
  const question = fresh("Shall we?");
  await write(alice, question);
  await said(bob, question).hover();
  await said(bob, question).getByRole("button", { name: "Reply" }).click();
  const answer = fresh("Sure");
  await write(bob, answer);
  await said(alice, answer)
    .getByRole("button", { name: `Answer to You: ${question}` })
    .waitFor();

  await said(alice, question).first().hover();
  await said(alice, question).first().getByRole("button", { name: "More actions" }).click();
  await alice.getByRole("menuitem", { name: "Edit" }).click();
  const changed = fresh("Shall we go?");
  await write(alice, changed);
  const row = bob.locator(".row").filter({ has: bob.locator(".text", { hasText: changed }) });
  await row.getByText("edited").waitFor();

  await row.hover();
  await row.getByRole("button", { name: "More actions" }).click();
  assert.equal(await bob.getByRole("menuitem", { name: "Delete" }).count(), 0);
  await bob.keyboard.press("Escape");
  const mine = alice.locator(".row").filter({ has: alice.locator(".text", { hasText: changed }) });
  await mine.hover();
  await mine.getByRole("button", { name: "More actions" }).click();
  await alice.getByRole("menuitem", { name: "Delete" }).click();
  await alice.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
});

test("what cannot be sent says so, and goes out when tried again", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await Promise.all([open(alice), open(bob)]);
  await alice.locator(".row").first().waitFor();
  await stage.backend.control({
    do: "answer",
    method: "POST",
    path: "/conversations/dm%2Balice%2Bbob/messages",
    status: 403,
    times: 1,
    body: { errorCode: "UNAUTHORIZED", reasons: ["Not now, please."] },
  });
  const text = fresh("Stubborn");
  await write(alice, text);
  const row = said(alice, text);
  await row
    .getByRole("alert")
    .getByText(/^Not sent\./)
    .waitFor();
  await row.getByRole("button", { name: "Try again" }).click();
  await row.locator('.tick-slot[aria-label="Sent"], .tick-slot[aria-label="Read"]').waitFor();
  await said(bob, text).waitFor();
  assert.equal(await said(bob, text).count(), 1);
});

test("offline is said in words, and what was written goes out afterwards", async () => {
  await Promise.all([open(alice), open(bob)]);
  await alice.locator(".row").first().waitFor();
  await alice.context().setOffline(true);
  await alice.getByText("You are offline.").waitFor();
  await alice.context().setOffline(false);
  await alice.getByText("You are offline.").waitFor({ state: "hidden" });
  const text = fresh("Back again");
  await write(alice, text);
  await said(bob, text).waitFor();
});

test("after a lost connection both go on, and each message is there once", async (t) => {
  if (!stage.backend) return t.skip("needs a backend with --control");
  await Promise.all([open(alice), open(bob)]);
  await alice.locator(".row").first().waitFor();
  await stage.backend.control({ do: "drop", user: "alice" });
  await stage.backend.control({ do: "drop", user: "bob" });
  const there = fresh("Across the gap");
  const back = fresh("And back");
  await write(alice, there);
  await said(bob, there).waitFor();
  await write(bob, back);
  await said(alice, back).waitFor();
  for (const page of [alice, bob]) {
    assert.equal(await said(page, there).count(), 1);
    assert.equal(await said(page, back).count(), 1);
  }
});
