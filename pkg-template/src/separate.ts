// The second entry: the module is a file of its own, which `init` loads while it compiles.

import { instantiate } from "virtual:instance";
import { TalkError } from "./errors";
import { setSource } from "./module";
import { getTalkSession as open } from "./session";
import { Session as OwnSession } from "./sdk/session";

export { TalkError, isTalkError } from "./errors";
export { registerPolyfills } from "./session";
export { oneOnOneId } from "./sdk/one-on-one";

let module: Promise<WebAssembly.Module> | undefined;

export function getTalkSession(...args: Parameters<typeof open>): ReturnType<typeof open> {
  setSource(source);
  return open(...args);
}

export class Session extends OwnSession {
  constructor(...args: ConstructorParameters<typeof OwnSession>) {
    setSource(source);
    super(...args);
  }
}

async function source(): Promise<any> {
  // Whoever calls `init` in the same task says where the module is.
  await undefined;
  return instantiate(await load());
}

const load = (from?: unknown): Promise<WebAssembly.Module> => (module ??= loaded(from));

async function loaded(from: unknown): Promise<WebAssembly.Module> {
  try {
    return await compile(await (from ?? new URL("./talk_session.wasm", import.meta.url)));
  } catch (error) {
    module = undefined;
    const failure = new TalkError(
      "network",
      `The module could not be loaded: ${(error as Error).message}. Copy talk_session.wasm of ` +
        "talk-session beside this file, or pass its address to init()",
    );
    failure.cause = error;
    throw failure;
  }
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

export async function init(from?: unknown): Promise<void> {
  await load(from);
}
