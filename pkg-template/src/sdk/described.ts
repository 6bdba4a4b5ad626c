// What the application describes before it uses it: the service hears of the description first.

import type { Caller, Host, Listening } from "../host";
import { freeze } from "../snapshots";

/** The way to the service for one user or conversation, which writes its description beforehand. */
export class Described implements Caller {
  /** While it is being written. */
  #written: Promise<void> | undefined;
  /** The subscriptions that wait until it is written, by their numbers. */
  readonly #waiting = new Set<number>();

  /**
   * `host` gives the session's host, or throws if there is none now. `write` tells the service what
   * it has to know, if anything: it is gone once that has been done.
   */
  constructor(readonly _host: () => Host, private _write?: (host: Host) => Promise<unknown>) {}

  /** Writes the description, once. After a failure the next one tries again. */
  async _synchronize(): Promise<void> {
    const host = this._host();
    if (!this._write) return;
    return this.#written ??= this._write(host)
      .then(() => {
        this._write = undefined;
      })
      .finally(() => {
        this.#written = undefined;
      });
  }

  async _call(...args: Parameters<Host["_call"]>): Promise<any> {
    // Without that, calls of one tick stay together.
    if (this._write) await this._synchronize();
    return this._host()._call(...args);
  }

  _subscribe(call: number, args: unknown[], listening: Listening): number {
    const host = this._host();
    if (!this._write) return host._subscribe(call, args, listening);
    const number = host._number();
    this.#waiting.add(number);
    this._synchronize().then(
      () => {
        if (this.#waiting.delete(number)) host._subscribe(call, args, listening, number);
      },
      (error) => {
        if (this.#waiting.delete(number)) listening._failed(error);
      },
    );
    return number;
  }

  _unsubscribe(call: number, number: number): void {
    if (!this.#waiting.delete(number)) this._host()._unsubscribe(call, number);
  }
}

/** Those of some fields that are given, as a copy that stays as it is. */
export function pick(options: object, fields: string[]): Record<string, unknown> {
  const given = Object.entries(options).filter(([name]) => fields.includes(name));
  return freeze(JSON.parse(JSON.stringify(Object.fromEntries(given))));
}

/** Tells of a failure that nobody waits for. */
export function warn(error: Error): void {
  console.warn(`talk-session: ${error.message}`);
}
