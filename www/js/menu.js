/** Menus that open at a button: arrow keys, Escape and a click elsewhere work as expected. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { named } from "./names.js";
import { openPopup } from "./popup.js";

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [icon]
 * @property {Node} [lead] shown in place of an icon
 * @property {string} [note] a second line
 * @property {string} [href] makes the item a link
 * @property {boolean} [checked] for choices
 * @property {boolean} [danger]
 * @property {boolean} [rule] a line above it
 * @property {() => void} [run]
 */

/**
 * Opens a menu, or closes it when it is open at this anchor already.
 *
 * @param {HTMLElement} anchor
 * @param {string} label what the menu is about, for screen readers
 * @param {readonly MenuItem[]} items
 * @param {object} [options]
 * @param {{x: number, y: number}} [options.at] opens there instead of at the anchor
 * @param {readonly HTMLElement[]} [options.strip] buttons side by side, above the items
 */
export function openMenu(anchor, label, items, { at, strip = [] } = {}) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual" });
  /** @type {(() => void) | null} */
  let shut = null;
  const close = () => shut?.();
  if (strip.length > 0) menu.append(h("div", { class: "menu-strip", role: "none" }, ...strip));
  // Before what the button does, which may open something else in place of the menu.
  for (const button of strip) button.addEventListener("click", close, true);
  const entries = items.map((item) => entry(item, close));
  entries.forEach((el, i) => {
    if (items[i]?.rule) menu.append(h("hr", {}));
    menu.append(el);
  });
  menu.addEventListener("keydown", (event) => keys(event, entries, strip));
  shut = openPopup(anchor, menu, at);
  if (!shut) return;
  (entries.find((el) => el.getAttribute("aria-checked") === "true") ?? entries[0])?.focus();
}

/**
 * Up and down go through the items, with the strip as one line above them; left and right go
 * through the strip.
 *
 * @param {KeyboardEvent} event
 * @param {readonly HTMLElement[]} entries
 * @param {readonly HTMLElement[]} strip
 */
function keys(event, entries, strip) {
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const [beside, now] = [strip.indexOf(focused), entries.indexOf(focused)];
  const lines = [...strip.slice(Math.max(0, beside)).slice(0, 1), ...entries];
  const line = beside >= 0 ? 0 : now + lines.length - entries.length;
  const places = { ArrowDown: line + 1, ArrowUp: line - 1, Home: 0, End: -1 };
  const next = places[/** @type {keyof typeof places} */ (event.key)];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (next !== undefined) lines.at(next % lines.length)?.focus();
  else if (step && beside >= 0) strip.at((beside + step) % strip.length)?.focus();
  else if (event.key === " " && entries[now] instanceof HTMLAnchorElement) entries[now]?.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {MenuItem} item
 * @param {() => void} close
 * @returns {HTMLElement}
 */
function entry(item, close) {
  const choice = item.checked !== undefined;
  const props = {
    class: `menu-item ${item.danger ? "danger" : ""}`,
    role: choice ? "menuitemradio" : "menuitem",
    "aria-checked": choice ? String(item.checked) : null,
    tabindex: "-1",
    onclick: () => {
      close();
      item.run?.();
    },
  };
  const inside = [
    item.lead ?? (item.icon ? icon(item.icon) : null),
    h("span", { class: "menu-text" }, named(item.label), item.note ? h("small", {}, item.note) : null),
    choice ? icon("check", item.checked ? "tick" : "tick off") : null,
  ];
  return item.href
    ? h("a", { ...props, href: item.href }, ...inside)
    : h("button", { ...props, type: "button" }, ...inside);
}
