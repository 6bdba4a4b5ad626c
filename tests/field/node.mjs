// Programs that run in Node, with the package or with the original; and the tokens of their users.

import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { at } from "../../scripts/lib/paths.mjs";
import { PACKAGE } from "./stage.mjs";

const execute = promisify(execFile);

const ENTRIES = {
  ours: pathToFileURL(join(PACKAGE, "index.js")).href,
  original: pathToFileURL(at("node_modules/@talkjs/core/dist/talkSession.js")).href,
};
const WS = pathToFileURL(at("node_modules/ws/wrapper.mjs")).href;

/**
 * Runs a program until it ends by itself. Gives what it printed last, which is JSON.
 *
 * @param {object} what
 * @param {keyof typeof ENTRIES} what.client
 * @param {string} what.body `host` is the backend's there, and `rest` are the other arguments
 * @param {string} [what.before] what runs before the client is loaded
 * @param {string} what.host
 * @param {string[]} [what.args]
 */
export async function program({ client, body, before = "", host, args = [] }) {
  const text = `
    import WebSocket from ${JSON.stringify(WS)};
    const [host, ...rest] = process.argv.slice(1);
    ${before}
    const { getTalkSession, registerPolyfills, Session } = await import(${JSON.stringify(ENTRIES[client])});
    registerPolyfills({ WebSocket });
    ${body}`;
  const all = ["--expose-gc", "--input-type=module", "-e", text, host, ...args];
  const { stdout } = await execute(process.execPath, all, { timeout: 90_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** The secret of the app whose users need tokens, and the options of a backend that has it. */
const SECRET = "a secret of the tests";
export const WITH_SECURE_APP = { args: ["--app", "demo", "--app", `secure:${SECRET}`] };

/** A token of a user of the app "secure", good for an hour. No two are the same. */
export function jwt(user) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const claims = { tokenType: "user", iss: "secure", sub: user, exp, jti: `${Math.random()}` };
  const body = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${body}.${createHmac("sha256", SECRET).update(body).digest("base64url")}`;
}
