/** Emoji to react with: a handful at once, and more for who asks. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup, putBeside } from "./popup.js";

export const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

const MORE = [
  ..."👏🙌💪👌🤝👋🎉🔥✨⭐💯✅",
  ..."😀😄😊😍🥰😎🤔🙃😅🤣😭😱",
  ..."🥳🤩😴🤗🫶💚💙💔👀🚀☕🍰",
  ..."🌞🌊🌈🌲🗻🚲🎵📷💡❓❗👎",
];

/** How many stand side by side; the same as in reactions.css. */
const COLUMNS = 6;

/**
 * @param {string} emoji
 * @param {boolean} mine
 * @param {(emoji: string) => void} pick
 */
export const emojiButton = (emoji, mine, pick) =>
  h(
    "button",
    {
      type: "button",
      class: "emoji",
      role: "menuitemcheckbox",
      "aria-checked": String(mine),
      "aria-label": mine ? `Take back ${emoji}` : `React with ${emoji}`,
      tabindex: "-1",
      onclick: () => pick(emoji),
    },
    emoji,
  );

/**
 * @param {() => void} run
 */
export const moreButton = (run) =>
  h(
    "button",
    {
      type: "button",
      class: "emoji",
      role: "menuitem",
      "aria-label": "More emoji",
      title: "More emoji",
      tabindex: "-1",
      onclick: run,
    },
    icon("plus"),
  );

/**
 * @param {HTMLElement} anchor
 * @param {object} options
 * @param {ReadonlySet<string>} options.mine those with which one has reacted already
 * @param {(emoji: string) => void} options.pick
 * @param {boolean} [options.all] shows all at once
 * @param {{x: number, y: number}} [options.at]
 */
export function openEmojiPicker(anchor, { mine, pick, all = false, at }) {
  const box = h("div", { class: "emoji-grid", role: "none" });
  const el = h(
    "div",
    { class: "menu emoji-menu", role: "menu", "aria-label": "Reactions", popover: "manual" },
    box,
  );
  /** @type {(() => void) | null} */
  let close = null;
  const button = (/** @type {string} */ emoji) =>
    emojiButton(emoji, mine.has(emoji), () => {
      close?.();
      pick(emoji);
    });
  const fill = (/** @type {boolean} */ more) => {
    box.replaceChildren(...QUICK.map(button), ...(more ? MORE.map(button) : []));
    el.classList.toggle("all", more);
    if (more) return;
    box.append(
      moreButton(() => {
        fill(true);
        putBeside(el, anchor.getBoundingClientRect());
        buttons()[QUICK.length]?.focus();
      }),
    );
  };
  const buttons = () => /** @type {HTMLElement[]} */ ([...box.children]);
  el.addEventListener("keydown", (event) => {
    const down = el.classList.contains("all") ? COLUMNS : 1;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: down, ArrowUp: -down };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = buttons().indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step;
    buttons()[to]?.focus();
  });
  fill(all);
  close = openPopup(anchor, el, at);
  if (close) buttons()[0]?.focus();
}
