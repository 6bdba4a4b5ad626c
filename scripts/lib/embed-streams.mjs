// Sorts the bytes of a WebAssembly module so that like stands beside like, and puts them back.
//
// In a module every instruction is followed at once by what it works on: the number of a local, an
// offset, a constant. A compressor sees these in turns, and most of what it could learn about the
// one is hidden by the other. So here the opcodes of all functions come first, then the operands of
// the first opcode in the order of the functions, then those of the next, and so on. Locals and
// constants are sorted further, by the instruction that comes next. It makes the module a tenth
// smaller after brotli, see docs/embedding.md. The sizes of functions are left out, since they
// follow from the rest. unpack.wat puts all of it together again, in the application.

import { StepError } from "./run.mjs";

/**
 * How many streams there are: one for each opcode up to f64.const, the last one with operands, and
 * 64 for each of the two opcodes whose operands are told apart by what comes next.
 */
export const STREAMS = 0x45 + 2 * 64;

/**
 * Sorts the bytes of a module into three parts: opcodes, what is not code, and operands, which are
 * the streams from the third one on. `lengths` says how many of the operands belong to each.
 */
export function sort(wasm) {
  const streams = Array.from({ length: STREAMS }, () => []);
  let at = 0;
  const byte = (stream) => {
    if (at === wasm.length) throw strange(at);
    streams[stream]?.push(wasm[at]);
    return wasm[at++];
  };
  const instruction = () => {
    const short = shortForm(wasm, at);
    byte();
    if (tellsOperand(short)) byte();
    streams[0].push(short);
    return short;
  };
  const sized = (part) => {
    const size = number(byte);
    const end = at + size;
    part();
    if (at !== end) throw strange(at);
  };
  const next = () => {
    let operand = at;
    while (wasm[operand] > 127) operand++;
    return shortForm(wasm, operand + 1);
  };
  walk({ byte, instruction, sized, next, more: () => at < wasm.length });
  const [opcodes, outside, ...operands] = streams;
  const lengths = operands.map((stream) => stream.length);
  return { opcodes, outside, operands: operands.flat(), lengths };
}

const strange = (at) =>
  new StepError("The module has something that scripts/lib/embed-streams.mjs does not know.", {
    output: [`before byte ${at} of the module`],
    hint: "teach `walk` the operands of the instructions that are new there",
  });

/**
 * What stands for an instruction among the opcodes. It is the opcode, but the most frequent operands
 * are told by it: `local.get 0` is 9; block, loop and if are 18, 19 and 20 if they have no result.
 * (The module has no instructions of these numbers.)
 */
export function shortForm(wasm, at) {
  const [opcode, operand] = [wasm[at], wasm[at + 1]];
  if (opcode === 9 || (opcode > 17 && opcode < 21)) throw strange(at);
  if (opcode === 32 && operand === 0) return 9;
  return opcode > 1 && opcode < 5 && operand === 64 ? opcode + 16 : opcode;
}

/** Whether a short form tells an operand too. */
export const tellsOperand = (short) => short === 9 || (short > 17 && short < 21);

/**
 * Goes through a module. `byte(stream)` takes a byte, which belongs to a stream, and gives it;
 * `instruction()` does so with an opcode, and gives its `shortForm`; `sized(part)` goes through a
 * part that has its size before it; `next()` is the short form of the instruction after the number
 * that comes now; and `more()` says whether there are further sections.
 */
export function walk({ byte, instruction, sized, next, more }) {
  // The streams besides those of operands have numbers of opcodes without.
  const [code, outside, locals, alignment] = [0, 1, 5, 11];
  const numbers = (count, stream) => {
    while (count-- > 0) number(byte, stream);
  };
  const bytes = (count, stream) => {
    while (count-- > 0) byte(stream);
  };
  const body = () => {
    numbers(2 * number(byte, locals), locals);
    let depth = 1;
    while (depth > 0) {
      const opcode = instruction();
      const block = opcode > 1 && opcode < 5; // block, loop, if
      if (block || (opcode > 17 && opcode < 21)) depth++;
      if (opcode === 11) depth--; // end
      const memory = opcode > 39 && opcode < 63; // loads and stores
      if (memory) number(byte, alignment);
      // Branches; locals, globals, loads and stores, sizes of memory, whole constants.
      const one = block || opcode === 12 || opcode === 13 || (opcode > 31 && opcode < 67);
      // Which local or constant it is depends on the instruction that takes it.
      const taken = opcode === 32 || opcode === 65; // local.get, i32.const
      const stream = memory ? opcode & 124 : taken ? 69 + (opcode & 64) + (next() >> 2) : opcode;
      if (one) number(byte, stream);
      if (opcode === 14) numbers(number(byte, opcode) + 1, opcode); // br_table
      if (opcode === 16) number(byte, code); // call: it repeats with the opcodes around it
      if (opcode === 17) numbers(2, opcode); // call_indirect
      if (opcode === 68) bytes(8, opcode); // f64.const
      // Two bytes: memory.copy and memory.fill have two indices and one, conversions none.
      if (opcode === 252) bytes([2, 1][number(byte, code) - 10], code);
    }
  };

  bytes(8, outside);
  while (more()) {
    if (byte(outside) !== 10) bytes(number(byte, outside), outside);
    else {
      sized(() => {
        for (let functions = number(byte, outside); functions > 0; functions--) sized(body);
      });
    }
  }
}

/** A number of one byte or more, seven bits in each. */
function number(byte, stream) {
  let value = 0;
  let factor = 1;
  for (;;) {
    const part = byte(stream);
    value += (part & 127) * factor;
    if (!(part > 127)) return value;
    factor *= 128;
  }
}
