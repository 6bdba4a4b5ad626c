/**
 * Starts the page: who one is comes from the address (`?user=alice`), which conversation is
 * open from its hash, so that every window is somebody and every place can be linked to.
 */

/** @import {App} from "./app.js" */

import { Session } from "talk-session";
import { CAST } from "./cast.js";
import { ChatView } from "./chat-view.js";
import { byId, h, narrow, setText } from "./dom.js";
import { icon, mark } from "./icons.js";
import { left } from "./leaving.js";
import { ListView } from "./list-view.js";
import { Members } from "./members.js";
import { News } from "./news.js";
import { Outbox, reason } from "./outbox.js";
import { People } from "./people.js";
import { Presence } from "./presence.js";
import { conversationUrl, placeFromHash, userUrl } from "./route.js";
import { ensureSeed } from "./seed.js";
import { Title } from "./title.js";
import { toast } from "./toast.js";
import { Unsent } from "./unsent.js";

const root = byId("app");

try {
  await start();
} catch (error) {
  if (!left.aborted) {
    root.replaceChildren(
      h("div", { class: "boot-note", role: "alert" }, `Parley could not start. ${reason(error)}`),
    );
  }
}

async function start() {
  const config = await readConfig();
  left.throwIfAborted();
  const me = whoAmI();
  const session = new Session(config);
  left.addEventListener("abort", () => void session.destroy());
  const people = new People(session);
  const entered = people.enter(me);
  const presence = new Presence(session);
  const outbox = new Outbox(session);
  /** @type {App} */
  const app = {
    session,
    me,
    host: config.host,
    people,
    members: new Members(session),
    presence,
    outbox,
    unsent: new Unsent(me),
    open,
    leave,
    close,
  };

  const banner = h("div", { class: "banner", role: "status", hidden: true });
  session.onError((error) =>
    showBanner(`This session has ended: ${error.message} Reload the page to go on.`, true),
  );
  const list = new ListView(app);
  const empty = welcomePane(me);
  root.replaceChildren(banner, list.el, byId("toasts"), empty);
  const title = new Title(people, me);
  const news = new News((id) => chat?.id === id && document.visibilityState === "visible");
  /** @type {ChatView | null} */
  let chat = null;
  /** Whether the first place has been shown: only then is there a step to go back to. */
  let arrived = false;

  addEventListener("hashchange", () => arrived && route());
  addEventListener("online", showConnection);
  addEventListener("offline", showConnection);
  addEventListener("beforeunload", (event) => {
    if (outbox.busy || app.unsent.hasFiles || chat?.hasFiles) event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (narrow.matches && chat) leave();
      list.focusSearch();
    }
  });
  // A file dropped beside the conversation must not replace the page.
  for (const name of ["dragover", "drop"])
    addEventListener(name, (event) => event.preventDefault());
  atMidnight(() => {
    list.refresh();
    chat?.refresh();
  });
  showConnection();

  try {
    await entered;
    left.throwIfAborted();
  } catch (error) {
    return list.fail(reason(error));
  }
  session.onMessage((message) => news.tell(message));
  session.onUnreadsChange((unreads) => {
    title.unreads = unreads;
    news.stillUnread(unreads);
  });
  list.begin();
  route();
  arrived = true;
  ensureSeed(session, config)
    .catch((error) => toast(`The first conversations could not be made. ${reason(error)}`, "error"))
    .finally(() => {
      list.preparing = false;
    });

  /** Shows what the address says. */
  function route() {
    if (left.aborted) return;
    const { id, message } = placeFromHash();
    const before = chat?.id ?? null;
    if (id !== null) news.seen(id);
    if (chat && before === id) return void goTo(message);
    chat?.close();
    chat = null;
    root.dataset["view"] = id === null ? "list" : "chat";
    empty.hidden = id !== null;
    list.active = id;
    if (id === null) {
      if (before !== null) list.focus(before);
      return;
    }
    // Whoever came from the list goes back to it by one step back in the history.
    if (before === null && arrived) history.replaceState({ fromList: true }, "");
    chat = new ChatView(app, id);
    root.append(chat.el);
    chat.focus();
    goTo(message);
  }

  /**
   * Goes to a message once; then the address is that of the conversation again, so that the same
   * link leads there a second time.
   *
   * @param {string | null} message
   */
  function goTo(message) {
    if (!chat || message === null) return;
    history.replaceState(history.state, "", conversationUrl(chat.id));
    chat.goTo(message);
  }

  /** @param {string} id */
  function open(id) {
    location.hash = conversationUrl(id);
  }

  /** Back to the list: beside the conversation if there is room, else in its place. */
  function leave() {
    if (narrow.matches) close();
    else list.focus(placeFromHash().id);
  }

  function close() {
    if (placeFromHash().id === null) return;
    if (history.state?.fromList) return history.back();
    history.replaceState(null, "", location.pathname + location.search);
    route();
  }

  function showConnection() {
    const offline = !navigator.onLine;
    showBanner(
      offline ? "You are offline. What you write goes out when the connection is back." : "",
      false,
    );
  }

  /**
   * @param {string} text
   * @param {boolean} fatal
   */
  function showBanner(text, fatal) {
    if (banner.classList.contains("fatal")) return;
    banner.classList.toggle("fatal", fatal);
    banner.hidden = text === "";
    banner.replaceChildren(icon("warning"), h("span", {}, text));
    if (fatal) {
      banner.append(
        h(
          "button",
          { type: "button", class: "button", onclick: () => location.reload() },
          "Reload",
        ),
      );
    }
  }
}

