// Pictures of the demo, for the README and for a look at it in every size and colour.
//
//   node scripts/screenshot.mjs [--backend HOST:PORT] [--pkg DIR] [--out DIR]
//
// Starts a backend of its own that keeps nothing, fills it with a believable week of chat through
// the public API, and takes the pictures with Chromium. `docs/screenshot.png` is the one for the
// README; the others go to `.cache/screenshots`. `--backend` uses a running one instead, which must
// have been started with `--control`, because the week is made by setting its clock; the token that
// it printed is taken from TALK_CONTROL_TOKEN.

import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { controlOf, startBackend } from "./lib/backend.mjs";
import { launch } from "./lib/chromium.mjs";
import { paintLake, speak } from "./lib/paint.mjs";
import { CACHE, PKG, WWW, at } from "./lib/paths.mjs";
import { serveDemo } from "./lib/static.mjs";

/** The moment at which the pictures are taken, in the page and on the server. */
const NOW = Date.parse("2026-06-18T10:42:00+02:00");
const PLACE = { locale: "en-GB", timezoneId: "Europe/Berlin" };

/** The README's picture must load fast on a slow line. */
const MAX_BYTES = 300_000;

const { values: options } = parseArgs({
  options: {
    backend: { type: "string" },
    pkg: { type: "string", default: PKG },
    out: { type: "string", default: join(CACHE, "screenshots") },
  },
});

if (!existsSync(join(options.pkg, "index.js"))) {
  throw new Error(`There is no package in ${options.pkg}. Build it: npm run build`);
}
const backend = options.backend
  ? running(options.backend)
  : await startBackend({ args: ["--data", ":memory:", "--control"] });
const demo = await serveDemo({ pkgDir: options.pkg, wwwDir: WWW, backend: backend.host });
const browser = await launch();
try {
  await seed();
  await typist("carol", "lake");
  await typist("bob", "welcome");
  await mkdir(options.out, { recursive: true });
  const desktop = { width: 1160, height: 946 };
  const phone = { width: 360, height: 780 };
  const shots = {
    "desktop-light": await take("alice", desktop, "light", "lake", news),
    "desktop-dark": await take("alice", desktop, "dark", "lake"),
    "desktop-empty": await take("alice", desktop, "light", null),
    "phone-light": await take("bob", phone, "light", "lake"),
    "phone-dark": await take("bob", phone, "dark", "lake"),
    "phone-list-light": await take("alice", phone, "light", null),
    "phone-list-dark": await take("alice", phone, "dark", null),
  };
  for (const [name, png] of Object.entries(shots)) {
    await writeFile(join(options.out, `${name}.png`), png);
  }
  const picture = await compose(shots["desktop-light"], shots["phone-dark"]);
  await writeFile(at("docs/screenshot.png"), picture);
  const { size } = await stat(at("docs/screenshot.png"));
  console.log(`docs/screenshot.png: ${size} bytes; the others are in ${options.out}`);
  if (size > MAX_BYTES) throw new Error(`The picture has more than ${MAX_BYTES} bytes.`);
} finally {
  await browser.close();
  await demo.close();
  await backend.stop();
}

/** @param {string} host */
function running(host) {
  const token = process.env.TALK_CONTROL_TOKEN;
  if (!token) throw new Error("--backend needs the token that it printed, in TALK_CONTROL_TOKEN.");
  return { host, control: controlOf(`http://${host}`, token), stop: async () => {} };
}

