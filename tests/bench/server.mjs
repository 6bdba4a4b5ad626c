// The file server of the benchmarks. Its pages are isolated from others: the clock of such a page
// ticks every 5 µs, others' every 100 µs.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * Serves the files of `folders` at `/name/file`, and those of `packed`, which are compressed
 * already, at the path that each is there by. Resolves with `{address, close}`.
 */
export async function serveIsolated({ folders, packed = new Map() }) {
  const server = createServer(async (request, response) => {
    const [, folder, file] = /^\/(\w+)\/(\w+\.\w+)$/.exec(request.url) ?? [];
    const compressed = packed.get(request.url);
    try {
      const body = compressed ?? (await readFile(join(folders[folder], file)));
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      response.setHeader("Content-Type", TYPES[extname(request.url)]);
      if (compressed) response.setHeader("Content-Encoding", "br");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${server.address().port}`,

    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
