/** Menus that open at a button: arrow keys, Escape and a click elsewhere work as expected. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

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
 * The menu that is open. There is never more than one.
 *
 * @type {{anchor: HTMLElement, close: () => void} | null}
 */
let current = null;

/**
 * Opens a menu, or closes it when it is open at this anchor already.
 *
 * @param {HTMLElement} anchor
 * @param {string} label what the menu is about, for screen readers
 * @param {readonly MenuItem[]} items
 * @param {{x: number, y: number}} [at] opens there instead of at the anchor
 */
export function openMenu(anchor, label, items, at) {
  const before = current?.anchor;
  current?.close();
  if (before === anchor) return;

  // Not `auto`: that one closes when the finger that opened it by a long press is lifted.
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual" });
  const entries = items.map((item) => entry(item, close));
  entries.forEach((el, i) => {
    if (items[i]?.rule) menu.append(h("hr", {}));
    menu.append(el);
  });
  menu.addEventListener("keydown", (event) => keys(event, entries, close));
  const outside = (/** @type {Event} */ event) => {
    const target = /** @type {Node} */ (event.target);
    if (!menu.contains(target) && !anchor.contains(target)) close();
  };
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", close);
  window.addEventListener("hashchange", close);

  function close() {
    if (!menu.isConnected) return;
    current = null;
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
    window.removeEventListener("hashchange", close);
    const focused = menu.contains(document.activeElement);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (focused) anchor.focus({ preventScroll: true });
  }

  current = { anchor, close };
  document.body.append(menu);
  menu.showPopover();
  put(menu, at ? new DOMRect(at.x, at.y, 0, 0) : anchor.getBoundingClientRect());
  anchor.setAttribute("aria-expanded", "true");
  (entries.find((el) => el.getAttribute("aria-checked") === "true") ?? entries[0])?.focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {readonly HTMLElement[]} entries
 * @param {() => void} close
 */
function keys(event, entries, close) {
  const now = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const places = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
  const next = places[/** @type {keyof typeof places} */ (event.key)];
  if (next !== undefined) entries.at(next % entries.length)?.focus();
  else if (event.key === " " && entries[now] instanceof HTMLAnchorElement) entries[now]?.click();
  else if (event.key === "Escape") close();
  else if (event.key === "Tab") return close();
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
    h("span", { class: "menu-text" }, item.label, item.note ? h("small", {}, item.note) : null),
    choice ? icon("check", item.checked ? "tick" : "tick off") : null,
  ];
  return item.href
    ? h("a", { ...props, href: item.href }, ...inside)
    : h("button", { ...props, type: "button" }, ...inside);
}

/**
 * Below the anchor if there is room, else above it, and always inside the window.
 *
 * @param {HTMLElement} menu
 * @param {DOMRect} anchor
 */
function put(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const below = anchor.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, anchor.top - height - 6);
  const start = anchor.left + width < innerWidth - 8 ? anchor.left : anchor.right - width;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`;
}
