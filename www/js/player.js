/**
 * The player for audio and for voice messages: a button, a bar to seek on, and for voices the
 * shape of the sound. Only one thing plays at a time.
 */

import { calm, h } from "./dom.js";
import { length } from "./format.js";
import { icon } from "./icons.js";
import { fileNamed } from "./names.js";
import { shapeOf } from "./waveform.js";

const BARS = 36;

/** Sounds larger than this are not fetched only to draw their shape. */
const SHAPE_LIMIT = 3_000_000;

/** The sound that plays, and the player it belongs to. */
/** @type {{audio: HTMLAudioElement, el: Element} | null} */
let playing = null;

/**
 * Whether a sound of a player in this element plays now.
 *
 * @param {Element} el
 */
export const playsIn = (el) => playing !== null && !playing.audio.paused && el.contains(playing.el);

/**
 * @param {{url: string, filename: string, size: number, duration?: number, voice: boolean}} sound
 * @returns {HTMLElement}
 */
export function player({ url, filename, size, duration, voice }) {
  const audio = new Audio();
  audio.preload = "none";
  // The length that everybody was told, here and in the list, comes before what the file says.
  const total = () => duration || (Number.isFinite(audio.duration) ? audio.duration : 0);

  const button = h("button", { type: "button", class: "play", "aria-label": "Play" }, icon("play"));
  const seek = h("input", {
    type: "range",
    class: "seek",
    min: "0",
    max: "1000",
    step: "1",
    value: "0",
    "aria-label": voice ? "Position in the voice message" : `Position in ${filename}`,
  });
  const time = h("span", { class: "play-time" });
  const track = h("div", { class: voice ? "track wave" : "track" }, seek);
  const bars = voice ? Array.from({ length: BARS }, () => h("i")) : [];
  if (voice) track.prepend(h("span", { class: "bars", "aria-hidden": "true" }, ...bars));

  const el = h(
    "div",
    { class: voice ? "player voice" : "player", role: "group" },
    button,
    h(
      "div",
      { class: "play-main" },
      voice ? null : h("span", { class: "card-name" }, fileNamed(filename)),
      track,
      h("span", { class: "play-line" }, time),
    ),
  );
  el.setAttribute("aria-label", voice ? "Voice message" : `Audio ${filename}`);

  const show = () => {
    const whole = total();
    const done = whole > 0 ? Math.min(1, audio.currentTime / whole) : 0;
    seek.value = String(Math.round(done * 1000));
    seek.style.setProperty("--done", `${done * 100}%`);
    bars.forEach((bar, i) => bar.classList.toggle("done", i < done * BARS));
    const started = audio.currentTime > 0;
    const now = whole > 0 ? Math.min(audio.currentTime, whole) : audio.currentTime;
    time.textContent = started
      ? `${length(now)} / ${length(whole)}`
      : whole > 0
        ? length(whole)
        : "–:––";
    seek.setAttribute("aria-valuetext", `${length(now)} of ${length(whole)}`);
  };
  const tick = () => {
    show();
    if (!audio.paused && !calm.matches) requestAnimationFrame(tick);
  };

  button.addEventListener("click", () => {
    if (audio.paused) audio.play().catch(() => broken());
    else audio.pause();
  });
  seek.addEventListener("input", () => {
    audio.currentTime = (Number(seek.value) / 1000) * total();
    show();
  });
  audio.addEventListener("play", () => {
    if (playing?.audio !== audio) playing?.audio.pause();
    playing = { audio, el };
    button.replaceChildren(icon("pause"));
    button.setAttribute("aria-label", "Pause");
    tick();
  });
  audio.addEventListener("pause", () => {
    button.replaceChildren(icon("play"));
    button.setAttribute("aria-label", "Play");
  });
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    show();
  });
  for (const event of ["timeupdate", "durationchange", "seeked"]) {
    audio.addEventListener(event, show);
  }
  audio.addEventListener("error", () => broken());

  function broken() {
    if (!audio.error) return;
    time.textContent = "This sound could not be played.";
    button.disabled = true;
    seek.disabled = true;
  }

  audio.src = url;
  show();
  if (voice && size < SHAPE_LIMIT) {
    whenSeen(el, async () => {
      const shape = await shapeOf(url, BARS);
      bars.forEach((bar, i) => bar.style.setProperty("--level", String(shape?.[i] ?? 0.1)));
    });
  }
  return el;
}

/**
 * @param {Element} el
 * @param {() => void} run
 */
function whenSeen(el, run) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    run();
  });
  observer.observe(el);
}
