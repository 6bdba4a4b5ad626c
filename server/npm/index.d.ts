/** A server that runs. */
export interface TestServer {
  /** What `getTalkSession` takes as its `host`, for example `127.0.0.1:43210`. */
  readonly host: string;
  /** The same as a URL. */
  readonly url: string;
  /**
   * Has something done that no client can ask for: the body of `POST /control`, for example
   * `{ do: "drop", user: "alice" }`. Resolves with the answer when it is done.
   */
  control(order: { do: string; [field: string]: unknown }): Promise<any>;
  /**
   * What others who use the controls have to know, for example a page under test: `POST /control`
   * wants the header `Authorization: Bearer TOKEN`. `control` sends it by itself.
   */
  readonly controlToken: string;
  /** Ends the server; resolves when it is gone. */
  stop(): Promise<void>;
  /** Resolves with the exit code, or the name of a signal, when the server has ended. */
  readonly exited: Promise<number | string>;
}

/**
 * Starts a server on a free port that keeps nothing, with faults on demand. Builds the program if
 * that is needed. Each server is a world of its own, so tests can have one each; `control({ do:
 * "reset" })` empties one.
 */
export function startServer(options?: {
  /** Further options of the program, for example `["--app", "shop:SECRET"]`. */
  args?: string[];
  /** Called with each line that the program prints. */
  onLine?: (line: string) => void;
}): Promise<TestServer>;
