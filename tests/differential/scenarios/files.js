// Files: uploading each kind, sending them, and what is refused.

const bytes = (...values) => new Blob([new Uint8Array(values)], { type: "application/x-test" });

export default [
  {
    name: "files: each kind, uploaded and sent",
    async run({ chat, listener, result, later }) {
      const [alice, , hers, his] = await chat();
      const messages = his.subscribeMessages(listener("messages"));
      await messages.connected;
      await later();
      const image = { filename: "a cat.png", width: 640, height: 480 };
      const video = { filename: "cat.mp4", width: 1920, height: 1080, duration: 12.5 };
      const uploads = {
        file: () => alice.uploadFile(bytes(0, 1, 2, 255), { filename: "notes.txt" }),
        image: () => alice.uploadImage(bytes(1, 2), image),
        "image without a size": () => alice.uploadImage(bytes(1), { filename: "b.png" }),
        video: () => alice.uploadVideo(bytes(3), video),
        audio: () => alice.uploadAudio(bytes(4), { filename: "song.mp3", duration: 61 }),
        voice: () => alice.uploadVoice(bytes(5), { filename: "voice.ogg", duration: 7.25 }),
      };
      for (const [kind, upload] of Object.entries(uploads)) {
        const fileToken = await result(`${kind} token`, upload());
        await result(kind, hers.send({ content: [{ type: "file", fileToken }] }));
        await later();
      }
    },
  },
  {
    name: "files: one after the other, strange names, a File",
    async run({ members, result, later }) {
      const [alice] = await members("alice");
      const names = [
        "ünï cödé.txt", "a\"b.txt", "a/b\\c.txt", "no extension", "x".repeat(200), "%41.txt",
      ];
      for (const filename of names) {
        await result(filename.slice(0, 20), alice.uploadFile(bytes(1), { filename }));
      }
      const file = new File(["text"], "other name.txt", { type: "text/plain" });
      await result("a File", alice.uploadFile(file, { filename: "given.txt" }));
      await result("empty", alice.uploadFile(new Blob([]), { filename: "empty.txt" }));
      await later();
    },
  },
  {
    name: "files: refused before and during the upload",
    async run({ members, result, refuse, inTime }) {
      const [alice] = await members("alice");
      await refuse("POST", "/files/validate", 400, "FILE_TOO_LARGE", ["Too large."]);
      await result("check", alice.uploadFile(bytes(1), { filename: "a.txt" }));
      await refuse("POST", "/files/validate", 403, "UNAUTHORIZED", ["Not you."]);
      await result("check forbidden", alice.uploadImage(bytes(1), { filename: "a.png" }));
      const path = "/public_api/v1/demo/files";
      await refuse("POST", path, 400, "BAD_FILE", ["Not good."]);
      await inTime("upload", alice.uploadFile(bytes(1), { filename: "a.txt" }));
      await refuse("POST", path, 429, "SLOW_DOWN", ["Too many."]);
      await inTime("too many", alice.uploadFile(bytes(1), { filename: "a.txt" }));
      await refuse("POST", path, 500, "OOPS", ["Broken."]);
      await inTime("broken once", alice.uploadFile(bytes(1), { filename: "a.txt" }));
    },
  },
];
