/**
 * Names that people chose, in lines that they did not write. A name may run from right to left, or
 * hold signs that turn the order of what follows; the rest of its line keeps its own order.
 */

import { h } from "./dom.js";

const [ISOLATE, END] = ["\u2068", "\u2069"];

/** Letters that run from right to left, and signs that change the order. */
const TURNS = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Bidi_Control}]/u;

/**
 * A text in which every isolate that begins also ends, so that none of its signs works beyond it.
 *
 * @param {string} text
 */
function closed(text) {
  let open = 0;
  const kept = text.replace(/[\u2066-\u2069]/g, (sign) => {
    if (sign !== END) open += 1;
    else if (open === 0) return "";
    else open -= 1;
    return sign;
  });
  return kept + END.repeat(open);
}

/**
 * A name as a part of a text, where no element can hold it.
 *
 * @param {string} name
 */
export const isolate = (name) => (TURNS.test(name) ? ISOLATE + closed(name) + END : name);

/**
 * A name as an element of its own.
 *
 * @param {string} name
 */
export const named = (name) => h("bdi", {}, closed(name));

/**
 * The name of a file as text: its signs for the order would only hide what kind of file it is.
 *
 * @param {string} name
 */
export const fileText = (name) => isolate(name.replace(/\p{Bidi_Control}/gu, ""));

/**
 * The name of a file, with the ending apart: it can be read however long or odd the rest is.
 *
 * @param {string} name
 */
export function fileNamed(name) {
  const text = name.replace(/\p{Bidi_Control}/gu, "");
  const [, stem = text, ending = ""] = /^(.+)(\.[^.\s]{1,10})$/su.exec(text) ?? [];
  return h(
    "span",
    { class: "file-name", title: text },
    h("bdi", { class: "file-stem" }, stem),
    ending ? h("bdi", { class: "file-ending" }, ending) : null,
  );
}
