/**
 * Saves a file under its name. A link alone cannot: browsers ignore its `download` when the
 * file comes from another host, and show pictures instead of saving them.
 */

import { h } from "./dom.js";
import { fileText } from "./names.js";
import { toast } from "./toast.js";

/**
 * @param {string} url
 * @param {string} filename
 */
export async function download(url, filename) {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const local = URL.createObjectURL(await response.blob());
    h("a", { href: local, download: filename }).click();
    setTimeout(() => URL.revokeObjectURL(local), 60_000);
  } catch {
    toast(`${fileText(filename)} could not be downloaded. Check the connection and try again.`, "error");
  }
}
