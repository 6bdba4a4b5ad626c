/** Times, sizes and lengths in words, in the language of the browser. */

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dateFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const oldDateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const dayFormat = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const oldDayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** @param {number} at */
export const clockTime = (at) => timeFormat.format(at);

/** @param {number} at */
export const fullTime = (at) => fullFormat.format(at);

/**
 * A number that is the same for all times of one local day.
 *
 * @param {number} at
 */
export function dayOf(at) {
  const date = new Date(at);
  return (date.getFullYear() * 12 + date.getMonth()) * 31 + date.getDate();
}

/**
 * How many midnights lie between a time and now.
 *
 * @param {number} at
 */
function daysAgo(at) {
  const start = new Date(at).setHours(0, 0, 0, 0);
  const today = new Date().setHours(0, 0, 0, 0);
  return Math.round((today - start) / 86_400_000);
}

/** @param {string} text */
const capital = (text) => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);

/**
 * The short time of a list: the clock today, then the day, then the date.
 *
 * @param {number} at
 */
export function listTime(at) {
  const days = daysAgo(at);
  if (days <= 0) return clockTime(at);
  if (days === 1) return capital(relativeFormat.format(-1, "day"));
  if (days < 7) return weekdayFormat.format(at);
  return days < 300 ? dateFormat.format(at) : oldDateFormat.format(at);
}

/**
 * The heading over the messages of one day.
 *
 * @param {number} at
 */
export function dayLabel(at) {
  const days = daysAgo(at);
  if (days === 0 || days === 1) return capital(relativeFormat.format(-days, "day"));
  return capital((days < 300 ? dayFormat : oldDayFormat).format(at));
}

/** @param {number} bytes */
export function fileSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: units[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit > 1 ? 1 : 0,
  }).format(value);
}

/**
 * `1:05`, or `1:02:05` above an hour.
 *
 * @param {number} seconds
 */
export function length(seconds) {
  const all = Math.max(0, Math.round(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * `Alice`, `Alice and Bob`, `Alice, Bob, and Carol`.
 *
 * @param {readonly string[]} names
 */
export const nameList = (names) => new Intl.ListFormat("en", { type: "conjunction" }).format(names);

/**
 * `1 message`, `2 messages`.
 *
 * @param {number} count
 * @param {string} noun
 */
export const countOf = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
