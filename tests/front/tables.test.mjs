// The numbers that the core, the exports and the front share: calls, inputs and operations. They
// are written down on both sides, because a name would cost bytes; here they are compared.

import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./load.mjs";

const calls = source("crates", "talk-core", "src", "calls.rs");
const ops = source("crates", "talk-core", "src", "ops.rs");
const engine = source("src", "engine.rs");
const front = {
  calls: source("pkg-template", "src", "calls.ts"),
  host: source("pkg-template", "src", "host.ts"),
  all: ["host", "refs", "search", "session", "subscription"]
    .map((name) => source("pkg-template", "src", `${name}.ts`)).join("\n"),
};

/** A part of a text: from one pattern to the next one behind it. */
function between(text, from, to) {
  const start = text.search(from);
  assert.ok(start >= 0, `there is ${from}`);
  const rest = text.slice(start).replace(from, "");
  const end = rest.search(to);
  assert.ok(end >= 0, `there is ${to} behind ${from}`);
  return rest.slice(0, end);
}

/** All `Name = 5` in a text. */
const numbered = (text) =>
  [...text.matchAll(/\b([A-Z]\w*) = (\d+)/g)].map(([, name, number]) => [name, Number(number)]);

const numbers = (text, pattern) => [...text.matchAll(pattern)].map(([, number]) => Number(number));

const upTo = (count) => Array.from({ length: count }, (_, number) => number);

test("calls: the front has the core's numbers, all of them, and uses each", () => {
  // The list from which the macro makes `Call::ALL`.
  const core = numbered(between(calls, /^methods! \{/m, /^\}/m));
  const own = numbered(between(front.calls, /^export const enum Call \{/m, /^\}/m));
  assert.deepEqual(own, core);
  assert.deepEqual(core.map(([, number]) => number), upTo(core.length), "without a gap");
  assert.ok(core.length >= 24, "the list was found");
  for (const [name] of core) {
    assert.match(front.all, new RegExp(`\\bCall\\.${name}\\b`), `the front calls ${name}`);
  }
});

