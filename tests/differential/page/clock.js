// Time for the clients under test. It stands still until a test lets it pass: both clients wait
// for seconds (before they reconnect, close an idle socket, let go of a subscription), no test
// does, and nothing happens in the middle of something else only because the machine is slow.
//
// It must be installed before the clients are loaded.

/** Replaces the timers and the clock of this page. The real ones stay in the answer, as `real`. */
export function installClock() {
  const { Date } = globalThis;
  const real = {
    setTimeout: globalThis.setTimeout.bind(globalThis),
    clearTimeout: globalThis.clearTimeout.bind(globalThis),
  };
  /** @type {Map<number, {due: number, body: () => void}>} */
  const timers = new Map();
  const start = Date.now();
  let passed = 0;
  let last = 0;
  const now = () => Math.floor(start + passed);

  const set = (callback, delay, args, again) => {
    last += 1;
    const id = last;
    const wait = Math.max(0, Number(delay) || 0);
    const arm = () => timers.set(id, { due: passed + wait, body });
    const body = () => {
      timers.delete(id);
      if (again) arm();
      callback(...args);
    };
    arm();
    return id;
  };
  globalThis.setTimeout = (callback, delay, ...args) => set(callback, delay, args, false);
  globalThis.setInterval = (callback, delay, ...args) => set(callback, delay, args, true);
  globalThis.clearTimeout = (id) => void timers.delete(id);
  globalThis.clearInterval = globalThis.clearTimeout;
  performance.now = () => passed;
  globalThis.Date = class extends Date {
    constructor(...args) {
      super(...(args.length > 0 ? args : [now()]));
    }

    static now() {
      return now();
    }
  };

  /** Does what is due next, if that is no later than `until`. */
  const step = (until) => {
    const [next] = [...timers.values()].sort((a, b) => a.due - b.due);
    if (!next || next.due > until) return false;
    passed = Math.max(passed, next.due);
    next.body();
    return true;
  };

  return {
    real,
    /** Goes to the next timer, if it is due within so many milliseconds; says if there was one. */
    hurry: (ms) => step(passed + ms),
    /**
     * Lets some time pass. What falls due in it is done in order, each at its moment, and `settle`
     * is awaited in between, so that no answer is ever late.
     */
    async pass(ms, settle) {
      await settle();
      const end = passed + ms;
      while (step(end)) await settle();
      passed = Math.max(passed, end);
    },
  };
}
