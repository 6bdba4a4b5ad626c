// Refs: handles by which the application names users, conversations, participants and messages.
// They hold IDs only; what can be done with them is the core's.

import type * as api from "./api";
import { Call } from "./calls";
import { badArgument, checkId, describe } from "./errors";
import type { Host } from "./host";
import { Subscription, Windowed } from "./subscription";

/** Objects by their IDs, for as long as the application holds them. */
export class Refs<T extends object> {
  readonly #refs = new Map<string, WeakRef<T>>();
  readonly #gone = new FinalizationRegistry<string>((id) => {
    if (!this.#refs.get(id)?.deref()) this.#refs.delete(id);
  });

  _get(id: string, make: () => T): T {
    let ref = this.#refs.get(id)?.deref();
    if (!ref) {
      ref = make();
      this.#refs.set(id, new WeakRef(ref));
      this.#gone.register(ref, id);
    }
    return ref;
  }
}

export class UserRef {
  readonly #host: Host;

  constructor(host: Host, readonly id: string) {
    this.#host = host;
  }

  get(): Promise<api.UserSnapshot | null> {
    return this.#host._call(Call.UserGet, [this.id]);
  }

  set(params: api.SetUserParams): Promise<void> {
    return this.#host._call(Call.UserSet, [this.id, params]);
  }

  createIfNotExists(params: api.CreateUserParams): Promise<void> {
    return this.#host._call(Call.UserCreate, [this.id, params]);
  }

  subscribe(onSnapshot?: (event: api.UserSnapshot | null) => void): api.UserSubscription {
    return new Subscription(this.#host, Call.UserSubscribe, [this.id], onSnapshot) as
      api.UserSubscription;
  }
}

export class ConversationRef {
  readonly #host: Host;
  readonly #participants = new Refs<ParticipantRef>();
  readonly #messages = new Refs<MessageRef>();

  constructor(host: Host, readonly id: string) {
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

  get(): Promise<api.ConversationSnapshot | null> {
    return this.#host._call(Call.ConversationGet, [this.id]);
  }

  set(params: api.SetConversationParams): Promise<void> {
    return this.#host._call(Call.ConversationSet, [this.id, params]);
  }

  createIfNotExists(params?: api.CreateConversationParams): Promise<void> {
    return this.#host._call(Call.ConversationCreate, [this.id, params]);
  }

  markAsRead(): Promise<void> {
    return this.#host._call(Call.ConversationRead, [this.id]);
  }

  markAsUnread(): Promise<void> {
    return this.#host._call(Call.ConversationUnread, [this.id]);
  }

  async send(
    params: string | api.SendTextMessageParams | api.SendMessageParams,
  ): Promise<MessageRef> {
    const reference = (params as api.SendTextMessageParams | null)?.referencedMessage;
    const sent = reference instanceof MessageRef
      ? { ...(params as api.SendTextMessageParams), referencedMessage: reference.id }
      : params;
    return this.message(await this.#host._call(Call.ConversationSend, [this.id, sent]));
  }

  subscribe(
    onSnapshot?: (snapshot: api.ConversationSnapshot | null) => void,
  ): api.ConversationSubscription {
    return new Subscription(this.#host, Call.ConversationSubscribe, [this.id], onSnapshot) as
      api.ConversationSubscription;
  }

  subscribeMessages(
    onSnapshot?: (snapshot: api.MessageSnapshot[] | null, loadedAll: boolean) => void,
  ): api.MessageSubscription {
    return new Windowed(this.#host, Call.MessagesSubscribe, [this.id], onSnapshot, 30) as
      api.MessageSubscription;
  }
}

export class ParticipantRef {
  readonly #host: Host;

  constructor(host: Host, readonly conversationId: string, readonly userId: string) {
    this.#host = host;
  }

  #call(call: number, params?: unknown): Promise<any> {
    return this.#host._call(call, [this.conversationId, this.userId, params]);
  }

  get(): Promise<api.ParticipantSnapshot | null> {
    return this.#call(Call.ParticipantGet);
  }

  set(params: api.SetParticipantParams): Promise<void> {
    return this.#call(Call.ParticipantSet, params);
  }

  edit(params: api.SetParticipantParams): Promise<void> {
    return this.#call(Call.ParticipantEdit, params);
  }

  createIfNotExists(params?: api.CreateParticipantParams): Promise<void> {
    return this.#call(Call.ParticipantCreate, params);
  }

  delete(): Promise<void> {
    return this.#call(Call.ParticipantDelete);
  }
}

export class MessageRef {
  readonly #host: Host;

  constructor(host: Host, readonly conversationId: string, readonly id: string) {
    this.#host = host;
  }

  #call(call: number, params?: unknown): Promise<any> {
    return this.#host._call(call, [this.conversationId, this.id, params]);
  }

  get(): Promise<api.MessageSnapshot | null> {
    return this.#call(Call.MessageGet);
  }

  edit(params: string | api.EditTextMessageParams | api.EditMessageParams): Promise<void> {
    return this.#call(Call.MessageEdit, params);
  }

  delete(): Promise<void> {
    return this.#call(Call.MessageDelete);
  }
}

/** The file of an upload, whatever form it was given in. */
export function toBlob(data: unknown): Blob {
  if (data instanceof Blob) return data;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return new Blob([data as BlobPart]);
  throw badArgument(
    `The file must be a Blob, a File, a Uint8Array or an ArrayBuffer, but is ${describe(data)}`,
  );
}
