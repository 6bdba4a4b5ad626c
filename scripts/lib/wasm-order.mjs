// Puts the functions of a WebAssembly module into an order in which like follows like.
//
// A compressor finds what repeats sooner the nearer it is, and learns how instructions follow one
// another from what it has just seen. wasm-opt orders functions by how often they are called, which
// makes the numbers in calls short and is the best order for nothing else. Here each function is
// followed by the one it has most in common with, in sequences of three instructions. The module
// does the same as before. See docs/embedding.md for what it saves.

import { tellsOperand, shortForm, walk } from "./embed-streams.mjs";
import { StepError } from "./run.mjs";
import {
  Reader, assemble, countImportedFunctions, leb, rewriteExports, sections,
} from "./wasm-file.mjs";

const SECTION = { import: 2, function: 3, export: 7, start: 8, element: 9, code: 10 };
const [CALL, MISC, REF_FUNC] = [0x10, 0xfc, 0xd2];
/**
 * How many functions a module has, and the module in the order that begins with the one of a number, or
 * (-1) in the order that it has.
 */
export function ordersByLikeness(wasm) {
  const list = sections(wasm);
  const body = (id) => list.find((section) => section.id === id)?.body;
  const imported = countImportedFunctions(list.find(({ id }) => id === SECTION.import));
  const functions = readFunctions(body(SECTION.function), body(SECTION.code));
  const alike = likeness(functions);
  const count = functions.length;
  const from = (first) =>
    first < 0 ? wasm : reordered(list, imported, functions, chain(count, alike, first));
  return { count, from };
}

/** Each function's type, code, calls (where in the code, how long, whom) and instructions. */
function readFunctions(typeBody, codeBody) {
  const types = new Reader(typeBody);
  const code = new Reader(codeBody);
  types.leb();
  return Array.from({ length: code.leb() }, () => {
    const bytes = code.bytes(code.leb());
    return { type: types.leb(), bytes, ...readCode(bytes) };
  });
}

function readCode(bytes) {
  // As a module with nothing but this function, for the one place that knows all instructions.
  const size = [...leb(bytes.length)];
  const section = leb(bytes.length + size.length + 1);
  const head = [0, 0, 0, 0, 0, 0, 0, 0, SECTION.code, ...section, 1, ...size];
  const module = [...head, ...bytes];
  const opcodes = [];
  let at = 0;
  const byte = (stream) => {
    if (stream === 0) opcodes.push(at - head.length);
    return module[at++];
  };
  const instruction = () => {
    const short = shortForm(module, at);
    byte(0);
    if (tellsOperand(short)) at++;
    return short;
  };
  const sized = (part) => {
    while (module[at] > 127) at++;
    at++;
    part();
  };
  // Which stream a byte is of is of no interest here.
  walk({ byte, instruction, sized, next: () => 0, more: () => at < module.length });
  return takeApart(bytes, opcodes);
}

/** `opcodes` are the places of all instructions, and of what follows calls. */
function takeApart(bytes, opcodes) {
  const calls = [];
  const instructions = [];
  for (let i = 0; i < opcodes.length; i++) {
    const opcode = bytes[opcodes[i]];
    if (opcode === REF_FUNC) throw strange("ref.func");
    if (opcode !== CALL && opcode !== MISC) {
      instructions.push(opcode);
      continue;
    }
    const at = opcodes[i] + 1;
    const reader = new Reader(bytes.subarray(at));
    const target = reader.leb();
    i += reader.at;
    instructions.push(`${opcode} ${target}`);
    if (opcode === CALL) calls.push({ at, length: reader.at, target });
    else i += [2, 1][target - 10] ?? 0;
  }
  return { calls, instructions };
}

/** How much two functions have in common, from 0 to ½. */
function likeness(functions) {
  const sequences = functions.map(({ instructions }) => {
    const found = new Set();
    for (let i = 0; i + 3 <= instructions.length; i++) found.add(instructions.slice(i, i + 3).join());
    return found;
  });
  const known = new Map();
  return (a, b) => {
    const pair = Math.min(a, b) * functions.length + Math.max(a, b);
    if (!known.has(pair)) {
      const [few, many] = [sequences[a], sequences[b]].sort((one, other) => one.size - other.size);
      let common = 0;
      for (const sequence of few) if (many.has(sequence)) common++;
      known.set(pair, common / (few.size + many.size + 2));
    }
    return known.get(pair);
  };
}

/** From a function to the one that is most like it, and on. */
function chain(count, alike, first) {
  const left = new Set(Array.from({ length: count }, (_, number) => number));
  const order = [];
  for (let current = first; left.size > 0; ) {
    left.delete(current);
    order.push(current);
    let most = -1;
    let next = current;
    for (const other of left) {
      const common = alike(current, other);
      if (common > most) [most, next] = [common, other];
    }
    current = next;
  }
  return order;
}

/** The module with its functions in an order. */
function reordered(list, imported, functions, order) {
  const renumbered = [];
  order.forEach((old, now) => (renumbered[old] = imported + now));
  const place = (old) => (old < imported ? old : renumbered[old - imported]);
  const number = (old) => leb(place(old));
  const rewrite = {
    [SECTION.function]: () => [
      ...leb(order.length), ...order.flatMap((old) => leb(functions[old].type)),
    ],
    [SECTION.code]: () => [
      ...leb(order.length), ...order.flatMap((old) => {
        const code = withCalls(functions[old], number);
        return [...leb(code.length), ...code];
      }),
    ],
    [SECTION.export]: (body) =>
      rewriteExports(body, (name, kind, index) => [name, kind === 0 ? place(index) : index]),
    [SECTION.element]: (body) => rewriteElements(new Reader(body), number),
    [SECTION.start]: (body) => number(new Reader(body).leb()),
  };
  return assemble(
    list.map((section) => ({
      ...section,
      body: Uint8Array.from(rewrite[section.id]?.(section.body) ?? section.body),
    })),
  );
}

function withCalls({ bytes, calls }, number) {
  const out = [];
  let from = 0;
  for (const { at, length, target } of calls) {
    out.push(...bytes.subarray(from, at), ...number(target));
    from = at + length;
  }
  return [...out, ...bytes.subarray(from)];
}

/** Tables of functions, for calls by number. */
function rewriteElements(reader, number) {
  const segments = reader.leb();
  const out = [...leb(segments)];
  for (let i = 0; i < segments; i++) {
    if (reader.byte() !== 0) throw strange("a table that is not simply filled");
    out.push(0);
    // Where it begins: a constant, up to the end of the expression.
    for (let byte = -1; byte !== 0x0b; ) out.push((byte = reader.byte()));
    const count = reader.leb();
    out.push(...leb(count));
    for (let n = 0; n < count; n++) out.push(...number(reader.leb()));
  }
  return out;
}

const strange = (what) =>
  new StepError(`The module has ${what}, which scripts/lib/wasm-order.mjs does not know.`, {
    hint: "teach it where functions have their numbers there",
  });
