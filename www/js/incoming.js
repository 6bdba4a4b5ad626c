/** Which files come with a paste or a drop, if it is files at all. */

import { fileText } from "./names.js";
import { toast } from "./toast.js";

/**
 * The files of a paste; none: it is text. Spreadsheets and word processors put a picture of the
 * text beside it; a browser puts an element with its address beside a copied picture, and a file
 * manager the names beside the files.
 *
 * @param {DataTransfer | null} data
 * @returns {File[]}
 */
export function pastedFiles(data) {
  const files = [...(data?.files ?? [])];
  const text = data?.getData("text/plain").trim() ?? "";
  if (files.length === 0 || text === "" || isOnlyPicture(data?.getData("text/html") ?? "")) {
    return files;
  }
  const names = new Set(files.map(({ name }) => name));
  const lines = text.split(/\r?\n/).map((line) => line.split(/[\\/]/).pop() ?? "");
  return lines.every((line) => names.has(line)) ? files : [];
}

/** @param {string} html */
function isOnlyPicture(html) {
  if (!/<img\b/i.test(html)) return false;
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return body.textContent?.trim() === "" && body.querySelector("table") === null;
}

/**
 * The files of a drop. What a folder is can only be asked while it is dropped; a folder is refused
 * in words, and what was dropped with it is taken.
 *
 * @param {DataTransfer | null} data
 * @returns {File[]}
 */
export function droppedFiles(data) {
  const items = [...(data?.items ?? [])].filter(({ kind }) => kind === "file");
  const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
  if (folders.length === 0) return [...(data?.files ?? [])];
  refuseFolder(folders.map((item) => item.getAsFile()?.name ?? ""));
  return items.filter((item) => !folders.includes(item)).flatMap((item) => item.getAsFile() ?? []);
}

/** @param {readonly string[]} names */
function refuseFolder(names) {
  const [name] = names;
  const what = names.length === 1 && name ? `“${fileText(name)}” is a folder.` : "Folders cannot be sent.";
  toast(`${what} Open it and send the files in it.`, "error");
}

/**
 * Leaves out what cannot be read, and says so: a folder that a browser gave as a file, or a file
 * that was moved away.
 *
 * @param {readonly File[]} files
 */
export async function readable(files) {
  const tried = await Promise.all(
    files.map(async (file) => {
      try {
        await file.slice(0, 1).arrayBuffer();
        return file;
      } catch {
        toast(`“${fileText(file.name)}” cannot be read. If it is a folder, send the files in it.`, "error");
        return null;
      }
    }),
  );
  return tried.filter((file) => file !== null);
}
