/**
 * A little help with the DOM: elements from plain calls, and children put in order with few
 * moves. Text always becomes text nodes; nothing here parses HTML.
 */

import { icon } from "./icons.js";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element. A property that starts with `on` and is a function becomes a listener,
 * `true` an empty attribute, `null`, `undefined` and `false` nothing; the rest attributes.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function" && name.startsWith("on")) {
      el.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== null && value !== undefined && value !== false) {
      el.setAttribute(name, value === true ? "" : String(value));
    }
  }
  add(el, ...children);
  return el;
}

/**
 * @param {Element | DocumentFragment} parent
 * @param {...Child} children
 */
export function add(parent, ...children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(typeof child === "number" ? String(child) : child);
  }
}

/**
 * Makes `els` the children of `parent`, in this order, touching only those out of place. What
 * had the keyboard focus keeps it.
 *
 * @param {Element} parent
 * @param {readonly Element[]} els
 */
export function place(parent, els) {
  const focused = document.activeElement;
  const wanted = new Set(els);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const el of els) {
    if (el === at) at = at.nextElementSibling;
    else parent.insertBefore(el, at);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * Sets text only when it differs, so that live regions and selections are left alone.
 *
 * @param {Element} el
 * @param {string} text
 */
export function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

/**
 * @param {string} name of its icon
 * @param {string} label
 * @param {() => void} run
 */
export const iconButton = (name, label, run) =>
  h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: run },
    icon(name),
  );

/** When an input method last put a word together, by the clock of events. */
let composedAt = -Infinity;
addEventListener("compositionend", ({ timeStamp }) => (composedAt = timeStamp), true);

/** Browsers differ in whether the key that ends a word comes before its end or just after. */
const SAME_KEY_MS = 60;

/**
 * Whether a key belongs to an input method, which puts a word together with it: then it means
 * nothing else.
 *
 * @param {KeyboardEvent} event
 */
export const endsComposition = (event) =>
  event.isComposing ||
  event.keyCode === 229 ||
  (event.key === "Enter" && event.timeStamp - composedAt < SAME_KEY_MS);

/**
 * The element that an event handler can count on; a missing one is a fault of the page itself.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const el = document.getElementById(id);
  if (!el) throw new Error(`The page has no element with the id ${id}.`);
  return el;
}

/** Whether the layout shows one pane at a time. Kept equal to the width in layout.css. */
export const narrow = matchMedia("(max-width: 720px)");

/** Whether the main pointer is a finger: then focusing a field would raise the keyboard. */
export const touch = matchMedia("(hover: none) and (pointer: coarse)");

export const calm = matchMedia("(prefers-reduced-motion: reduce)");
