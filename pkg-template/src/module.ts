// The WebAssembly module: compiled once, with an instance for each session. So a session that ends
// gives back its memory by being collected, and one that traps harms no other.

/** Gives an input to a session's engine; see src/engine.rs. */
export type Feed = (kind: number, now: number, a: number, b: number, text: string) => string;

interface Instance {
  /** Returns the address of a new engine. */
  start(options: string, now: number, a: number, b: number, c: number, d: number): number;
  feed(engine: number, ...input: Parameters<Feed>): string;
}

/** Gives a new instance, as soon as it can be had. */
export type Source = () => Promise<Instance>;

let source: Source | undefined;

/** Says where instances come from. Nothing is compiled before the first session. */
export function setSource(own: Source): void {
  source = own;
}

/**
 * Starts an engine; `now` gives the time then. What takes long is done in tasks of its own, so that no
 * page waits for it. The error says why there can be no engine here.
 */
export async function startEngine(options: string, now: () => number): Promise<Feed> {
  // They tell sessions and calls apart, and are no secret: where there is no `crypto`, any will do.
  const seeds = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  try {
    crypto.getRandomValues(seeds);
  } catch {}
  const [a, b, c, d] = seeds;
  const { start, feed } = await source!();
  const engine = start(options, now(), a!, b!, c!, d!);
  return (...input) => feed(engine, ...input);
}
