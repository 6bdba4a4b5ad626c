// The page: both clients in it, each with a backend of its own, and one door for the tests:
// `runScenario(client, file, name, host)`.

import { installClock } from "./clock.js";
import { recordWire } from "./wire.js";
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

globalThis.runScenario = async (clientName, file, name, host) => {
  const client = await import(clientName === "original" ? "/original.js" : "/pkg/index.js");
  const wire = recordWire(real);
  wires.set(host, wire);
  const backend = {
    host,
    async control(order) {
      const init = { method: "POST", body: JSON.stringify(order) };
      const response = await real.fetch(`http://${host}/control`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`The backend refuses ${init.body}: ${text}`);
      return JSON.parse(text || "null");
    },
  };
  const { default: scenarios } = await import(`/scenarios/${file}`);
  const scenario = scenarios.find((one) => one.name === name);
  const world = openWorld(client, wire, clock, backend);
  await world.later(0);
  await scenario.run(world);
  return JSON.stringify(await world.finish());
};
globalThis.debugLog = () => [...wires].map(([k,w])=>[k,w.log.slice(0,12),w.isQuiet()]);
globalThis.ready = true;
