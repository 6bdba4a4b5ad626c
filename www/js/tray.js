/** The files that go out with the next message, as pieces above the field. */

/** @import {LocalFile} from "./media.js" */

import { h, iconButton } from "./dom.js";
import { fileSize, length } from "./format.js";
import { icon } from "./icons.js";
import { fileNamed } from "./names.js";

export class Tray {
  el = h("ul", { class: "tray", hidden: true, "aria-label": "Files to send" });
  #onChange;
  /** @type {readonly LocalFile[]} */
  #files = [];
  /** @type {Map<LocalFile, HTMLElement>} */
  #pieces = new Map();

  /** @param {() => void} onChange after somebody took a file out */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get files() {
    return this.#files;
  }

  set files(/** @type {readonly LocalFile[]} */ files) {
    this.#files = files;
    const pieceOf = (/** @type {LocalFile} */ file) => this.#pieces.get(file) ?? this.#piece(file);
    this.#pieces = new Map(files.map((file) => [file, pieceOf(file)]));
    this.el.hidden = files.length === 0;
    this.el.replaceChildren(...this.#pieces.values());
  }

  /** @param {LocalFile} file */
  #piece(file) {
    const look =
      file.kind === "image"
        ? h("img", { src: file.url, alt: "" })
        : icon(file.kind === "voice" ? "mic" : file.kind);
    const name = file.kind === "voice" ? h("span", {}, "Voice message") : fileNamed(file.name);
    const note = file.duration ? length(file.duration) : fileSize(file.blob.size);
    const remove = iconButton("close", `Remove ${file.name}`, () => {
      this.files = this.#files.filter((other) => other !== file);
      URL.revokeObjectURL(file.url);
      this.#onChange();
    });
    return h(
      "li",
      { class: `piece ${file.kind}` },
      h("span", { class: "piece-look" }, look),
      h("span", { class: "piece-text" }, name, h("small", {}, note)),
      remove,
    );
  }
}
