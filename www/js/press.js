/** A long press: what a finger does in place of a right click. */

/** How long a finger rests before it counts. */
const LONG_PRESS_MS = 450;

/** How far a resting finger may move meanwhile. */
const SHAKE_PX = 10;

/**
 * @param {HTMLElement} el
 * @param {(target: Element, at: {x: number, y: number}) => void} run gets what is under the finger
 */
export function onLongPress(el, run) {
  let timer = 0;
  let at = { x: 0, y: 0 };
  let pressed = false;
  const stop = () => clearTimeout(timer);
  el.addEventListener("pointerdown", (event) => {
    pressed = false;
    if (event.pointerType !== "touch") return;
    at = { x: event.clientX, y: event.clientY };
    const target = /** @type {Element} */ (event.target);
    timer = window.setTimeout(() => {
      pressed = true;
      run(target, at);
    }, LONG_PRESS_MS);
  });
  el.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - at.x, event.clientY - at.y) > SHAKE_PX) stop();
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    el.addEventListener(name, stop);
  }
  // The finger that was pressed long must not also open the picture under it.
  el.addEventListener(
    "click",
    (event) => {
      if (!pressed) return;
      pressed = false;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  el.addEventListener("contextmenu", (event) => {
    if (event instanceof PointerEvent && event.pointerType === "touch") event.preventDefault();
  });
}
