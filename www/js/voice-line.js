/** In place of the field while the voice is recorded: the time, how loud it is, two buttons. */

/** @import {LocalFile} from "./media.js" */

import { h, iconButton } from "./dom.js";
import { length } from "./format.js";
import { Recorder } from "./recorder.js";
import { announce, toast } from "./toast.js";

/** How often the meter grows, and how many bars it has at the most. */
const BAR_MS = 80;
const BARS = 90;

export class VoiceLine {
  el = h("div", { class: "voice-line", hidden: true });
  #actions;
  /** @type {Recorder | null} */
  #recorder = null;

  /**
   * @param {object} actions
   * @param {(file: LocalFile) => void} actions.send
   * @param {() => void} actions.changed the recording began or ended
   */
  constructor(actions) {
    this.#actions = actions;
    this.el.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.#discard();
    });
  }

  get running() {
    return this.#recorder !== null;
  }

  async start() {
    if (this.#recorder) return;
    try {
      this.#recorder = await Recorder.start();
    } catch (error) {
      toast(wordsOf(error), "error");
      return;
    }
    const time = h("span", { class: "voice-time", role: "timer" }, "0:00");
    const meter = h("span", { class: "meter", "aria-hidden": "true" });
    const send = iconButton("send", "Send the recording", () => void this.#send());
    send.classList.add("send");
    this.el.replaceChildren(
      iconButton("trash", "Discard the recording", () => this.#discard()),
      h("span", { class: "dot", "aria-hidden": "true" }),
      time,
      meter,
      send,
    );
    this.el.hidden = false;
    this.#actions.changed();
    send.focus();
    announce("Recording");
    this.#watch(this.#recorder, time, meter);
  }

  /**
   * Ends the recording and gives what there is: nothing, if it is too short.
   *
   * @returns {Promise<readonly LocalFile[]> | null} null: none was running
   */
  stop() {
    const recorder = this.#recorder;
    if (!recorder) return null;
    this.#end();
    return recorder.stop().then((file) => [file], () => []);
  }

  async #send() {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#end();
    try {
      this.#actions.send(await recorder.stop());
    } catch (error) {
      toast(wordsOf(error), "error");
    }
  }

  #discard() {
    this.#recorder?.cancel();
    this.#end();
  }

  #end() {
    this.#recorder = null;
    this.el.hidden = true;
    this.#actions.changed();
  }

  /**
   * @param {Recorder} recorder
   * @param {HTMLElement} time
   * @param {HTMLElement} meter
   */
  #watch(recorder, time, meter) {
    let last = 0;
    const tick = (/** @type {number} */ now) => {
      if (this.#recorder !== recorder) return;
      time.textContent = length(recorder.duration);
      if (now - last > BAR_MS) {
        last = now;
        const bar = h("i", {});
        bar.style.setProperty("--level", String(Math.max(0.08, recorder.level)));
        meter.append(bar);
        while (meter.children.length > BARS) meter.firstElementChild?.remove();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
}

/** @param {unknown} error */
const wordsOf = (error) => (error instanceof Error ? error.message : String(error));
