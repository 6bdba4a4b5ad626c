/** Short notes at the edge of the page, and words for screen readers alone. */

import { byId, h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {string} text
 * @param {"info" | "error"} [kind]
 */
export function toast(text, kind = "info") {
  const close = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Dismiss" },
    icon("close"),
  );
  const note = h(
    "div",
    { class: `toast ${kind}` },
    icon(kind === "error" ? "warning" : "check"),
    h("span", {}, text),
    close,
  );
  const drop = () => note.remove();
  close.addEventListener("click", drop);
  const all = byId("toasts");
  all.append(note);
  while (all.children.length > 3) all.firstElementChild?.remove();
  setTimeout(drop, kind === "error" ? 10_000 : 4_000);
}

/**
 * Speaks to those who listen to the page instead of looking at it.
 *
 * @param {string} text
 */
export function announce(text) {
  const all = byId("announcer");
  all.append(h("p", {}, text));
  while (all.children.length > 5) all.firstElementChild?.remove();
}
