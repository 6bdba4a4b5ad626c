// The page: both clients in it, each with a backend of its own, and two doors for the tests:
// `runScenario(client, file, name, host, handles)` and `recordFlow(name, host)`.

import { recordCalls } from "./calls.js";
import { installClock } from "./clock.js";
import { recordWire } from "./wire.js";
import { Recording } from "./recording.js";
import { openWorld } from "./world.js";

const real = {
  WebSocket: globalThis.WebSocket,
  fetch: globalThis.fetch.bind(globalThis),
};
const clock = installClock();
Object.assign(real, clock.real);

/** Each client's wire; a client is told by the address of its backend. */
const wires = new Map();
const wireOf = (url) => {
  const found = wires.get(new URL(url, location.href).host);
  if (!found) throw new Error(`No client under test may talk to ${url}`);
  return found;
};
globalThis.WebSocket = class {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;

  constructor(url) {
    return new (wireOf(url).WebSocket)(url);
  }
};
globalThis.fetch = (input, init) => wireOf(input?.url ?? input).fetch(input, init);

async function open(clientName, host, handles = {}) {
  const client = await import(clientName === "original" ? "/original.js" : "/pkg/index.js");
  const wire = recordWire(real, clock);
  wires.set(host, wire);
  const world = openWorld(client, wire, clock, host, recordCalls(handles));
  await world.later(0);
  return { wire, world };
}

/** Chance that is the same each time: the waits before a reconnect are random, and so are keys. */
function fixChance(start) {
  let state = start;
  Math.random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  crypto.getRandomValues = (array) => array.map((_, at) => (array[at] = Math.random() * 2 ** 32));
}

globalThis.runScenario = async (clientName, file, name, host, handles) => {
  fixChance(20_011);
  const { default: scenarios } = await import(`/scenarios/${file}`);
  const { world } = await open(clientName, host, handles);
  await scenarios.find((one) => one.name === name).run(world);
  return JSON.stringify(await world.finish());
};

globalThis.recordFlow = async (name, host) => {
  fixChance(1);
  const { FLOWS } = await import("/fixtures/flows.mjs");
  const { wire, world } = await open("original", host);
  await FLOWS[name](new Recording(world, wire, host).play);
  return JSON.stringify(wire.log);
};

/** The last things on each wire, for who has to find out what a scenario hangs on. */
globalThis.tail = () =>
  [...wires.values()].map(({ log }) => log.slice(-12).map((one) => JSON.stringify(one)));
globalThis.ready = true;
