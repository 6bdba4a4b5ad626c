// One session's half in JavaScript: it feeds the engine what happens, and does what the engine
// says. It holds no rule of the chat.

import { Call } from "./calls";
import { TalkError, describe, refusal, report, unfit, type Failure } from "./errors";
import { answerOf, lastingFault, type Upload } from "./http";
import { startEngine, type Feed } from "./module";
import { Snapshots } from "./snapshots";

/** What an input is; see `feed` in src/engine.rs. */
const enum Input {
  Call = 0,
  Tick = 1,
  Wake = 2,
  Opened = 3,
  Closed = 4,
  Frame = 5,
  Answered = 6,
  SetToken = 7,
  NeedToken = 8,
  TokenFetched = 9,
  Online = 10,
  Part = 11,
}

/** Milliseconds that only pass. The date may stand still or jump, and is no measure of a wait. */
const elapsed = (): number => globalThis.performance?.now?.() ?? Date.now();

type Operation = [number, ...any[]];

/** A promise of a call. */
interface Pending {
  /** What is tried, as in "Set user alice". */
  _operation: string;
  _resolve(value: unknown): void;
  _reject(error: TalkError): void;
  _page: Page | undefined;
}

/** A subscription's half in the host. */
export interface Listening {
  /** What it follows, as in "user alice". */
  _subject: string;
  _active(snapshot: unknown, loadedAll: boolean): (() => void) | undefined;
  _failed(error: TalkError): void;
}

/** A page of a search. */
export interface Page {
  /** The number of its call. */
  _number?: number;
  /** Takes in a result, and gives what tells the listener of it. */
  _found(result: object): () => void;
}

let polyfill: (new (url: string) => WebSocket) | undefined;

export function setWebSocket(constructor: new (url: string) => WebSocket): void {
  polyfill = constructor;
}

/** What refs and subscriptions need of a host. */
export type Caller = Pick<Host, "_call" | "_subscribe" | "_unsubscribe">;

export class Host implements Caller {
  _error: TalkError | undefined;
  _needToken: (() => void) | undefined;
  _fetchToken: (() => unknown) | undefined;
  _handlers = new Set<{ _handler: (error: Error) => void }>();
  /** The session, so that it lives as long as anything of it is under way. */
  _session: unknown;

  readonly _engine: Feed | undefined;
  readonly _snapshots = new Snapshots();
  readonly _calls = new Map<number, Pending>();
  readonly _subscriptions = new Map<number, Listening>();
  readonly _uploads = new Map<number, Upload>();
  readonly _requests = new Map<number, AbortController | undefined>();
  readonly _began = Date.now() - elapsed();
  _socket: WebSocket | undefined;
  _timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due. */
  _due = 0;
  _last = 0;
  _warned = false;
  readonly _onOnline = (): void => {
    if (typeof document === "undefined" || document.visibilityState !== "hidden") {
      this._feed(Input.Online);
    }
  };

  constructor(options: string, readonly _checkToken: (token: string) => void) {
    try {
      this._engine = startEngine(options, this._now());
    } catch (error) {
      this._trapped(error);
    }
    this._feed(Input.Tick);
    if (this._error) throw this._error;
  }

  /** The date when the session began, and what has passed since then. */
  _now(): number {
    return this._began + elapsed();
  }

  /**
   * Calls a method of the core. The promise settles when the core says so. `problem` says what is
   * wrong with the arguments, if anything is.
   */
  _call(
    operation: string, call: number, args: unknown[], problem?: string, upload?: Upload, page?: Page,
  ): Promise<any> {
    return new Promise((resolve, reject) => {
      if (this._error) {
        const message = `${operation} failed: the session has ended. ${this._error.message}`;
        return reject(new TalkError({ code: "session-ended", message, operation }));
      }
      let text = "";
      try {
        text = JSON.stringify(args);
      } catch (error) {
        // A cycle or a BigInt.
        problem ||= (error as Error).message;
      }
      if (problem) {
        const message = `${operation} failed: ${problem}`;
        return reject(new TalkError({ code: "invalid-argument", message, operation }));
      }
      const number = this._number();
      if (upload) this._uploads.set(number, upload);
      if (page) page._number = number;
      this._calls.set(number, { _operation: operation, _resolve: resolve, _reject: reject, _page: page });
      this._feed(Input.Call, number, call, text);
    });
  }

  /** A number that no call and no subscription has yet. */
  _number(): number {
    return ++this._last;
  }

