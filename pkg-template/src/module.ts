// The WebAssembly module: compiled once, with an instance for each session. So a session that ends
// gives back its memory by being collected, and one that traps harms no other.

/** Gives an input to a session's engine; see src/engine.rs. */
export type Feed = (kind: number, now: number, a: number, b: number, text: string) => string;

interface Instance {
  /** Returns the address of a new engine. */
  start(options: string, now: number, a: number, b: number, c: number, d: number): number;
  feed(engine: number, ...input: Parameters<Feed>): string;
}

type Instantiate = (module: WebAssembly.Module) => Instance;

let source: (() => Instance) | undefined;

/** Says where instances come from. Nothing is compiled before the first session. */
export function setSource(instantiate: Instantiate, compile: () => WebAssembly.Module): void {
  source = () => instantiate(compile());
}

/** Starts an engine. Throws if there can be none here. */
export function startEngine(options: string, now: number): Feed {
  // They tell sessions and calls apart, and are no secret: where there is no `crypto`, any will do.
  const seeds = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  try {
    crypto.getRandomValues(seeds);
  } catch {}
  const [a, b, c, d] = seeds;
  const { start, feed } = source!();
  const engine = start(options, now, a!, b!, c!, d!);
  return (...input) => feed(engine, ...input);
}
