// The clients that are compared, each with a session of its own on the service in the page.

import { getTalkSession as original } from "/original/talkSession.js";
import { getTalkSession as ours } from "/pkg/index.js";
import { Floor } from "./floor.js";
import { socketOf } from "./service.js";

const SESSIONS = { original, ours };
/** How the floors copy a frozen list. */
const COPY = {
  floor: (list) => list.slice(),
  // The same, which Chromium does a hundred times as fast.
  quickFloor: (list) => [...list],
  // For the test that a client which does less is found out: it loses an item.
  faulty: (list) => list.slice(0, -1),
};

/** A client that has loaded the list and follows it. */
export class Client {
  /** How often its listener was called. */
  calls = 0;
  /** Its last snapshot. */
  list = undefined;
  /** The number of the next frame. */
  seq = 1;

  constructor(name) {
    this.name = name;
  }

  static async open(name, scenario) {
    const client = new Client(name);
    const listener = (list) => {
      client.calls++;
      client.list = list;
    };
    if (name in COPY) await openFloor(name, scenario, listener);
    else await openSession(name, scenario, listener);
    client.socket = socketOf(name);
    await client.#loaded(scenario);
    return client;
  }

  /** Until all is there and nothing more happens. */
  async #loaded({ count }) {
    for (let quiet = 0, calls = -1; quiet < 20; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (calls !== this.calls) quiet = 0;
      calls = this.calls;
    }
    const { list } = this;
    if (list?.length !== count || list.some((item) => item.lastMessage === null)) {
      throw new Error(`${this.name} has loaded ${list?.length} of ${count} items`);
    }
    this.requests = this.socket.requests;
  }
}

function openFloor(name, { path, pageSize, count }, listener) {
  const url = `ws://service/public_api/v1/${name}/realtime/alice`;
  const users = ["alice", "bob", "carol", "dave", "erin", "frank"];
  return Floor.open({ url, path, pageSize, count, users, copy: COPY[name], listener });
}

async function openSession(name, scenario, listener) {
  const session = SESSIONS[name]({ appId: name, userId: "alice", host: "localhost:1" });
  const subscription = scenario.subscribe(session, listener);
  for (let state = await subscription.connected; ; state = subscription.state) {
    const missing = scenario.count - state.latestSnapshot.length;
    if (missing <= 0) return;
    await subscription.loadMore(Math.min(missing, scenario.pageSize));
  }
}
