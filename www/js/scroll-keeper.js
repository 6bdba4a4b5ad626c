/**
 * Keeps a reader's place. At the bottom, the list stays at the bottom while things arrive; anywhere
 * else, the message being read stays where it is while older messages load above it, pictures grow
 * or the window changes. The place is always a message: a line for a day, or “New”, moves away from
 * its messages when older ones of the same day come.
 */

/** A smooth scroll takes no longer, also where the browser does not say that it has ended. */
const TRAVEL_MS = 1_200;

/** As close to the end as counts for being there. */
const NEAR = 40;

export class ScrollKeeper {
  #scroller;
  #rows;
  #onMove;
  #pinned = true;
  /** @type {{el: Element, top: number} | null} */
  #anchor = null;
  /** Where the view was when its place was last taken. */
  #top = 0;
  #observer;
  /** A smooth scroll is under way: nothing else may move the view or take it for a place. */
  #travelling = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content its only child
   * @param {() => readonly Element[]} rows the messages on the page, in order
   * @param {() => void} onMove after each scroll
   */
  constructor(scroller, content, rows, onMove) {
    this.#scroller = scroller;
    this.#rows = rows;
    this.#onMove = onMove;
    scroller.addEventListener("scroll", () => {
      this.#remember();
      onMove();
    });
    // A reader who takes over goes on from where they are.
    for (const name of ["scrollend", "wheel", "touchstart", "keydown"]) {
      scroller.addEventListener(name, () => this.#arrive(), { passive: true });
    }
    this.#observer = new ResizeObserver(() => {
      this.restore();
      onMove();
    });
    this.#observer.observe(scroller);
    this.#observer.observe(content);
  }

  get pinned() {
    return this.#pinned;
  }

  get travelling() {
    return this.#travelling !== 0;
  }

  /** The message that stays in its place; none while the list stays at the bottom. */
  get anchor() {
    return this.#anchor?.el ?? null;
  }

  /** How far the view is from the end, in pixels. */
  get distance() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /**
   * How far below the upper edge of the view something begins.
   *
   * @param {Element} el
   */
  topOf(el) {
    return el.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  /** Takes the place of a scroll that nobody has told of yet, before the content changes. */
  notice() {
    if (Math.abs(this.#scroller.scrollTop - this.#top) > 1) this.#remember();
  }

  /** Puts the view back where it was, after the content changed. */
  restore() {
    if (this.#travelling) return;
    if (this.#pinned) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    } else if (this.#anchor?.el.isConnected) {
      const moved = this.topOf(this.#anchor.el) - this.#anchor.top;
      if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
    }
    this.#remember();
  }

  /**
   * From now on a message stays this far below the upper edge of the view.
   *
   * @param {Element} el
   * @param {number} top
   */
  hold(el, top) {
    this.#pinned = false;
    this.#anchor = { el, top };
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
   * Brings a message into view and keeps it there.
   *
   * @param {Element} el
   * @param {number} share of the view's height above it, 0 to 1
   * @param {boolean} [smooth]
   */
  to(el, share, smooth = false) {
    const room = this.#scroller.clientHeight * share;
    const top = this.#scroller.scrollTop + this.topOf(el) - room;
    this.#pinned = false;
    this.#anchor = null;
    this.#travel(smooth);
    this.#scroller.scrollTo({ top, behavior: smooth ? "smooth" : "instant" });
    if (!smooth) this.#remember();
  }

  /**
   * Scrolls no further than it takes to see a message.
   *
   * @param {Element} el
   */
  show(el) {
    this.#travel(false);
    el.scrollIntoView({ block: "nearest" });
    this.#remember();
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
    this.#top = this.#scroller.scrollTop;
    this.#pinned = this.distance <= NEAR;
    const el = this.#pinned ? null : this.#firstVisible();
    this.#anchor = el ? { el, top: this.topOf(el) } : null;
  }

  /** The first message that ends inside the view; they are in order, so halving finds it. */
  #firstVisible() {
    const rows = this.#rows();
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = /** @type {Element} */ (rows[middle]);
      if (this.topOf(row) + row.clientHeight > 0) high = middle;
      else low = middle + 1;
    }
    const found = rows[low];
    return found && this.topOf(found) < this.#scroller.clientHeight ? found : null;
  }
}
