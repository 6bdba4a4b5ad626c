// What the package tests share: the package as npm would deliver it, projects that install it, and
// a page to open what they build.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG } from "../../scripts/lib/paths.mjs";
import { npm } from "../../scripts/lib/run.mjs";
import { serveDemo } from "../../scripts/lib/static.mjs";

const execute = promisify(execFile);

/** Nothing takes this long, also where others keep the machine busy. */
const PATIENCE_MS = 60_000;

/** A folder for everything of one test file; `remove()` when done. */
export function scratch() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "talk-session-")));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Packs pkg/ and returns the tarball's path and the names of the files in it. */
export async function pack(folder) {
  const [program, args] = npm(["pack", "--json", "--pack-destination", folder]);
  const { stdout } = await execute(program, args, { cwd: PKG });
  const [{ filename, files }] = JSON.parse(stdout);
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

/** A new project with the given files in which the tarball is installed. */
export async function project(folder, name, tarball, files) {
  const root = join(folder, name);
  const manifest = { name, version: "1.0.0", private: true, type: "module" };
  const all = { "package.json": JSON.stringify(manifest), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const [program, args] = npm(["install", "--offline", "--no-audit", "--no-fund", tarball]);
  await execute(program, args, { cwd: root });
  return root;
}

/** The paths of all files under a folder, relative to it. */
export function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

/**
 * The program of all projects: it uses the public API against the backend, and leaves the result
 * (`"Alice"`, or an error's text) as the promise `globalThis.result`. What importing did is in
 * `globalThis.atImport`.
 */
export const APP = `
import { getTalkSession } from "talk-session";
globalThis.atImport = globalThis.compiled ?? 0;
globalThis.run = async (host, userId) => {
  try {
    const session = getTalkSession({ appId: "demo", userId, host });
    await session.currentUser.createIfNotExists({ name: "Alice" });
    const conversation = session.conversation("package-" + userId);
    await conversation.createIfNotExists({ subject: "Hello" });
    await conversation.send("It works");
    const [user, { lastMessage }] =
      await Promise.all([session.currentUser.get(), conversation.get()]);
    return user.name + ": " + lastMessage.plaintext;
  } catch (error) {
    return String(error?.stack ?? error);
  }
};
`;
export const EXPECTED = "Alice: It works";

/** The same by the session of the SDKs. */
export const SESSION_APP = `
import { Session, oneOnOneId } from "talk-session";
globalThis.atImport = globalThis.compiled ?? 0;
globalThis.run = async (host, userId) => {
  try {
    const session = new Session({ appId: "demo", host });
    session.me = session.getUser({ id: userId, name: "Alice", role: "default" });
    const bob = session.getUser({ id: "bob of " + userId, name: "Bob", role: "default" });
    const conversation = session.getConversation({
      id: oneOnOneId(session.me, bob), subject: "Hello", participants: [session.me, bob],
    });
    await conversation.send("It works");
    const [user, { lastMessage }] =
      await Promise.all([session.currentUser.get(), conversation.get()]);
    await session.destroy();
    return user.name + ": " + lastMessage.plaintext;
  } catch (error) {
    return String(error?.stack ?? error);
  }
};
`;

/**
 * What is in a bundle if and only if `Session` is: texts of its errors, and names of its methods,
 * which a bundle that keeps no more than an unused class still has.
 */
export const MARKS_OF_SESSION = [
  "getConversation: ", "oneOnOneId", "getUserById", "hasValidCredentials", "clearPushRegistrations",
  "synchronize", "onUnreadsChange", "pushRegistrationId", "user or user ID",
];

/** Runs JavaScript in Node, in a project, and returns what it prints. */
export async function inNode(root, file, args = []) {
  const { stdout } = await execute(process.execPath, [file, ...args], { cwd: root });
  return stdout.trim();
}

/** A backend and a browser for one test file. */
export async function stage() {
  // First, since no browser may be left behind when there is no backend to start.
  const backend = await startBackend();
  const browser = await launch();
  const close = async () => {
    await browser.close();
    await backend.stop();
  };

  /**
   * Opens a folder's index.html and calls `body(page)`. Fails on anything that the page logs as an
   * error or asks for in vain. `pkgDir` is served as `/pkg/`.
   */
  const openFolder = async (folder, body, pkgDir = folder) => {
    const server = await serveDemo({ wwwDir: folder, pkgDir, backend: backend.host });
    const page = await browser.newPage();
    const problems = [];
    page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
    page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
    page.on("response", (answer) => {
      if (answer.status() >= 400 && answer.url().startsWith(server.url)) {
        problems.push(`${answer.status()} for ${answer.url()}`);
      }
    });
    const requests = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    try {
      // Counts what is compiled, so that a test can say that importing compiles nothing.
      await page.addInitScript(() => {
        globalThis.compiled = 0;
        for (const name of ["compile", "compileStreaming", "instantiate"]) {
          const own = WebAssembly[name];
          WebAssembly[name] = (...given) => {
            globalThis.compiled++;
            return own(...given);
          };
        }
      });
      await page.goto(server.url);
      const result = await body(page);
      return { result, problems, requests };
    } finally {
      await page.close();
      await server.close();
    }
  };
  return { backend, close, openFolder };
}

/** Calls the app of a page that is open and returns `{result, atImport}`. */
export async function runApp(page, host, userId) {
  await page.waitForFunction(() => typeof globalThis.run === "function");
  return page.evaluate(
    async ([theHost, user, patience]) => {
      const late = new Promise((resolve) => {
        setTimeout(resolve, patience, `no result after ${patience / 1000} s`);
      });
      const result = await Promise.race([globalThis.run(theHost, user), late]);
      return { result, atImport: globalThis.atImport };
    },
    [host, userId, PATIENCE_MS],
  );
}
