// The entry with the WebAssembly module in a file of its own: the same API.

export * from "./index.js";

/**
 * Loads the WebAssembly module early, or from another place. The first session loads it too, so
 * nobody has to call this; what is called before the module is there waits for it.
 *
 * ```ts
 * import { getTalkSession, init } from "talk-session/separate";
 *
 * init("/assets/talk_session.wasm").catch(console.error);
 * const session = getTalkSession({ appId: "YOUR_APP_ID", userId: "alice" });
 * ```
 *
 * @param source Where the module comes from: its address, an answer to a request for it, its bytes,
 *   or the compiled module. Left out, it is `talk_session.wasm` beside this file, which bundlers that
 *   know `new URL(…, import.meta.url)` copy and rename by themselves.
 *   The first call counts, if it comes no later than in the task of the first `getTalkSession`.
 * @returns A promise that resolves when the module is loaded, and rejects with a `TalkError` when it
 *   could not be fetched or compiled. Another call tries again then.
 */
export declare function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void>;

/** What `init` can load the WebAssembly module from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;
