// Who leaves the page while it starts: the browser may keep it and show it again, so nothing in it
// may fail for want of its session, nor say that something did.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DIRECT, openStage } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
/** @type {import("playwright-core").Page} */
let page;

/** Each is a way to leave, and after how many requests of the page or frames of the service. */
const MOMENTS = [
  ["request", 1],
  ...[1, 3, 6, 9, 12, 15, 18, 21, 24].flatMap((count) => [
    ["frame", count],
    ["drawing", count],
  ]),
];

before(async () => {
  stage = await openStage();
  // The first conversations are made while nobody leaves.
  const alice = await stage.page("alice");
  await alice.locator(".conversation").nth(2).waitFor();
  await alice.context().close();
  page = await stage.page("bob", { hash: DIRECT, script: leave });
  await page.locator(".row").first().waitFor();
});

after(() => stage?.close());

/** Runs in a page before its own scripts: leaves it at the moment that the tab's storage names. */
function leave() {
  const [way, wanted] = JSON.parse(sessionStorage.getItem("moment") ?? "[]");
  let count = 0;
  const leave = () => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    // What was on its way settles by then, and would be drawn.
    setTimeout(() => Object.assign(window, { left: true }), 300);
  };
  const reached = (/** @type {string[]} */ ...ways) => {
    if (!ways.includes(way) || ++count !== wanted) return;
    // Just before what the frame has brought is drawn.
    if (way === "drawing") requestAnimationFrame(leave);
    else leave();
  };
  const { fetch, WebSocket } = window;
  window.fetch = (...given) => {
    queueMicrotask(() => reached("request"));
    return fetch(...given);
  };
  window.WebSocket = class extends WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} given */
    constructor(...given) {
      super(...given);
      this.addEventListener("message", () => reached("frame", "drawing"));
    }
  };
}

for (const moment of MOMENTS) {
  test(`no trouble, and no word of any: ${moment.join(" ")}`, async () => {
    await page.evaluate((text) => sessionStorage.setItem("moment", text), JSON.stringify(moment));
    await page.reload();
    await page.waitForFunction(() => "left" in window);
    assert.deepEqual(stage.troubles.splice(0), [], "a page reported errors");
    const text = await page.evaluate(() => document.body.textContent ?? "");
    assert.doesNotMatch(text, /could not|destroyed|has ended|did not/);
  });
}

test("a page that is shown again begins anew, also if it was left before it began", async () => {
  await page.evaluate(() => sessionStorage.setItem("moment", '["request", 1]'));
  await page.reload();
  await page.waitForFunction(() => "left" in window);
  await page.evaluate(() => sessionStorage.removeItem("moment"));
  await Promise.all([
    page.waitForEvent("load"),
    page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))),
  ]);
  await page.locator(".row").first().waitFor();
  assert.deepEqual(stage.troubles.splice(0), [], "a page reported errors");
});
