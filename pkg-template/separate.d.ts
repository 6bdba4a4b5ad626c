// The entry with the WebAssembly module in a file of its own: the same API, once `init` is done.

export * from "./index.js";

/**
 * Loads the WebAssembly module. Call it once and wait for it before `getTalkSession`; later calls
 * return the same promise, unless the first one failed.
 *
 * @param url Where the module is. Left out, it is `talk_session.wasm` beside this file, which bundlers
 *   that know `new URL(…, import.meta.url)` copy and rename by themselves.
 * @returns A promise that resolves when the API can be used, and rejects with a `TalkError` when the
 *   module could not be fetched or compiled.
 */
export declare function init(url?: string | URL): Promise<void>;
