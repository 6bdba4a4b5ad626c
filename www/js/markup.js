/**
 * The text of a message as its writer would type it, for editing. A text cannot say everything that
 * a message can: an asterisk that is just an asterisk, for example. So what is written is read
 * again, by the rules of the client (all but those for links without a text of their own), and a
 * message that would not come back as it was is not offered.
 */

/** @import {ContentBlock} from "talk-session" */

/**
 * What a text node may look like from the outside. The typed union is exact; this is what one
 * can rely on for nodes of a later version, too.
 *
 * @typedef {{type?: unknown, text?: unknown, url?: unknown, id?: unknown, action?: unknown,
 *   params?: unknown, children?: unknown}} LooseNode
 */

/**
 * The text with which a message can be edited, or null: it would come back as another one.
 *
 * @param {{content: readonly ContentBlock[]}} message
 * @returns {string | null}
 */
export function editableText({ content }) {
  const [block] = content;
  if (block?.type !== "text" || content.length !== 1) return null;
  const text = write(block.children);
  // A field for text has one kind of line end, and what goes out has no blanks around it.
  if (text !== text.trim() || /[\r\u2028\u2029]/.test(text)) return null;
  return JSON.stringify(plain(read(text))) === JSON.stringify(plain(block.children)) ? text : null;
}

/**
 * @param {unknown} nodes
 * @returns {string}
 */
export function write(nodes) {
  let out = "";
  for (const node of Array.isArray(nodes) ? nodes : []) {
    const { type, children } = /** @type {LooseNode} */ (node ?? {});
    if (type === "bulletList") {
      // A list has lines of its own.
      if (out !== "" && !out.endsWith("\n")) out += "\n";
      const points = Array.isArray(children) ? children : [];
      out += points.map((point) => `- ${write(point?.children)}\n`).join("");
    } else out += typeof node === "string" ? node : writeOne(node ?? {});
  }
  return out.endsWith("\n") && endsWithList(nodes) ? out.slice(0, -1) : out;
}

/** @param {unknown} nodes */
const endsWithList = (nodes) => Array.isArray(nodes) && nodes.at(-1)?.type === "bulletList";

/** @param {LooseNode} node */
function writeOne(node) {
  const text = typeof node.text === "string" ? node.text : write(node.children);
  switch (node.type) {
    case "bold":
      return `*${text}*`;
    case "italic":
      return `_${text}_`;
    case "strikethrough":
      return `~${text}~`;
    case "codeSpan":
      return `\`\`\`${text}\`\`\``;
    case "link":
      return `<${String(node.url)}|${text}>`;
    case "mention":
      // What would end the ID too soon is written by its number.
      return `<!!mention:${String(node.id).replace(/[\s%|>]/g, encodeURIComponent)}|${text}>`;
    default:
      return text;
  }
}

/** The marks beside which a style may begin and end, as the client has them. */
const EDGE =
  "\\s\\x21\\x23-\\x2a\\x2c-\\x2f\\x3a-\\x3c\\x3e-\\x40\\x5b-\\x5f\\x7b-\\x7e\\xa1-\\xa8\\xab\\xac" +
  "\\xb0\\xb6\\xb7\\xbb\\xbf\\u2010\\u2012-\\u2015\\u2018\\u2019\\u201c\\u201d\\u2020-\\u2022" +
  "\\u2026\\u2030-\\u2032\\u203b\\u203d\\u2042\\u2044\\u20a9\\u20aa\\u20ac\\u2116\\u2234\\u2420\\u261e";

/** @param {string} m a marker */
const styled = (m) => `\\${m}([^\\s${m}].*?[^\\s${m}]|[^\\s${m}])\\${m}`;
const STYLED = ["*", "_", "~"].map(styled).join("|");
const STYLE = new RegExp(`(^|[${EDGE}])(?:${STYLED})(?=[${EDGE}]|$)`);

/**
 * One rule after the other; each splits what the ones before have left.
 *
 * @type {readonly {find: RegExp, make: (found: RegExpExecArray) => unknown[]}[]}
 */