/** @param {object} options */
async function openPage(options) {
  const context = await browser.newContext({ ...PLACE, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.clock.setFixedTime(NOW);
  return page;
}

/**
 * Somebody who is there and types, as the others see it. The clock stands still, so it lasts.
 *
 * @param {string} user
 * @param {string} conversation
 */
async function typist(user, conversation) {
  const page = await openPage({});
  await page.goto(`${demo.url}?user=${user}#/c/${encodeURIComponent(conversation)}`);
  await page.locator(".row").nth(1).waitFor();
  await page.getByRole("textbox", { name: "Message" }).pressSequentially("On my");
}

/**
 * Writes in another conversation, of which the one who looks is told.
 *
 * @param {import("playwright-core").Page} looking
 */
async function news(looking) {
  const page = await openPage({});
  await page.goto(`${demo.url}?user=farah#/c/book`);
  await page.getByRole("textbox", { name: "Message" }).fill("Chapters one to three by Sunday? 📖");
  await page.keyboard.press("Enter");
  await looking.locator(".toast").waitFor();
  await page.context().close();
}

/**
 * One picture, as one of them sees it.
 *
 * @param {string} user
 * @param {{width: number, height: number}} viewport
 * @param {"light" | "dark"} colorScheme
 * @param {string | null} conversation
 * @param {(page: import("playwright-core").Page) => Promise<void>} [happen] what else there is to see
 * @returns {Promise<Buffer>}
 */
async function take(user, viewport, colorScheme, conversation, happen) {
  const page = await openPage({ viewport, colorScheme });
  const hash = conversation === null ? "" : `#/c/${encodeURIComponent(conversation)}`;
  await page.goto(`${demo.url}?user=${user}${hash}`);
  await page.locator(".conversation").nth(2).waitFor({ state: "attached" });
  await page.locator(".presence").first().waitFor({ state: "attached" });
  if (conversation !== null) {
    await page.locator(".row.last").nth(4).waitFor();
    if (user !== "carol") await page.locator(".typing").waitFor();
    await page.waitForFunction(() => {
      const pictures = [...document.querySelectorAll("img")];
      const bar = document.querySelector(".bars i");
      const drawn = bar instanceof HTMLElement && bar.style.getPropertyValue("--level") !== "";
      return drawn && pictures.every((img) => img.complete && img.naturalWidth > 0);
    });
    await page.evaluate(() => {
      document.querySelector(".scroller")?.scrollTo(0, 1e6);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    await happen?.(page);
    await page.evaluate(() =>
      Promise.all(document
          .getAnimations()
          .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
          .map(({ finished }) => finished)),
    );
  }
  const png = await page.screenshot({ animations: "disabled", caret: "hide" });
  await page.context().close();
  return png;
}

/** A week of chat. Each message has its own time, set on the server's clock. */
async function seed() {
  const days = (/** @type {number} */ ago, /** @type {string} */ clock) =>
    Date.parse(`2026-06-${String(18 - ago).padStart(2, "0")}T${clock}:00+02:00`);
  await backend.control({ do: "clock", now: days(6, "11:00") });
  const page = await openPage({});
  await page.goto(`${demo.url}config.json`);
  const { appId, host } = JSON.parse(await page.locator("body").innerText());
  await page.goto(`${demo.url}`);
  await page.locator(".conversation").first().waitFor();

  const tools = await page.evaluateHandle(
    async ({ appId, host }) => {
      const { getTalkSession } = await import("talk-session");
      const { CAST } = await import("/js/cast.js");
      const as = (/** @type {string} */ userId) => getTalkSession({ appId, host, userId });
      const more = [
        { id: "dana", name: "Dana Weiss" },
        { id: "emre", name: "Emre Aydin" },
        { id: "farah", name: "Farah Haddad" },
      ];
      for (const { id, ...person } of [...CAST, ...more])
        await as(id).currentUser.createIfNotExists(person);
      /** @type {Map<string, import("talk-session").MessageRef>} */
      const sent = new Map();
      return {
        /** @param {string} id @param {string | null} subject @param {string[]} members */
        async start(id, subject, members) {
          const ref = as(members[0] ?? "").conversation(id);
          await ref.createIfNotExists(subject === null ? {} : { subject });
          for (const member of members) await ref.participant(member).createIfNotExists();
        },
        /** @param {string} id @param {string} author @param {string} text @param {string} [answers] */
        async say(id, author, text, answers) {
          const referencedMessage = answers === undefined ? undefined : sent.get(answers)?.id;
          const message = {
            text,
            ...(referencedMessage
              ? { referencedMessage, custom: { answers: referencedMessage } }
              : {}),
          };
          sent.set(text, await as(author).conversation(id).send(message));
        },
        /** @param {string} id @param {string} author @param {string} kind @param {Blob} blob @param {any} facts */
        async file(id, author, kind, blob, facts) {
          const session = as(author);
          const token = await (kind === "image"
            ? session.uploadImage(blob, facts)
            : kind === "voice"
              ? session.uploadVoice(blob, facts)
              : session.uploadFile(blob, facts));
          await session.conversation(id).send({ content: [{ type: "file", fileToken: token }] });
        },
        /** @param {string} id @param {string} who */
        read: (id, who) => as(who).conversation(id).markAsRead(),
        /** @param {string} id @param {string} text @param {string} emoji @param {string[]} people */
        async react(id, text, emoji, people) {
          const message = sent.get(text)?.id ?? "";
          for (const who of people) {
            await as(who).conversation(id).message(message).reactions(emoji).add();
          }
        },
        /** @param {string} id @param {string} who */
        mute: (id, who) => as(who).conversation(id).set({ notify: false }),
      };
    },
    { appId, host },
  );
  const run = (/** @type {string} */ name, /** @type {unknown[]} */ ...args) =>
    tools.evaluate((all, { name, args }) => /** @type {any} */ (all)[name](...args), {
      name,
      args,
    });
  const attime = (/** @type {number} */ ago, /** @type {string} */ clock) =>
    backend.control({ do: "clock", now: days(ago, clock) });
  const file = async (
    /** @type {string} */ id,
    /** @type {string} */ author,
    /** @type {string} */ kind,
    /** @type {any} */ blob,
    /** @type {object} */ facts,
  ) =>
    page.evaluate(
      ([all, id, author, kind, blob, facts]) => all.file(id, author, kind, blob, facts),
      /** @type {any} */ ([tools, id, author, kind, blob, facts]),
    );
  await conversations({ run, attime, file, page });
  await backend.control({ do: "clock", now: NOW });
  await page.context().close();
}

/** @param {any} tools */
async function conversations({ run, attime, file, page }) {
  const lake = await page.evaluateHandle(paintLake, { width: 1200, height: 760, seed: 11 });
  const voice = await page.evaluateHandle(speak, { seconds: 14, seed: 2 });
  const list = await page.evaluateHandle(
    () => new Blob([new Uint8Array(84_213)], { type: "application/pdf" }),
  );
  const plan = await page.evaluateHandle(
    () => new Blob([new Uint8Array(2_431_877)], { type: "application/pdf" }),
  );

  await run("read", "welcome", "alice");
  await run("read", "dm+alice+bob", "alice");
  await run("read", "lakeside-swedish", "alice");
  await attime(4, "18:20");
  await run("start", "dm+alice+dana", null, ["alice", "dana"]);
  await run("start", "book", "Book club", ["farah", "alice", "carol", "dana"]);
  await run("start", "studio", "Studio move", ["emre", "alice", "bob"]);
  await run("start", "lake", "Lake house weekend", ["carol", "alice", "bob"]);

  await run("say", "dm+alice+dana", "dana", "Could you send me the notes from Monday?");
  await attime(4, "18:31");
  await run("say", "dm+alice+dana", "alice", "Just did. Page three is the one you want.");
  await attime(3, "20:05");
  await run("say", "book", "farah", "Next one: The Summer Book. Short, and so good.");
  await attime(2, "21:12");
  await run("say", "book", "dana", "Count me in!");
  await run("read", "book", "alice");
  await attime(2, "21:40");
  await run("say", "dm+alice+dana", "dana", "You are a star, thank you");
  await run("read", "dm+alice+dana", "alice");

  await attime(1, "16:02");
  await run("say", "lake", "carol", "The cabin is ours from Friday noon 🎉");
  await run("react", "lake", "The cabin is ours from Friday noon 🎉", "🎉", ["bob", "alice"]);
  await attime(1, "16:03");
  await file("lake", "carol", "image", lake, { filename: "lake.jpg", width: 1200, height: 760 });
  await attime(1, "16:10");
  await run("say", "lake", "bob", "That view. I’m packing right now.");
  await attime(1, "16:12");
  await run("say", "lake", "alice", "Same! Do we still need anything from town?");
  await attime(1, "17:30");
  await file("studio", "emre", "file", plan, { filename: "floor-plan-v4.pdf" });
  await run("mute", "studio", "alice");

  await attime(0, "09:24");
  await run(
    "say",
    "lake",
    "bob",
    "Bread, coffee and something for the grill 🔥",
    "Same! Do we still need anything from town?",
  );
  await run("react", "lake", "Bread, coffee and something for the grill 🔥", "👍", ["alice", "carol"]);
  await run("react", "lake", "Bread, coffee and something for the grill 🔥", "☕", ["carol"]);
  await attime(0, "09:31");
  await file("lake", "carol", "voice", voice, { filename: "voice.wav", duration: 14 });
  await attime(0, "09:34");
  await file("lake", "alice", "file", list, { filename: "shopping-list.pdf" });
  await attime(0, "09:36");
  await run("say", "lake", "alice", "Perfect. I’ll take the 8:05 and pick it all up on the way.");
  await run(
    "react",
    "lake",
    "Perfect. I’ll take the 8:05 and pick it all up on the way.",
    "❤️",
    ["carol", "bob"],
  );
  for (const who of ["alice", "bob", "carol"]) await run("read", "lake", who);
  await attime(0, "10:12");
  await run("say", "dm+alice+bob", "bob", "Are you bringing the small speaker?");
  await attime(0, "10:13");
  await run("say", "dm+alice+bob", "bob", "Otherwise I’ll take mine");
}

/**
 * The README's picture: a window, and a telephone in front of it.
 *
 * @param {Buffer} desktop
 * @param {Buffer} phone
 */
async function compose(desktop, phone) {
  const url = (/** @type {Buffer} */ png) => `data:image/png;base64,${png.toString("base64")}`;
  const page = await browser.newPage({ viewport: { width: 1600, height: 1026 } });
  await page.setContent(`
    <style>
      body { margin: 0; height: 1026px; background: #d9e4dd; position: relative; overflow: hidden; }
      img { position: absolute; display: block; }
      .window { left: 36px; top: 40px; border-radius: 16px; box-shadow: 0 18px 44px rgb(30 50 40 / 26%); }
      .phone { right: 34px; bottom: 66px; width: 330px; border: 8px solid #0b0f0d; border-radius: 40px;
        box-shadow: 0 18px 44px rgb(30 50 40 / 36%); }
    </style>
    <img class="window" src="${url(desktop)}"><img class="phone" src="${url(phone)}">`);
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  return page.screenshot();
}
