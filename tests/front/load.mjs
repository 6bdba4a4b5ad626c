// Modules of the package's front (pkg-template/src), loaded into Node as they are, one by one. Only
// what needs no page is tested here; what does is in tests/page.

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { at } from "../../scripts/lib/paths.mjs";

/** The exports of a module of the front, with what it imports. */
export async function load(name) {
  const { outputFiles } = await build({
    entryPoints: [at("pkg-template", "src", `${name}.ts`)],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** The text of a source file. */
export const source = (...path) => readFileSync(at(...path), "utf8");
