// What the demo's tests stand on: a fresh backend, the demo's server, a browser, and pages that
// fail the test when anything goes wrong inside them.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, WWW } from "../../scripts/lib/paths.mjs";
import { serveDemo } from "../../scripts/lib/static.mjs";

/** How long anything on a page may take. Machines that test are slow; nothing waits this long. */
const PATIENCE_MS = 20_000;

/** Records from a microphone that is not there, without asking. */
const MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

/**
 * Starts everything. `DEMO_URL` in the environment names a running demo to test instead (its chats
 * are then added to); `DEMO_PKG` another folder with a built package.
 */
export async function openStage() {
  const given = process.env["DEMO_URL"];
  const backend = given ? null : await startBackend({ args: ["--control"] });
  const demo = backend
    ? await serveDemo({
        pkgDir: process.env["DEMO_PKG"] ?? PKG,
        wwwDir: WWW,
        backend: backend.host,
      })
    : null;
  const browser = await launch({ args: MICROPHONE });
  const url = given ?? demo?.url ?? "";
  /** @type {string[]} */
  const troubles = [];

  return {
    url,
    backend,
    /** Errors that pages have reported so far. */
    troubles,

    /**
     * A window of its own, as somebody.
     *
     * @param {string} user
     * @param {import("playwright-core").BrowserContextOptions
     *   & {hash?: string, script?: () => void}} [options] `script` runs before the page's own
     */
    async page(user, { hash = "", script, ...options } = {}) {
      const context = await browser.newContext({
        viewport: { width: 1100, height: 760 },
        locale: "en-GB",
        ...options,
      });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      page.on("pageerror", (error) => troubles.push(`${user}: ${error.stack ?? error}`));
      page.on("console", (message) => {
        if (message.type() === "error") troubles.push(`${user}: console: ${message.text()}`);
      });
      if (script) await page.addInitScript(script);
      await page.goto(`${url}?user=${encodeURIComponent(user)}${hash}`);
      return page;
    },

    async close() {
      await browser.close();
      await demo?.close();
      await backend?.stop();
    },
  };
}

/**
 * A stage with a window of Alice's and then one of Bob's.
 *
 * @param {object} [how]
 * @param {(alice: import("playwright-core").Page) => Promise<unknown>} [how.prepare] what she does
 *   once the first conversations are made, and before he comes
 * @param {() => void} [how.script] runs in her page before its own
 */
export async function openForTwo({ prepare, script } = {}) {
  const stage = await openStage();
  try {
    const alice = await stage.page("alice", script ? { script } : {});
    await alice.locator(".conversation").nth(2).waitFor();
    await prepare?.(alice);
    return { stage, alice, bob: await stage.page("bob") };
  } catch (error) {
    // Nobody else could close it now, and the process would wait for it.
    await stage.close();
    throw error;
  }
}

/**
 * Opens a stage for two before the tests of a file and closes it after them. A test fails if a page
 * reported an error during it.
 *
 * @param {(all: Awaited<ReturnType<typeof openForTwo>>) => unknown} take takes what was opened
 * @param {Parameters<typeof openForTwo>[0]} [how]
 */
export function useTwo(take, how) {
  /** @type {Awaited<ReturnType<typeof openStage>> | undefined} */
  let stage;
  before(async () => {
    const all = await openForTwo(how);
    stage = all.stage;
    await take(all);
  });
  after(() => stage?.close());
  afterEach(() => {
    assert.deepEqual(stage?.troubles.splice(0), [], "a page reported errors");
  });
}

/** A phone of the narrowest kind. */
export const PHONE = { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true };

/**
 * A line of the list of conversations.
 *
 * @param {import("playwright-core").Page} page
 * @param {string | RegExp} name
 */
export const line = (page, name) => page.locator(".conversations").getByRole("link", { name });

/** The two people of most tests, and the chat that they have with each other. */
export const DIRECT = `#/c/${encodeURIComponent("dm+alice+bob")}`;

/** A group of many, made by `crowd`. */
export const CROWD = "#/c/crowd";

/**
 * Goes to a conversation.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} hash
 */
export const open = (page, hash) => page.goto(new URL(hash, page.url()).href);

/**
 * Fifteen people who are in a group with Alice and Bob: makes them, lets the first of them type,
 * or lets them react to the latest message.
 *
 * @param {import("playwright-core").Page} page Alice's
 * @param {{typing?: number, react?: [emoji: string, count: number]}} [what]
 */
export const crowd = (page, what = {}) =>
  page.evaluate(async ({ typing = 0, react }) => {
    const { getTalkSession } = await import("talk-session");
    const { appId, host } = await (await fetch("/config.json")).json();
    const as = (/** @type {string} */ userId) => getTalkSession({ appId, host, userId });
    const ids = Array.from({ length: 15 }, (_, i) => `person-${i + 1}`);
    const ref = as("alice").conversation("crowd");
    if (typing === 0 && !react) {
      const named = ids.map((id, i) =>
        as(id).currentUser.createIfNotExists({ name: `Person-${i + 1}` }),
      );
      await Promise.all(named);
      const members = ["alice", "bob", ...ids];
      await ref.createIfNotExists({ subject: "Crowd" });
      await Promise.all(members.map((id) => ref.participant(id).createIfNotExists()));
      await ref.send("Here we are");
    }
    for (const id of ids.slice(0, typing)) await as(id).conversation("crowd").markAsTyping();
    if (!react) return;
    const latest = (await ref.get())?.lastMessage?.id ?? "";
    for (const id of ids.slice(0, react[1])) {
      await as(id).conversation("crowd").message(latest).reactions(react[0]).add();
    }
  }, what);

/**
 * The messages on a page that say exactly this.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} text
 */
export const said = (page, text) =>
  page.locator(".row").filter({ has: page.getByText(text, { exact: true }) });

/**
 * Writes and sends.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} text
 */
export async function write(page, text) {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
}

let count = 0;

/** A text that no other test and no earlier run has sent. */
export const fresh = (/** @type {string} */ about) => `${about} ${process.pid}-${(count += 1)}`;

/**
 * Sends files through the file picker.
 *
 * @param {import("playwright-core").Page} page
 * @param {{name: string, mimeType: string, buffer: Buffer}[]} files
 */
export async function sendFiles(page, files) {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
  await page
    .locator(".piece")
    .nth(files.length - 1)
    .waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).click();
}
