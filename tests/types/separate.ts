// The second entry, which loads its wasm as a file of its own.

// case: the second entry has the same API, after init
import * as whole from "talk-session";
import * as separate from "talk-session/separate";
await separate.init();
export const same: typeof whole.getTalkSession = separate.getTalkSession;
export const guard: typeof whole.isTalkError = separate.isTalkError;
export const theSession: separate.TalkSession = whole.getTalkSession({ appId: "a", userId: "b" });
