// Refs: handles by which the application names users, conversations, participants and messages.
// They hold IDs only; what can be done with them is the core's.
//
// Applications keep handles in stores that hand out proxies of what they hold, and of what that
// holds. So all state of a handle is behind functions, which no store wraps, and no member is private
// to its class, which a proxy could not reach. What is made here is frozen by whoever makes it.

import type * as api from "./api";
import { Call } from "./calls";
import { checkId } from "./errors";
import type { Caller } from "./host";
import { RULES, messageParams, messageProblem, problem, userParams } from "./params";
import { freeze } from "./snapshots";
import { plaintext } from "./plaintext";
import { Subscription } from "./subscription";

/**
 * Gives the object of an ID, the same one for as long as the application holds it and it is good.
 * What is always good is frozen.
 */
export type Refs<T> = (id: string, make: () => T, isGood?: (ref: T) => boolean) => T;

export function refs<T extends object>(): Refs<T> {
  // Where these are missing, as in some engines of apps, what is made is kept.
  const { WeakRef, FinalizationRegistry } = globalThis;
  const all = new Map<string, Pick<WeakRef<T>, "deref">>();
  const gone = FinalizationRegistry && new FinalizationRegistry<string>((id) => {
    if (!all.get(id)?.deref()) all.delete(id);
  });
  return (id, make, isGood) => {
    const known = all.get(id)?.deref();
    if (known && (!isGood || isGood(known))) return known;
    const ref = make();
    if (!isGood) Object.freeze(ref);
    all.set(id, WeakRef ? new WeakRef(ref) : { deref: () => ref });
    gone?.register(ref, id);
    return ref;
  };
}

/** The ID behind a ref, also of another copy of this package; anything else as it is. */
export const idOf = (ref: unknown): unknown => "get" in Object(ref) ? (ref as { id: unknown }).id : ref;

export class UserRef implements api.UserRef {
  constructor(readonly _host: () => Caller, readonly id: string) {}

  // As many promises as in `set`: what was set before it is told before it.
  async get(): Promise<api.UserSnapshot | null> {
    return this._host()._call(`Get user ${this.id}`, Call.UserGet, [this.id]);
  }

  async _put(operation: string, params: unknown, create: boolean): Promise<void> {
    return this._host()._call(
      operation,
      create ? Call.UserCreate : Call.UserSet,
      [this.id, userParams(params as Record<string, unknown>, create)],
      problem(params, RULES._user),
    );
  }

  set(params: api.SetUserParams): Promise<void> {
    return this._put(`Set user ${this.id}`, params, false);
  }

  createIfNotExists(params: api.CreateUserParams): Promise<void> {
    return this._put(`Create user ${this.id} if not exists`, params, true);
  }

  subscribe(onSnapshot?: (event: api.UserSnapshot | null) => void): api.UserSubscription {
    return new Subscription(
      this._host(), `user ${this.id}`, Call.UserSubscribe, [this.id], onSnapshot,
    );
  }

  subscribeOnline(
    onSnapshot?: (event: api.UserOnlineSnapshot | null) => void,
  ): api.UserOnlineSubscription {
    return new Subscription(
      this._host(), `presence of ${this.id}`, Call.OnlineSubscribe, [this.id], onSnapshot,
    );
  }
}

export class ConversationRef implements api.ConversationRef {
  readonly _participants = refs<ParticipantRef>();
  readonly _messages = refs<MessageRef>();

  constructor(readonly _host: () => Caller, readonly id: string) {}

  participant(user: string | api.UserRef): ParticipantRef {
    const id = idOf(user);
    checkId(id, "conversation.participant");
    return this._participants(id, () => new ParticipantRef(this._host, this.id, id));
  }

  message(id: string): MessageRef {
    checkId(id, "conversation.message");
    return this._messages(id, () => new MessageRef(this._host, this.id, id));
  }

  async get(): Promise<api.ConversationSnapshot | null> {
    return this._call(`Get conversation ${this.id}`, Call.ConversationGet);
  }

  async set(params: api.SetConversationParams): Promise<void> {
    const wrong = problem(params, RULES._conversation);
    return this._call(`Set conversation ${this.id}`, Call.ConversationSet, params, wrong);
  }

  async createIfNotExists(params: api.CreateConversationParams = {}): Promise<void> {
    const operation = `Create conversation ${this.id} if not exists`;
    const wrong = problem(params, RULES._conversation);
    return this._call(operation, Call.ConversationCreate, params, wrong);
  }

  markAsRead(): Promise<void> {
    return this._call(`Mark ${this.id} as read`, Call.ConversationRead);
  }

  markAsUnread(): Promise<void> {
    return this._call(`Mark ${this.id} as unread`, Call.ConversationUnread);
  }

  markAsTyping(): Promise<void> {
    return this._call(`Mark as typing in ${this.id}`, Call.ConversationTyping);
  }

  async send(
    params: string | api.SendTextMessageParams | api.SendMessageParams,
  ): Promise<MessageRef> {
    const id = (params as { referencedMessage?: { id?: unknown } } | null)?.referencedMessage?.id;
    const sent = id === undefined ? params : { ...(params as object), referencedMessage: id };
    const operation = `Send message to conversation ${this.id}`;
    const wrong = messageProblem(sent, true);
    const own = messageParams(sent, true);
    return this.message(await this._call(operation, Call.ConversationSend, own, wrong));
  }

  _call(operation: string, call: number, params?: unknown, wrong?: string): Promise<any> {
    return this._host()._call(operation, call, [this.id, params], wrong);
  }

  subscribe(
    onSnapshot?: (snapshot: api.ConversationSnapshot | null) => void,
  ): api.ConversationSubscription {
    return new Subscription(
      this._host(), `conversation ${this.id}`, Call.ConversationSubscribe, [this.id], onSnapshot,
    );
  }

