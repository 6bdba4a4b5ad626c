// What the application describes before it uses it: the service hears of the description first.

import type { Caller, Host } from "../host";
import { freeze } from "../snapshots";

/** The way to the service for one user or conversation, which writes its description beforehand. */
export class Described implements Caller {
  #written: Promise<void> | undefined;

  /**
   * `host` gives the session's host, or throws if there is none now. `write` tells the service what
   * it has to know, if anything.
   */
  constructor(readonly _host: () => Host, readonly _write?: (host: Host) => Promise<unknown>) {}

  /** Writes the description, once. After a failure the next one tries again. */
  async _synchronize(): Promise<void> {
    const host = this._host();
    if (!this._write) return;
    this.#written ??= this._write(host).then(
      () => {},
      (error) => {
        this.#written = undefined;
        throw error;
      },
    );
    return this.#written;
  }

  async _call(...args: Parameters<Host["_call"]>): Promise<any> {
    // Without that, calls of one tick stay together.
    if (this._write) await this._synchronize();
    return this._host()._call(...args);
  }

  _subscribe(...args: Parameters<Host["_subscribe"]>): number {
    const host = this._host();
    this._synchronize().catch(warn);
    return host._subscribe(...args);
  }

  _unsubscribe(...args: Parameters<Host["_unsubscribe"]>): void {
    this._host()._unsubscribe(...args);
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
