/** Tells whoever has no mouse that messages have a menu, until they have found it. */

import { h, iconButton } from "./dom.js";
import { recall, remember } from "./storage.js";

const KEY = "knows-press";

/** Said above the field; shown by the style sheet only where nothing can hover. */
export function pressHint() {
  const el = h(
    "div",
    { class: "hint", hidden: recall(KEY) === true },
    h("span", {}, "Press and hold a message to answer, react and more."),
    iconButton("close", "Dismiss the hint", () => learnt()),
  );
  return el;
}

/** Whoever did it once needs no hint any more. */
export function learnt() {
  remember(KEY, true);
  for (const el of document.querySelectorAll(".hint")) el.setAttribute("hidden", "");
}
