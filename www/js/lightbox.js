/** Pictures in full: one at a time, with the others of the conversation to the left and right. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { download } from "./download.js";

/**
 * @typedef {object} Picture
 * @property {string} url
 * @property {string} filename
 * @property {string} caption who sent it, and when
 */

/**
 * @param {readonly Picture[]} pictures
 * @param {number} start
 */
export function openLightbox(pictures, start) {
  let at = start;
  const img = h("img", { class: "lightbox-image", alt: "" });
  const caption = h("p", { class: "lightbox-caption", "aria-live": "polite" });
  const tool = (
    /** @type {string} */ name,
    /** @type {string} */ label,
    /** @type {() => void} */ run,
  ) =>
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: run },
      icon(name),
    );
  const before = tool("arrowLeft", "Earlier picture", () => show(at - 1));
  const after = tool("arrowLeft", "Later picture", () => show(at + 1));
  before.classList.add("lightbox-side", "lightbox-before");
  after.classList.add("lightbox-side", "lightbox-after");
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": "Picture" },
    h(
      "div",
      { class: "lightbox-bar" },
      caption,
      tool("download", "Download", () => {
        const picture = pictures[at];
        if (picture) download(picture.url, picture.filename);
      }),
      tool("close", "Close", () => dialog.close()),
    ),
    h("div", { class: "lightbox-stage" }, before, img, after),
  );

  /** @param {number} next */
  function show(next) {
    const picture = pictures[next];
    if (!picture) return;
    at = next;
    img.src = picture.url;
    img.alt = picture.filename;
    caption.textContent = picture.caption;
    before.disabled = at === 0;
    after.disabled = at === pictures.length - 1;
    before.hidden = after.hidden = pictures.length < 2;
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    else if (event.key === "ArrowRight") show(at + 1);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === dialog || target.classList.contains("lightbox-stage")) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show(start);
  dialog.showModal();
}
