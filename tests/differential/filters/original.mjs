// What the original makes of the filters. A program of its own, since it puts a false network in
// place of the real one. Writes a line for each filter: the right ones, those in which it differs,
// and the wrong ones. `{sent}` is the filter as it asked for a list with it; `{error}` says that it
// did not.

import { getTalkSession, registerPolyfills } from "@talkjs/core";
import { OPTIONS, useInstantNetwork } from "../instant.mjs";
import { differentFilters, rightFilters, wrongFilters } from "./filters.mjs";

let sent;
const WebSocket = useInstantNetwork((method, path, data) => {
  if (method === "GET" && path === "/me/conversations") sent = JSON.stringify(data.filter);
  return { data: [], cursor: null };
});
registerPolyfills({ WebSocket });

const filters = [
  ...rightFilters(),
  ...differentFilters().map(([filter]) => filter),
  ...wrongFilters().map(({ filter }) => filter),
];
for (const [at, filter] of filters.entries()) {
  // A session of its own, since equal filters of one session share what was asked for.
  const session = getTalkSession({ ...OPTIONS, userId: `user${at}` });
  process.stdout.write(`${JSON.stringify(await ask(session, filter))}\n`);
}
process.stdout.write("", () => process.exit());

async function ask(session, filter) {
  sent = undefined;
  try {
    const list = session.subscribeConversations({ filter });
    await list.connected;
    list.unsubscribe();
    return { sent };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}
