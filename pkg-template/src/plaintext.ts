// The text of a message without its formatting, as conversation lists and notifications show it.
//
// Here and not in the core: what it is made from are objects here, and in WebAssembly the same takes
// some 400 bytes more (docs/performance.md).

type Json = Record<string, unknown> | null | undefined;

/** The text of some content: its blocks, joined by a blank line, also around odd ones. */
export const plaintext = (content: unknown[]): string =>
  content.map((block) => blockText(block as Json)).join("\n\n");

function blockText(block: Json): string {
  switch (block?.type) {
    case "text":
      return flat(block.children);
    case "file":
      return fileText(block);
    case "location":
      return "📍";
  }
  return "";
}

/** The nodes of a text block, flattened. Anyone may have nested them too deeply to recurse. */
function flat(nodes: unknown): string {
  let text = "";
  const open: unknown[] = [{ children: nodes }];
  while (open.length) {
    const next = open.pop();
    if (typeof next === "string") {
      text += next;
      continue;
    }
    const { type, text: own, children } = (next ?? {}) as Record<string, unknown>;
    const name = typeof type === "string" ? type.toLowerCase() : "";
    // The last one to be pushed comes first.
    if (name === "bulletpoint") open.push("\n");
    if (typeof own === "string") open.push(own);
    else if (Array.isArray(children)) for (let at = children.length; at; ) open.push(children[--at]);
    if (name === "bulletlist") open.push("\n");
    if (name === "bulletpoint") open.push("- ");
    if (name === "mention") open.push("@");
  }
  return text;
}

function fileText({ subtype, duration, url }: Record<string, unknown>): string {
  if (subtype === "voice") {
    if (typeof duration !== "number") return "🎙️";
    const seconds = Math.max(Math.trunc(duration), 0);
    return `🎙️ (${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")})`;
  }
  const icon =
    subtype === "video" ? "🎥" : subtype === "image" ? "📷" : subtype === "audio" ? "🎧" : "📎";
  return `${icon} ${typeof url === "string" ? fileName(url) : ""}`;
}

/**
 * The name of a file by its URL: the last part of its path, which may itself be an encoded path; the
 * URL, if there is no such part. It is decoded twice, as the original does.
 */
function fileName(url: string): string {
  const name = decoded(/\/([^/?]+)(\?[^]*)?$/.exec(url)?.[1] ?? url);
  const path = afterSlash(name) ? name : decoded(url);
  return decoded(afterSlash(path) || path);
}

const afterSlash = (text: string): string => text.slice(text.lastIndexOf("/") + 1);

/** Text without its `%xx`; as it is, if these are not UTF-8. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
