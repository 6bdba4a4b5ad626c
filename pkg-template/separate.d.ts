// The entry with the WebAssembly module in a file of its own: the same API, once `init` is done.

export * from "./index.js";

/**
 * Loads the WebAssembly module. Call it once and wait for it before `getTalkSession`; later calls
 * return the same promise, unless the first one failed.
 *
 * ```ts
 * import { getTalkSession, init } from "talk-session/separate";
 *
 * await init();
 * const session = getTalkSession({ appId: "YOUR_APP_ID", userId: "alice" });
 * ```
 *
 * @param source Where the module comes from: its address, an answer to a request for it, its bytes,
 *   or the compiled module. Left out, it is `talk_session.wasm` beside this file, which bundlers that
 *   know `new URL(…, import.meta.url)` copy and rename by themselves.
 * @returns A promise that resolves when the API can be used, and rejects with a `TalkError` when the
 *   module could not be fetched or compiled.
 */
export declare function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void>;

/** What `init` can load the WebAssembly module from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;
