// Files and bytes of every realm, and what behaves like a file without being one of the browser's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { join } from "node:path";
import { PACKAGE, useStage } from "./stage.mjs";

const stage = useStage();

/** Uploads each form of data by a client. Gives what arrives of it, or why it is refused. */
const upload = async (client) => {
  const { session, conversation } = await field.open(client, "files");
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const other = frame.contentWindow;
  const bytes = new other.Uint8Array([0, 104, 105, 0]);
  const like = (more, tag = "Blob") => ({ size: 2, type: "text/plain", [Symbol.toStringTag]: tag, ...more });
  class Polyfill {
    #text = "hi";
    size = 2;
    type = "text/plain";
    async arrayBuffer() {
      return new TextEncoder().encode(this.#text).buffer;
    }
    get [Symbol.toStringTag]() {
      return "File";
    }
  }
  const forms = {
    "a Blob of an iframe": new other.Blob(["hi"], { type: "text/plain" }),
    "a File of an iframe": new other.File(["hi"], "other.txt", { type: "text/plain" }),
    "an ArrayBuffer of an iframe": bytes.buffer.slice(1, 3),
    "a Uint8Array of an iframe": bytes.subarray(1, 3),
    "a DataView of an iframe": new other.DataView(bytes.buffer, 1, 2),
    "an Int8Array": new Int8Array([104, 105]),
    "a DataView": new DataView(new Uint8Array([104, 105]).buffer),
    "a Blob by arrayBuffer alone": like({ arrayBuffer: async () => new TextEncoder().encode("hi").buffer }),
    "a Blob by stream alone": like({ stream: () => new Blob(["hi"]).stream() }),
    "a File of a polyfill": new Polyfill(),
    "a Blob that is one to instanceof": Object.assign(Object.create(Blob.prototype, {
      size: { value: 2 }, type: { value: "" }, arrayBuffer: { value: () => new Blob(["hi"]).arrayBuffer() },
    })),
    "a Blob behind a proxy": new Proxy(new Blob(["hi"]), {}),
    "a promise of a Blob": Promise.resolve(new Blob(["hi"])),
    "an object with a size": { size: 2 },
    "a Blob that cannot be read": like({ arrayBuffer: async () => { throw new Error("gone"); } }),
    "a Map": new Map([[1, 2]]),
    "a text": "hi",
    "a list": [104, 105],
    "nothing": null,
  };
  const found = {};
  for (const [form, data] of Object.entries(forms)) {
    found[form] = await field.failure(async () => {
      const fileToken = await field.limited(session.uploadFile(data, { filename: "a.txt" }), 3_000);
      const sent = await conversation.send({ content: [{ type: "file", fileToken }] });
      const { content: [{ url, size }] } = await sent.get();
      const answer = await fetch(url);
      throw Object.assign(new Error(await answer.text()), { code: size });
    });
  }
  return found;
};

const TAKEN = [
  "a Blob of an iframe", "a File of an iframe", "an ArrayBuffer of an iframe",
  "a Uint8Array of an iframe", "a DataView of an iframe", "an Int8Array", "a DataView",
];

test("files and bytes of every realm are taken, others get one clear error", async () => {
  const { result, problems } = await stage.inPage(upload, "ours");
  const refused = /^invalid-argument: The file must be a Blob, a Uint8Array or an ArrayBuffer, but is /;
  for (const [form, outcome] of Object.entries(result)) {
    if (TAKEN.includes(form)) assert.equal(outcome, "2: hi", form);
    else assert.match(outcome, refused, form);
  }
  assert.deepEqual(problems, []);
});

test("what the original takes of that, we take", async (context) => {
  const { result } = await stage.inPage(upload, "original");
  const taken = Object.keys(result).filter((form) => result[form] === "2: hi");
  context.diagnostic(taken.join(", "));
  assert.deepEqual(taken.filter((form) => !TAKEN.includes(form)), []);
  assert.ok(taken.includes("a Blob of an iframe"));
});

test("jest's realm: the package runs in a context whose bytes are not those of Node", async () => {
  const { default: WebSocket } = await import("ws");
  const outside = {
    WebSocket, fetch, FormData, Blob, Response, AbortController, URL, URLSearchParams, TextEncoder,
    TextDecoder, setTimeout, clearTimeout, console, crypto, atob,
  };
  const context = createContext({ ...outside, module: { exports: {} } });
  const source = readFileSync(join(PACKAGE, "index.cjs"), "utf8");
  runInContext(source, context);
  const { getTalkSession } = context.module.exports;
  const session = getTalkSession({ appId: "demo", userId: "jest", host: stage.backend.host });
  await session.currentUser.createIfNotExists({ name: "Jest" });
  const forms = [
    new Uint8Array([104, 105]), new Uint8Array([104, 105]).buffer, new Blob(["hi"]),
    Buffer.from("hi"), runInContext("new Uint8Array([104, 105]).buffer", context),
  ];
  for (const data of forms) {
    assert.equal(typeof (await session.uploadFile(data, { filename: "a.txt" })), "string");
  }
});
