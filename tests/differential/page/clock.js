// Time for the clients under test: real time, plus what a test skips. Both clients wait for seconds
// (before they reconnect, close an idle socket, let go of a subscription), and no test does.
//
// Runs in a page and in Node. It must be installed before the clients are loaded.

/**
 * Replaces the timers and the clock of this realm. The originals stay in the answer, for those who
 * watch: `{now, skip, real}`.
 */
export function installClock() {
  const { Date } = globalThis;
  const performanceNow = performance.now.bind(performance);
  const real = {
    setTimeout: globalThis.setTimeout.bind(globalThis),
    clearTimeout: globalThis.clearTimeout.bind(globalThis),
  };
  /** @type {Map<number, {due: number, fire: () => void, handle: unknown}>} */
  const timers = new Map();
  let skipped = 0;
  let last = 0;
  const now = () => Math.floor(Date.now() + skipped);

  const start = (id, due, body) => {
    const fire = () => {
      if (!timers.delete(id)) return;
      real.clearTimeout(handle);
      body();
    };
    const handle = real.setTimeout(fire, Math.max(0, due - now()));
    timers.set(id, { due, fire, handle });
    return id;
  };
  const stop = (id) => {
    const timer = timers.get(id);
    if (!timer) return;
    timers.delete(id);
    real.clearTimeout(timer.handle);
  };

  globalThis.setTimeout = (callback, delay = 0, ...args) =>
    start(++last, now() + Number(delay), () => callback(...args));
  globalThis.setInterval = (callback, delay = 0, ...args) => {
    const id = ++last;
    const again = () => {
      start(id, now() + Number(delay), again);
      callback(...args);
    };
    return start(id, now() + Number(delay), again);
  };
  globalThis.clearTimeout = stop;
  globalThis.clearInterval = stop;
  performance.now = () => performanceNow() + skipped;
  globalThis.Date = class extends Date {
    constructor(...args) {
      super(...(args.length > 0 ? args : [now()]));
    }

    static now() {
      return now();
    }
  };

  return {
    now,
    real,
    /**
     * Skips some time. What falls due in it is done in order, each at its moment, and `settle` is
     * awaited after each, so that an answer is never late only because time was skipped.
     */
    async skip(ms, settle) {
      await settle();
      const end = now() + ms;
      for (;;) {
        const next = [...timers.values()].sort((a, b) => a.due - b.due)[0];
        if (!next || next.due > end) break;
        skipped += Math.max(0, next.due - now());
        next.fire();
        await settle();
      }
      skipped += Math.max(0, end - now());
    },
  };
}
