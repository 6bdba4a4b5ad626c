// Whom the package talks to: the service that its options name, and nobody else.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../scripts/lib/paths.mjs";

const FOLDERS = [["pkg-template", "src"], ["src"], ["crates", "talk-core", "src"]];

/** The lines of code in a folder, without comments and tests: `[file, line]`. */
function linesOf(folder) {
  return readdirSync(at(...folder), { withFileTypes: true }).flatMap((entry) => {
    const path = [...folder, entry.name];
    if (entry.isDirectory()) return /^(tests|typings)$/.test(entry.name) ? [] : linesOf(path);
    if (/_tests\.rs$|^tests\.rs$/.test(entry.name)) return [];
    return readFileSync(at(...path), "utf8").split("\n")
      .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
      .map((line) => [path.join("/"), line]);
  });
}

test("no address is in the code but those of the service", () => {
  const found = FOLDERS.flatMap(linesOf).filter(([, line]) => /\b(https?|wss?):\/\/\w/.test(line));
  assert.equal(found.length, 3, "the three addresses of TalkJS's own service");
  const own = /^ +`(wss|https):\/\/(realtime|app|api)\$\{end\}\.talkjs\.com\/(v1|api\/v0)`,$/;
  for (const [file, line] of found) {
    assert.equal(file, "pkg-template/src/options.ts");
    assert.match(line, own);
  }
});
