// Conversations with their data and participants, which are written when they are first used.

import type * as api from "../api";
import { Call } from "../calls";
import { badArgument, checkId, describe, refuse } from "../errors";
import type { Host } from "../host";
import { RULES, isObject, problem } from "../params";
import { ConversationRef, idOf } from "../refs";
import { Described, pick } from "./described";
import { User } from "./user";

type Participant = api.Participant & { readonly user: User };

const FIELDS = ["custom", "welcomeMessages", "photoUrl", "subject"];
const SETTINGS = ["access", "notify"];

export class Conversation extends ConversationRef implements api.Conversation {
  declare readonly _host: () => Described;

  /** `data` is checked, and missing for a conversation of which nothing is to be written. */
  constructor(
    host: () => Host, me: () => User, id: string, readonly participants: readonly Participant[],
    data?: Record<string, unknown>,
  ) {
    const way = new Described(host, data && ((own) => write(own, me().id, id, participants, data)));
    super(() => way, id);
    Object.freeze(Object.assign(this, data));
  }

  synchronize(): Promise<void> {
    return this._host()._synchronize();
  }
}

async function write(
  host: Host, me: string, id: string, participants: readonly Participant[], data: object,
): Promise<void> {
  const others = participants.filter(({ user }) => user.id !== me);
  const mine: Partial<Participant> = participants.find(({ user }) => user.id === me) ?? {};
  const own = { ...data, access: mine.access, notify: mine.notify };
  await Promise.all([
    ...participants.map(({ user }) => user.synchronize()),
    host._call(`Synchronize conversation ${id}`, Call.ConversationSet, [id, own]),
  ]);
  await Promise.all(others.map(({ user, access, notify }) => {
    const operation = `Synchronize participant ${user.id} in conversation ${id}`;
    return host._call(operation, Call.ParticipantSet, [id, user.id, { access, notify }]);
  }));
}

/** The conversation that the options of `getConversation` describe. */
export function describedConversation(
  host: () => Host, me: () => User, options: api.ConversationOptions,
): Conversation {
  const fail = (what: string): never => {
    throw badArgument(`getConversation: ${what}`);
  };
  if (!isObject(options)) refuse("getConversation: the parameter", "an object", options);
  const { id, participants } = options;
  checkId(id, "getConversation");
  const wrong = problem(options, RULES._conversation);
  if (wrong) fail(wrong);
  const data = pick(options, FIELDS);
  // A text can be iterated, too, but that is never meant.
  if (participants != null && typeof (participants as any)[Symbol.iterator] !== "function" ||
    typeof participants === "string") {
    refuse('getConversation: "participants"', "a list", participants);
  }
  /** The user that is meant, by whatever names it. */
  const userOf = (one: unknown): User | undefined => {
    if (one instanceof User) return one._isOf(host) ? one : undefined;
    const named = idOf(one);
    if (typeof named !== "string") return undefined;
    checkId(named, "getConversation", "ID of a participant");
    return new User(host, named);
  };
  const all = Array.from(participants ?? [], (given: any): Participant => {
    const alone = userOf(given);
    const user = alone ?? userOf(given?.user) ??
      fail('"participants" must be users of this session or IDs, alone or as ' +
        `{user, access, notify}, but one is ${describe(given)}`);
    const settings = alone ? {} : given;
    const wrongSetting = problem(settings, RULES._participant);
    if (wrongSetting) fail(wrongSetting);
    return Object.freeze({ user, ...pick(settings, SETTINGS) });
  });
  const plain = !participants && !Object.keys(data).length;
  return new Conversation(host, me, id, Object.freeze(all), plain ? undefined : data);
}