  /** Subscribes by a method of the core. Gives the number of the subscription. */
  _subscribe(
    call: number, args: unknown[], listening: Listening, number = this._number(),
  ): number {
    if (this._error) listening._failed(this._error);
    else {
      this._subscriptions.set(number, listening);
      this._feed(Input.Call, number, call, JSON.stringify(args));
    }
    return number;
  }

  _unsubscribe(call: number, number: number): void {
    if (this._subscriptions.delete(number)) this._feed(Input.Call, 0, call, `[${number}]`);
  }

  _cancel(page: Page): void {
    this._feed(Input.Call, 0, Call.CancelSearch, `[${page._number}]`);
  }

  _setToken(token: string): void {
    this._feed(Input.SetToken, 0, 0, token);
    this._checkToken(token);
  }

  _setNeedToken(callback: (() => void) | undefined): void {
    this._feed(Input.NeedToken, callback ? 1 : 0);
    this._needToken = callback;
  }

  /** Feeds the engine, and does what it says. */
  _feed(kind: number, a = 0, b = 0, text = ""): void {
    if (this._error) return;
    let operations: Operation[];
    try {
      // A timer that fires has come due, whatever the clock says.
      const now = Math.max(this._now(), kind === Input.Wake ? this._due : 0);
      operations = JSON.parse(this._engine!(kind, now, a, b, text));
    } catch (error) {
      return this._trapped(error);
    }
    this._carryOut(operations);
  }

  /** The module has trapped, which is a bug in it: all that it held is lost. */
  _trapped(cause: unknown): void {
    const message =
      "talk-session failed because of a bug in it. getTalkSession gives a new session.";
    const error = new TalkError({ code: "internal", message });
    error.cause = cause;
    this._end(error);
  }

