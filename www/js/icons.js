/** The icons: strokes on a 24 by 24 grid, drawn for this app, coloured by the text around them. */

const NS = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const PATHS = {
  attach:
    "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.6 8.6a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8",
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  arrowLeft: "M19 12H5M11 6l-6 6 6 6",
  audio:
    "M9 18V6l11-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM20 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  bell: "M6 10a6 6 0 0 1 12 0c0 6 2 7 2 7H4s2-1 2-7M10 20.5a2.2 2.2 0 0 0 4 0",
  bellOff:
    "M8 5.5A6 6 0 0 1 18 10c0 2.3.3 3.9.7 5M17 17H4s2-1 2-7c0-.5.06-.9.16-1.4M10 20.5a2.2 2.2 0 0 0 4 0M3.5 3.5l17 17",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5l4.3 4.5 8.7-9.5M11.5 16l1 1L21.5 7.5",
  chevrons: "M8 10l4-4 4 4M8 14l4 4 4-4",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18z",
  close: "M6 6l12 12M18 6L6 18",
  compose:
    "M20 13v5a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 18V7a2.5 2.5 0 0 1 2.5-2.5H11M9.5 14.5l.6-3 8-8a1.7 1.7 0 0 1 2.4 2.4l-8 8z",
  copy: "M9 9h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-9M15 6V5a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  edit: "M5 19l.8-4L16 4.8a2.2 2.2 0 0 1 3.2 3.2L9 18.2zM14 7l3 3",
  external: "M13 5h6v6M19 5l-9 9M17 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2h4",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5",
  group:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.3-3.5 3-6 6.5-6s6.2 2.5 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.5c2 .8 3.3 2.8 3.5 5.5",
  image:
    "M6 4h12a2.5 2.5 0 0 1 2.5 2.5v11A2.5 2.5 0 0 1 18 20H6a2.5 2.5 0 0 1-2.5-2.5v-11A2.5 2.5 0 0 1 6 4zM4 16.5l4.5-4.5 3.5 3.5 3-3 5 5M15.5 9.3h.01",
  leave: "M14 4h3a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-3M10 8l-4 4 4 4M6 12h9",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  monitor: "M4 5h16v11H4zM9 20h6M12 16v4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  pause: "M8.5 6v12M15.5 6v12",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.5-3.9 3.6-6.5 7.5-6.5s7 2.6 7.5 6.5",
  personAdd:
    "M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 20.5c.5-3.9 3.3-6.5 7-6.5 1.5 0 2.9.4 4 1.2M18 14v6M15 17h6",
  pin: "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  play: "M8 5.5v13l10.5-6.5z",
  plus: "M12 5v14M5 12h14",
  reply: "M10 7L5 12l5 5M5 12h8.5a5.5 5.5 0 0 1 5.5 5.5V19",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  send: "M4.5 12L4 5l16.5 7L4 19l.5-7zM4.5 12H12",
  smile:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.2c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2M9.2 9.6h.01M14.8 9.6h.01",
  stop: "M7 7h10v10H7z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  translate:
    "M3.5 6h10M8.5 4v2M11.5 6c-.8 3.6-3.6 6.8-7.5 8.5M5.8 8.5c1.2 2.6 3.2 4.6 5.7 5.8M12.5 20.5l4.2-10h.6l4.2 10M14 17h6",
  trash:
    "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5l.8-12M10 11v5.5M14 11v5.5",
  unread:
    "M11 5H6.5A2.5 2.5 0 0 0 4 7.5v7A2.5 2.5 0 0 0 6.5 17H8v3.5l4.5-3.5h5a2.5 2.5 0 0 0 2.5-2.5V13M18.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  video:
    "M5.5 6h8A2.5 2.5 0 0 1 16 8.5v7a2.5 2.5 0 0 1-2.5 2.5h-8A2.5 2.5 0 0 1 3 15.5v-7A2.5 2.5 0 0 1 5.5 6zM16 10.5l5-3v9l-5-3",
  warning: "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17.2h.01",
};

/** Icons that read better filled than outlined. */
const SOLID = new Set(["play", "stop", "send"]);

/**
 * @param {string} name
 * @param {string} [extra] more classes
 * @returns {SVGSVGElement}
 */
export function icon(name, extra = "") {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${SOLID.has(name) ? "icon-solid" : ""} ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", PATHS[name] ?? "");
  if (name === "more") path.setAttribute("stroke-width", "3.2");
  svg.append(path);
  return svg;
}

/** The app's mark: two speech bubbles, one answering the other. */
export function mark() {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  const one = document.createElementNS(NS, "path");
  one.setAttribute("class", "mark-one");
  one.setAttribute(
    "d",
    "M6 14a8 8 0 0 1 8-8h24a8 8 0 0 1 8 8v14a8 8 0 0 1-8 8H23L12 46v-10.2A8 8 0 0 1 6 28z",
  );
  const two = document.createElementNS(NS, "path");
  two.setAttribute("class", "mark-two");
  two.setAttribute(
    "d",
    "M51 22.5A8 8 0 0 1 58 30v11a8 8 0 0 1-6 7.7V58l-10-9H30a8 8 0 0 1-7.5-5.2L26 41h13a12 12 0 0 0 12-12z",
  );
  svg.append(one, two);
  return svg;
}