/** The inputs: the front's name of each, and what the engine makes of that number. */
const INPUTS = [
  ["Call", /0 => match Call::of_number\(b\)/],
  ["Tick", /1 => Input::Tick/],
  ["Wake", /2 => Input::Wake/],
  ["Opened", /3 => Input::SocketOpened\(/],
  ["Closed", /4 => Input::SocketClosed\(/],
  ["Frame", /5 => Input::Frame\(/],
  ["Answered", /6 if b == 0 && text\.is_empty\(\) => Input::HttpFailed\(a\),\s*6 => Input::HttpResponse/],
  ["SetToken", /7 => return client\.set_token\(/],
  ["NeedToken", /8 => return client\.set_need_token\(/],
  ["TokenFetched", /9 => Input::TokenFetched\(/],
  ["Online", /10 => Input::Online/],
  ["Part", /_ => Input::HttpPart\(a, text\)/],
];

test("inputs: the front feeds what the engine takes in", () => {
  const own = numbered(between(front.host, /^const enum Input \{/m, /^\}/m));
  assert.deepEqual(own, INPUTS.map(([name], number) => [name, number]));
  const arms = between(engine, /let input = match kind \{/, /^ {4}\};/m);
  for (const [name, arm] of INPUTS) assert.match(arms, arm, name);
  // Every number but the last, which is what is left over.
  const taken = new Set(numbers(arms, /^ {8}(\d+)(?: if .*)? =>/gm));
  assert.deepEqual([...taken], upTo(INPUTS.length - 1));
  for (const [name] of INPUTS) {
    assert.match(front.all, new RegExp(`\\bInput\\.${name}\\b`), `the front feeds ${name}`);
  }
  const described = [...engine.matchAll(/^ *\/\/\/ \| (\d+(?:, \d+)*) \|/gm)]
    .flatMap(([, kinds]) => kinds.split(", ").map(Number));
  assert.deepEqual(described, upTo(INPUTS.length), "the table above `feed`");
});

/** The operations: where each is written, in the core or in the engine, and what the front does. */
const OPERATIONS = [
  [ops, /self\.begin\(u32::from\(patch\), handle\)/, "_make(a, b, operation === 1)"],
  [ops, /self\.begin\(u32::from\(patch\), handle\)/, "_make(a, b, operation === 1)"],
  [ops, /if edit \{ 3 \} else \{ 2 \}/, "_list(a, b)"],
  [ops, /if edit \{ 3 \} else \{ 2 \}/, "_edit(a, b)"],
  [ops, /fn free[^}]*\.begin\(4, /, "all[a] = undefined"],
  [ops, /fn active[^}]*\.begin\(5, /, "this.#subscriptions.get(a)?._active("],
  [ops, /fn failed[^}]*\.refusal\(6, /, "listening?._failed("],
  [ops, /fn resolve\([^}]*\.begin\(7, /, "this.#settled(a)?._resolve(b < 0 ? null : all[b])"],
  [ops, /fn resolve_value[^}]*\.begin\(8, /, "this.#settled(a)?._resolve(b)"],
  [ops, /fn reject[^}]*\.refusal\(9, /, "pending?._reject("],
  [ops, /fn ended[^}]*\.begin_operation\(10\)/, "this.#end(a.status ?"],
  [engine, /Output::OpenSocket \{[^}]*\} => push_text\(out, 11, /, "this.#open(a, b)"],
  [engine, /Output::Send \{[^}]*\} => push_text\(out, 12, /, "this.#socket?.send(b)"],
  [engine, /Output::CloseSocket \{[^}]*\} => push_number\(out, 13, /, "this.#close()"],
  [engine, /Output::Fetch\(fetch\) => \{\s*push_text\(out, 14, /, "this.#fetch(a, b, c, "],
  [engine, /Output::Abort \{[^}]*\} => push_number\(out, 15, /, "this.#requests.get(a)?.abort()"],
  [engine, /Output::Tick => push_operation\(out, 16\)/, "this._feed(Input.Tick)"],
  [engine, /Output::NeedToken => push_operation\(out, 17\)/, "this.#needToken()"],
  [engine, /Output::FetchToken => push_operation\(out, 18\)/, "this.#askForToken()"],
  [engine, /Output::Warn\(text\) => \{\s*push_operation\(out, 19\)/, "console.warn("],
  [engine, /push_number\(&mut out, 20, wake_at/, "this.#wakeAt(a)"],
  [engine, /Err\(error\) = result \{\s*push_operation\(&mut out, 21\)/, "refused = new TalkError("],
  [ops, /fn found[^}]*\.begin\(22, /, "page._found("],
];

test("operations: the front does what the core and the engine write", () => {
  const cases = between(front.host, /switch \(operation\) \{/, /^ {6}\}/m);
  assert.deepEqual(numbers(cases, /case (\d+):/g), upTo(OPERATIONS.length));
  for (const [number, [rust, written, done]] of OPERATIONS.entries()) {
    assert.match(rust, written, `operation ${number} is written`);
    const body = between(cases, new RegExp(`case ${number}:(?:\\s*case \\d+:)?`), /case \d+:|$/);
    assert.ok(body.includes(done), `case ${number} does ${done}, but is ${body}`);
  }
});

test("operations: no number is written that is not in the tables", () => {
  const inOps = numbers(ops, /\b(?:begin|refusal|begin_operation)\((\d+)\b/g);
  assert.deepEqual([...inOps].sort((a, b) => a - b), [4, 5, 6, 7, 8, 9, 10, 22]);
  const inEngine = numbers(engine, /push_(?:text|number|operation)\((?:&mut )?out, (\d+)\b/g);
  assert.deepEqual([...inEngine].sort((a, b) => a - b), upTo(22).slice(11));
  const described = numbers(ops, /^\/\/! \| `\[(\d+),/gm);
  assert.deepEqual(described, [...upTo(11), 22], "the table on top of ops.rs");
});
