// What an application's bundle gets from a package, and how that compares with the budget.

import { ROOT } from "./paths.mjs";

/**
 * What an application's build takes of a module: all of it or, with `names`, what is behind those
 * exports. `from` is where a package is looked for.
 */
export async function bundleOf(path, names, from = ROOT) {
  const { build } = await import("esbuild");
  const wanted = names ? `{ ${names.join(", ")} }` : "*";
  const result = await build({
    stdin: {
      contents: `export ${wanted} from ${JSON.stringify(path)}`, resolveDir: from, loader: "js",
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "silent",
  });
  return result.outputFiles[0].contents;
}

/**
 * Compares with the budget, which has `{file, names?, most}` for each row; `measure(file, names)`
 * gives sizes. The result has one `{row, measure, actual, most, fits}` for each number.
 */
export async function compareWithBudget(budget, measure) {
  const verdicts = [];
  for (const [row, { file, names, most: limits }] of Object.entries(budget)) {
    const sizes = await measure(file, names);
    for (const [name, most] of Object.entries(limits)) {
      const actual = sizes[name];
      // A measure that there is not would always fit.
      if (!(actual >= 0)) throw new Error(`${row}: "${name}" is nothing that is measured`);
      verdicts.push({ row, measure: name, actual, most, fits: actual <= most });
    }
  }
  return verdicts;
}