/** @returns {Promise<{appId: string, host: string}>} */
async function readConfig() {
  const response = await fetch("config.json").catch(() => null);
  const config = response?.ok ? await response.json() : null;
  if (typeof config?.appId !== "string" || typeof config?.host !== "string") {
    throw new Error("The page's server did not say where the chat lives (config.json).");
  }
  return { appId: config.appId, host: config.host };
}

/** The user in the address; without one, the first of the cast. */
function whoAmI() {
  const id = new URLSearchParams(location.search).get("user")?.trim();
  if (id) return id;
  const [first] = CAST;
  const fallback = first?.id ?? "alice";
  history.replaceState(null, "", userUrl(fallback) + location.hash);
  return fallback;
}

/**
 * What a wide window shows before a conversation is picked.
 *
 * @param {string} me
 */
function welcomePane(me) {
  const other = CAST.find(({ id }) => id !== me) ?? { id: "alice", name: "Alice" };
  const name = other.name.split(" ", 1)[0] ?? other.name;
  const title = h("h1", {});
  setText(title, "Pick a conversation");
  return h(
    "main",
    { class: "welcome", "aria-label": "Welcome" },
    mark(),
    title,
    h(
      "p",
      {},
      "Messages arrive here the moment they are sent. To see it, open a second window as somebody else and put the two side by side.",
    ),
    h(
      "a",
      { class: "button primary", href: userUrl(other.id), target: "_blank", rel: "noopener" },
      icon("external"),
      `Open a window as ${name}`,
    ),
    h(
      "dl",
      { class: "keys" },
      ...[
        ["↑ ↓", "move through conversations and messages"],
        ["Enter", "open, send, or show a message’s menu"],
        ["Esc", "cancel, then back to the list"],
        [/Mac|iP/.test(navigator.platform) ? "⌘ K" : "Ctrl K", "search"],
      ].flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]),
    ),
  );
}

/**
 * “Today” becomes “Yesterday” while a page stays open.
 *
 * @param {() => void} run
 */
function atMidnight(run) {
  const next = new Date().setHours(24, 0, 1, 0) - Date.now();
  setTimeout(() => {
    run();
    atMidnight(run);
  }, next);
}
