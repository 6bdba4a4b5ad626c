/** Short notes at the edge of the page, and words for screen readers alone. */

import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { left } from "./leaving.js";

/** So many are shown at a time. */
const MOST = 3;

const NOTE_MS = { info: 4_000, error: 10_000 };

const stack = byId("toasts");

/** Those that are shown. The one that has had nothing new for the longest time comes first. */
/** @type {Set<Toast>} */
const shown = new Set();

/**
 * A note with a button that closes it. It goes by itself after a time in which somebody could have
 * read it: not while the page is hidden, nor while the pointer or the focus is on any of them, so
 * that nothing moves away under it.
 */
export class Toast {
  el;
  #stay;
  #onGone;
  #timer = 0;
  /** Where the focus was before it came here. @type {HTMLElement | null} */
  #cameFrom = null;

  /**
   * @param {object} what
   * @param {string} what.look a class
   * @param {readonly Node[]} what.content
   * @param {number} what.stay how long, in milliseconds
   * @param {() => void} [what.onGone] called once, however it goes
   */
  constructor({ look, content, stay, onGone }) {
    this.#stay = stay;
    this.#onGone = onGone;
    const close = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => this.drop() },
      icon("close"),
    );
    this.el = h("div", { class: `toast ${look}` }, ...content, close);
    this.el.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.drop();
    });
    this.el.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !stack.contains(relatedTarget)) {
        this.#cameFrom = relatedTarget;
      }
    });
    stack.append(this.el);
    stack.hidden = false;
    this.renew();
  }

  /** Starts its time again, as if it were new. */
  renew() {
    shown.delete(this);
    shown.add(this);
    if (shown.size > MOST) [...shown].find((other) => other !== this && !isWatched(other.el))?.drop();
    this.wait();
  }

  /** Goes after its whole time from now, unless somebody is at the notes then. */
  wait() {
    clearTimeout(this.#timer);
    if (isWatched(stack) || document.visibilityState !== "visible") return;
    this.#timer = setTimeout(() => (isWatched(stack) ? this.wait() : this.drop()), this.#stay);
  }

  drop() {
    if (!shown.delete(this)) return;
    clearTimeout(this.#timer);
    const focused = this.el.contains(document.activeElement);
    const neighbour = this.el.nextElementSibling ?? this.el.previousElementSibling;
    this.el.remove();
    stack.hidden = shown.size === 0;
    if (focused) (neighbour?.querySelector("button") ?? this.#cameFrom)?.focus();
    this.#onGone?.();
  }
}

/** @param {Element} el */
const isWatched = (el) => el.matches(":hover, :focus-within");

const waitAgain = () => {
  for (const toast of shown) toast.wait();
};
for (const name of ["pointerenter", "pointerleave", "focusin", "focusout"]) {
  stack.addEventListener(name, waitAgain);
}
document.addEventListener("visibilitychange", waitAgain);

/**
 * @param {string} text
 * @param {"info" | "error"} [kind]
 */
export function toast(text, kind = "info") {
  if (left.aborted) return;
  const sign = icon(kind === "error" ? "warning" : "check");
  new Toast({ look: kind, content: [sign, h("span", {}, text)], stay: NOTE_MS[kind] });
  announce(text);
}

/**
 * Speaks to those who listen to the page instead of looking at it. The notes themselves are not
 * read out: they have buttons in them, and change.
 *
 * @param {string} text
 */
export function announce(text) {
  const all = byId("announcer");
  all.append(h("p", {}, text));
  while (all.children.length > 5) all.firstElementChild?.remove();
}
