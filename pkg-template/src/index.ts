// The default entry: the module is inside, as text, and is compiled at the first session. Importing
// this does nothing, so it can be imported anywhere.

import { setSource } from "./module";
import { getTalkSession as open } from "./session";
import { Session as OwnSession } from "./sdk/session";
import { instantiate } from "virtual:instance";
// Last: behind the rest of the JavaScript, the text of the module compresses better.
import bytes from "virtual:wasm";

export { TalkError, isTalkError } from "./errors";
export { registerPolyfills } from "./session";
export { oneOnOneId } from "./sdk/one-on-one";

let module: WebAssembly.Module | undefined;
const compile = (): WebAssembly.Module => (module ??= new WebAssembly.Module(bytes()));

export function getTalkSession(...args: Parameters<typeof open>): ReturnType<typeof open> {
  setSource(instantiate, compile);
  return open(...args);
}

export class Session extends OwnSession {
  constructor(...args: ConstructorParameters<typeof OwnSession>) {
    setSource(instantiate, compile);
    super(...args);
  }
}
