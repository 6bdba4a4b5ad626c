/** Round portraits: a photo where there is one, else initials on a colour that stays the same. */

/** @import {Person} from "./cast.js" */

import { h } from "./dom.js";

/**
 * One of eight colours for an id.
 *
 * @param {string} id
 */
export function hue(id) {
  let sum = 7;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % 8;
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/[\s-]+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return (
    picked
      .map((word) => [...(word ?? "")][0] ?? "")
      .join("")
      .toLocaleUpperCase() || "?"
  );
}

/**
 * @param {Person} person
 * @param {string} [extra] more classes, such as a size
 */
export function avatar(person, extra = "") {
  const el = h("span", { class: `avatar hue-${hue(person.id)} ${extra}`, "aria-hidden": "true" });
  el.textContent = initials(person.name);
  if (person.photoUrl && /^(https?:|data:image\/|blob:)/i.test(person.photoUrl)) {
    const img = h("img", { alt: "", draggable: "false", referrerpolicy: "no-referrer" });
    img.addEventListener("error", () => img.remove());
    img.src = person.photoUrl;
    el.append(img);
  }
  return el;
}

/**
 * The portrait of a conversation: its own photo, the one other person, or the first two.
 *
 * @param {{id: string, title: string, photoUrl: string | null, people: readonly Person[]}} about
 * @param {string} [extra]
 */
export function conversationAvatar({ id, title, photoUrl, people }, extra = "") {
  const [first, second] = people;
  if (photoUrl || !first) return avatar({ id, name: title, photoUrl }, extra);
  if (!second) return avatar(first, extra);
  return h(
    "span",
    { class: `avatar-pair ${extra}`, "aria-hidden": "true" },
    avatar(second),
    avatar(first),
  );
}
