// `npm run build`: the publishable package in pkg/. `--force` builds it even if nothing changed.
// `--search` looks for its smallest form once more, and keeps that: see lib/smallest.mjs.

import { buildPackage } from "./lib/package.mjs";
import { main } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

await main(async () => {
  const options = process.argv.slice(2);
  await setUp();
  await buildPackage({
    verbose: options.includes("--verbose"),
    force: options.includes("--force"),
    search: options.includes("--search"),
  });
  console.log("pkg/ is up to date");
});
