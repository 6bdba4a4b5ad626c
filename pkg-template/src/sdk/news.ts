// What a session tells of: messages as they are sent, and what is unread.

import type * as api from "../api";
import { Call } from "../calls";
import { report } from "../errors";
import { canonicalFilter } from "../filters";
import type { Host } from "../host";
import { Subscription } from "../subscription";
import { warn } from "./described";

/** Follows the conversations that a filter lets through. */
function follow(
  host: Host, subject: string, filter: api.ConversationFilter | undefined,
  listener: (conversations: api.ConversationSnapshot[], loadedAll: boolean) => void,
): Subscription<api.ConversationSnapshot[]> {
  const list = new Subscription<api.ConversationSnapshot[]>(
    host, subject, Call.ListSubscribe, [canonicalFilter(filter)], listener, 20, 30,
  );
  // A handler has nobody else to hear it from. That the session ends is told by `onError`.
  void list.terminated.then((end) => end.type === "error" && !host._error && warn(end.error));
  return list;
}

/**
 * Which of a conversation's messages are news: those from a time on that were not seen. A time alone
 * would not do: a message may have the same as another, or come later than one that it is before.
 */
interface Told {
  _time: number;
  _ids: Set<string>;
}

const isNew = (told: Told, { createdAt, id }: api.MessageSnapshot): boolean =>
  createdAt >= told._time && !told._ids.has(id);

/**
 * Tells of each message that is sent from now on. What the list of conversations shows as a last
 * message gives the sign to look at the messages themselves: there may be others before it, sent at
 * once or while there was no connection. For that moment they are subscribed to; since the list
 * follows them anyway, that takes a request only for the first one, and then for whoever was silent
 * for a while.
 */
export function watchMessages(
  host: Host, me: string, handler: (message: api.Message) => void,
): api.Subscription {
  const all = new Map<string, Told>();
  const looking = new Map<string, Subscription<api.MessageSnapshot[] | null>>();
  let since: number | undefined;
  let over = false;
  let shown: api.ConversationSnapshot[] = [];

  const look = async (conversation: api.ConversationSnapshot, told: Told): Promise<void> => {
    const { id } = conversation;
    const messages = new Subscription<api.MessageSnapshot[] | null>(
      host, `messages of ${id}`, Call.MessagesSubscribe, [id], undefined, 30, 100,
    );
    looking.set(id, messages);
    try {
      const { latestSnapshot, loadedAll } = await messages.connected;
      // So many may have been sent at once that those before are news as well.
      const areNews = !loadedAll && latestSnapshot?.every((one) => isNew(told, one));
      if (areNews) await messages.loadMore(100);
    } catch {
      // No more can be had than what is there.
    }
    const snapshot = (messages.state.type === "active" && messages.state.latestSnapshot) || [];
    messages.unsubscribe();
    looking.delete(id);
    const found = snapshot.filter((message) => isNew(told, message));
    // As they are shown, from the oldest on: those of one time are in order already.
    found.sort((one, other) => one.createdAt - other.createdAt);
    if (found[0]) {
      told._ids = new Set(snapshot.map((message) => message.id));
      // Those before a whole page are not in it, though they were seen.
      if (snapshot[29]) told._time = Math.max(told._time, snapshot.at(-1)!.createdAt + 1);
    }
    const current = shown.find((one) => one.id === id) ?? conversation;
    for (const message of found) {
      try {
        if (!over) handler(messageOf(current, message, me));
      } catch (error) {
        report(error);
      }
    }
  };

  const list = follow(host, "conversations", undefined, (conversations) => {
    shown = conversations;
    const first = since === undefined;
    since ??= Math.max(...conversations.map((one) => one.lastMessage?.createdAt ?? one.joinedAt));
    for (const conversation of conversations) {
      const { id, joinedAt, lastMessage } = conversation;
      let told = all.get(id);
      if (!told) all.set(id, (told = { _time: 0, _ids: new Set() }));
      if (first && lastMessage) {
        told._time = lastMessage.createdAt + 1;
      } else if (joinedAt > told._time) {
        // It came into the list, or I am back in it.
        Object.assign(told, { _time: Math.max(first ? 0 : since, joinedAt), _ids: new Set() });
      }
      if (lastMessage && isNew(told, lastMessage) && !looking.has(id)) {
        void look(conversation, told);
      }
    }
  });
  return {
    unsubscribe: () => {
      over = true;
      list.unsubscribe();
      looking.forEach((messages) => messages.unsubscribe());
    },
  };
}

function messageOf(
  conversation: api.ConversationSnapshot, snapshot: api.MessageSnapshot, me: string,
): api.Message {
  const { id, sender, createdAt, origin, custom, plaintext, content } = snapshot;
  const senderId = sender ? sender.id : null;
  const isByMe = senderId === me;
  const block = content[0];
  const file = block?.type === "file" ? block : undefined;
  const { width, height } = (file ?? {}) as { width?: number; height?: number };
  return Object.freeze({
    id,
    conversation,
    isByMe,
    senderId,
    sender,
    body: plaintext,
    type: file ? "media" : block?.type === "location" ? "location" : "text",
    timestamp: createdAt,
    read: createdAt <= (isByMe ? conversation.everyoneReadUntil : conversation.readUntil),
    origin,
    custom,
    attachment: file ? Object.freeze({
      url: file.url,
      size: file.size,
      ...(width && height ? { dimensions: Object.freeze({ width, height }) } : {}),
    }) : null,
    location: block?.type === "location"
      ? Object.freeze([block.latitude, block.longitude] as const)
      : null,
    snapshot,
  });
}

/** Tells which conversations are unread, once all of them are loaded. */
export function watchUnreads(
  host: Host, handler: (unreads: api.UnreadConversation[]) => void,
): api.Subscription {
  let loading = false;
  const tell = (conversations: api.ConversationSnapshot[]): void => {
    const unreads = conversations.map((conversation) => Object.freeze({
      conversation,
      lastMessage: conversation.lastMessage,
      unreadMessageCount: conversation.unreadMessageCount,
    }));
    handler(Object.freeze(unreads) as api.UnreadConversation[]);
  };
  const list = follow(host, "unread conversations", { isUnread: true }, (conversations, loadedAll) => {
    if (loadedAll) return tell(conversations);
    if (loading) return;
    loading = true;
    // Its own constructor may be the one that calls this.
    void Promise.resolve().then(load).catch(report).then(() => {
      loading = false;
    });
  });
  /** Loads the rest, page by page. */
  const load = async (): Promise<void> => {
    try {
      while (list.state.type === "active" && !list.state.loadedAll) await list.loadMore(30);
    } catch {
      // No more can be had than what is there.
      if (list.state.type === "active") tell(list.state.latestSnapshot);
    }
  };
  return { unsubscribe: list.unsubscribe };
}
