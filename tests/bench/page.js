// The page of the benchmark: opens the clients, proves that they do the same work, and times them.

import { Client } from "./clients.js";
import { ConversationList, MessageWindow, ParticipantList, SenderWindow } from "./events.js";
import { FilteredLists, LiveConversations } from "./many.js";
import { World, install } from "./service.js";
import { nextTask } from "./tasks.js";

/** The memories of the WebAssembly modules that the clients have started, as long as those have them. */
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, imports);
  // Of bytes it gives a module and an instance, of a module the instance.
  const { exports } = made.instance ?? made;
  for (const one of Object.values(exports)) {
    if (one instanceof WebAssembly.Memory) memories.push(new WeakRef(one));
  }
  return made;
};
globalThis.moduleBytes = () =>
  memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);

const LISTS = {
  messages: MessageWindow,
  sender: SenderWindow,
  conversations: ConversationList,
  participants: ParticipantList,
  filtered: FilteredLists,
  live: LiveConversations,
};
/** Frames of each turn that come before the clock is started. */
const LEAD_IN = 10;
/** Events that all clients get for comparison. */
const COMPARED = 24;

let scenario;
let clients;

/**
 * Opens the clients named, on lists of that kind and length, and makes sure that they agree on what
 * events do to them.
 */
globalThis.open = async ({ list, count, names }) => {
  if (!crossOriginIsolated) throw new Error("without isolation the page's clock is too coarse");
  scenario = new LISTS[list](count);
  install(new World(scenario.size));
  clients = [];
  for (const name of names) clients.push(await Client.open(name, scenario));
  // Without clients the page shows what itself takes.
  if (clients.length > 0) for (const kind of scenario.kinds) await compare(kind);
};

/**
 * Gives all clients the same events, and looks at what each makes of every one. Throws at the first
 * difference.
 */
async function compare(kind) {
  const all = [];
  for (const client of clients) {
    for (const frame of scenario.frames(kind, COMPARED, client.seq)) {
      const before = [...client.views];
      await time(client, [frame]);
      checkSharing(client, before, frame);
      if (scenario.unfrozen?.includes(client.name)) continue;
      for (const at of frame.touched) checkFrozen(client.name, client.views[at]);
    }
    all.push([client.name, canonical(client.views)]);
  }
  const [[first, expected], ...others] = all;
  for (const [name, items] of others) {
    const at = items.findIndex((item, i) => item !== expected[i]);
    if (at >= 0) {
      throw new Error(`item ${at} differs: ${first} has ${expected[at]}, ${name} has ${items[at]}`);
    }
  }
};

/**
 * Gives a client events for some time, all clients the same: the browser's compilers take what runs
 * often in hand bit by bit, JavaScript and WebAssembly alike. Says how many events it was.
 */
globalThis.warmUp = async (name, kind, milliseconds) => {
  const client = clients.find((one) => one.name === name);
  const end = performance.now() + milliseconds;
  let events = 0;
  for (; performance.now() < end; events += LEAD_IN) {
    await time(client, scenario.frames(kind, LEAD_IN, client.seq));
  }
  return events;
};

/** One turn of a client: the mean of the milliseconds that it took for an event. */
globalThis.turn = async (name, kind, count) => {
  const client = clients.find((one) => one.name === name);
  globalThis.gc?.({ type: "minor" });
  await time(client, scenario.frames(kind, Math.min(LEAD_IN, count), client.seq));
  return time(client, scenario.frames(kind, count, client.seq));
};

/**
 * Delivers frames, each in a task of its own. The clock of a frame stops in the next task: then all
 * that the client has put off to microtasks is done too. What the loop itself costs is taken off; it
 * is measured beside every frame, so that what else the machine does slows down both alike.
 */
async function time(client, frames) {
  const { socket } = client;
  const [calls, acknowledged] = [client.calls, socket.acknowledged];
  let [sum, timed, expected] = [0, 0, 0];
  for (const frame of frames) {
    // What may be left of the last frame is on nobody's clock.
    await nextTask();
    const empty = performance.now();
    await nextTask();
    const start = performance.now();
    socket.deliver(frame.text);
    expected += frame.touched.length;
    await nextTask();
    // Whoever is not done yet is still on the clock.
    while (client.calls < calls + expected) {
      if (performance.now() - start > 5_000) {
        throw new Error(`${client.name} has not called its listeners`);
      }
      await nextTask();
    }
    if (frame.timed) {
      sum += performance.now() - start - (start - empty);
      timed++;
    }
  }
  client.seq += frames.length;
  const fault = frames.at(-1).shows(client.views) ||
    (socket.acknowledged - acknowledged !== frames.length && "a frame was not acknowledged") ||
    (client.calls - calls > expected * 2 && "the listeners were called too often");
  if (fault) throw new Error(`${client.name}: ${fault}`);
  const extra = socket.requests - client.requests;
  if (extra > 0 && !scenario.asks?.includes(client.name)) {
    throw new Error(`${client.name} has made ${extra} requests because of events`);
  }
  return sum / timed;
}

/**
 * What the frame does not concern is the same objects as before: whole snapshots, and in those that
 * it concerns all items but the few that it changes.
 */
function checkSharing({ name, views }, before, { touched, fresh }) {
  for (const [at, view] of views.entries()) {
    if ((view !== before[at]) !== touched.includes(at)) {
      throw new Error(`${name}: snapshot ${at} is ${view === before[at] ? "the same" : "another"}`);
    }
    if (view === before[at] || !Array.isArray(view)) continue;
    const old = new Set(before[at]);
    const made = view.filter((item) => !old.has(item)).length;
    if (made > fresh) {
      throw new Error(`${name}: ${made} items of ${view.length} are new objects after one event`);
    }
  }
}

/** A snapshot, of a list its first items, all through. */
function checkFrozen(name, snapshot) {
  const check = (value, path) => {
    if (typeof value !== "object" || value === null) return;
    if (!Object.isFrozen(value)) throw new Error(`${name}: ${path} is not frozen`);
    const parts = Object.entries(value);
    // Entry by entry a list of thousands would take too long, and its items are made alike.
    if (value === snapshot) parts.splice(3);
    for (const [key, part] of parts) check(part, `${path}.${key}`);
  };
  check(snapshot, "snapshot");
}

/** All items as texts that are equal if the items are, whatever the order of their members. */
function canonical(views) {
  const sorted = (_key, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return views.flat().map((item) => JSON.stringify(item, sorted));
}

globalThis.ready = true;
