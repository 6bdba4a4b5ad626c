// The form of the package's module that is the smallest after compression. Compressors are moody: of
// ways that are as good as one another it has to be tried which is the best, for minutes. What was
// found is kept in package-choice.json, and is taken as long as it is of the same module and within
// the budgets.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { CHOICES, charactersOf, moduleSource } from "./embed.mjs";
import { at } from "./paths.mjs";
import { say } from "./run.mjs";
import { ordersByLikeness } from "./wasm-order.mjs";

/** How many orders of functions are tried at least, and by a search. */
const [ORDERS, MOST_ORDERS] = [24, 120];

/** `module`: the hash of the module that it was found for; `order` and `characters`: what was found. */
export const CHOICE = at("scripts", "package-choice.json");

/**
 * The module, and the source that makes it in the package. `measure` says of a source by how many bytes
 * the package is over its budgets. `quick`: the first form that there is. `search`: the smallest one, also
 * if one was found before; it is written into `file`.
 */
export async function smallest(
  wasm, program, measure,
  { quick = false, search = false, file = CHOICE, choices = CHOICES } = {},
) {
  const { count, from } = ordersByLikeness(wasm);
  const made = (ordered, characters) => {
    const chosen = charactersOf(ordered, choices[characters]);
    return { wasm: ordered, source: moduleSource(ordered, program, chosen) };
  };
  if (quick) return made(from(0), 0);
  const module = createHash("sha256").update(wasm).digest("hex");
  const known = JSON.parse(readFileSync(file, "utf8"));
  if (!search && known.module === module) {
    const found = made(from(known.order), known.characters);
    if ((await measure(found.source)) <= 0) return found;
  }
  const orders = spread(count, search ? MOST_ORDERS : ORDERS);
  say("package", `trying ${orders.length} orders of functions and ${choices.length} sets of ` +
    "characters: some minutes");
  const shared = charactersOf(wasm);
  const order = await least([-1, ...orders], (first) =>
    measure(moduleSource(from(first), program, shared)));
  const ordered = from(order);
  const characters = await least([...choices.keys()], (number) =>
    measure(made(ordered, number).source));
  const choice = { module, order, characters };
  if (search) writeFileSync(file, JSON.stringify(choice, null, 2) + "\n");
  else say("package", "`npm run build -- --search` keeps what was found, for the next builds");
  return made(ordered, characters);
}

/** So many of the numbers below `count`, or all of them if there are fewer. */
const spread = (count, most) => [
  ...new Set(Array.from({ length: most }, (_, n) => Math.floor((n * count) / most))),
];

/** The number of which `size` is the smallest. */
async function least(numbers, size) {
  let best = { size: Infinity };
  for (const number of numbers) {
    const own = await size(number);
    if (own < best.size) best = { number, size: own };
  }
  return best.number;
}
