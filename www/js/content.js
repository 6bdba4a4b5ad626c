/**
 * Turns the content of a message into elements. Text becomes text nodes, links lead only to
 * the web, to mail and to the telephone, and what this page does not know is shown as text.
 */

/** @import {ContentBlock, FileBlock, LocationBlock, TextBlock} from "talk-session" */
/** @import {LooseNode} from "./markup.js" */

import { h } from "./dom.js";
import { fileSize } from "./format.js";
import { icon } from "./icons.js";
import { fileNamed } from "./names.js";
import { player } from "./player.js";

/** The largest box that a picture or a film takes in a conversation. */
const MAX_WIDTH = 340;
const MAX_HEIGHT = 380;
const MIN_SIDE = 96;

/**
 * @param {ContentBlock} block
 * @param {{localUrl?: string | undefined, onOpenImage?: (block: ContentBlock) => void}} [options]
 *   `localUrl`: the sender's own copy, so that nothing flickers when the message comes back
 * @returns {{el: HTMLElement, bare: boolean}} bare: fills its bubble from edge to edge
 */
export function renderBlock(block, { localUrl, onOpenImage } = {}) {
  switch (block.type) {
    case "text":
      return { el: textBlock(block), bare: false };
    case "location":
      return { el: locationCard(block), bare: false };
    case "file":
      break;
    default:
      return {
        el: h("p", { class: "unknown" }, "This kind of message cannot be shown here."),
        bare: false,
      };
  }
  const url = localUrl ?? safeMediaUrl(block.url);
  if (url !== null) {
    switch (block.subtype) {
      case "image":
        return { el: imageTile(block, url, onOpenImage), bare: true };
      case "video":
        return { el: videoTile(block, url), bare: true };
      case "audio":
      case "voice":
        return { el: player({ ...block, url, voice: block.subtype === "voice" }), bare: false };
      default:
    }
  }
  return { el: fileCard(block), bare: false };
}

/** @param {TextBlock} block */
function textBlock(block) {
  const el = h("div", { class: "text", dir: "auto" });
  appendNodes(el, block.children);
  if (isJumbo(el.textContent ?? "")) el.classList.add("jumbo");
  return el;
}

/** One to three emoji and nothing else are shown large. */
const JUMBO = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** @param {string} text */
const isJumbo = (text) => text.length < 40 && JUMBO.test(text.trim());

/**
 * @param {Element} parent
 * @param {unknown} nodes
 */
function appendNodes(parent, nodes) {
  if (!Array.isArray(nodes)) return;
  for (const node of nodes) {
    if (typeof node === "string") appendText(parent, node);
    else if (typeof node === "object" && node !== null) parent.append(textNode(node));
  }
}

/**
 * @param {LooseNode} node
 * @returns {HTMLElement}
 */
function textNode(node) {
  const text = typeof node.text === "string" ? node.text : "";
  const el = shell(node);
  if (Array.isArray(node.children)) appendNodes(el, node.children);
  else el.append(text);
  return el;
}

/** @param {LooseNode} node */
function shell(node) {
  switch (node.type) {
    case "bold":
      return h("strong");
    case "italic":
      return h("em");
    case "strikethrough":
      return h("s");
    case "codeSpan":
      return h("code", { class: /\n/.test(String(node.text ?? "")) ? "code-block" : null });
    case "bulletList":
      return h("ul");
    case "bulletPoint":
      return h("li");
    case "mention":
      return h("bdi", { class: "mention" }, "@");
    case "link":
    case "autoLink":
      return link(node.url) ?? h("span");
    default:
      return h("span");
  }
}

/** Web addresses in plain text, without the punctuation that ends the sentence around them. */
const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/gi;

/**
 * @param {Element} parent
 * @param {string} text
 */
function appendText(parent, text) {
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const a = link(match[0]);
    if (!a) continue;
    a.append(match[0]);
    parent.append(text.slice(from, match.index), a);
    from = match.index + match[0].length;
  }
  parent.append(text.slice(from));
}

