// The second entry, which loads its wasm as a file of its own.

// case: the second entry has the same API, after init
import * as whole from "talk-session";
import * as separate from "talk-session/separate";
await separate.init();
export const same: typeof whole.getTalkSession = separate.getTalkSession;
export const guard: typeof whole.isTalkError = separate.isTalkError;
export const theSession: separate.TalkSession = whole.getTalkSession({ appId: "a", userId: "b" });
export const sameSession: typeof whole.Session = separate.Session;
export const theOther: separate.Session = new whole.Session({ appId: "a" });
export const idOfTwo: typeof whole.oneOnOneId = separate.oneOnOneId;