  subscribeMessages(
    onSnapshot?: (snapshot: api.MessageSnapshot[] | null, loadedAll: boolean) => void,
  ): api.MessageSubscription {
    return new Subscription(
      this._host(), `messages of ${this.id}`, Call.MessagesSubscribe, [this.id], onSnapshot, 30, 100,
    );
  }

  subscribeParticipants(
    onSnapshot?: (snapshot: api.ParticipantSnapshot[] | null, loadedAll: boolean) => void,
  ): api.ParticipantSubscription {
    return new Subscription(
      this._host(), `participants of ${this.id}`, Call.ParticipantsSubscribe, [this.id], onSnapshot,
      10, 50,
    );
  }

  subscribeTyping(
    onSnapshot?: (snapshot: api.TypingSnapshot | null) => void,
  ): api.TypingSubscription {
    return new Subscription(
      this._host(), `typing in ${this.id}`, Call.TypingSubscribe, [this.id], onSnapshot,
    );
  }
}

export class ParticipantRef implements api.ParticipantRef {
  constructor(
    readonly _host: () => Caller, readonly conversationId: string, readonly userId: string,
  ) {}

  async _call(verb: string, call: number, params?: unknown, after = ""): Promise<any> {
    const operation = `${verb} conversation ${this.conversationId}${after}`;
    const wrong = params === undefined ? undefined : problem(params, RULES._participant);
    return this._host()._call(operation, call, [this.conversationId, this.userId, params], wrong);
  }

  get(): Promise<api.ParticipantSnapshot | null> {
    return this._call(`Get participant ${this.userId} in`, Call.ParticipantGet);
  }

  set(params: api.SetParticipantParams): Promise<void> {
    return this._call(`Set participant ${this.userId} in`, Call.ParticipantSet, params ?? null);
  }

  edit(params: api.SetParticipantParams): Promise<void> {
    return this._call(`Edit participant ${this.userId} in`, Call.ParticipantEdit, params ?? null);
  }

  createIfNotExists(params: api.CreateParticipantParams = {}): Promise<void> {
    const verb = `Create participant ${this.userId} in`;
    return this._call(verb, Call.ParticipantCreate, params, " if not exists");
  }

  delete(): Promise<void> {
    return this._call(`Remove participant ${this.userId} from`, Call.ParticipantDelete);
  }

  subscribe(
    onSnapshot?: (snapshot: api.ParticipantSnapshot | null) => void,
  ): api.SingleParticipantSubscription {
    return new Subscription(
      this._host(), `participant ${this.userId} of ${this.conversationId}`,
      Call.ParticipantSubscribe, [this.conversationId, this.userId], onSnapshot,
    );
  }
}

export class MessageRef implements api.MessageRef {
  readonly _reactions = refs<ReactionsRef>();

  constructor(readonly _host: () => Caller, readonly conversationId: string, readonly id: string) {}

  _call(verb: string, call: number, params?: unknown, wrong?: string): Promise<any> {
    const operation = `${verb} message ${this.id} in conversation ${this.conversationId}`;
    return this._host()._call(operation, call, [this.conversationId, this.id, params], wrong);
  }

  async get(): Promise<api.MessageSnapshot | null> {
    return this._call("Get", Call.MessageGet);
  }

  async edit(params: string | api.EditTextMessageParams | api.EditMessageParams): Promise<void> {
    const wrong = messageProblem(params, false);
    return this._call("Edit", Call.MessageEdit, messageParams(params, false), wrong);
  }

  delete(): Promise<void> {
    return this._call("Delete", Call.MessageDelete);
  }

  async translate(
    language: string,
  ): Promise<{ content: api.ContentBlock[]; plaintext: string } | null> {
    checkId(language, "message.translate", "language");
    const content = await this._call("Translate", Call.Translate, language);
    return content && freeze({ content, plaintext: plaintext(content) });
  }

  reactions(emoji: string): ReactionsRef {
    checkId(emoji, "message.reactions", "emoji");
    return this._reactions(
      emoji, () => new ReactionsRef(this._host, this.conversationId, this.id, emoji),
    );
  }

  /** Deprecated: the former name of `reactions`. */
  reaction(emoji: string): ReactionsRef {
    return this.reactions(emoji);
  }
}

export class ReactionsRef implements api.ReactionsRef {
  constructor(
    readonly _host: () => Caller, readonly conversationId: string, readonly messageId: string,
    readonly emoji: string,
  ) {}

  _call(verb: string, call: number): Promise<void> {
    const operation = `${verb} message ${this.messageId} in conversation ${this.conversationId}`;
    return this._host()._call(operation, call, [this.conversationId, this.messageId, this.emoji]);
  }

  add(): Promise<void> {
    return this._call(`Add reaction ${this.emoji} to`, Call.ReactionAdd);
  }

  remove(): Promise<void> {
    return this._call(`Remove reaction ${this.emoji} from`, Call.ReactionRemove);
  }

  async getFirstReactions(): Promise<api.SingleReactionSnapshot[] | null> {
    const subscription = this.subscribe();
    try {
      const first = (await subscription.connected).latestSnapshot;
      return first && (Object.freeze(first.slice(0, 10)) as api.SingleReactionSnapshot[]);
    } finally {
      subscription.unsubscribe();
    }
  }

  subscribe(
    onSnapshot?: (snapshot: api.SingleReactionSnapshot[] | null, loadedAll: boolean) => void,
  ): api.ReactionsSubscription {
    return new Subscription(
      this._host(), `reactions ${this.emoji} to message ${this.messageId}`, Call.ReactionsSubscribe,
      [this.conversationId, this.messageId, this.emoji], onSnapshot, 30, 100,
    );
  }
}