const BRACKETS = [
  {
    find: /<!!mention:([^\s>|]*)\|([^\n\r\u2028\u2029>]*)>/,
    make: ([whole, id = "", text]) => {
      const decoded = decode(id);
      if (decoded === null) return [{ type: "unreadable", text: whole }];
      return [{ type: "mention", id: decoded, text }];
    },
  },
  { find: /<!!customemoji:(.*?)>/, make: ([, text]) => [{ type: "customEmoji", text }] },
  {
    find: /<((?:https?:\/\/|mailto:).*?)\|(.*?)>/i,
    make: ([, url, text = ""]) => [{ type: "link", url, children: styles(text) }],
  },
  {
    find: /<action(link|button):([^\n|]+)\|([^\n>]*)>/i,
    make: ([, kind, action, text = ""]) => [
      { type: `action ${kind}`, action, children: styles(text) },
    ],
  },
];

/**
 * The nodes of a text, without the links that the client finds by itself.
 *
 * @param {string} text
 * @returns {unknown[]}
 */
export function read(text) {
  return split(text, /(?:^|\n)(?:\s*[-*+]\s+[^\n]+\n?)+/, ([whole]) => [
    {
      type: "bulletList",
      children: [...whole.matchAll(/\s*[-*+]\s+([^\n]+)\n?/g)].map(([, point = ""]) => ({
        type: "bulletPoint",
        children: lines(point),
      })),
    },
  ]).flatMap((part) => (typeof part === "string" ? lines(part) : [part]));
}

/** @param {string} text */
const lines = (text) =>
  split(text, /```([^]+?)```/, ([, code = ""]) => [
    {
      type: "codeSpan",
      text: code
        .replace(/<!!mention:.*?\|([^>]*)>/gi, "@$1")
        .replace(/<!!customemoji:(.*?)>/gi, "$1"),
    },
  ]).flatMap((part) =>
    typeof part === "string" ? part.split(/(?<=\n)/).flatMap((line) => brackets(line)) : [part],
  );

/** @param {string} line */
function brackets(line) {
  /** @type {unknown[]} */
  let parts = [line];
  for (const { find, make } of BRACKETS) {
    parts = parts.flatMap((part) => (typeof part === "string" ? split(part, find, make) : [part]));
  }
  return parts.flatMap((part) => (typeof part === "string" ? styles(part) : [part]));
}

/**
 * @param {string} text
 * @returns {unknown[]}
 */
const styles = (text) =>
  split(text, STYLE, ([, edge, bold, italic, struck]) => {
    const type = bold ? "bold" : italic ? "italic" : "strikethrough";
    // The mark before a style becomes a blank: so does the client.
    return [edge ? " " : "", { type, children: styles(bold ?? italic ?? struck ?? "") }];
  });

/**
 * Cuts a text wherever something is found.
 *
 * @param {string} text
 * @param {RegExp} find
 * @param {(found: RegExpExecArray) => unknown[]} make
 * @returns {unknown[]}
 */
function split(text, find, make) {
  /** @type {unknown[]} */
  const parts = [];
  const all = new RegExp(find.source, `${find.flags}g`);
  let from = 0;
  for (let found = all.exec(text); found; found = all.exec(text)) {
    parts.push(text.slice(from, found.index), ...make(found));
    from = all.lastIndex;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

/** @param {string} id */
function decode(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return null;
  }
}

/**
 * Nodes in one form: neighbouring texts are one, and a link that the client found is its text.
 *
 * @param {unknown} nodes
 * @returns {unknown[]}
 */
function plain(nodes) {
  /** @type {unknown[]} */
  const out = [];
  /** @type {unknown} */
  let last;
  for (const node of Array.isArray(nodes) ? nodes : []) {
    const { type, text, id, url, children } = /** @type {LooseNode} */ (node ?? {});
    const flat = typeof node === "string" ? node : type === "autoLink" ? String(text) : null;
    if (type === "autoLink" && last === "autoLink") {
      // Links that overlap have their common part twice.
      out.push({ type: "overlap?" });
    } else if (flat === null) {
      const known = { type, text, id, url, children: children && plain(children) };
      out.push(SAYABLE.has(String(type)) ? known : { type: `${String(type)}?`, node });
    } else if (typeof out.at(-1) === "string") out.push(String(out.pop()) + flat);
    else if (flat !== "") out.push(flat);
    last = type;
  }
  return out;
}

/** What a text can say. */
const SAYABLE = new Set([
  "bold", "italic", "strikethrough", "codeSpan", "bulletList", "bulletPoint", "link", "mention",
]);
