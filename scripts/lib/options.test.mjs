import assert from "node:assert/strict";
import { test } from "node:test";
import { readOptions } from "./options.mjs";
import { StepError } from "./run.mjs";

const read = (...args) => readOptions({
  options: {
    rounds: { type: "string", default: "15" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
  usage: "the usage",
  numbers: { rounds: 1 },
  args,
});

test("options have their defaults, and numbers are numbers", () => {
  assert.deepEqual(read(), { rounds: 15, json: false });
  assert.deepEqual(read("--rounds", "3", "--only", "7", "--json"),
    { rounds: 3, only: "7", json: true });
});

test("a wrong option is refused with the usage", () => {
  for (const [args, message] of [
    [["--round", "3"], /Unknown option '--round'/],
    [["--rounds", "0"], /--rounds must be a whole number from 1 on, but is "0"/],
    [["--rounds", "1.5"], /but is "1.5"/],
    [["--rounds", " "], /but is " "/],
    [["--rounds", "many"], /but is "many"/],
  ]) {
    assert.throws(() => read(...args), (error) => {
      assert.ok(error instanceof StepError);
      assert.match(error.message, message);
      assert.equal(error.hint, "the usage");
      return true;
    });
  }
});
