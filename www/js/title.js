/** The title of the page: how much there is to read, and whose page it is. */

/** @import {UnreadConversation} from "talk-session" */
/** @import {People} from "./people.js" */

import { isolate } from "./names.js";

export class Title {
  #people;
  #me;
  #unread = 0;

  /**
   * @param {People} people
   * @param {string} me
   */
  constructor(people, me) {
    this.#people = people;
    this.#me = me;
    people.onChange(() => this.#show());
    this.#show();
  }

  /** @param {readonly UnreadConversation[]} unreads */
  set unreads(unreads) {
    // One that was marked as unread by hand has no message to count, and counts for one.
    const counts = unreads.map(({ unreadMessageCount }) => Math.max(1, unreadMessageCount));
    this.#unread = counts.reduce((sum, count) => sum + count, 0);
    this.#show();
  }

  #show() {
    const count = this.#unread > 99 ? "99+" : String(this.#unread);
    const title = `Parley – ${isolate(this.#people.peek(this.#me).name)}`;
    document.title = this.#unread > 0 ? `(${count}) ${title}` : title;
  }
}
