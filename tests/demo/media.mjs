// Tiny pictures, films and sounds, made inside a page, so that no binary is kept with the tests.

/**
 * Bytes as they cross the border between a page and a test.
 *
 * @typedef {{name: string, mimeType: string, bytes: number[]}} Made
 */

/**
 * @param {import("playwright-core").Page} page
 * @param {{name: string, width: number, height: number, colour: string}} options
 */
export async function picture(page, options) {
  return packed(
    await page.evaluate(async ({ name, width, height, colour }) => {
      const canvas = new OffscreenCanvas(width, height);
      const pen = canvas.getContext("2d");
      if (!pen) throw new Error("no 2d context");
      pen.fillStyle = colour;
      pen.fillRect(0, 0, width, height);
      const blob = await canvas.convertToBlob({ type: "image/png" });
      return { name, mimeType: blob.type, bytes: [...new Uint8Array(await blob.arrayBuffer())] };
    }, options),
  );
}

/**
 * Half a second of film.
 *
 * @param {import("playwright-core").Page} page
 * @param {{name: string, width: number, height: number}} options
 */
export async function film(page, options) {
  return packed(
    await page.evaluate(async ({ name, width, height }) => {
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const pen = canvas.getContext("2d");
      if (!pen) throw new Error("no 2d context");
      const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
      /** @type {Blob[]} */
      const parts = [];
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.start();
      // Enough frames, not enough time: a slow machine still makes a film that plays.
      for (let frame = 0; frame < 20; frame++) {
        await new Promise((done) => requestAnimationFrame(done));
        pen.fillStyle = `hsl(${frame * 18} 60% 50%)`;
        pen.fillRect(0, 0, width, height);
      }
      await new Promise((done) => {
        recorder.onstop = done;
        recorder.stop();
      });
      const blob = new Blob(parts, { type: "video/webm" });
      return { name, mimeType: blob.type, bytes: [...new Uint8Array(await blob.arrayBuffer())] };
    }, options),
  );
}

/**
 * A tone as a WAV file.
 *
 * @param {{name: string, seconds: number}} options
 */
export function tone({ name, seconds }) {
  const rate = 8000;
  const count = Math.floor(rate * seconds);
  const buffer = Buffer.alloc(44 + count * 2);
  buffer.write("RIFF", 0);
  buffer.writeUInt32LE(36 + count * 2, 4);
  buffer.write("WAVEfmt ", 8);
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(1, 20);
  buffer.writeUInt16LE(1, 22);
  buffer.writeUInt32LE(rate, 24);
  buffer.writeUInt32LE(rate * 2, 28);
  buffer.writeUInt16LE(2, 32);
  buffer.writeUInt16LE(16, 34);
  buffer.write("data", 36);
  buffer.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i++) {
    buffer.writeInt16LE(Math.round(Math.sin(i * 0.35) * 9000), 44 + i * 2);
  }
  return { name, mimeType: "audio/wav", buffer };
}

/** @param {Made} made */
const packed = ({ name, mimeType, bytes }) => ({ name, mimeType, buffer: Buffer.from(bytes) });
