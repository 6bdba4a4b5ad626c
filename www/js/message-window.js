/**
 * The part of a conversation that is on the page: the messages near the view and no others, so that
 * thousands that are loaded cost no more than thirty. Above and below, empty space stands for the
 * rest. This is the only one that puts rows into the page and takes them out of it.
 */

/** @import {MessageRow} from "./message-row.js" */
/** @import {Source, Timeline} from "./timeline.js" */

import { h, place } from "./dom.js";
import { dayOf } from "./format.js";
import { dayLine, unreadLine } from "./message-lines.js";
import { ScrollKeeper } from "./scroll-keeper.js";

/** So many messages beyond the view are on the page, above and below. */
const MARGIN = 20;

/** The lowest that a row with its distance to the next one can be, in pixels. */
const LOWEST = 40;

/** So many messages may be marked to be copied at once. */
const MOST_MARKED = 400;

/** How high a row is believed to be before any has been measured, in pixels. */
const GUESS = 64;

export class MessageWindow {
  content = h("div", { class: "history" });
  keeper;
  #scroller;
  #timeline;
  #parts;
  #above = h("div", { class: "spacer", "aria-hidden": "true" });
  #below = h("div", { class: "spacer", "aria-hidden": "true" });
  /** The place of the first row on the page in the timeline. */
  #from = 0;
  /** @type {readonly MessageRow[]} those on the page, in order */
  #rows = [];
  /** Those on the page, and those that play something. @type {Map<string, MessageRow>} */
  #known = new Map();
  /** @type {WeakMap<Element, MessageRow>} */
  #byElement = new WeakMap();
  /** @type {Map<string, HTMLElement>} */
  #lines = new Map();
  #rowHeight = GUESS;
  /** The one row that Tab leads to. @type {MessageRow | null} */
  #current = null;

