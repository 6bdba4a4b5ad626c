// The default entry: the module is inside, as text, and is compiled for the first session. Importing
// this does nothing, so it can be imported anywhere.

import { setSource, type Source } from "./module";
import { getTalkSession as open } from "./session";
import { Session as OwnSession } from "./sdk/session";
import { encode, instantiate } from "virtual:instance";
// Last: behind the rest of the JavaScript, the text of the module compresses better.
import bytes from "virtual:wasm";

export { TalkError, isTalkError } from "./errors";
export { registerPolyfills } from "./session";
export { oneOnOneId } from "./sdk/one-on-one";

let module: Promise<WebAssembly.Module> | undefined;

// Nothing here compiles while the page waits, which some browsers refuse to do for a whole module.
const source: Source = async () => {
  try {
    module ??= bytes(encode).then((own) => WebAssembly.compile(own));
    return await instantiate(await module);
  } catch (error) {
    module = undefined;
    throw error;
  }
};

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
