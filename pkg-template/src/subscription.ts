// Subscriptions: all kinds behave alike; the windowed ones can also load more.

import { Call } from "./calls";
import { TalkError, checkFunction, countProblem } from "./errors";
import type { Caller } from "./host";

type State<T> =
  | { readonly type: "pending" }
  | { readonly type: "active"; readonly latestSnapshot: T; readonly loadedAll: boolean }
  | { readonly type: "unsubscribed" }
  | { readonly type: "error"; readonly error: Error };
type Active<T> = Extract<State<T>, { type: "active" }>;
type Final<T> = Extract<State<T>, { type: "unsubscribed" | "error" }>;
type Listener<T> = (snapshot: T, loadedAll: boolean) => void;

export class Subscription<T> {
  state: State<T> = Object.freeze({ type: "pending" });
  readonly connected: Promise<Active<T>>;
  readonly terminated: Promise<Final<T>>;

  readonly #host: Caller;
  readonly #number: number;
  #connect!: (state: Active<T>) => void;
  #refuse!: (error: Error) => void;
  #terminate!: (state: Final<T>) => void;

  constructor(
    host: Caller, subject: string, call: number, args: unknown[], listener: Listener<T> | undefined,
  ) {
    if (listener != null) checkFunction(listener, "The listener");
    this.connected = new Promise((resolve, reject) => {
      this.#connect = resolve;
      this.#refuse = reject;
    });
    // Nobody has to look at it.
    this.connected.catch(() => {});
    this.terminated = new Promise((resolve) => {
      this.#terminate = resolve;
    });
    this.#host = host;
    this.#number = host._subscribe(call, args, {
      _subject: subject,
      _active: (snapshot, loadedAll) => {
        const last = this.state as Partial<Active<T>>;
        if (last.latestSnapshot === snapshot && last.loadedAll === loadedAll) return;
        this.state = Object.freeze({
          type: "active", latestSnapshot: snapshot as T, loadedAll,
        });
        this.#connect(this.state);
        // It may have been unsubscribed by another listener in the meantime.
        return listener
          ? () => this.state.type === "active" && listener(snapshot as T, loadedAll)
          : undefined;
      },
      _failed: (error) => {
        this.#refuse(error);
        this.#finish({ type: "error", error });
      },
    });
  }

  unsubscribe(): void {
    if (this.state.type !== "pending" && this.state.type !== "active") return;
    const message = "The subscription was unsubscribed before it connected";
    this.#refuse(new TalkError({ code: "unsubscribed", message }));
    this.#finish({ type: "unsubscribed" });
    this.#host._unsubscribe(Call.Unsubscribe, this.#number);
  }

  #finish(state: Final<T>): void {
    this.state = Object.freeze(state);
    this.#terminate(state);
  }

  /** For [`Windowed`]. */
  protected _load(count: number, problem: string | undefined): Promise<void> {
    return this.#host._call("Load more", Call.LoadMore, [this.#number, count], problem);
  }
}

export class Windowed<T> extends Subscription<T> {
  readonly #first: number;
  readonly #most: number;

  constructor(
    host: Caller, subject: string, call: number, args: unknown[],
    listener: Listener<T> | undefined, first: number, most: number,
  ) {
    super(host, subject, call, args, listener);
    this.#first = first;
    this.#most = most;
  }

  loadMore(count: number = this.#first): Promise<void> {
    if (this.state.type === "error") return Promise.reject(this.state.error);
    return this._load(count, countProblem(count, this.#most));
  }
}
