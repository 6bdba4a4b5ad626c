/** The lines between messages: days, “new”, and what is there before there are messages. */

import { h } from "./dom.js";
import { dayLabel } from "./format.js";

/** @param {number} at */
export const dayLine = (at) =>
  h("div", { class: "day-line" }, h("span", { class: "note-pill" }, dayLabel(at)));

export const unreadLine = () =>
  h(
    "div",
    { class: "unread-line", role: "separator", "aria-label": "New messages" },
    h("span", {}, "New"),
  );

/** Grey shapes while the first messages load. */
export function skeleton() {
  const widths = ["wide", "narrow mine", "middle", "wide mine", "narrow"];
  return h(
    "div",
    { class: "skeleton", role: "status", "aria-label": "Loading messages" },
    ...widths.map((width) => h("span", { class: `bone ${width}` })),
  );
}

export const loadingLine = () =>
  h(
    "div",
    { class: "history-top", role: "status" },
    h("span", { class: "spinner" }),
    "Loading older messages…",
  );

export const emptyLine = () =>
  h(
    "div",
    { class: "history-top empty" },
    h("strong", {}, "No messages yet"),
    h("span", {}, "Write the first one below."),
  );

export const startLine = () =>
  h("div", { class: "history-top" }, "This is the start of the conversation.");
