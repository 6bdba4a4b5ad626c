// The wire fixtures: what a recording of the original becomes.
//
// A fixture has one JSON object a line:
//
// | line | meaning |
// |---|---|
// | `{clock}` | the backend's clock, from here on |
// | `{pass}` | so many milliseconds pass for the client |
// | `{session, call, number, args}` | the application makes a call |
// | `{session, http, token?, form?, status, body}` | an HTTP request (method, path), its answer |
// | `{session, open}`, `{session, opened}`, `{session, close}`, `{session, closed}` | a socket is
//   asked for (its path), is open, is closed by the client, is closed by the server |
// | `{session, out}`, `{session, in}` | a frame from the client, to the client |
// | `{session, drop}`, `{session, expire}` | the backend is told to do that to the user |
// | `{quiet}` | everything that was asked is answered |
//
// What was made up (ids, keys, tokens, cursors) has names, see tests/differential/normalise.mjs.
// Keepalives are left out, and requests are counted without them.

import { namesIn, userOf } from "./normalise.mjs";
import { START } from "./page/world.js";

/** Makes the lines of a fixture from the log of a recording. */
export function linesOf(raw, host) {
  const log = namesIn(raw, host).apply(raw);
  const lines = [{ clock: START }];
  const sockets = new Map();
  const owners = new Map();
  let caller;
  let step = [];
  const flush = () => {
    // Frames of two sockets may come in any order. Who made the call comes first.
    const sessions = new Set([caller, ...step.map(({ session }) => session).sort()]);
    for (const session of sessions) lines.push(...step.filter((one) => one.session === session));
    step = [];
  };
  for (const { kind, entry, socket, url, frame, code, ...http } of log) {
    const on = sockets.get(socket);
    if (kind === "note") {
      if (entry.session === undefined) flush();
      else caller = entry.session;
      (entry.session === undefined ? lines : step).push(entry);
    } else if (kind === "open") {
      sockets.set(socket, { session: userOf(url), ids: new Map() });
      step.push({ session: userOf(url), open: url.replace(/^ws:\/\/HOST/, "") });
    } else if (kind === "opened") {
      step.push({ session: on.session, opened: true });
    } else if (kind === "close") {
      on.isClosed = true;
      step.push({ session: on.session, close: code });
    } else if (kind === "closed") {
      if (!on.isClosed) step.push({ session: on.session, closed: code });
    } else if (kind === "out" || kind === "in") {
      const numbered = withoutPings(on.ids, kind, frame);
      if (numbered) step.push({ session: on.session, [kind]: numbered });
    } else if (kind === "http") {
      step.push(httpLine(url, http, caller, owners));
    }
  }
  flush();
  return lines;
}

/** A frame with its number, as if there were no keepalives; undefined for a keepalive. */
function withoutPings(ids, kind, [id, word, ...rest]) {
  if (word === "PUBLISH" || word === "ACK") return [id, word, ...rest];
  if (kind === "out" && rest[0] === "/ping") {
    ids.set(id, undefined);
    return undefined;
  }
  if (kind === "out") ids.set(id, [...ids.values()].filter((one) => one !== undefined).length);
  const number = ids.get(id);
  return number === undefined ? undefined : [number, word, ...rest];
}

/** The line of an HTTP request. `owners` learns whose each token is. */
function httpLine(url, { method, token, form, status, body }, caller, owners) {
  const path = url.replace(/^http:\/\/HOST/, "");
  const of = /\/bokens\/([^?]+)/.exec(path)?.[1];
  if (of && body?.boken) owners.set(body.boken, decodeURIComponent(of));
  const bare = token?.replace(/^Bearer /, "");
  const session = (of && decodeURIComponent(of)) ?? owners.get(bare) ?? caller;
  return {
    session,
    http: `${method} ${path}`,
    ...(bare === undefined ? {} : { token: bare }),
    ...(form === undefined ? {} : { form }),
    status,
    body,
  };
}
