// The demo's web server: the page at `/`, the built package at `/pkg/`, and one small JSON
// that tells the page which backend to talk to. It is for one developer's machine: loopback
// only, nothing cached, so that a reload always shows what is on disk.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";

const TYPES = new Map([
  [".html", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".map", "application/json; charset=utf-8"],
  [".wasm", "application/wasm"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
  [".ts", "text/plain; charset=utf-8"],
  [".cts", "text/plain; charset=utf-8"],
  [".cjs", "text/javascript; charset=utf-8"],
  [".md", "text/plain; charset=utf-8"],
  [".txt", "text/plain; charset=utf-8"],
]);

/**
 * Serves the demo until `close()`.
 *
 * @param {object} options
 * @param {number} [options.port] 0 or absent: any free port
 * @param {string} options.pkgDir the built package
 * @param {string} options.wwwDir the page
 * @param {string} options.backend `127.0.0.1:4420` or `http://127.0.0.1:4420`
 * @param {string} [options.appId] the backend's app, `demo` unless told
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serveDemo({ port = 0, pkgDir, wwwDir, backend, appId = "demo" }) {
  const host = backend.replace(/^https?:\/\//, "").replace(/\/+$/, "");
  if (!/^[\w.\-[\]:]+$/.test(host)) {
    throw new TypeError(`backend must look like 127.0.0.1:4420, but is ${JSON.stringify(backend)}`);
  }
  const roots = { pkg: resolve(pkgDir), www: resolve(wwwDir) };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      // A page that was closed in mid-answer is no fault of ours.
      if (response.headersSent) response.destroy();
      else fail(response, 500, `The demo server failed: ${error.message}`);
    });
  });

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async function answer(request, response) {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return fail(response, 405, "This server only answers GET and HEAD.");
    }
    const path = pathOf(request.url ?? "/");
    if (path === null) return fail(response, 400, "The address is not a valid path.");
    if (path === "/config.json") {
      const body = JSON.stringify({ appId, host });
      response.setHeader("Content-Type", "application/json; charset=utf-8");
      return void response.end(request.method === "HEAD" ? undefined : body);
    }
    const file = await locate(roots, path);
    if (!file) return fail(response, 404, `There is no ${path} here.`);
    const type = TYPES.get(extname(file.path)) ?? "application/octet-stream";
    response.setHeader("Content-Type", type);
    response.setHeader("Content-Length", file.size);
    if (type.startsWith("text/html")) {
      response.setHeader("Content-Security-Policy", await contentPolicy(file.path, host));
    }
    if (request.method === "HEAD") return void response.end();
    await pipeline(createReadStream(file.path), response);
  }

  await new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => done(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * The decoded path of a request, or null when it is malformed.
 *
 * @param {string} target
 */
function pathOf(target) {
  try {
    const path = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? "");
    return path.startsWith("/") && !path.includes("\0") && !path.includes("\\") ? path : null;
  } catch {
    return null;
  }
}

/**
 * The file a path stands for. Whatever the path says, the file lies below its root, even after
 * links were followed; hidden files are never served.
 *
 * @param {{pkg: string, www: string}} roots
 * @param {string} path
 * @returns {Promise<{path: string, size: number} | null>}
 */
async function locate(roots, path) {
  const inPackage = path.startsWith("/pkg/");
  const root = inPackage ? roots.pkg : roots.www;
  const rest = inPackage ? path.slice("/pkg/".length) : path === "/" ? "index.html" : path.slice(1);
  if (rest.split("/").some((part) => part === "" || part.startsWith("."))) return null;
  try {
    const base = await realpath(root);
    const real = await realpath(resolve(base, rest));
    if (!real.startsWith(base + sep)) return null;
    const info = await stat(real);
    return info.isFile() ? { path: real, size: info.size } : null;
  } catch {
    return null;
  }
}

/**
 * A strict content policy: scripts and styles of this server only, data from the backend. The
 * import map is an inline script, so it is named by its hash. People may have photos anywhere.
 *
 * @param {string} page the HTML file
 * @param {string} host
 */
async function contentPolicy(page, host) {
  const html = await readFile(page, "utf8");
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(([, body]) => {
    const digest = createHash("sha256")
      .update(body ?? "")
      .digest("base64");
    return `'sha256-${digest}'`;
  });
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(" ")}`,
    "style-src 'self'",
    `connect-src 'self' blob: http://${host} ws://${host}`,
    `img-src 'self' data: blob: https: http://${host}`,
    `media-src 'self' data: blob: https: http://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} sentence
 */
function fail(response, status, sentence) {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(`${sentence}\n`);
}
