// `Session`: a `TalkSession` that begins when it is told who it acts as, and ends when it is told.

import type * as api from "../api";
import { Call } from "../calls";
import { TalkError, badArgument, checkFunction, checkId, describe, refuse } from "../errors";
import { Host } from "../host";
import { readOptions } from "../options";
import { TalkSession, openHost } from "../session";
import { describedConversation, type Conversation } from "./conversation";
import { warn } from "./described";
import { watchMessages, watchUnreads } from "./news";
import { oneOnOneId } from "./one-on-one";
import { deviceKey } from "./push";
import { User, describedUser } from "./user";

/** How long a socket may take to close before nobody waits for it any more, in milliseconds. */
const CLOSING_MS = 2_000;

const HANDLERS = ["onMessage", "onUnreadsChange", "onError", "pushTokenProvider"] as const;

// For the compiler an optional property is never undefined; what an accessor gives may be.
type Members = Omit<api.Session, "onNeedToken" | "getConversation" | "getUser" | "getUserById" | "me">;

/** What a session knows. It is behind a function, as all that handles have: see refs.ts. */
interface Own {
  readonly _options: api.SessionOptions;
  _me?: User;
  /** What it acts by, once it has `me`. */
  _acting?: Host;
  _token?: string;
  _provide: api.PushTokenProvider | undefined;
  _ended?: boolean;
  _ending?: Promise<void>;
  /** The hosts on which credentials are being tried. */
  readonly _trials: Set<Host>;
}

export class Session extends TalkSession implements Members {
  readonly unreads: api.Unreads = { onChange: (handler) => this.onUnreadsChange(handler) };
  readonly _own: () => Own;

  constructor(options: api.SessionOptions) {
    check(options);
    const own: Own = {
      _options: { ...options }, _provide: options.pushTokenProvider, _trials: new Set(),
    };
    super(options.appId, () => alive(own)._acting ??
      fail("Set session.me first, to the user to act as"));
    this._own = () => own;
  }

  get me(): User {
    // Where there is none, there is no host either, and that says so.
    return this._own()._me ?? (this._host() as never);
  }

  set me(user: User) {
    const own = alive(this._own());
    if (own._me) fail("session.me is set already: make a new Session for another user");
    if (!(user instanceof User) || !user._isOf(this._host)) {
      const given = user instanceof User ? "a user of another session" : describe(user);
      fail(`session.me must be what getUser or getUserById of this session gives, but is ${given}`);
    }
    const options = { ...own._options, userId: user.id };
    own._acting = openHost(readOptions(options, "Session"), options);
    own._me = user;
    // First of all, so that the user exists for what follows.
    user.synchronize().catch((error) => own._ended || warn(error));
    const { onMessage, onUnreadsChange, unreads, onError } = options;
    if (onError) this.onError(onError);
    if (onMessage) this.onMessage(onMessage);
    if (onUnreadsChange) this.onUnreadsChange(onUnreadsChange);
    if (unreads?.onChange) this.onUnreadsChange(unreads.onChange);
    enablePush(this);
  }

  getUser(options: api.UserOptions): User {
    alive(this._own());
    return describedUser(this._host, options);
  }

  getUserById(id: string): User {
    alive(this._own());
    checkId(id, "getUserById");
    return new User(this._host, id);
  }

  getConversation(options: api.ConversationOptions): Conversation {
    alive(this._own());
    return describedConversation(this._host, () => this.me, options);
  }

  oneOnOneId(me: api.UserRef | string, other: api.UserRef | string): string {
    return oneOnOneId(me, other);
  }

  onMessage(handler: (message: api.Message) => void): api.Subscription {
    checkFunction(handler, "onMessage: the handler");
    return watchMessages(this._host(), this.me.id, handler);
  }

  onUnreadsChange(handler: (unreads: api.UnreadConversation[]) => void): api.Subscription {
    checkFunction(handler, "onUnreadsChange: the handler");
    return watchUnreads(this._host(), handler);
  }

  override setToken(token: string): void {
    super.setToken(token);
    this._own()._token = token;
  }

