/**
 * What opens at a place and closes by itself: menus and the emoji picker. There is never more
 * than one; Escape, a click elsewhere and another window size close it.
 */

/**
 * The one that is open.
 *
 * @type {{anchor: HTMLElement, close: () => void} | null}
 */
let current = null;

/**
 * Opens an element, or closes it when one is open at this anchor already.
 *
 * @param {HTMLElement} anchor
 * @param {HTMLElement} el with `popover="manual"`: `auto` would close when the finger that opened
 *   it by a long press is lifted
 * @param {{x: number, y: number}} [at] opens there instead of at the anchor
 * @returns {(() => void) | null} closes it; null: it was open, and is closed now
 */
export function openPopup(anchor, el, at) {
  const last = current?.anchor;
  current?.close();
  if (last === anchor) return null;
  const before = document.activeElement;

  const outside = (/** @type {Event} */ event) => {
    const target = /** @type {Node} */ (event.target);
    if (!el.contains(target) && !anchor.contains(target)) close();
  };
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", close);
  window.addEventListener("hashchange", close);
  el.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || (event.key !== "Escape" && event.key !== "Tab")) return;
    close();
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
  });

  // A finger that opened it by a long press is lifted over what has come up under it.
  let pressed = false;
  el.addEventListener("pointerdown", () => (pressed = true), true);
  el.addEventListener(
    "click",
    (event) => {
      const byPointer = event.detail > 0;
      if (byPointer && !pressed) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      pressed = false;
    },
    true,
  );

  function close() {
    if (!el.isConnected) return;
    current = null;
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
    window.removeEventListener("hashchange", close);
    const focused = el.contains(document.activeElement);
    el.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (focused) goBack([before, anchor, anchor.closest("[tabindex]")]);
  }

  current = { anchor, close };
  document.body.append(el);
  el.showPopover();
  const rect = at ? new DOMRect(at.x, at.y, 0, 0) : anchor.getBoundingClientRect();
  putBeside(el, rect);
  anchor.setAttribute("aria-expanded", "true");
  return close;
}

/**
 * Focuses the first of these that one would see.
 *
 * @param {readonly (Element | null)[]} places
 */
function goBack(places) {
  for (const el of places) {
    if (!(el instanceof HTMLElement) || el === document.body) continue;
    if (el.checkVisibility({ visibilityProperty: true })) el.focus({ preventScroll: true });
    if (el === document.activeElement) return;
  }
}

/**
 * Below the anchor if there is room, else above it, and always inside the window.
 *
 * @param {HTMLElement} el
 * @param {DOMRect} anchor
 */
export function putBeside(el, anchor) {
  const { width, height } = el.getBoundingClientRect();
  const below = anchor.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, anchor.top - height - 6);
  const start = anchor.left + width < innerWidth - 8 ? anchor.left : anchor.right - width;
  el.style.top = `${top}px`;
  el.style.left = `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`;
}
