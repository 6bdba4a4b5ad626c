// Runs texts through the original and through ours. Both take cases `[source, text]` and give the
// children of the content that goes over the wire; the original gives `{error}` where it rejects.

import { spawn } from "node:child_process";
import { ROOT, at } from "../../../scripts/lib/paths.mjs";

/** Through the original. */
export function original(cases) {
  const input = cases.map((one) => JSON.stringify(one));
  return lines(process.execPath, [at("tests/differential/markup/original.mjs")], input);
}

/** Through the parser of ours, natively. */
export function ours(cases) {
  const input = cases.map(([source, text]) => `${source} ${hexadecimal(text)}`);
  const program = ["run", "--quiet", "-p", "talk-markup", "--example", "wire"];
  return lines("cargo", program, input);
}

/** UTF-16 units of four digits each: this way no lone surrogate gets lost. */
function hexadecimal(text) {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return units.map((unit) => unit.toString(16).padStart(4, "0")).join("");
}

/** What a program answers to lines, each parsed. */
async function lines(program, args, input) {
  const child = spawn(program, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const failed = new Promise((_, reject) => child.on("error", reject));
  const ended = new Promise((resolve) => child.on("close", resolve));
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stdin.end(`${input.join("\n")}\n`);
  const code = await Promise.race([ended, failed]);
  const answers = Buffer.concat(chunks).toString("utf8").trimEnd().split("\n");
  if (code !== 0 || answers.length !== input.length) {
    throw new Error(`${program}: code ${code}, ${answers.length} answers to ${input.length} lines`);
  }
  return answers.map((answer) => JSON.parse(answer));
}
