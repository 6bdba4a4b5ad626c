// The second entry: the module is a file of its own, which `init` loads while it compiles.

import { instantiate } from "virtual:instance";
import { TalkError } from "./errors";
import { setSource } from "./module";
import { getTalkSession as open } from "./session";
import { Session as OwnSession } from "./sdk/session";

export { TalkError, isTalkError } from "./errors";
export { registerPolyfills } from "./session";
export { oneOnOneId } from "./sdk/one-on-one";

let loading: Promise<void> | undefined;
let loaded = false;

export function getTalkSession(...args: Parameters<typeof open>): ReturnType<typeof open> {
  checkLoaded("getTalkSession");
  return open(...args);
}

export class Session extends OwnSession {
  constructor(...args: ConstructorParameters<typeof OwnSession>) {
    checkLoaded("new Session");
    super(...args);
  }
}

function checkLoaded(use: string): void {
  if (loaded) return;
  const message = `Call and await init() before ${use}: the module is not loaded yet`;
  throw new TalkError("invalid-argument", message);
}

async function load(source: unknown): Promise<void> {
  let module: WebAssembly.Module;
  try {
    module = await compile(await (source ?? new URL("./talk_session.wasm", import.meta.url)));
  } catch (error) {
    loading = undefined;
    const message = `init could not load the module: ${(error as Error).message}`;
    const failure = new TalkError("network", message);
    failure.cause = error;
    throw failure;
  }
  setSource(instantiate, () => module);
  loaded = true;
}

async function compile(source: any): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source as BufferSource);
  }
  const response: Response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) throw new Error(`${response.url} answered with status ${response.status}`);
  // A server that does not know the type of .wasm files cannot be streamed from.
  if (!/^application\/wasm/.test(response.headers.get("content-type") ?? "")) {
    return WebAssembly.compile(await response.arrayBuffer());
  }
  return WebAssembly.compileStreaming(response);
}

export function init(source?: unknown): Promise<void> {
  return (loading ??= load(source));
}
