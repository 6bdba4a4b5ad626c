/**
 * Keeps a reader's place. At the bottom, the list stays at the bottom while things arrive;
 * anywhere else, the line being read stays where it is while older messages load above it,
 * pictures grow or the window changes.
 */

/** A smooth scroll takes no longer, also where the browser does not say that it has ended. */
const TRAVEL_MS = 1_200;

/** As close to the end as counts for being there. */
const NEAR = 40;

export class ScrollKeeper {
  #scroller;
  #content;
  #onMove;
  #pinned = true;
  /** @type {{el: Element, top: number} | null} */
  #anchor = null;
  #observer;
  /** A smooth scroll is under way: nothing else may move the view or take it for a place. */
  #travelling = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content its only child; its children are the lines
   * @param {() => void} onMove after each scroll
   */
  constructor(scroller, content, onMove) {
    this.#scroller = scroller;
    this.#content = content;
    this.#onMove = onMove;
    scroller.addEventListener("scroll", () => {
      this.#remember();
      onMove();
    });
    // A reader who takes over goes on from where they are.
    for (const name of ["scrollend", "wheel", "touchstart", "keydown"]) {
      scroller.addEventListener(name, () => this.#arrive(), { passive: true });
    }
    this.#observer = new ResizeObserver(() => this.restore());
    this.#observer.observe(scroller);
    this.#observer.observe(content);
  }

  get pinned() {
    return this.#pinned;
  }

  /** How far the view is from the end, in pixels. */
  get distance() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Puts the view back where it was, after the content changed. */
  restore() {
    if (this.#travelling) return;
    if (this.#pinned) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    } else if (this.#anchor?.el.isConnected) {
      const moved = this.#topOf(this.#anchor.el) - this.#anchor.top;
      if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
    }
    this.#remember();
  }

  /** @param {boolean} [smooth] */
  toEnd(smooth = false) {
    this.#pinned = !smooth;
    this.#travel(smooth);
    this.#scroller.scrollTo({
      top: this.#scroller.scrollHeight,
      behavior: smooth ? "smooth" : "instant",
    });
  }

  /**
   * Brings a line into view and keeps it there.
   *
   * @param {Element} el
   * @param {number} share of the view's height above it, 0 to 1
   * @param {boolean} [smooth]
   */
  to(el, share, smooth = false) {
    const room = this.#scroller.clientHeight * share;
    const top = this.#scroller.scrollTop + this.#topOf(el) - room;
    this.#pinned = false;
    this.#anchor = null;
    this.#travel(smooth);
    this.#scroller.scrollTo({ top, behavior: smooth ? "smooth" : "instant" });
    if (!smooth) this.#remember();
  }

  close() {
    clearTimeout(this.#travelling);
    this.#observer.disconnect();
  }

  /** @param {boolean} smooth */
  #travel(smooth) {
    clearTimeout(this.#travelling);
    this.#travelling = smooth ? window.setTimeout(() => this.#arrive(), TRAVEL_MS) : 0;
  }

  #arrive() {
    if (!this.#travelling) return;
    this.#travel(false);
    this.#remember();
    this.#onMove();
  }

  #remember() {
    if (this.#travelling) return;
    this.#pinned = this.distance <= NEAR;
    const el = this.#pinned ? null : this.#firstVisible();
    this.#anchor = el ? { el, top: this.#topOf(el) } : null;
  }

  /** @param {Element} el */
  #topOf(el) {
    return el.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  /** The first line that ends inside the view; lines are in order, so halving finds it. */
  #firstVisible() {
    const lines = this.#content.children;
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = /** @type {Element} */ (lines[middle]);
      if (this.#topOf(line) + line.clientHeight > 0) high = middle;
      else low = middle + 1;
    }
    // The line at the very top only says that more is loading: it is no place to be.
    const found = lines[low];
    return found?.matches(".history-top") ? (lines[low + 1] ?? found) : (found ?? null);
  }
}
