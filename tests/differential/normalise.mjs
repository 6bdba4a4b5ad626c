// Makes two runs comparable: what a backend or a client makes up (ids, keys, tokens, cursors,
// ports) gets a name that says what it is, and the log of the wire becomes a few lists per session.

const MADE_UP_IDS = /\b(msg|file)_[A-Za-z0-9]{22}\b/g;
const BOKENS = /\bboken\.[\w-]+\.[\w-]+/g;
const CLIENT_IDS = /(?<=talkjs-client-id=)\d+/g;
const TIMES = /(?<=talkjs-time=)\d+/g;

/** Names for things by the order in which they are first met. */
function namer(prefix) {
  const names = new Map();
  return (thing) => {
    if (!names.has(thing)) names.set(thing, `${prefix}_${names.size + 1}`);
    return names.get(thing);
  };
}

/** The user that a socket's address is for. */
export const userOf = (url) => decodeURIComponent(new URL(url).pathname.split("/").at(-1));

/**
 * Finds everything in a log that was made up, and names it. `host` is where the backend is.
 *
 * @returns `{apply, real}`: `apply(value)` puts the names into a value, all through; `real` gives
 *   what is behind the names of messages and files.
 */
export function namesIn(log, host) {
  const name = { msg: namer("msg"), file: namer("file") };
  const boken = namer("boken");
  const client = namer("client");
  const real = new Map();
  const byPattern = (text) =>
    text
      .replaceAll(host, "HOST")
      .replace(MADE_UP_IDS, (id, kind) => {
        const its = name[kind](id);
        real.set(its, id);
        return its;
      })
      .replace(BOKENS, boken)
      .replace(CLIENT_IDS, client)
      .replace(TIMES, "TIME");

  // The order of the log names things, so it comes first.
  const named = JSON.parse(byPattern(JSON.stringify(log)));
  const known = new Map();
  const users = new Map();
  const keys = new Map();
  for (const { kind, socket, url, frame, body } of named) {
    if (kind === "open") users.set(socket, userOf(url));
    if (kind === "out" && frame[3]?.idempotencyKey) {
      // Each user's keys count on their own: who of two sends first may be chance.
      const user = users.get(socket);
      if (!keys.has(user)) keys.set(user, namer(`key_${user}`));
      known.set(frame[3].idempotencyKey, keys.get(user)(frame[3].idempotencyKey));
    }
    // A cursor is named after the item it stands behind: it does not matter who asked first.
    const { data, cursor } = (kind === "in" ? frame[2] : body) ?? {};
    if (typeof cursor === "string") known.set(cursor, `cursor_${data.at(-1).id}`);
  }
  const apply = (value) => {
    let text = byPattern(JSON.stringify(value));
    for (const [made, its] of known) {
      text = text.replaceAll(JSON.stringify(made), JSON.stringify(its));
      text = text.replaceAll(`cursor=${encodeURIComponent(made)}`, `cursor=${its}`);
    }
    return JSON.parse(text);
  };
  return { apply, real };
}

/** A JSON text in which the order of keys does not show. */
export const canonical = (value) =>
  JSON.stringify(value, (_, item) =>
    item && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

const READS = new Set(["GET", "SUBSCRIBE", "UNSUBSCRIBE"]);

/**
 * Takes a run apart: `{seen, refusals, sessions}`. `refusals` are the answers that refused
 * something. A session (named after its user) has
 *
 * - `sockets`: the addresses it connected to; `logins`: its `session/renew` requests;
 * - `mutations`: what changes something, in order, over socket or HTTP;
 * - `reads`: the other requests, combined ones taken apart;
 * - `published` and `acknowledged`: the numbers of the pushes, received and confirmed.
 */
export function takeApart({ seen, log, host }) {
  const run = namesIn(log, host).apply({ seen, log });
  const sessions = {};
  const sockets = new Map();
  const refusals = [];
  const sessionOf = (name) =>
    (sessions[name] ??= {
      sockets: [], logins: [], mutations: [], reads: [], published: [], acknowledged: [],
    });
  for (const entry of run.log) {
    if (entry.kind === "open") {
      const name = userOf(entry.url);
      sockets.set(entry.socket, sessionOf(name));
      sessionOf(name).sockets.push(entry.url);
    } else if (entry.kind === "out") {
      takeRequest(sockets.get(entry.socket), entry.frame);
    } else if (entry.kind === "in") {
      const [id, word, body] = entry.frame;
      if (word === "PUBLISH") sockets.get(entry.socket).published.push(id);
      else refusals.push(...refusalsIn(word, body));
    } else if (entry.kind === "http") {
      const { method, status, body } = entry;
      const path = entry.url.replace(/^https?:\/\/HOST/, "HTTP ");
      const form = entry.form ? ` ${canonical(entry.form)}` : "";
      // The app's own check belongs to nobody in particular; the rest is told by its token.
      const user = entry.token ?? /\/bokens\/([^?]+)/.exec(path)?.[1] ?? "app";
      const line = `${method} ${path}${entry.token ? " with a token" : ""}${form}`;
      sessionOf(entry.token ? ownerOf(run.log, entry.token) : decodeURIComponent(user))[
        method === "GET" ? "reads" : "mutations"
      ].push(line);
      if (status !== 200) refusals.push(...refusalsIn(status, body));
    }
  }
  return { seen: run.seen, sessions, refusals };
}

function takeRequest(session, [id, method, path, data]) {
  if (method === "ACK") session.acknowledged.push(id);
  else if (path === "/session/renew") session.logins.push(`${method} ${path} ${canonical(data)}`);
  else if (path === "/ping") return;
  else if (!READS.has(method)) session.mutations.push(`${method} ${path} ${canonical(data)}`);
  else if (path === "/users") {
    const { ids, ...others } = data;
    for (const id of ids) {
      session.reads.push(`${method} /users/${encodeURIComponent(id)} ${canonical(others)}`);
    }
  } else session.reads.push(`${method} ${path} ${canonical(data)}`);
}

/** The status and body of an answer that refuses, also of those inside an answer to many. */
function refusalsIn(status, body) {
  if (status !== 200) return [{ status, ...body }];
  const many = Array.isArray(body?.responses) ? body.responses : [];
  return many.filter((one) => one.status !== 200);
}

/** Who got a token. */
function ownerOf(log, bearer) {
  const token = bearer.replace(/^Bearer /, "");
  const entry = log.find(({ kind, body }) => kind === "http" && body?.boken === token);
  return entry ? decodeURIComponent(/\/bokens\/([^?]+)/.exec(entry.url)[1]) : bearer;
}
