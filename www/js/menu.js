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
 * @param {HTMLElement} anchor
 * @param {string} label what the menu is about, for screen readers
 * @param {readonly MenuItem[]} items
 * @param {{x: number, y: number}} [at] opens there instead of at the anchor
 */
export function openMenu(anchor, label, items, at) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" });
  const entries = items.map((item) => entry(item, () => menu.hidePopover()));
  entries.forEach((el, i) => {
    if (items[i]?.rule) menu.append(h("hr", {}));
    menu.append(el);
  });

  menu.addEventListener("keydown", (event) => {
    const now = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: entries.length - 1 }[
      event.key
    ];
    if (event.key === "Tab") menu.hidePopover();
    if (event.key === " " && document.activeElement instanceof HTMLAnchorElement) {
      event.preventDefault();
      document.activeElement.click();
    }
    if (next === undefined) return;
    event.preventDefault();
    entries.at(next % entries.length)?.focus();
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") return;
    anchor.setAttribute("aria-expanded", "false");
    const lost = document.activeElement === document.body || menu.contains(document.activeElement);
    if (lost) anchor.focus({ preventScroll: true });
    menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  put(menu, at ? new DOMRect(at.x, at.y, 0, 0) : anchor.getBoundingClientRect());
  anchor.setAttribute("aria-expanded", "true");
  (entries.find((el) => el.getAttribute("aria-checked") === "true") ?? entries[0])?.focus();
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
