// The demo's web server on its own: what it serves, and above all what it never does.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { serveDemo } from "../../scripts/lib/static.mjs";

/** @type {string} */
let dir;
/** @type {Awaited<ReturnType<typeof serveDemo>>} */
let demo;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "demo-static-"));
  await mkdir(join(dir, "www/js"), { recursive: true });
  await mkdir(join(dir, "pkg"));
  await writeFile(join(dir, "secret.txt"), "secret");
  await writeFile(join(dir, "www/index.html"), "<!doctype html><script>1</script>page");
  await writeFile(join(dir, "www/js/ü b.js"), "export {};");
  await writeFile(join(dir, "www/.hidden"), "secret");
  await writeFile(join(dir, "pkg/index.js"), "export {};");
  await writeFile(join(dir, "pkg/x.wasm"), new Uint8Array([0]));
  await symlink(join(dir, "secret.txt"), join(dir, "www/link.txt"));
  demo = await serveDemo({
    pkgDir: join(dir, "pkg"),
    wwwDir: join(dir, "www"),
    backend: "http://127.0.0.1:4420/",
  });
});

after(async () => {
  await demo.close();
  await rm(dir, { recursive: true });
});

/**
 * A request whose path goes over the wire exactly as given.
 *
 * @param {string} path
 * @param {string} [method]
 * @returns {Promise<{status: number, headers: import("node:http").IncomingHttpHeaders, body: string}>}
 */
function get(path, method = "GET") {
  return new Promise((done, failed) => {
    const call = request(demo.url, { path, method }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (body += part));
      response.on("end", () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on("error", failed);
    call.end();
  });
}

test("serves the page, the package and where the backend is", async () => {
  const page = await get("/?user=alice");
  assert.equal(page.status, 200);
  assert.match(page.headers["content-type"] ?? "", /^text\/html/);
  assert.equal(page.headers["cache-control"], "no-store");
  assert.match(String(page.headers["content-security-policy"]), /'wasm-unsafe-eval' 'sha256-/);
  assert.match(String(page.headers["content-security-policy"]), /ws:\/\/127\.0\.0\.1:4420/);

  assert.match((await get("/pkg/index.js")).headers["content-type"] ?? "", /^text\/javascript/);
  assert.equal((await get("/pkg/x.wasm")).headers["content-type"], "application/wasm");
  assert.equal((await get("/js/%C3%BC%20b.js")).status, 200);
  const config = await get("/config.json");
  assert.deepEqual(JSON.parse(config.body), { appId: "demo", host: "127.0.0.1:4420" });
});

test("never leaves its folders", async () => {
  for (const path of [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/pkg/../../secret.txt",
    "/pkg/..%2f..%2fsecret.txt",
    "//secret.txt",
    "/link.txt",
    "/.hidden",
    "/js",
    "/js/",
    "/pkg",
    "/pkg/",
    "/nothing.js",
    "/%00",
    "/%zz",
  ]) {
    const { status, body } = await get(path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.notEqual(body, "secret", path);
  }
});

test("answers only GET and HEAD", async () => {
  assert.equal((await get("/", "POST")).status, 405);
  assert.equal((await get("/", "POST")).headers.allow, "GET, HEAD");
  const head = await get("/", "HEAD");
  assert.equal(head.status, 200);
  assert.equal(head.body, "");
});

test("refuses a backend that would break the content policy", async () => {
  await assert.rejects(
    serveDemo({ pkgDir: dir, wwwDir: dir, backend: "x; script-src *" }),
    /must look like 127\.0\.0\.1:4420/,
  );
});
