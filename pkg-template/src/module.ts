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

/** Starts an engine. */
export function startEngine(options: string, now: number): Feed {
  const [a, b, c, d] = crypto.getRandomValues(new Uint32Array(4));
  const { start, feed } = source!();
  const engine = start(options, now, a!, b!, c!, d!);
  return (...input) => feed(engine, ...input);
}
