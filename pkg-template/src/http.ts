// HTTP as the page has it: `fetch` and what belongs to it may be missing, patched, mocked, or of
// another world than what they are handed.

import type { TalkErrorCode } from "./api";

/** A file to upload, and the other fields of its form. It never enters the module's memory. */
export interface Upload {
  _file: Blob;
  _fields: Record<string, unknown>;
}

/** Whether this page's `fetch` refuses the options that only make it better. */
let isPlain = false;

/** As `fetch`, but never from a cache, and aborted by `abort`, where that can be had. */
async function ask(
  url: string, init: RequestInit, abort: AbortController | undefined,
): Promise<Response> {
  let atOnce = !isPlain;
  setTimeout(() => (atOnce = false));
  try {
    const options = { ...init, signal: abort?.signal ?? null, cache: "no-store" } as const;
    return await fetch(url, isPlain ? init : options);
  } catch (error) {
    // No network fails at once. In jsdom the signal is of another world than Node's `fetch`, and
    // some runtimes of edge servers refuse `cache`.
    if (!atOnce || abort?.signal.aborted) throw error;
    const response = await fetch(url, init);
    isPlain = true;
    return response;
  }
}

function formOf({ _file, _fields }: Upload): FormData {
  const form = new FormData();
  form.append("file", _file, _fields.filename as string);
  for (const name of ["subtype", "width", "height", "duration"]) {
    const value = _fields[name];
    if (value != null && value !== "") form.append(name, String(value));
  }
  return form;
}

/**
 * Makes a request, and gives its status and its body. `onLines` takes the whole lines of a search's
 * answer as they come, which is slow; the body is what is left then.
 */
export async function answerOf(
  url: string, token: string | null, upload: Upload | undefined, abort: AbortController | undefined,
  onLines: (lines: string) => void,
): Promise<[number, string]> {
  const init: RequestInit = {};
  if (token !== null) init.headers = { Authorization: `Bearer ${token}` };
  if (upload) {
    init.method = "POST";
    init.body = formOf(upload);
  }
  const response = await ask(url, init, abort);
  const { ok, status } = response;
  const stream = token && !upload && ok && response.body?.getReader?.();
  // Mocks often have one of the two methods.
  if (!stream) return [status, await (response.text?.() ?? response.json().then(JSON.stringify))];
  const decoder = new TextDecoder();
  let text = "";
  for (let end = false; !end; ) {
    const part = await stream.read();
    end = part.done;
    text += decoder.decode(part.value, { stream: !end });
    const lines = text.lastIndexOf("\n") + 1;
    if (lines) onLines(text.slice(0, lines));
    text = text.slice(lines);
  }
  return [status, text];
}

/**
 * The body of a failure that another try will not mend, if it is one: the network may be better next
 * time, what else is wrong will not.
 */
export async function lastingFault(error: any, upload: Upload | undefined): Promise<string> {
  const body = (code: TalkErrorCode, reason: string): string =>
    JSON.stringify({ own: { code }, reasons: [reason] });
  try {
    await upload?._file.slice?.(-1).arrayBuffer?.();
  } catch (own) {
    return body("invalid-argument", `the file cannot be read: ${(own as Error).message}`);
  }
  // Node's and Bun's errors of the network have codes that are words.
  const isNetwork = /^(Type|Network|Timeout)Error$/.test(error?.name) || error?.code > "";
  return isNetwork ? "" : body("network", `fetch failed: ${error}`);
}
