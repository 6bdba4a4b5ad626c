/** All who reacted to a message, live, emoji by emoji. */

/** @import {ConversationRef, MessageSnapshot, ReactionsSubscription} from "talk-session" */
/** @import {App} from "./app.js" */

import { avatar } from "./avatar.js";
import { openDialog } from "./dialogs.js";
import { h, setText } from "./dom.js";
import { named } from "./names.js";
import { shownReactions } from "./reactions.js";

/** How many more people one asks for. */
const PAGE = 30;

/**
 * @param {App} app
 * @param {ConversationRef} ref
 * @param {MessageSnapshot} message
 * @param {string} [chosen] the emoji that is shown at first
 */
export function whoReacted(app, ref, message, chosen) {
  const list = h("ul", { class: "members who", "aria-label": "People who reacted" });
  const note = h("p", { class: "form-note", role: "status" });
  const more = h("button", { type: "button", class: "button", hidden: true }, "Show more people");
  /** @type {ReactionsSubscription | null} */
  let subscription = null;

  const show = (/** @type {string} */ emoji) => {
    subscription?.unsubscribe();
    list.replaceChildren();
    setText(note, "Loading…");
    more.hidden = true;
    const asked = ref.message(message.id).reactions(emoji).subscribe((reactions, loadedAll) => {
      const people = (reactions ?? []).map(({ user }) =>
        h(
          "li",
          {},
          avatar({ id: user.id, name: user.name, photoUrl: user.photoUrl }, "small"),
          h("span", {}, named(user.name), user.id === app.me ? " (you)" : ""),
        ),
      );
      list.replaceChildren(...people);
      setText(note, people.length === 0 ? "Nobody any more." : "");
      more.hidden = loadedAll;
    });
    subscription = asked;
    void asked.terminated.then((state) => {
      if (state.type === "error") setText(note, `That did not work. ${state.error.message}`);
    });
  };
  more.addEventListener("click", async () => {
    more.disabled = true;
    await subscription?.loadMore(PAGE).catch(() => setText(note, "That did not work. Try again."));
    more.disabled = false;
  });

  const reactions = shownReactions(message);
  const first = chosen ?? reactions[0]?.emoji;
  if (first === undefined) return;
  const dialog = openDialog({
    title: "Reactions",
    body: [
      h(
        "fieldset",
        { class: "tabs" },
        h("legend", { class: "visually-hidden" }, "Emoji"),
        ...reactions.map(({ emoji, count }) =>
          h(
            "label",
            { class: "tab" },
            h("input", {
              type: "radio",
              name: "emoji",
              value: emoji,
              checked: emoji === first,
              onchange: () => show(emoji),
            }),
            h("span", {}, emoji),
            h("span", { class: "tab-count" }, count),
          ),
        ),
      ),
      list,
      note,
      more,
    ],
  });
  dialog.addEventListener("close", () => subscription?.unsubscribe());
  show(first);
}
