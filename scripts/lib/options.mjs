// The options of a script's command line: what is wrong with them is said with the script's usage.

import { parseArgs } from "node:util";
import { StepError } from "./run.mjs";

/**
 * The values of the options, as `parseArgs` of node describes them. Those in `numbers` are whole
 * numbers, each with the least that is allowed.
 */
export function readOptions({ options, usage, numbers = {}, args = process.argv.slice(2) }) {
  let values;
  try {
    ({ values } = parseArgs({ options, args }));
  } catch (error) {
    throw new StepError(error.message, { hint: usage });
  }
  const entries = Object.entries(values).map(([name, value]) =>
    [name, name in numbers ? wholeNumber(name, value, numbers[name], usage) : value]);
  return Object.fromEntries(entries);
}

function wholeNumber(name, value, least, usage) {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least && value.trim() !== "") return number;
  throw new StepError(`--${name} must be a whole number from ${least} on, but is "${value}".`, {
    hint: usage,
  });
}
