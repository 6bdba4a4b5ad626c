// Users with their data, which is written when they are first used.

import type * as api from "../api";
import { Call } from "../calls";
import { badArgument, checkId, refuse } from "../errors";
import type { Host } from "../host";
import { RULES, isObject, problem, userParams } from "../params";
import { UserRef } from "../refs";
import { Described, pick } from "./described";

const FIELDS = [
  "name", "email", "phone", "availabilityText", "locale", "photoUrl", "role", "custom",
  "welcomeMessage",
];

export class User extends UserRef implements api.User {
  declare readonly name?: string;
  declare readonly _host: () => Described;

  /** `data` is checked, and missing for a user of whom nothing is to be written. */
  constructor(host: () => Host, id: string, data?: Record<string, unknown>) {
    const way = new Described(host, data && ((own) =>
      own._call(`Synchronize user ${id}`, Call.UserSet, [id, userParams(data, false)])));
    super(() => way, id);
    Object.freeze(Object.assign(this, data));
  }

  synchronize(): Promise<void> {
    return this._host()._synchronize();
  }

  /** Whether it belongs to the session with this way to its host. */
  _isOf(host: () => Host): boolean {
    return this._host()._host === host;
  }
}

/** The user that the options of `getUser` describe. */
export function describedUser(host: () => Host, options: api.UserOptions): User {
  if (!isObject(options)) {
    refuse("getUser: the parameter", "an object with id and name", options);
  }
  const { id, name, role } = options;
  checkId(id, "getUser");
  checkId(name, "getUser", "name");
  const wrong = problem(options, RULES._user);
  if (wrong) throw badArgument(`getUser: ${wrong}`);
  if (role === undefined) {
    console.warn(`talk-session: getUser: user ${id} has no role; give one, such as "default"`);
  }
  return new User(host, id, pick(options, FIELDS));
}
