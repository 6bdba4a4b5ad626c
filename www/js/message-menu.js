/** What can be done with a message: the menu of a row, and the reactions to it. */

/** @import {ConversationRef, MessageSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */
/** @import {Composer} from "./composer.js" */
/** @import {MenuItem} from "./menu.js" */
/** @import {MessageList} from "./message-list.js" */
/** @import {MessageRow, RowActions} from "./message-row.js" */

import { safeMediaUrl } from "./content.js";
import { confirmDialog } from "./dialogs.js";
import { download } from "./download.js";
import { QUICK, emojiButton, moreButton, openEmojiPicker } from "./emoji-picker.js";
import { fullTime } from "./format.js";
import { editableText } from "./markup.js";
import { openLightbox } from "./lightbox.js";
import { openMenu } from "./menu.js";
import { isolate } from "./names.js";
import { reactionNames, shownReactions, toggleReaction } from "./reactions.js";
import { toast } from "./toast.js";
import { languageName } from "./translations.js";
import { whoReacted } from "./who-reacted.js";

export class MessageMenu {
  #app;
  #ref;
  #parts;

  /**
   * @param {App} app
   * @param {ConversationRef} ref
   * @param {() => {list: MessageList, composer: Composer, readOnly: boolean}} parts of the pane
   */
  constructor(app, ref, parts) {
    this.#app = app;
    this.#ref = ref;
    this.#parts = parts;
  }

  /**
   * What rows ask for.
   *
   * @returns {Omit<RowActions, "jumpTo" | "retry" | "discard" | "translate">}
   */
  get actions() {
    return {
      menu: (row, at) => this.#open(row, at),
      reply: (message) => this.#parts().composer.reply(message),
      openImage: (message) => this.#openImage(message),
      react: (message, emoji) => this.#react(message, emoji),
      names: (message, emoji) => reactionNames(this.#ref, message, emoji, this.#app.me),
      who: (message, emoji) => whoReacted(this.#app, this.#ref, message, emoji),
      pick: (message, anchor) => this.#pick(message, anchor),
    };
  }

  /**
   * @param {MessageRow} row
   * @param {{x: number, y: number}} [at]
   */
  #open(row, at) {
    const { message } = row;
    if (!message) return;
    const tool = row.el.querySelector(".row-tools > :last-child");
    const anchor = tool instanceof HTMLElement && !at ? tool : row.el;
    const mine = ownEmoji(message);
    const strip = this.#parts().readOnly
      ? []
      : [
          ...QUICK.map((emoji) =>
            emojiButton(emoji, mine.has(emoji), () => this.#react(message, emoji)),
          ),
          moreButton(() => this.#pick(message, anchor, true, at)),
        ];
    openMenu(anchor, "Message", this.#items(row, message), {
      strip,
      ...(at ? { at } : {}),
    });
  }

  /**
   * @param {MessageRow} row
   * @param {MessageSnapshot} message
   */
  #items(row, message) {
    const { composer, list, readOnly } = this.#parts();
    const own = row.mine && !readOnly;
    const [block] = message.content;
    /** @type {MenuItem[]} */
    const items = [];
    if (!readOnly) {
      items.push({ label: "Reply", icon: "reply", run: () => composer.reply(message) });
    }
    if (shownReactions(message).length > 0) {
      const run = () => whoReacted(this.#app, this.#ref, message);
      items.push({ label: "Who reacted", icon: "group", run });
    }
    if (block?.type === "file") {
      if (block.subtype === "image") {
        items.push({ label: "Open picture", icon: "image", run: () => this.#openImage(message) });
      }
      const url = safeMediaUrl(block.url);
      if (url)
        items.push({
          label: "Download",
          icon: "download",
          run: () => void download(url, block.filename),
        });
    } else {
      items.push({ label: "Copy text", icon: "copy", run: () => void copy(message.plaintext) });
      if (block?.type === "text" && !row.mine) {
        const shown = list.translations.of(message)?.shown;
        items.push({
          label: shown ? "Show original" : `Translate to ${languageName}`,
          icon: "translate",
          run: () => void list.translations.toggle(message),
        });
      }
      // What cannot be written as text would be lost by an edit.
      if (own && editableText(message) !== null) {
        items.push({ label: "Edit", icon: "edit", run: () => composer.edit(message) });
      }
    }
    if (own) {
      const run = () => this.#delete(message);
      items.push({ label: "Delete", icon: "trash", danger: true, rule: true, run });
    }
    return items;
  }

  /**
   * @param {MessageSnapshot} message
   * @param {string} emoji
   */
  #react(message, emoji) {
    toggleReaction(this.#ref, message, emoji);
  }

  /**
   * @param {MessageSnapshot} message
   * @param {HTMLElement} anchor
   * @param {boolean} [all]
   * @param {{x: number, y: number}} [at]
   */
  #pick(message, anchor, all = false, at) {
    openEmojiPicker(anchor, {
      mine: ownEmoji(message),
      pick: (emoji) => this.#react(message, emoji),
      all,
      ...(at ? { at } : {}),
    });
  }

  /** @param {MessageSnapshot} message */
  #delete(message) {
    confirmDialog({
      title: "Delete this message?",
      text: "It disappears for everyone.",
      action: "Delete",
      run: async () => {
        await this.#ref.message(message.id).delete();
        this.#parts().composer.forget(message.id);
      },
      lost: () => this.#parts().list.focusCurrent(),
    });
  }

  /** @param {MessageSnapshot} opened */
  #openImage(opened) {
    const pictures = this.#parts().list.messages.flatMap((message) => {
      const [block] = message.content;
      if (block?.type !== "file" || block.subtype !== "image") return [];
      const url = safeMediaUrl(block.url);
      if (!url) return [];
      const caption = `${isolate(message.sender?.name ?? "")}, ${fullTime(message.createdAt)}`;
      return [{ id: message.id, url, filename: block.filename, caption }];
    });
    const at = pictures.findIndex(({ id }) => id === opened.id);
    if (at >= 0) openLightbox(pictures, at);
  }
}

/**
 * The emoji with which the current user has reacted.
 *
 * @param {MessageSnapshot} message
 */
const ownEmoji = ({ reactions }) =>
  new Set(reactions.filter((r) => r.currentUserReacted).map(({ emoji }) => emoji));

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser did not allow copying.", "error");
  }
}
