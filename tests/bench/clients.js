// The clients that are compared, each with a session of its own on the service in the page.

import { getTalkSession as original } from "/original/talkSession.js";
import { getTalkSession as ours } from "/pkg/index.js";
import { openFloor } from "./floors.js";
import { USERS, socketOf } from "./service.js";

const SESSIONS = { original, ours };
/** How the floors copy a frozen list. */
const COPY = {
  floor: (list) => list.slice(),
  // The same, which Chromium does a hundred times as fast.
  quickFloor: (list) => [...list],
  // For the tests that a client which does something else is found out: one loses an item, …
  faulty: (list) => list.slice(0, -1),
  // … one shares nothing, …
  wasteful: (list) => list.map((item) => Object.freeze({ ...item })),
  // … and one has the last two in the wrong order.
  differing: (list) => {
    const [one, other] = list.slice(-2).sort((a, b) => timeOf(a) - timeOf(b));
    return [...list.slice(0, -2), one, other];
  },
};
const timeOf = ({ createdAt, lastMessageAt = createdAt }) => lastMessageAt;

/** A client that has loaded all lists of a scenario and follows them. */
export class Client {
  /** How often its listeners were called. */
  calls = 0;
  /** Its last snapshots, one for each view of the scenario. */
  views = [];
  /** The number of the next frame. */
  seq = 1;

  constructor(name) {
    this.name = name;
  }

  static async open(name, scenario) {
    const client = new Client(name);
    const listener = (at) => (snapshot) => {
      client.calls++;
      client.views[at] = snapshot;
    };
    if (name in COPY) await startFloor(name, scenario.views, listener);
    else await openSession(name, scenario.views, listener);
    client.socket = socketOf(name);
    await client.#loaded(scenario.views);
    return client;
  }

  /** Until all is there and nothing more happens. */
  async #loaded(views) {
    for (let quiet = 0, calls = -1; quiet < 20; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (calls !== this.calls) quiet = 0;
      calls = this.calls;
    }
    for (const [at, { path, count }] of views.entries()) {
      const view = this.views[at];
      const incomplete = view?.some?.(({ lastMessage }) => lastMessage === null);
      if (!view || view.length !== count || incomplete) {
        throw new Error(`${this.name} has loaded ${view?.length} of ${count} items of ${path}`);
      }
    }
    this.requests = this.socket.requests;
  }
}

function startFloor(name, views, listener) {
  const url = `ws://service/public_api/v1/${name}/realtime/alice`;
  return openFloor({ url, views, users: USERS, copy: COPY[name], listener });
}

async function openSession(name, views, listener) {
  const session = SESSIONS[name]({ appId: name, userId: "alice", host: "localhost:1" });
  for (const [at, { subscribe, count, pageSize }] of views.entries()) {
    const subscription = subscribe(session, listener(at));
    for (let state = await subscription.connected; ; state = subscription.state) {
      const missing = count - state.latestSnapshot.length;
      // Without a count it is no list.
      if (!(missing > 0)) break;
      await subscription.loadMore(Math.min(missing, pageSize));
    }
  }
}