  _carryOut(operations: Operation[]): void {
    const snapshots = this._snapshots;
    const all = snapshots._all;
    // Listeners come last: whatever they do, the rest has happened.
    const listeners: (() => void)[] = [];
    let refused: TalkError | undefined;
    for (const [operation, a, b, c, d] of operations) {
      switch (operation) {
        case 0:
        case 1:
          snapshots._make(a, b, operation === 1);
          break;
        case 2:
          snapshots._list(a, b);
          break;
        case 3:
          snapshots._edit(a, b);
          break;
        case 4:
          all[a] = undefined;
          break;
        case 5: {
          const listener = this._subscriptions.get(a)?._active(b < 0 ? null : all[b], !!c);
          if (listener) listeners.push(listener);
          break;
        }
        case 6: {
          const listening = this._subscriptions.get(a);
          this._subscriptions.delete(a);
          listening?._failed(refusal(`Subscribe to ${listening._subject}`, b, c));
          break;
        }
        case 7:
          this._settled(a)?._resolve(b < 0 ? null : all[b]);
          break;
        case 8:
          this._settled(a)?._resolve(b);
          break;
        case 9: {
          const pending = this._settled(a);
          // Without a status it may be the page's own fault.
          pending?._reject(refusal(pending._operation, b, c, b ? undefined : c?.own));
          break;
        }
        case 10:
          this._end(a.status ? refusal("Log in", a.status, a.body, a) : new TalkError(a));
          break;
        case 11:
          this._open(a, b);
          break;
        case 12:
          try {
            this._socket?.send(b);
          } catch (error) {
            this._lost(a, error);
          }
          break;
        case 13:
          this._close();
          break;
        case 14:
          void this._fetch(a, b, c, this._uploads.get(d));
          break;
        case 15:
          this._requests.get(a)?.abort();
          this._requests.delete(a);
          break;
        case 16:
          void Promise.resolve().then(() => this._feed(Input.Tick));
          break;
        case 17:
          // In a task of its own: the callback may well call setToken at once.
          if (this._needToken) listeners.push(this._needToken);
          break;
        case 18:
          listeners.push(() => void this._askForToken());
          break;
        case 19:
          console.warn(`talk-session: ${a}`);
          break;
        case 20:
          this._wakeAt(a);
          break;
        case 21:
          refused = new TalkError(a as Failure);
          break;
        case 22: {
          const page = this._calls.get(a)?._page;
          const conversation = all[c] as object;
          const result = b ? Object.freeze({ conversation, message: all[b] }) : conversation;
          if (page) listeners.push(page._found(result));
        }
      }
    }
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        report(error);
      }
    }
    if (refused) throw refused;
  }

  _settled(call: number): Pending | undefined {
    const pending = this._calls.get(call);
    this._calls.delete(call);
    this._uploads.delete(call);
    return pending;
  }

  /**
   * Sets the timer, or none. Without one the session is idle, and nothing of the page holds it: it can
   * be collected.
   */
  _wakeAt(due: number): void {
    clearTimeout(this._timer);
    this._due = due;
    if (due) this._timer = setTimeout(() => this._feed(Input.Wake), due - this._now());
    const change = due ? "addEventListener" : "removeEventListener";
    globalThis[change]?.("online", this._onOnline);
    globalThis.document?.[change]?.("visibilitychange", this._onOnline);
  }

  /** Says once why the service cannot be reached: what goes on in silence cannot be mended. */
  _warn(url: string, cause: unknown): void {
    if (this._warned) return;
    this._warned = true;
    const why = (cause as Error | undefined)?.message ?? cause;
    console.warn(`talk-session: ${url} cannot be reached, and is tried again${why ? `: ${why}` : ""}`);
  }

  /** The socket of this number is of no use any more. */
  _lost(number: number, cause: unknown): void {
    this._close();
    this._warn("the service", cause);
    void Promise.resolve().then(() => this._feed(Input.Closed, number));
  }

  _open(number: number, url: string): void {
    const WebSocket = polyfill ?? globalThis.WebSocket;
    if (!WebSocket) {
      const message =
        "There is no WebSocket: pass one to registerPolyfills, or use Node 22";
      return this._end(new TalkError({ code: "network", message }));
    }
    const closed = (event?: Partial<CloseEvent>): void =>
      this._feed(Input.Closed, number, event?.code);
    try {
      const socket = new WebSocket(url);
      this._close();
      this._socket = socket;
      socket.onopen = () => this._feed(Input.Opened, number);
      socket.onclose = socket.onerror = closed;
      socket.onmessage = ({ data }) => {
        if (typeof data === "string") this._feed(Input.Frame, number, 0, data);
      };
    } catch (error) {
      this._lost(number, error);
    }
  }

  _close(): void {
    const socket = this._socket;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      // Node's `ws` throws when it is closed before it has opened, by an event.
      socket.onerror = () => {};
      socket.close(1000);
    }
    this._socket = undefined;
  }

  async _fetch(
    request: number, url: string, token: string | null, upload: Upload | undefined,
  ): Promise<void> {
    const abort = globalThis.AbortController && new AbortController();
    this._requests.set(request, abort);
    let answer: [number, string];
    try {
      answer = await answerOf(
        url, token, upload, abort, (lines) => this._feed(Input.Part, request, 0, lines),
      );
    } catch (error) {
      // Status 0 says that there was no answer. With a body, none is to be expected either.
      const body = await lastingFault(error, upload);
      answer = [0, body];
      if (!body && this._requests.has(request)) this._warn(url.split("?", 1)[0]!, error);
    }
    if (this._requests.delete(request)) this._feed(Input.Answered, request, ...answer);
  }

  async _askForToken(): Promise<void> {
    let token: unknown;
    let problem = "";
    try {
      token = await this._fetchToken?.();
      const wanted = unfit(token);
      if (wanted) problem = `its token must be ${wanted}, but is ${describe(token)}`;
    } catch (error) {
      problem = `${(error as Error | null)?.message ?? "it threw"}` || "it threw";
    }
    this._feed(Input.TokenFetched, problem ? 0 : 1, 0, problem || (token as string));
    if (!problem) this._checkToken(token as string);
  }

  /**
   * Ends the session on the application's wish, which is no error that anybody has to be told of.
   * Gives the socket, which may take a moment to close.
   */
  _destroy(error: TalkError): WebSocket | undefined {
    const socket = this._socket;
    this._handlers.clear();
    this._feed(Input.Call, 0, Call.Destroy);
    this._end(error);
    return socket;
  }

  /** The session is over: nothing stays pending. */
  _end(error: TalkError): void {
    if (this._error) return;
    this._error = error;
    this._wakeAt(0);
    this._close();
    this._requests.forEach((request) => request?.abort());
    this._requests.clear();
    this._uploads.clear();
    this._snapshots._all = [];
    const [calls, subscriptions] = [[...this._calls.values()], [...this._subscriptions.values()]];
    this._calls.clear();
    this._subscriptions.clear();
    calls.forEach((call) => call._reject(error));
    subscriptions.forEach((subscription) => subscription._failed(error));
    const handlers = [...this._handlers];
    this._handlers.clear();
    // Behind whatever is going on now, as for a handler that is attached later.
    handlers.forEach((entry) => this._tell(entry._handler));
  }

  /** Tells a handler of the error that the session ended with. */
  _tell(handler: (error: Error) => void): void {
    void Promise.resolve().then(() => {
      try {
        handler(this._error!);
      } catch (error) {
        report(error);
      }
    });
  }
}
