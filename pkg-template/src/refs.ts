// Refs: handles by which the application names users, conversations, participants and messages.
// They hold IDs only; what can be done with them is the core's.

import type * as api from "./api";
import { Call } from "./calls";
import { badArgument, checkId, describe } from "./errors";
import type { Caller } from "./host";
import { RULES, messageParams, messageProblem, problem, userParams } from "./params";
import { freeze } from "./snapshots";
import { plaintext } from "./plaintext";
import { Subscription, Windowed } from "./subscription";

/** Objects by their IDs, for as long as the application holds them. */
export class Refs<T extends object> {
  readonly #refs = new Map<string, WeakRef<T>>();
  readonly #gone = new FinalizationRegistry<string>((id) => {
    if (!this.#refs.get(id)?.deref()) this.#refs.delete(id);
  });

  _get(id: string, make: () => T, isGood: (ref: T) => boolean = () => true): T {
    let ref = this.#refs.get(id)?.deref();
    if (!ref || !isGood(ref)) {
      ref = make();
      this.#refs.set(id, new WeakRef(ref));
      this.#gone.register(ref, id);
    }
    return ref;
  }
}

export class UserRef implements api.UserRef {
  readonly #host: Caller;

  constructor(host: Caller, readonly id: string) {
    this.#host = host;
  }

  // As many promises as in `set`: what was set before it is told before it.
  async get(): Promise<api.UserSnapshot | null> {
    return this.#host._call(`Get user ${this.id}`, Call.UserGet, [this.id]);
  }

  async #put(operation: string, params: unknown, create: boolean): Promise<void> {
    return this.#host._call(
      operation,
      create ? Call.UserCreate : Call.UserSet,
      [this.id, userParams(params as Record<string, unknown>, create)],
      problem(params, RULES._user),
    );
  }

  set(params: api.SetUserParams): Promise<void> {
    return this.#put(`Set user ${this.id}`, params, false);
  }

  createIfNotExists(params: api.CreateUserParams): Promise<void> {
    return this.#put(`Create user ${this.id} if not exists`, params, true);
  }

  subscribe(onSnapshot?: (event: api.UserSnapshot | null) => void): api.UserSubscription {
    return new Subscription(
      this.#host, `user ${this.id}`, Call.UserSubscribe, [this.id], onSnapshot,
    );
  }

  subscribeOnline(
    onSnapshot?: (event: api.UserOnlineSnapshot | null) => void,
  ): api.UserOnlineSubscription {
    return new Subscription(
      this.#host, `presence of ${this.id}`, Call.OnlineSubscribe, [this.id], onSnapshot,
    );
  }
}

export class ConversationRef implements api.ConversationRef {
  readonly #host: Caller;
  readonly #participants = new Refs<ParticipantRef>();
  readonly #messages = new Refs<MessageRef>();

  constructor(host: Caller, readonly id: string) {
    this.#host = host;
  }

  participant(user: string | api.UserRef): ParticipantRef {
    const id: unknown = user instanceof UserRef ? user.id : user;
    checkId(id, "conversation.participant");
    return this.#participants._get(id, () => new ParticipantRef(this.#host, this.id, id));
  }

  message(id: string): MessageRef {
    checkId(id, "conversation.message");
    return this.#messages._get(id, () => new MessageRef(this.#host, this.id, id));
  }

  async get(): Promise<api.ConversationSnapshot | null> {
    return this.#call(`Get conversation ${this.id}`, Call.ConversationGet);
  }

  async set(params: api.SetConversationParams): Promise<void> {
    const wrong = problem(params, RULES._conversation);
    return this.#call(`Set conversation ${this.id}`, Call.ConversationSet, params, wrong);
  }

  async createIfNotExists(params: api.CreateConversationParams = {}): Promise<void> {
    const operation = `Create conversation ${this.id} if not exists`;
    const wrong = problem(params, RULES._conversation);
    return this.#call(operation, Call.ConversationCreate, params, wrong);
  }

  markAsRead(): Promise<void> {
    return this.#call(`Mark ${this.id} as read`, Call.ConversationRead);
  }

  markAsUnread(): Promise<void> {
    return this.#call(`Mark ${this.id} as unread`, Call.ConversationUnread);
  }

  markAsTyping(): Promise<void> {
    return this.#call(`Mark as typing in ${this.id}`, Call.ConversationTyping);
  }

  async send(
    params: string | api.SendTextMessageParams | api.SendMessageParams,
  ): Promise<MessageRef> {
    const reference = (params as api.SendTextMessageParams | null)?.referencedMessage;
    const sent = reference instanceof MessageRef
      ? { ...(params as api.SendTextMessageParams), referencedMessage: reference.id }
      : params;
    const operation = `Send message to conversation ${this.id}`;
    const wrong = messageProblem(sent, true);
    const own = messageParams(sent, true);
    return this.message(await this.#call(operation, Call.ConversationSend, own, wrong));
  }

  #call(operation: string, call: number, params?: unknown, wrong?: string): Promise<any> {
    return this.#host._call(operation, call, [this.id, params], wrong);
  }

  subscribe(
    onSnapshot?: (snapshot: api.ConversationSnapshot | null) => void,
  ): api.ConversationSubscription {
    return new Subscription(
      this.#host, `conversation ${this.id}`, Call.ConversationSubscribe, [this.id], onSnapshot,
    );
  }

  subscribeMessages(
    onSnapshot?: (snapshot: api.MessageSnapshot[] | null, loadedAll: boolean) => void,
  ): api.MessageSubscription {
    return new Windowed(
      this.#host, `messages of ${this.id}`, Call.MessagesSubscribe, [this.id], onSnapshot, 30, 100,
    );
  }

