// The page that measures the first second of a client: it imports one bundle, once, in a browser
// that has never run it, and says how long each step took.

import { MessageWindow } from "./events.js";
import { World, install, socketOf } from "./service.js";
import { nextTask } from "./tasks.js";

const COUNT = 30;
const EVENTS = 100;

/** Says, from now until `end()`, how long the page's longest task was. */
function watchTasks() {
  let [longest, last, on] = [0, performance.now(), true];
  const tick = async () => {
    while (on) {
      await nextTask();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  };
  void tick();
  return { end: () => ((on = false), longest) };
}

/**
 * Goes through the first second with one bundle: `{importing, session, snapshot, all, longest,
 * event}` in milliseconds. `delay` is how long the service takes for each answer; `watch` says
 * whether tasks are watched, which costs a little time.
 */
globalThis.firstSecond = async ({ bundle, init, delay, watch }) => {
  const scenario = new MessageWindow(COUNT);
  const network = globalThis.fetch;
  install(new World(scenario.size), delay);
  const service = globalThis.fetch;
  // The module that is a file of its own comes over the network.
  globalThis.fetch = (url, ...rest) =>
    (/\.wasm$/.test(url) ? network : service)(url, ...rest);
  const tasks = watch ? watchTasks() : undefined;
  const start = performance.now();
  const { getTalkSession, init: begin } = await import(bundle);
  if (init) await begin();
  const imported = performance.now();
  const session = getTalkSession({ appId: "cold", userId: "alice", host: "localhost:1" });
  const opened = performance.now();
  let [shown, calls] = [[], 0];
  await new Promise((resolve) => {
    session.conversation("room").subscribeMessages((messages) => {
      [shown, calls] = [messages ?? [], calls + 1];
      if (shown.length === COUNT) resolve();
    });
  });
  const end = performance.now();
  const longest = tasks?.end() ?? 0;
  const socket = socketOf("cold");
  const times = [];
  for (const { text, shows } of scenario.frames("created", EVENTS, 1)) {
    await nextTask();
    const [before, began] = [calls, performance.now()];
    socket.deliver(text);
    await nextTask();
    while (calls === before) await nextTask();
    times.push(performance.now() - began);
    if (times.length === EVENTS && shows([shown])) throw new Error(shows([shown]));
  }
  times.sort((a, b) => a - b);
  return {
    importing: imported - start, session: opened - imported, snapshot: end - opened,
    all: end - start, longest, event: times[Math.floor(EVENTS * 0.95)],
  };
};

globalThis.ready = true;
