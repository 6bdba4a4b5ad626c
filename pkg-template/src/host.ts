// One session's half in JavaScript: it feeds the engine what happens, and does what the engine
// says. It holds no rule of the chat.

import { Call } from "./calls";
import { TalkError, refusal, report, unfit, unlike, type Failure } from "./errors";
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

/** When `onNeedToken` is called again after it failed, in milliseconds. */
const AGAIN_MS = 5_000;

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

  #engine: Feed | undefined;
  /** What happens before the engine is there. */
  #early: [kind: number, a: number, b: number, text: string][] = [];
  readonly #snapshots = new Snapshots();
  readonly #calls = new Map<number, Pending>();
  readonly #subscriptions = new Map<number, Listening>();
  readonly #uploads = new Map<number, Upload>();
  readonly #requests = new Map<number, AbortController | undefined>();
  readonly #began = Date.now() - elapsed();
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due. */
  #due = 0;
  #last = 0;
  #warned = false;
  readonly #onOnline = (): void => {
    if (typeof document === "undefined" || document.visibilityState !== "hidden") {
      this._feed(Input.Online);
    }
  };

  constructor(
    options: string, readonly _userId: string, readonly _checkToken: (token: string) => void,
  ) {
    startEngine(options, () => this.#now()).then((engine) => {
      this.#engine = engine;
      this._feed(Input.Tick);
      for (const input of this.#early) this._feed(...input);
      this.#early = [];
    }).catch((error) => this.#trapped(error));
  }

  /** The date when the session began, and what has passed since then. */
  #now(): number {
    return this.#began + elapsed();
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
        return reject(new TalkError("session-ended", message, operation));
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
        return reject(new TalkError("invalid-argument", message, operation));
      }
      const number = this._number();
      if (upload) this.#uploads.set(number, upload);
      if (page) page._number = number;
      this.#calls.set(number, { _operation: operation, _resolve: resolve, _reject: reject, _page: page });
      this._feed(Input.Call, number, call, text);
    });
  }

  /** A number that no call and no subscription has yet. */
  _number(): number {
    return ++this.#last;
  }

  /** Subscribes by a method of the core. Gives the number of the subscription. */
  _subscribe(
    call: number, args: unknown[], listening: Listening, number = this._number(),
  ): number {
    if (this._error) listening._failed(this._error);
    else {
      this.#subscriptions.set(number, listening);
      this._feed(Input.Call, number, call, JSON.stringify(args));
    }
    return number;
  }

  _unsubscribe(call: number, number: number): void {
    if (this.#subscriptions.delete(number)) this._feed(Input.Call, 0, call, `[${number}]`);
  }

  _cancel(page: Page): void {
    this._feed(Input.Call, 0, Call.CancelSearch, `[${page._number}]`);
  }

  _setToken(text: string): void {
    const token = text.trim();
    this._feed(Input.SetToken, 0, 0, token);
    this._checkToken(token);
  }

  _setNeedToken(callback: (() => void) | undefined): void {
    this._feed(Input.NeedToken, callback ? 1 : 0);
    this._needToken = callback;
  }

  /** Feeds the engine, and does what it says; later, in the same order, if it is not there yet. */
  _feed(kind: number, a = 0, b = 0, text = ""): void {
    if (this._error) return;
    if (!this.#engine) return void this.#early.push([kind, a, b, text]);
    let operations: Operation[];
    try {
      // A timer that fires has come due, whatever the clock says.
      const now = Math.max(this.#now(), kind === Input.Wake ? this.#due : 0);
      operations = JSON.parse(this.#engine(kind, now, a, b, text));
    } catch (error) {
      return this.#trapped(error);
    }
    this.#carryOut(operations);
  }

  /** The module has trapped, which is a bug in it, or cannot be had here: all that it held is lost. */
  #trapped(cause: unknown): void {
    const { name, message } = cause as Error;
    const error = cause instanceof TalkError ? cause : name === "RuntimeError"
      ? new TalkError(
          "internal",
          "talk-session failed: it has a bug. getTalkSession gives a new session.",
        )
      // What a Content-Security-Policy has to allow.
      : new TalkError("unsupported", `talk-session cannot run here${
          name === "CompileError" ? " without 'wasm-unsafe-eval'" : ""}: ${message}`);
    error.cause ??= cause;
    this.#end(error);
  }

  #carryOut(operations: Operation[]): void {
    const snapshots = this.#snapshots;
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
          const listener = this.#subscriptions.get(a)?._active(b < 0 ? null : all[b], !!c);
          if (listener) listeners.push(listener);
          break;
        }
        case 6: {
          const listening = this.#subscriptions.get(a);
          this.#subscriptions.delete(a);
          listening?._failed(refusal(`Subscribe to ${listening._subject}`, b, c));
          break;
        }
        case 7:
          this.#settled(a)?._resolve(b < 0 ? null : all[b]);
          break;
        case 8:
          this.#settled(a)?._resolve(b);
          break;
        case 9: {
          const pending = this.#settled(a);
          // Without a status it may be the page's own fault.
          pending?._reject(refusal(pending._operation, b, c, b ? undefined : c?.own));
          break;
        }
        case 10:
          this.#end(a.status ? refusal("Log in", a.status, a.body, a) : new TalkError(a.code, a.message));
          break;
        case 11:
          this.#open(a, b);
          break;
        case 12:
          try {
            this.#socket?.send(b);
          } catch (error) {
            this.#lost(a, error);
          }
          break;
        case 13:
          this.#close();
          break;
        case 14:
          void this.#fetch(a, b, c, this.#uploads.get(d));
          break;
        case 15:
          this.#requests.get(a)?.abort();
          this.#requests.delete(a);
          break;
        case 16:
          void Promise.resolve().then(() => this._feed(Input.Tick));
          break;
        case 17:
          // Behind all else: the callback may well call setToken at once.
          listeners.push(() => void this.#needToken());
          break;
        case 18:
          listeners.push(() => void this.#askForToken());
          break;
        case 19:
          console.warn(`talk-session: ${a}`);
          break;
        case 20:
          this.#wakeAt(a);
          break;
        case 21:
          refused = new TalkError(a.code, a.message);
          break;
        case 22: {
          const page = this.#calls.get(a)?._page;
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

  #settled(call: number): Pending | undefined {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    this.#uploads.delete(call);
    return pending;
  }

  /**
   * Sets the timer, or none. Without one the session is idle, and nothing of the page holds it: it can
   * be collected.
   */
  #wakeAt(due: number): void {
    clearTimeout(this.#timer);
    if (due) this.#timer = setTimeout(() => this._feed(Input.Wake), due - this.#now());
    if (!due !== !this.#due) {
      const change = due ? "addEventListener" : "removeEventListener";
      globalThis[change]?.("online", this.#onOnline);
      globalThis.document?.[change]?.("visibilitychange", this.#onOnline);
    }
    this.#due = due;
  }

  /** Says once why the service cannot be reached: what goes on in silence cannot be mended. */
  #warn(url: string, cause: unknown): void {
    if (!this.#warned) {
      console.warn(`talk-session: ${url} cannot be reached, and is tried again: ${cause}`);
    }
    this.#warned = true;
  }

  /** The socket of this number is of no use any more. */
  #lost(number: number, cause: unknown): void {
    this.#close();
    this.#warn("the service", cause);
    void Promise.resolve().then(() => this._feed(Input.Closed, number));
  }

  #open(number: number, url: string): void {
    const WebSocket = polyfill ?? globalThis.WebSocket;
    if (!WebSocket) {
      const message = "There is no WebSocket: use registerPolyfills, or Node 22";
      return this.#end(new TalkError("unsupported", message));
    }
    const closed = (event?: Partial<CloseEvent>): void =>
      this._feed(Input.Closed, number, event?.code);
    try {
      // The date of now, for the service's records.
      const socket = new WebSocket(url + Date.now());
      this.#close();
      this.#socket = socket;
      socket.onopen = () => this._feed(Input.Opened, number);
      socket.onclose = socket.onerror = closed;
      socket.onmessage = ({ data }) => {
        if (typeof data === "string") this._feed(Input.Frame, number, 0, data);
      };
    } catch (error) {
      this.#lost(number, error);
    }
  }

  #close(): void {
    const socket = this.#socket;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      // Node's `ws` throws when it is closed before it has opened, by an event.
      socket.onerror = () => {};
      socket.close(1000);
    }
    this.#socket = undefined;
  }

  async #fetch(
    request: number, url: string, token: string | null, upload: Upload | undefined,
  ): Promise<void> {
    const abort = globalThis.AbortController && new AbortController();
    this.#requests.set(request, abort);
    let answer: [number, string];
    try {
      answer = await answerOf(
        url, token, upload, abort, (lines) => this._feed(Input.Part, request, 0, lines),
      );
    } catch (error) {
      // Status 0 says that there was no answer. With a body, none is to be expected either.
      const body = await lastingFault(error, upload);
      answer = [0, body];
      if (!body && this.#requests.has(request)) this.#warn(url.split("?")[0]!, error);
    }
    if (this.#requests.delete(request)) this._feed(Input.Answered, request, ...answer);
  }

  /** Asks the application for a token. What fails there may work a little later. */
  async #needToken(): Promise<void> {
    try {
      const ask = this._needToken;
      await ask?.();
    } catch (error) {
      report(error);
      setTimeout(() => this._feed(Input.TokenFetched), AGAIN_MS);
    }
  }

  async #askForToken(): Promise<void> {
    let token = "";
    let problem = "";
    try {
      const given = await this._fetchToken?.();
      const wanted = unfit(given);
      if (wanted) problem = unlike("its token", wanted, given);
      else token = (given as string).trim();
    } catch (error) {
      problem = `${(error as Error | null)?.message ?? "it threw"}` || "it threw";
    }
    this._feed(Input.TokenFetched, problem ? 0 : 1, 0, problem || token);
    if (!problem) this._checkToken(token);
  }

  /**
   * Ends the session on the application's wish, which is no error that anybody has to be told of.
   * Gives the socket, which may take a moment to close.
   */
  _destroy(error: TalkError): WebSocket | undefined {
    const socket = this.#socket;
    this._handlers.clear();
    this._feed(Input.Call, 0, Call.Destroy);
    this.#end(error);
    return socket;
  }

  /** The session is over: nothing stays pending. */
  #end(error: TalkError): void {
    if (this._error) return;
    this._error = error;
    this.#wakeAt(0);
    this.#close();
    this.#requests.forEach((request) => request?.abort());
    this.#requests.clear();
    this.#uploads.clear();
    this.#snapshots._all = [];
    const [calls, subscriptions] = [[...this.#calls.values()], [...this.#subscriptions.values()]];
    this.#calls.clear();
    this.#subscriptions.clear();
    calls.forEach((call) => call._reject(error));
    subscriptions.forEach((subscription) => subscription._failed(error));
    const handlers = [...this._handlers];
    this._handlers.clear();
    // Who only subscribes may have nothing else to hear it from.
    if (!handlers.length && !calls.length && error.code !== "session-ended") {
      console.warn(`talk-session: ${error.message}`);
    }
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
