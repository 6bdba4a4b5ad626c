// The default entry: the module is inside, as text, and is compiled at the first session. Importing
// this does nothing, so it can be imported anywhere.

import { instantiate } from "virtual:instance";
import bytes from "virtual:wasm";
import { setSource } from "./module";
import { getTalkSession as open } from "./session";

export { TalkError, isTalkError } from "./errors";
export { registerPolyfills } from "./session";

export function getTalkSession(...args: Parameters<typeof open>): ReturnType<typeof open> {
  setSource(instantiate, bytes);
  return open(...args);
}