  /**
   * @param {HTMLElement} scroller
   * @param {Timeline} timeline
   * @param {object} parts
   * @param {(source: Source) => string} parts.keyOf the same for a draft and its message
   * @param {() => MessageRow} parts.makeRow
   * @param {(row: MessageRow, index: number) => void} parts.update
   * @param {() => readonly HTMLElement[]} parts.head what comes before the oldest message
   * @param {() => readonly HTMLElement[]} parts.foot what comes after the newest
   * @param {() => void} parts.onMove after each scroll
   */
  constructor(scroller, timeline, parts) {
    this.#scroller = scroller;
    this.#timeline = timeline;
    this.#parts = parts;
    scroller.append(this.content);
    const elements = () => this.#rows.map(({ el }) => el);
    this.keeper = new ScrollKeeper(scroller, this.content, elements, () => parts.onMove());
    this.content.addEventListener("focusin", () => this.#rove());
  }

  /** The row that has the keyboard focus, itself or inside. */
  get focused() {
    const row = document.activeElement?.closest(".row");
    return (row && this.content.contains(row) && this.#byElement.get(row)) || null;
  }

  /** The row that Tab leads to. */
  get current() {
    return this.#current;
  }

  /** Whether the oldest message that is loaded is on the page. */
  get hasOldest() {
    return this.#from === 0;
  }

  /** Whether the newest message is in view. */
  get seesNewest() {
    const last = this.#rows[this.#rows.length - 1];
    if (!last || this.#to < this.#timeline.length) return false;
    const height = this.#scroller.clientHeight;
    return height > 0 && this.keeper.topOf(last.el) + Math.min(last.el.clientHeight, 40) <= height;
  }

  get #to() {
    return this.#from + this.#rows.length;
  }

  /** Days have other names now. */
  refresh() {
    this.#lines.clear();
  }

  close() {
    this.keeper.close();
  }

  /** Draws after a scroll, if the view has come near the edge of what is on the page. */
  follow() {
    if (this.keeper.travelling || this.#timeline.length === 0) return;
    this.#settle();
    const [from, to] = this.#choose(null);
    if (from !== this.#from || to !== this.#to) this.draw();
  }

  /**
   * Puts the rows near the view on the page, and takes the others away.
   *
   * @param {number | null} [aim] a place that must be among it
   */
  draw(aim = null) {
    this.keeper.notice();
    this.#settle();
    const before = this.#rows.length;
    const [from, to] = this.#choose(aim);
    const lost = aim === null ? this.#lostPlace() : null;
    const focused = this.focused;
    const current = this.#current?.source;
    const gone = current && this.#timeline.indexOf(current) < 0;
    const { length, fresh } = this.#timeline;

    /** @type {HTMLElement[]} */
    const els = [this.#above];
    if (from === 0) els.push(...this.#parts.head());
    const rows = [];
    const lines = new Map();
    const line = (/** @type {string} */ key, /** @type {() => HTMLElement} */ make) => {
      lines.set(key, this.#lines.get(key) ?? make());
      els.push(lines.get(key));
    };
    for (let i = from; i < to; i++) {
      const source = this.#timeline.at(i);
      if (!source) continue;
      const { createdAt } = source;
      if (this.#timeline.startsDay(i)) line(`day ${dayOf(createdAt)}`, () => dayLine(createdAt));
      if (i === fresh) line("unread", unreadLine);
      const row = this.#row(source, i);
      rows.push(row);
      els.push(row.el);
    }
    if (to === length) els.push(...this.#parts.foot());
    els.push(this.#below);

    this.#lines = lines;
    this.#from = from;
    this.#rows = rows;
    this.#forget();
    setHeight(this.#above, from * this.#rowHeight);
    setHeight(this.#below, (length - to) * this.#rowHeight);
    place(this.content, els);
    const held = lost === null ? undefined : rows[lost.index - from];
    if (held && lost) this.keeper.hold(held.el, lost.top);
    this.keeper.restore();
    if (rows.length !== before) this.#measure();
    const next = gone ? rows[this.#timeline.placeOf(current) - from] : undefined;
    this.#keepFocus(focused, next);
    this.#rove(next);
  }

  /**
   * The row at a place, on the page.
   *
   * @param {number} index
   */
  bring(index) {
    this.#settle();
    if (index < this.#from || index >= this.#to) this.draw(index);
    return this.#rows[index - this.#from];
  }

  /**
   * The place of a row.
   *
   * @param {MessageRow} row
   */
  indexOf(row) {
    this.#settle();
    const at = this.#rows.indexOf(row);
    if (at >= 0) return this.#from + at;
    return row.source ? this.#timeline.indexOf(row.source) : -1;
  }

  /** Moves the focus to the row that Tab leads to. */
  focusCurrent() {
    this.#current?.el.focus({ preventScroll: true });
  }

  /** Finds again what is on the page, after messages came or went at either end. */
  #settle() {
    for (const [i, { source }] of this.#rows.entries()) {
      const index = source ? this.#timeline.indexOf(source) : -1;
      if (index < 0) continue;
      this.#from = Math.max(0, index - i);
      return;
    }
  }

  /**
   * The places from which and up to which messages are to be on the page. It stays as it is while
   * the view is well inside.
   *
   * @param {number | null} aim
   * @returns {[from: number, to: number]}
   */
  #choose(aim) {
    const { length } = this.#timeline;
    const from = this.#from;
    // At the bottom, what has come since belongs to it.
    const to = this.keeper.pinned ? length : Math.min(this.#to, length);
    const height = this.#scroller.clientHeight || innerHeight;
    const inView = Math.ceil(height / LOWEST);
    const first = aim === null ? this.#first(inView) : aim - Math.ceil(inView / 2);
    const reach = (/** @type {number} */ margin) =>
      /** @type {[number, number]} */ ([
        Math.max(0, Math.min(first, length - inView) - margin),
        Math.min(length, Math.max(first, 0) + inView + margin),
      ]);
    const [innerFrom, innerTo] = reach(MARGIN / 2);
    const [outerFrom, outerTo] = reach(2 * MARGIN);
    const isInside = from <= innerFrom && to >= innerTo && from >= outerFrom && to <= outerTo;
    const mustStay = this.keeper.travelling && aim === null && to > from;
    if (isInside || mustStay) return [from, to];
    const [wantedFrom, wantedTo] = reach(MARGIN);
    // What is marked to be copied stays while the mark grows.
    /** @type {[number, number]} */
    const whole = [Math.min(from, wantedFrom), Math.max(to, wantedTo)];
    const keeps = this.#isMarking && whole[1] - whole[0] <= MOST_MARKED;
    return keeps ? whole : [wantedFrom, wantedTo];
  }

  get #isMarking() {
    const selection = getSelection();
    return selection?.isCollapsed === false && this.content.contains(selection.anchorNode);
  }

  /**
   * The place of the first message in view.
   *
   * @param {number} inView how many there may be
   */
  #first(inView) {
    if (this.keeper.pinned || this.#rows.length === 0) return this.#timeline.length - inView;
    const { anchor } = this.keeper;
    const row = anchor && this.#byElement.get(anchor);
    if (row?.source) {
      const index = this.#timeline.indexOf(row.source);
      return index >= 0 ? index : this.#timeline.placeOf(row.source);
    }
    return this.#lostPlace()?.index ?? this.#from;
  }

  /**
   * Where the view is when it shows nothing but empty space, as after a drag of the scroll bar: the
   * message that would be there if all were as high as most.
   */
  #lostPlace() {
    if (this.keeper.pinned || this.keeper.anchor || this.#rows.length === 0) return null;
    const last = /** @type {MessageRow} */ (this.#rows[this.#rows.length - 1]);
    const above = -this.keeper.topOf(this.content);
    const below = -this.keeper.topOf(last.el) - last.el.clientHeight;
    const index =
      below > 0
        ? this.#to + Math.floor(below / this.#rowHeight)
        : Math.floor(above / this.#rowHeight);
    return { index: Math.max(0, Math.min(index, this.#timeline.length - 1)), top: 0 };
  }

  /**
   * @param {Source} source
   * @param {number} index
   */
  #row(source, index) {
    const key = this.#parts.keyOf(source);
    let row = this.#known.get(key);
    if (!row) {
      row = this.#parts.makeRow();
      row.key = key;
      this.#known.set(key, row);
      this.#byElement.set(row.el, row);
    }
    this.#parts.update(row, index);
    return row;
  }

  /** Lets go of the rows that are not on the page; one that plays goes on and comes back. */
  #forget() {
    const shown = new Set(this.#rows);
    for (const [key, row] of this.#known) {
      if (!shown.has(row) && !row.plays) this.#known.delete(key);
    }
  }

  /** How high most rows are. It only counts for what is not on the page. */
  #measure() {
    const [first, last] = [this.#rows[0], this.#rows[this.#rows.length - 1]];
    if (!first || !last || this.#rows.length < 5) return;
    const height = last.el.offsetTop + last.el.offsetHeight - first.el.offsetTop;
    if (height > 0) this.#rowHeight = (this.#rowHeight + height / this.#rows.length) / 2;
  }

  /**
   * Whoever was in a message that was drawn again is on it; whoever was on one that is gone goes on
   * with its neighbour; whoever scrolled away from it stays in the list.
   *
   * @param {MessageRow | null} focused the row that had the focus before
   * @param {MessageRow | undefined} neighbour
   */
  #keepFocus(focused, neighbour) {
    if (!focused || (document.activeElement && document.activeElement !== document.body)) return;
    const next = focused.el.isConnected ? focused.el : (neighbour?.el ?? this.#scroller);
    next.focus({ preventScroll: true });
  }

  /**
   * Exactly one row can be reached by Tab, with what is in it; the arrow keys go on from there.
   * It is the one with the focus; the one that had it, or its neighbour, while a menu or a dialog
   * about it is open; else the newest, or the first that one sees.
   *
   * @param {MessageRow} [neighbour] of one that is gone
   */
  #rove(neighbour) {
    const { anchor } = this.keeper;
    const seen = anchor ? this.#byElement.get(anchor) : this.#rows[this.#rows.length - 1];
    const had = neighbour ?? this.#current;
    const mayReturn = !document.activeElement?.matches(":not(body, dialog *, [popover] *)");
    const kept = had && mayReturn && this.#rows.includes(had) ? had : null;
    const chosen = this.focused ?? kept ?? seen ?? null;
    if (chosen !== this.#current) this.#current?.setCurrent(false);
    chosen?.setCurrent(true);
    this.#current = chosen;
  }
}

/**
 * @param {HTMLElement} el
 * @param {number} height
 */
function setHeight(el, height) {
  const text = `${Math.round(height)}px`;
  if (el.style.height !== text) el.style.height = text;
}
