// The floors for many views at once, and the choice among all.

import { Floor, ListFloor, deepFreeze, find } from "./floor.js";
import { fits } from "./service.js";

/** Opens the floor for some views. */
export async function openFloor(options) {
  const { views } = options;
  const floor = views.length === 1 ? new ListFloor() :
    views[0].filter ? new FilteredFloor(views) : new LiveFloor();
  await floor.open(options);
}

/** The one for filtered lists of conversations, the first of which has all of them. */
class FilteredFloor extends Floor {
  #filters;

  constructor(views) {
    super();
    this.#filters = views.map(({ filter }) => filter);
  }

  apply([{ conversationId, diff }]) {
    const [all] = this.views;
    const old = all[find(all, conversationId)];
    const changed = Object.freeze({ ...old, ...diff });
    const tell = [];
    for (const [at, filter] of this.#filters.entries()) {
      const [was, is] = [fits(old, filter), fits(changed, filter)];
      if (!was && !is) continue;
      const list = this.copy(this.views[at]);
      if (was) list.splice(find(list, conversationId), 1, ...(is ? [changed] : []));
      else insert(list, changed);
      this.views[at] = Object.freeze(list);
      tell.push(at);
    }
    for (const at of tell) this.tell[at](this.views[at]);
  }
}

/** Puts a conversation where its time belongs. */
function insert(list, conversation) {
  const { createdAt } = conversation.lastMessage;
  let at = 0;
  while (list[at]?.lastMessage.createdAt > createdAt) at++;
  list.splice(at, 0, conversation);
}

/** The one for conversations of which messages, typing and presence are followed, in this order. */
class LiveFloor extends Floor {
  /** The places of the views, by their paths. */
  #places = new Map();

  async open(options) {
    options.views.forEach(({ path }, at) => this.#places.set(path, at));
    await super.open(options);
  }

  apply([{ type, conversationId, messageId, userId, state, diff }]) {
    const room = `/me/conversations/${conversationId}`;
    if (type === "user.online.changed") {
      const at = this.#places.get(`/users/${userId}/online`);
      return this.#show(at, { ...this.views[at], ...diff });
    }
    if (type === "typing.changed") {
      const at = this.#places.get(`${room}/typing`);
      // Whoever begins comes last.
      const others = this.views[at].users.filter(({ id }) => !(id in diff.usersTyping));
      const begun = Object.keys(diff.usersTyping).filter((id) => diff.usersTyping[id]);
      const users = [...others, ...begun.map((id) => this.users[id])];
      return this.#show(at, { many: false, users: Object.freeze(users) });
    }
    const at = this.#places.get(`${room}/messages`);
    const list = this.copy(this.views[at]);
    if (type === "message.created") list.unshift(deepFreeze(this.message(state)));
    else list.splice(find(list, messageId), 1);
    this.#show(at, list);
  }

  /** What is in the view is frozen already. */
  #show(at, view) {
    this.tell[at]((this.views[at] = Object.freeze(view)));
  }
}
