// Pictures and sounds for the screenshot, made from nothing, so that no photo of anybody has to
// be kept in the repository. Both functions run inside a page.

/**
 * A lake between mountains at sunset.
 *
 * @param {{width: number, height: number, seed: number}} options
 * @returns {Promise<Blob>}
 */
export async function paintLake({ width, height, seed }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser cannot paint.");
  let state = seed;
  const random = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  const shore = height * 0.62;

  const sky = pen.createLinearGradient(0, 0, 0, shore);
  sky.addColorStop(0, "#35577d");
  sky.addColorStop(0.5, "#c98a8f");
  sky.addColorStop(0.85, "#f6c08a");
  sky.addColorStop(1, "#fbe0ae");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, shore);
  const sun = { x: width * 0.66, y: shore * 0.74, r: height * 0.055 };
  const glow = pen.createRadialGradient(sun.x, sun.y, 0, sun.x, sun.y, sun.r * 7);
  glow.addColorStop(0, "rgba(255, 244, 214, 0.95)");
  glow.addColorStop(1, "rgba(255, 226, 170, 0)");
  pen.fillStyle = glow;
  pen.fillRect(0, 0, width, shore);
  pen.fillStyle = "#fff6de";
  pen.beginPath();
  pen.arc(sun.x, sun.y, sun.r, 0, Math.PI * 2);
  pen.fill();

  /** @param {number} base @param {number} tall @param {string} colour @param {number} rough */
  const ridge = (base, tall, colour, rough) => {
    const waves = Array.from({ length: 5 }, (_, i) => ({
      bend: (1.2 + random() * 1.4) * (i + 1),
      shift: random() * 9,
      size: tall / (i + 1.3),
    }));
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(0, shore);
    for (let x = 0; x <= width; x += 3) {
      const t = x / width;
      const sum = waves.reduce(
        (y, w) => y + Math.abs(Math.sin(t * w.bend * 2 + w.shift)) * w.size,
        0,
      );
      pen.lineTo(x, base - sum + (random() - 0.5) * rough);
    }
    pen.lineTo(width, shore);
    pen.fill();
  };
  ridge(shore * 0.98, height * 0.13, "#8d7f9e", 1);
  ridge(shore, height * 0.085, "#5d6486", 2);
  ridge(shore + 1, height * 0.04, "#3a4a66", 3);

  // The lake is the land upside down, paler and stretched.
  pen.save();
  pen.translate(0, shore * 2);
  pen.scale(1, -1);
  pen.globalAlpha = 0.78;
  pen.drawImage(canvas, 0, 0, width, shore, 0, shore - (height - shore), width, height - shore);
  pen.restore();
  const deep = pen.createLinearGradient(0, shore, 0, height);
  deep.addColorStop(0, "rgba(40, 62, 92, 0.12)");
  deep.addColorStop(1, "rgba(22, 38, 60, 0.72)");
  pen.fillStyle = deep;
  pen.fillRect(0, shore, width, height - shore);
  for (let i = 0; i < 70; i++) {
    const depth = random();
    const y = shore + 2 + depth * depth * (height - shore);
    const long = (8 + random() * 60) * (0.4 + depth);
    pen.fillStyle = `rgba(255, 236, 200, ${0.05 + random() * 0.12})`;
    pen.fillRect(sun.x + (random() - 0.5) * width * (0.15 + depth * 0.6) - long / 2, y, long, 1.4);
  }

  // Firs on both sides frame it.
  const fir = (/** @type {number} */ x, /** @type {number} */ foot, /** @type {number} */ tall) => {
    pen.fillStyle = "#16242c";
    for (let step = 0; step < 7; step++) {
      const top = foot - tall + (tall * step) / 8;
      const half = tall * (0.05 + step * 0.026);
      pen.beginPath();
      pen.moveTo(x, top);
      pen.lineTo(x + half, top + tall * 0.24);
      pen.lineTo(x - half, top + tall * 0.24);
      pen.fill();
    }
    pen.fillRect(x - tall * 0.015, foot - tall * 0.1, tall * 0.03, tall * 0.12);
  };
  pen.fillStyle = "#16242c";
  pen.beginPath();
  pen.moveTo(0, height * 0.86);
  pen.quadraticCurveTo(width * 0.2, height * 0.85, width * 0.42, height);
  pen.lineTo(0, height);
  pen.fill();
  for (const [x, tall] of [
    [0.02, 0.5],
    [0.075, 0.64],
    [0.13, 0.44],
    [0.185, 0.52],
    [0.24, 0.3],
  ]) {
    fir(width * (x ?? 0), height * 0.93, height * (tall ?? 0));
  }
  for (const [x, tall] of [
    [0.97, 0.34],
    [0.925, 0.22],
  ])
    fir(width * (x ?? 0), shore + height * 0.1, height * (tall ?? 0));
  pen.beginPath();
  pen.ellipse(width, shore + height * 0.11, width * 0.16, height * 0.035, 0, 0, Math.PI * 2);
  pen.fill();

  return new Promise((done, failed) =>
    canvas.toBlob(
      (blob) => (blob ? done(blob) : failed(new Error("No picture."))),
      "image/jpeg",
      0.9,
    ),
  );
}

/**
 * Something with the rhythm of speech, as a WAV file.
 *
 * @param {{seconds: number, seed: number}} options
 * @returns {Blob}
 */
export function speak({ seconds, seed }) {
  const rate = 8000;
  const count = Math.floor(seconds * rate);
  const bytes = new DataView(new ArrayBuffer(44 + count * 2));
  const text = (/** @type {number} */ at, /** @type {string} */ value) =>
    [...value].forEach((char, i) => bytes.setUint8(at + i, char.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + count * 2, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, count * 2, true);
  let state = seed;
  const random = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  // Syllables of uneven weight, with a breath here and there.
  let end = 0;
  let begin = 0;
  let loud = 0;
  for (let i = 0; i < count; i++) {
    if (i >= end) {
      begin = i;
      end = i + rate * (0.12 + random() * 0.22);
      loud = random() < 0.16 ? 0.03 : 0.25 + random() * 0.75;
    }
    const t = i / rate;
    const shape = Math.sin((Math.PI * (i - begin)) / (end - begin)) * loud;
    const voice = Math.sin(t * 820 + 3 * Math.sin(t * 13)) + 0.4 * Math.sin(t * 1640);
    bytes.setInt16(44 + i * 2, voice * shape * 20_000, true);
  }
  return new Blob([bytes.buffer], { type: "audio/wav" });
}
