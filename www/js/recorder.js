/** Records the voice. Only here does the page touch the microphone, and it always lets go of it. */

import { recording } from "./media.js";

/** @import {LocalFile} from "./media.js" */

/** Formats in the order of preference; the first one that this browser can record is used. */
const FORMATS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export const canRecord =
  typeof MediaRecorder !== "undefined" &&
  typeof navigator.mediaDevices?.getUserMedia === "function";

export class Recorder {
  #stream;
  #recorder;
  #started = performance.now();
  #context = new AudioContext();
  #analyser;
  #samples;

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#stream = stream;
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
    this.#recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.#analyser = this.#context.createAnalyser();
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
    this.#recorder.start();
  }

  /** Asks for the microphone; rejects with a sentence for the user. */
  static async start() {
    try {
      return new Recorder(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch (error) {
      throw new Error(explain(error));
    }
  }

  /** In seconds. */
  get duration() {
    return (performance.now() - this.#started) / 1000;
  }

  /** How loud it is now, 0 to 1. */
  get level() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.min(1, Math.sqrt(sum / this.#samples.length) * 4);
  }

  /** @returns {Promise<LocalFile>} */
  stop() {
    const { duration } = this;
    return new Promise((done, failed) => {
      /** @type {Blob[]} */
      const parts = [];
      const type = this.#recorder.mimeType.split(";", 1)[0] ?? "audio/webm";
      this.#recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
      this.#recorder.addEventListener("stop", () => {
        this.#release();
        const blob = new Blob(parts, { type });
        if (blob.size > 0) done(recording(blob, duration));
        else failed(new Error("Nothing was recorded. Hold on a little longer before sending."));
      });
      this.#recorder.stop();
    });
  }

  cancel() {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#release();
  }

  #release() {
    for (const track of this.#stream.getTracks()) track.stop();
    void this.#context.close().catch(() => {});
  }
}

/** @param {unknown} error */
function explain(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") {
    return "The microphone is blocked. Allow it in the browser's site settings, then try again.";
  }
  if (name === "NotFoundError") return "No microphone was found. Connect one, then try again.";
  return "The microphone could not be used. Another program may hold it.";
}
