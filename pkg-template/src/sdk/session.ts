// `Session`: a `TalkSession` that begins when it is told who it acts as, and ends when it is told.

import type * as api from "../api";
import { Call } from "../calls";
import { TalkError, badArgument, checkFunction, checkId, describe } from "../errors";
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

export class Session extends TalkSession implements Members {
  readonly unreads: api.Unreads = { onChange: (handler) => this.onUnreadsChange(handler) };
  readonly #options: api.SessionOptions;
  #me: User | undefined;
  #token: string | undefined;
  #provide: api.PushTokenProvider | undefined;
  #ended = false;
  #ending: Promise<void> | undefined;
  /** The hosts on which credentials are being tried. */
  readonly #trials = new Set<Host>();
  /** The way from what is made here to the host of the moment. */
  readonly #way = (): Host => this._host;

  constructor(options: api.SessionOptions) {
    check(options);
    super(options.appId);
    this.#options = { ...options };
    this.#provide = options.pushTokenProvider;
  }

  override get _host(): Host {
    this.#checkAlive();
    return super._host ?? fail("Set session.me before using the session: who does it act as?");
  }

  #checkAlive(): void {
    // A new one each time: it tells where the session was used, not where it was destroyed.
    if (this.#ended) throw destroyed();
  }

  get me(): User {
    if (!this.#me) this.#checkAlive();
    return this.#me ?? fail("session.me is not set yet: set it to what session.getUser gives");
  }

  set me(user: User) {
    this.#checkAlive();
    if (this.#me) fail("session.me is set already: make a new Session to act as another user");
    if (!(user instanceof User) || !user._isOf(this.#way)) {
      const given = user instanceof User ? "a user of another session" : describe(user);
      fail(`session.me must be what getUser or getUserById of this session gives, but is ${given}`);
    }
    const options = { ...this.#options, userId: user.id };
    this._begin(openHost(readOptions(options, "Session"), options), user.id);
    this.#me = user;
    // First of all, so that the user exists for what follows.
    user.synchronize().catch((error) => this.#ended || warn(error));
    const { onMessage, onUnreadsChange, unreads, onError } = options;
    if (onError) this.onError(onError);
    if (onMessage) this.onMessage(onMessage);
    if (onUnreadsChange) this.onUnreadsChange(onUnreadsChange);
    if (unreads?.onChange) this.onUnreadsChange(unreads.onChange);
    this.#enablePush();
  }

  getUser(options: api.UserOptions): User {
    this.#checkAlive();
    return describedUser(this.#way, options);
  }

  getUserById(id: string): User {
    this.#checkAlive();
    checkId(id, "getUserById");
    return new User(this.#way, id);
  }

  getConversation(options: api.ConversationOptions): Conversation {
    this.#checkAlive();
    return describedConversation(this.#way, () => this.me, options);
  }

  oneOnOneId(me: api.UserRef | string, other: api.UserRef | string): string {
    return oneOnOneId(me, other);
  }

  onMessage(handler: (message: api.Message) => void): api.Subscription {
    checkFunction(handler, "onMessage: the handler");
    return watchMessages(this._host, this.me.id, handler);
  }

  onUnreadsChange(handler: (unreads: api.UnreadConversation[]) => void): api.Subscription {
    checkFunction(handler, "onUnreadsChange: the handler");
    return watchUnreads(this._host, handler);
  }

  override setToken(token: string): void {
    super.setToken(token);
    this.#token = token;
  }

  async hasValidCredentials(): Promise<boolean> {
    const own = this._host;
    const options: api.TalkSessionOptions = { ...this.#options, userId: this.me.id };
    const { tokenFetcher } = options;
    let trial: Host | undefined;
    try {
      if (own._needToken || this.#token) options.token = await this._authProvider.getToken();
      trial = new Host(readOptions(options, "Session"), () => {});
      this.#trials.add(trial);
      let asked = false;
      trial._fetchToken = () => {
        // The service would have the same one for ever.
        if (asked) throw new Error("The service did not take the token");
        asked = true;
        return tokenFetcher!();
      };
      // Anything that takes a login.
      await trial._call("Log in", Call.UserGet, [options.userId]);
      return true;
    } catch {
      this.#checkAlive();
      return false;
    } finally {
      if (trial) {
        trial._destroy(destroyed());
        this.#trials.delete(trial);
      }
    }
  }

  get pushTokenProvider(): api.PushTokenProvider | undefined {
    return this.#provide;
  }

  set pushTokenProvider(provider: api.PushTokenProvider | undefined) {
    this.#checkAlive();
    if (provider != null) checkFunction(provider, "session: the pushTokenProvider");
    this.#provide = provider ?? undefined;
    this.#enablePush();
  }

  setPushRegistration(registration?: api.PushRegistration): Promise<void> {
    return this.#register("setPushRegistration", registration, true);
  }

  unsetPushRegistration(registration?: api.PushRegistration): Promise<void> {
    return this.#register("unsetPushRegistration", registration, null);
  }

  async clearPushRegistrations(): Promise<void> {
    return this.me.set({ pushTokens: null });
  }

  async #register(
    method: string, registration: api.PushRegistration | undefined, value: true | null,
  ): Promise<void> {
    const { me } = this;
    const key = await deviceKey(method, registration, this.#provide);
    if (key) return me.set({ pushTokens: { [key]: value } });
  }

  /** Does what the option says, once there are both a user and a provider. */
  #enablePush(): void {
    const { enablePushNotifications: wanted } = this.#options;
    if (wanted == null || !this.#me || !this.#provide) return;
    this.#options.enablePushNotifications = null;
    const done = wanted ? this.setPushRegistration() : this.unsetPushRegistration();
    done.catch((error) => this.#ended || warn(error));
  }

  destroy(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    const hosts = [...this.#trials];
    if (this.#me) hosts.push(this._host);
    this.#ended = true;
    await Promise.all(hosts.map((host) => closed(host._destroy(destroyed()))));
  }
}

const fail = (message: string): never => {
  throw badArgument(message);
};

const destroyed = (): TalkError => new TalkError({
  code: "session-ended",
  message: "The session was destroyed. Make a new Session to go on.",
});

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
  const given = typeof options === "object" && options;
  readOptions((given ? { ...given, userId: "anybody" } : options) as api.TalkSessionOptions, "Session");
  for (const name of HANDLERS) {
    if (options[name] != null) checkFunction(options[name], `Session: the ${name}`);
  }
  const { unreads, enablePushNotifications: push } = options;
  if (unreads != null && typeof unreads !== "object") {
    fail(`Session: unreads must be an object with onChange, but is ${describe(unreads)}`);
  }
  if (unreads?.onChange != null) checkFunction(unreads.onChange, "Session: the unreads.onChange");
  if (push != null && typeof push !== "boolean") {
    fail(`Session: enablePushNotifications must be true, false or null, but is ${describe(push)}`);
  }
}
