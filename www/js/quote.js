/** The message that another one answers, in a few lines above the answer. */

/** @import {ContentBlock} from "talk-session" */

import { hue } from "./avatar.js";
import { firstName, summary } from "./conversation.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { named } from "./names.js";

/**
 * @param {{sender: {id: string, name: string} | null, content: readonly ContentBlock[], plaintext: string}} message
 * @param {string} me
 * @param {() => void} run goes to it
 */
export function quote(message, me, run) {
  const { sender } = message;
  const { icon: name, text } = summary(message);
  const mine = sender?.id === me;
  const who = mine ? "You" : firstName(sender?.name ?? "Somebody");
  return h(
    "button",
    {
      type: "button",
      class: mine ? "quote own" : `quote hue-${hue(sender?.id ?? "")}`,
      onclick: run,
      "aria-label": `Answer to ${who}: ${text}`,
    },
    h("span", { class: "quote-name" }, named(who)),
    h("span", { class: "quote-text", dir: "auto" }, name ? icon(name) : null, text),
  );
}

/** In place of a message that was deleted. */
export const lostQuote = () =>
  h(
    "p",
    { class: "quote lost" },
    h("span", { class: "quote-text" }, icon("trash"), "This message was deleted"),
  );
