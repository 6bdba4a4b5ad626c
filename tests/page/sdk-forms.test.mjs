// The forms of the Kotlin and Flutter Data APIs, which sessions of both kinds understand: uploads
// from bytes, handles of `onError` that may be awaited, and a new session after one that failed.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const { scene } = useStage();

for (const kind of ["session", "acting"]) {
  const name = kind === "session" ? "getTalkSession" : "Session";

  scene(`${name}: uploads from bytes`, async ({ run }) => {
    const seen = await run(async (kind) => {
      await lab.person("bytes");
      const session = await lab[kind]("bytes");
      const chat = session.conversation("bytes");
      await chat.createIfNotExists();
      const bytes = Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7) % 256);
      const forms = {
        Uint8Array: bytes,
        "part of a buffer": new Uint8Array([0, ...bytes, 0]).subarray(1, bytes.length + 1),
        ArrayBuffer: bytes.slice().buffer,
        "no bytes at all": new Uint8Array(0),
      };
      const methods = {
        uploadFile: { filename: "a.bin" },
        uploadImage: { filename: "a.png", width: 2, height: 3 },
        uploadVideo: { filename: "a.mp4", width: 2, height: 3, duration: 1 },
        uploadAudio: { filename: "a.mp3", duration: 1 },
        uploadVoice: { filename: "a.webm", duration: 1 },
      };
      const results = [];
      for (const [form, data] of Object.entries(forms)) {
        for (const [method, metadata] of Object.entries(methods)) {
          const fileToken = await session[method](data, metadata);
          const message = await chat.send({ content: [{ type: "file", fileToken }] });
          const [block] = (await message.get()).content;
          const got = new Uint8Array(await (await fetch(block.url)).arrayBuffer());
          const wanted = form === "no bytes at all" ? new Uint8Array(0) : bytes;
          const same = got.length === wanted.length && got.every((byte, at) => byte === wanted[at]);
          results.push([`${method}, ${form}`, same, block.filename === metadata.filename]);
        }
      }
      return results;
    }, kind);
    assert.equal(seen.length, 20);
    assert.deepEqual(seen.filter(([, ...all]) => !all.every(Boolean)), []);
  });

  scene(
    `${name}: a handle of onError may be awaited, and takes the handler off at once`,
    async ({ run }) => {
      const seen = await run(async (kind) => {
        const told = [];
        const options = { appId: "nowhere" };
        let session;
        if (kind === "session") session = await lab.session("handles", options);
        else {
          session = await lab.sdk(options);
          session.me = session.getUserById("handles");
        }
        const first = session.onError(() => told.push("first"));
        const second = session.onError(() => told.push("second"));
        const ended = new Promise((resolve) => session.onError(resolve));
        const promise = second.unsubscribe();
        const values = [typeof promise?.then, await promise, await second.unsubscribe()];
        await lab.settled(ended, "it ends");
        await first.unsubscribe();
        // One that comes late, and goes before it is told.
        await session.onError(() => told.push("late")).unsubscribe();
        await new Promise((resolve) => setTimeout(resolve));
        return { told, values };
      }, kind);
      assert.deepEqual(seen.told, ["first"]);
      assert.deepEqual(seen.values, ["function", undefined, undefined]);
    },
    { expected: [/404/] },
  );
}

scene(
  "getTalkSession gives a new session once the old one has failed",
  async ({ run }) => {
    const seen = await run(async () => {
      await lab.control({
        do: "answer", method: "GET", path: "/api/v0/demo/bokens/failed", status: 401,
      });
      const first = await lab.session("failed");
      const same = (await lab.session("failed")) === first;
      const ended = new Promise((resolve) => first.onError(({ code }) => resolve(code)));
      await lab.failure(() => first.currentUser.get());
      const code = await lab.settled(ended, "it fails");
      const second = await lab.person("failed");
      return {
        same, code, fresh: second !== first, kept: (await lab.session("failed")) === second,
        name: (await second.currentUser.get()).name,
        old: (await lab.failure(() => first.currentUser.get())).code,
      };
    });
    assert.deepEqual(seen, {
      same: true, code: "auth-failed", fresh: true, kept: true, name: "failed",
      old: "session-ended",
    });
  },
  { expected: [/401/] },
);
