// The file of an upload, in whatever form and from whatever realm it comes.

import { refuse } from "./errors";

/** As a Blob of this realm. */
export function toBlob(data: any): Blob {
  try {
    // What belongs to another realm is no instance of anything here. Each of these takes what it is
    // for from every realm, without a copy, and throws for whatever only looks like that.
    return data.size >= 0 ? Blob.prototype.slice.call(data, 0, data.size, data.type) :
      new Blob([ArrayBuffer.isView(data) ? data as Uint8Array<ArrayBuffer> : new DataView(data)]);
  } catch {
    // No string would be right, so it is not another one.
    refuse("The file", "a Blob, a Uint8Array or an ArrayBuffer", data);
  }
}