  async hasValidCredentials(): Promise<boolean> {
    const host = this._host();
    const own = this._own();
    const options: api.TalkSessionOptions = { ...own._options, userId: this.me.id };
    const { tokenFetcher } = options;
    let trial: Host | undefined;
    try {
      if (host._needToken || own._token) options.token = await this._authProvider.getToken();
      trial = new Host(readOptions(options, "Session"), options.userId, () => {});
      own._trials.add(trial);
      let asked = false;
      trial._fetchToken = () => {
        // The service did not take it, and would have the same one for ever.
        if (asked) throw asked;
        asked = true;
        return tokenFetcher!();
      };
      // Anything that takes a login.
      await trial._call("Log in", Call.UserGet, [options.userId]);
      return true;
    } catch {
      alive(own);
      return false;
    } finally {
      if (trial) {
        trial._destroy(destroyed());
        own._trials.delete(trial);
      }
    }
  }

  get pushTokenProvider(): api.PushTokenProvider | undefined {
    return this._own()._provide;
  }

  set pushTokenProvider(provider: api.PushTokenProvider | undefined) {
    const own = alive(this._own());
    if (provider != null) checkFunction(provider, "session: the pushTokenProvider");
    own._provide = provider ?? undefined;
    enablePush(this);
  }

  setPushRegistration(registration?: api.PushRegistration): Promise<void> {
    return register(this, "setPushRegistration", registration, true);
  }

  unsetPushRegistration(registration?: api.PushRegistration): Promise<void> {
    return register(this, "unsetPushRegistration", registration, null);
  }

  async clearPushRegistrations(): Promise<void> {
    return this.me.set({ pushTokens: null });
  }

  destroy(): Promise<void> {
    return (this._own()._ending ??= end(this._own()));
  }
}

function alive(own: Own): Own {
  // A new one each time: it tells where the session was used, not where it was destroyed.
  if (own._ended) throw destroyed();
  return own;
}

async function register(
  { me, _own }: Session, method: string, registration: api.PushRegistration | undefined,
  value: true | null,
): Promise<void> {
  const key = await deviceKey(method, registration, _own()._provide);
  if (key) return me.set({ pushTokens: { [key]: value } });
}

/** Does what the option says, once there are both a user and a provider. */
function enablePush(session: Session): void {
  const own = session._own();
  const { enablePushNotifications: wanted } = own._options;
  if (wanted == null || !own._me || !own._provide) return;
  own._options.enablePushNotifications = null;
  const done = wanted ? session.setPushRegistration() : session.unsetPushRegistration();
  done.catch((error) => own._ended || warn(error));
}

async function end(own: Own): Promise<void> {
  const hosts = [...own._trials];
  if (own._acting) hosts.push(own._acting);
  own._ended = true;
  await Promise.all(hosts.map((host) => closed(host._destroy(destroyed()))));
}

const fail = (message: string): never => {
  throw badArgument(message);
};

const destroyed = (): TalkError => new TalkError(
  "session-ended", "The session was destroyed. Make a new Session to go on.",
);

/** Waits until a socket is closed, unless the network keeps it from that. */
function closed(socket: WebSocket | undefined): Promise<void> | undefined {
  if (!socket || socket.readyState === 3) return undefined;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSING_MS);
    socket.addEventListener("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Checks the options, but for the user, who is not known yet. */
function check(options: api.SessionOptions): void {
  readOptions(options as api.TalkSessionOptions, "Session", "anybody");
  for (const name of HANDLERS) {
    if (options[name] != null) checkFunction(options[name], `Session: the ${name}`);
  }
  const { unreads, enablePushNotifications: push } = options;
  if (unreads != null && typeof unreads !== "object") {
    refuse("Session: unreads", "an object with onChange", unreads);
  }
  if (unreads?.onChange != null) checkFunction(unreads.onChange, "Session: the unreads.onChange");
  if (push != null && typeof push !== "boolean") {
    refuse("Session: enablePushNotifications", "true, false or null", push);
  }
}