  subscribeParticipants(
    onSnapshot?: (snapshot: api.ParticipantSnapshot[] | null, loadedAll: boolean) => void,
  ): api.ParticipantSubscription {
    return new Windowed(
      this.#host, `participants of ${this.id}`, Call.ParticipantsSubscribe, [this.id], onSnapshot,
      10, 50,
    );
  }

  subscribeTyping(
    onSnapshot?: (snapshot: api.TypingSnapshot | null) => void,
  ): api.TypingSubscription {
    return new Subscription(
      this.#host, `typing in ${this.id}`, Call.TypingSubscribe, [this.id], onSnapshot,
    );
  }
}

export class ParticipantRef implements api.ParticipantRef {
  readonly #host: Caller;

  constructor(host: Caller, readonly conversationId: string, readonly userId: string) {
    this.#host = host;
  }

  async #call(verb: string, call: number, params?: unknown, after = ""): Promise<any> {
    const operation = `${verb} conversation ${this.conversationId}${after}`;
    const wrong = params === undefined ? undefined : problem(params, RULES._participant);
    return this.#host._call(operation, call, [this.conversationId, this.userId, params], wrong);
  }

  get(): Promise<api.ParticipantSnapshot | null> {
    return this.#call(`Get participant ${this.userId} in`, Call.ParticipantGet);
  }

  set(params: api.SetParticipantParams): Promise<void> {
    return this.#call(`Set participant ${this.userId} in`, Call.ParticipantSet, params ?? null);
  }

  edit(params: api.SetParticipantParams): Promise<void> {
    return this.#call(`Edit participant ${this.userId} in`, Call.ParticipantEdit, params ?? null);
  }

  createIfNotExists(params: api.CreateParticipantParams = {}): Promise<void> {
    const verb = `Create participant ${this.userId} in`;
    return this.#call(verb, Call.ParticipantCreate, params, " if not exists");
  }

  delete(): Promise<void> {
    return this.#call(`Remove participant ${this.userId} from`, Call.ParticipantDelete);
  }

  subscribe(
    onSnapshot?: (snapshot: api.ParticipantSnapshot | null) => void,
  ): api.SingleParticipantSubscription {
    return new Subscription(
      this.#host, `participant ${this.userId} of ${this.conversationId}`,
      Call.ParticipantSubscribe, [this.conversationId, this.userId], onSnapshot,
    );
  }
}

export class MessageRef implements api.MessageRef {
  readonly #host: Caller;
  readonly #reactions = new Refs<ReactionsRef>();

  constructor(host: Caller, readonly conversationId: string, readonly id: string) {
    this.#host = host;
  }

  #call(verb: string, call: number, params?: unknown, wrong?: string): Promise<any> {
    const operation = `${verb} message ${this.id} in conversation ${this.conversationId}`;
    return this.#host._call(operation, call, [this.conversationId, this.id, params], wrong);
  }

  async get(): Promise<api.MessageSnapshot | null> {
    return this.#call("Get", Call.MessageGet);
  }

  async edit(params: string | api.EditTextMessageParams | api.EditMessageParams): Promise<void> {
    const wrong = messageProblem(params, false);
    return this.#call("Edit", Call.MessageEdit, messageParams(params, false), wrong);
  }

  delete(): Promise<void> {
    return this.#call("Delete", Call.MessageDelete);
  }

  async translate(
    language: string,
  ): Promise<{ content: api.ContentBlock[]; plaintext: string } | null> {
    checkId(language, "message.translate", "language");
    const content = await this.#call("Translate", Call.Translate, language);
    return content && freeze({ content, plaintext: plaintext(content) });
  }

  reactions(emoji: string): ReactionsRef {
    checkId(emoji, "message.reactions", "emoji");
    return this.#reactions._get(
      emoji, () => new ReactionsRef(this.#host, this.conversationId, this.id, emoji),
    );
  }

  /** Deprecated: the former name of `reactions`. */
  reaction(emoji: string): ReactionsRef {
    return this.reactions(emoji);
  }
}

export class ReactionsRef implements api.ReactionsRef {
  readonly #host: Caller;

  constructor(
    host: Caller, readonly conversationId: string, readonly messageId: string, readonly emoji: string,
  ) {
    this.#host = host;
  }

  #call(verb: string, call: number): Promise<void> {
    const operation = `${verb} message ${this.messageId} in conversation ${this.conversationId}`;
    return this.#host._call(operation, call, [this.conversationId, this.messageId, this.emoji]);
  }

  add(): Promise<void> {
    return this.#call(`Add reaction ${this.emoji} to`, Call.ReactionAdd);
  }

  remove(): Promise<void> {
    return this.#call(`Remove reaction ${this.emoji} from`, Call.ReactionRemove);
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
    return new Windowed(
      this.#host, `reactions ${this.emoji} to message ${this.messageId}`, Call.ReactionsSubscribe,
      [this.conversationId, this.messageId, this.emoji], onSnapshot, 30, 100,
    );
  }
}

/** The file of an upload, whatever form it was given in. */
export function toBlob(data: unknown): Blob {
  if (data instanceof Blob) return data;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return new Blob([data as BlobPart]);
  // No string would be right, so it is not another one.
  throw badArgument(
    `The file must be a Blob, a Uint8Array or an ArrayBuffer, but is ${
      describe(data).replace(/^another/, "a")}`,
  );
}
