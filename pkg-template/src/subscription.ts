// Subscriptions: all kinds behave alike; those of lists can also load more.

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

/**
 * Its state is behind a function, so that it is the same through every proxy and copy of a
 * subscription, and its methods work alone, as in `useEffect(() => ref.subscribe(show).unsubscribe)`.
 */
export class Subscription<T> {
  readonly connected: Promise<Active<T>>;
  readonly terminated: Promise<Final<T>>;
  readonly unsubscribe: () => void;
  /** Those of lists have it. */
  declare readonly loadMore: (count?: number) => Promise<void>;
  readonly _state: () => State<T>;

  /** Lists say how many items `loadMore` loads by itself, and how many at the most. */
  constructor(
    host: Caller, subject: string, call: number, args: unknown[], listener: Listener<T> | undefined,
    usual?: number, most?: number,
  ) {
    if (listener != null) checkFunction(listener, "The listener");
    let state: State<T> = Object.freeze({ type: "pending" });
    let connect!: (state: Active<T>) => void;
    let refuse!: (error: Error) => void;
    let terminate!: (state: Final<T>) => void;
    this.connected = new Promise((resolve, reject) => {
      connect = resolve;
      refuse = reject;
    });
    // Nobody has to look at it.
    this.connected.catch(() => {});
    this.terminated = new Promise((resolve) => {
      terminate = resolve;
    });
    const finish = (end: Final<T>): void => terminate(state = Object.freeze(end));
    this._state = () => state;
    this.unsubscribe = () => {
      if (state.type !== "pending" && state.type !== "active") return;
      const message = "Unsubscribed before it connected";
      refuse(new TalkError("unsubscribed", message));
      finish({ type: "unsubscribed" });
      host._unsubscribe(Call.Unsubscribe, number);
    };
    if (most) this.loadMore = (count = usual!) =>
      state.type === "error" ? Promise.reject(state.error) :
      host._call("Load more", Call.LoadMore, [number, count], countProblem(count, most));
    const number = host._subscribe(call, args, {
      _subject: subject,
      _active: (snapshot, loadedAll) => {
        const last = state as Partial<Active<T>>;
        if (last.latestSnapshot === snapshot && last.loadedAll === loadedAll) return;
        const active: Active<T> = Object.freeze({
          type: "active", latestSnapshot: snapshot as T, loadedAll,
        });
        connect(state = active);
        // It may have been unsubscribed by another listener in the meantime.
        return listener
          ? () => state.type === "active" && listener(snapshot as T, loadedAll)
          : undefined;
      },
      _failed: (error) => {
        refuse(error);
        finish({ type: "error", error });
      },
    });
  }

  get state(): State<T> {
    return this._state();
  }
}