const LINKABLE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** @param {unknown} url */
function link(url) {
  if (typeof url !== "string" || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (!LINKABLE.has(parsed.protocol)) return null;
  return h("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer" });
}

/**
 * @param {string} url
 * @returns {string | null}
 */
export function safeMediaUrl(url) {
  if (!URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === "http:" || protocol === "https:" ? href : null;
}

/**
 * The size at which something is shown, so that its place is kept before it loads.
 *
 * @param {number | undefined} width
 * @param {number | undefined} height
 */
function fit(width, height) {
  if (!width || !height) return null;
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  return {
    width: Math.max(MIN_SIDE, Math.round(width * scale)),
    height: Math.max(MIN_SIDE, Math.round(height * scale)),
  };
}

/**
 * @param {HTMLElement} el
 * @param {{width?: number, height?: number}} block
 */
function reserve(el, block) {
  const size = fit(block.width, block.height);
  if (!size) return;
  el.style.width = `${size.width}px`;
  el.style.aspectRatio = `${size.width} / ${size.height}`;
}

/**
 * @param {FileBlock & {subtype: "image"}} block
 * @param {string} url
 * @param {((block: ContentBlock) => void) | undefined} onOpen
 */
function imageTile(block, url, onOpen) {
  const img = h("img", { alt: block.filename, draggable: "false", decoding: "async" });
  const tile = h(
    "button",
    { type: "button", class: "tile image-tile", "aria-label": `Open picture ${block.filename}` },
    img,
  );
  reserve(tile, block);
  img.addEventListener("load", () => tile.classList.add("loaded"));
  img.addEventListener("error", () => {
    tile.replaceChildren(icon("image"), h("span", {}, "This picture could not be loaded."));
    tile.classList.add("broken");
  });
  img.src = url;
  tile.addEventListener("click", () => onOpen?.(block));
  return tile;
}

/**
 * @param {FileBlock & {subtype: "video"}} block
 * @param {string} url
 */
function videoTile(block, url) {
  const video = h("video", {
    controls: true,
    preload: "metadata",
    playsinline: true,
    "aria-label": `Video ${block.filename}`,
  });
  const tile = h("div", { class: "tile video-tile" }, video);
  reserve(tile, block);
  video.addEventListener("error", () => tile.replaceWith(fileCard(block)));
  video.src = url;
  return tile;
}

/** @param {LocationBlock} block */
function locationCard({ latitude, longitude }) {
  const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const url = new URL("https://www.openstreetmap.org/");
  url.searchParams.set("mlat", String(latitude));
  url.searchParams.set("mlon", String(longitude));
  return h(
    "a",
    { class: "card", href: url.href, target: "_blank", rel: "noopener noreferrer" },
    h("span", { class: "card-icon" }, icon("pin")),
    h(
      "span",
      { class: "card-text" },
      h("span", { class: "card-name" }, "Location"),
      h("span", { class: "card-note" }, place),
    ),
  );
}

/**
 * A file to download.
 *
 * @param {FileBlock} block
 */
function fileCard(block) {
  const url = safeMediaUrl(block.url);
  const ending = /\.([a-z0-9]{1,5})$/i.exec(block.filename)?.[1]?.toUpperCase() ?? "";
  return h(
    "a",
    {
      class: "card file-card",
      ...(url ? { href: url, download: block.filename, target: "_blank", rel: "noopener" } : {}),
      "aria-label": `Download ${block.filename}, ${fileSize(block.size)}`,
    },
    h(
      "span",
      { class: "card-icon" },
      ending ? h("span", { class: "ending" }, ending) : icon("file"),
    ),
    h(
      "span",
      { class: "card-text" },
      h("span", { class: "card-name" }, fileNamed(block.filename)),
      h("span", { class: "card-note" }, fileSize(block.size)),
    ),
    icon("download"),
  );
}
