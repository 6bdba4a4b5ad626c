// Conversations with their data and participants, which are written when they are first used.

import type * as api from "../api";
import { Call } from "../calls";
import { badArgument, checkId, describe } from "../errors";
import type { Host } from "../host";
import { RULES, isObject, problem } from "../params";
import { ConversationRef } from "../refs";
import { Described, pick } from "./described";
import { User } from "./user";

type Participant = api.Participant & { readonly user: User };

const FIELDS = ["custom", "welcomeMessages", "photoUrl", "subject"];
const SETTINGS = ["access", "notify"];

export class Conversation extends ConversationRef implements api.Conversation {
  readonly #way: Described;

  /** `data` is checked, and missing for a conversation of which nothing is to be written. */
  constructor(
    host: () => Host, me: () => User, id: string, readonly participants: readonly Participant[],
    data?: Record<string, unknown>,
  ) {
    const way = new Described(host, data && ((own) => write(own, me().id, id, participants, data)));
    super(way, id);
    this.#way = way;
    Object.assign(this, data);
  }

  synchronize(): Promise<void> {
    return this.#way._synchronize();
  }
}

async function write(
  host: Host, me: string, id: string, participants: readonly Participant[], data: object,
): Promise<void> {
  const others = participants.filter(({ user }) => user.id !== me);
  const mine = participants.find(({ user }) => user.id === me);
  const own = { ...data, ...(mine && pick(mine, SETTINGS)) };
  await Promise.all([
    ...participants.map(({ user }) => user.synchronize()),
    host._call(`Synchronize conversation ${id}`, Call.ConversationSet, [id, own]),
  ]);
  await Promise.all(others.map((one) => {
    const operation = `Synchronize participant ${one.user.id} in conversation ${id}`;
    return host._call(operation, Call.ParticipantSet, [id, one.user.id, pick(one, SETTINGS)]);
  }));
}

/** The conversation that the options of `getConversation` describe. */
export function describedConversation(
  host: () => Host, me: () => User, options: api.ConversationOptions,
): Conversation {
  const fail = (what: string): never => {
    throw badArgument(`getConversation: ${what}`);
  };
  if (!isObject(options)) fail(`the parameter must be an object, but is ${describe(options)}`);
  const { id, participants } = options;
  checkId(id, "getConversation");
  const wrong = problem(options, RULES._conversation);
  if (wrong) fail(wrong);
  const data = pick(options, FIELDS);
  if (participants != null && typeof Object(participants)[Symbol.iterator] !== "function") {
    fail(`"participants" must be a list, but is ${describe(participants)}`);
  }
  const all = Array.from(participants ?? [], (given: unknown): Participant => {
    const one = (given instanceof User ? { user: given } : given) as Participant;
    if (!isObject(one) || !(one.user instanceof User) || !one.user._isOf(host)) {
      fail(`"participants" must be users of this session, alone or as {user, access, notify}, ` +
        `but one is ${describe(given)}`);
    }
    const wrongSetting = problem(one, RULES._participant);
    if (wrongSetting) fail(wrongSetting);
    return Object.freeze({ user: one.user, ...pick(one, SETTINGS) });
  });
  const plain = !participants && !Object.keys(data).length;
  return new Conversation(host, me, id, Object.freeze(all), plain ? undefined : data);
}
