// The WebAssembly module: one instance for all sessions, and a new one after a trap.

/** Gives an input to a session's engine; see src/engine.rs. */
export type Feed = (kind: number, now: number, a: number, b: number, text: string) => string;

interface Instance {
  /** Returns the address of a new engine. */
  start(options: string, now: number, a: number, b: number, c: number, d: number): number;
  feed(engine: number, ...input: Parameters<Feed>): string;
}

type Instantiate = (module: WebAssembly.Module | BufferSource) => Instance;

let instance: Instance | undefined;
let source: (() => Instance) | undefined;
const users = new Set<(error: unknown) => void>();

/** Says where instances come from. Nothing is compiled before the first session. */
export function setSource(
  instantiate: Instantiate,
  compile: () => WebAssembly.Module | BufferSource,
): void {
  source = () => instantiate(compile());
}

const NEEDED = ["WebAssembly", "WeakRef", "FinalizationRegistry"] as const;

/**
 * Starts an engine. `onTrap` is called if the module ever traps, by whatever session; also if that is
 * here, and then there is no engine.
 */
export function startEngine(
  options: string, now: number, onTrap: (error: unknown) => void,
): Feed | undefined {
  users.add(onTrap);
  // They tell sessions and calls apart, and are no secret: where there is no `crypto`, any will do.
  const seeds = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  try {
    crypto.getRandomValues(seeds);
  } catch {}
  const [a, b, c, d] = seeds;
  try {
    // Without what refs need no session begins either.
    const missing = NEEDED.find((name) => !globalThis[name]);
    if (missing) throw new Error(`there is no ${missing}`);
    const { start, feed } = (instance ??= source!());
    const engine = start(options, now, a!, b!, c!, d!);
    return (...input) => feed(engine, ...input);
  } catch (error) {
    trapped(error);
    return undefined;
  }
}

/** The module has trapped, which is a bug in it, or cannot be had here: all that it held is lost. */
export function trapped(error: unknown): void {
  instance = undefined;
  const ended = [...users];
  users.clear();
  ended.forEach((onTrap) => onTrap(error));
}

export const release = (onTrap: (error: unknown) => void): boolean => users.delete(onTrap);
