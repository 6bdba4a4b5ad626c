// Uploads: each kind, from each form of data, compared byte for byte with what others download; and
// everything that can go wrong on the way.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const stage = useStage();
const { scene } = stage;

const KINDS = {
  uploadFile: { metadata: { filename: "notes.bin" }, shown: {} },
  uploadImage: {
    metadata: { filename: "a.png", width: 640, height: 480 },
    shown: { subtype: "image", width: 640, height: 480 },
  },
  uploadVideo: {
    metadata: { filename: "a.mp4", width: 1920, height: 1080, duration: 12.5 },
    shown: { subtype: "video", width: 1920, height: 1080, duration: 12.5 },
  },
  uploadAudio: {
    metadata: { filename: "a.mp3", duration: 61.25 },
    shown: { subtype: "audio", duration: 61.25 },
  },
  uploadVoice: {
    metadata: { filename: "a.webm", duration: 3 },
    shown: { subtype: "voice", duration: 3 },
  },
};
const PLAINTEXT = {
  uploadFile: "📎 notes.bin",
  uploadImage: "📷 a.png",
  uploadVideo: "🎥 a.mp4",
  uploadAudio: "🎧 a.mp3",
  uploadVoice: "🎙️ (0:03)",
};

/** In the page: the bytes 0, 1, 2 … 255, 0 … of a given length, which differ for each seed. */
const helpers = () => {
  globalThis.bytes = (length, seed = 0) =>
    Uint8Array.from({ length }, (_, at) => (at * 31 + seed) % 256);
  globalThis.download = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  globalThis.equal = (one, other) =>
    one.length === other.length && one.every((byte, at) => byte === other[at]);
};

for (const [method, { metadata, shown }] of Object.entries(KINDS)) {
  scene(
    `${method}: a Blob, a File, a Uint8Array and an ArrayBuffer, byte for byte`,
    async ({ run }) => {
      await run(helpers);
      const seen = await run(
        async ([method, metadata]) => {
          const { alice, ours, theirs } = await lab.pair(method);
          const list = theirs.subscribeMessages();
          await list.connected;
          const original = bytes(70_001, 7);
          const inside = new Uint8Array(80_000);
          inside.set(original, 99);
          const forms = {
            Blob: new Blob([original.slice(0, 30_000), original.slice(30_000)]),
            File: new File([original], "another name.bin", { type: "application/x-test" }),
            Uint8Array: original,
            "part of a larger buffer": inside.subarray(99, 99 + original.length),
            ArrayBuffer: original.buffer.slice(0),
          };
          const seen = {};
          for (const [form, data] of Object.entries(forms)) {
            const given = structuredClone(metadata);
            const fileToken = await alice[method](data, given);
            const ref = await ours.send({ content: [{ type: "file", fileToken }] });
            const [message] = await lab.until(
              () => list.state.latestSnapshot[0]?.id === ref.id && list.state.latestSnapshot,
              "it arrives",
            );
            const [block] = message.content;
            const { url, fileToken: token, ...rest } = block;
            // The same file again, by the token of the message.
            const again = await theirs.send({ content: [{ type: "file", fileToken: token }] });
            const copy = (await again.get()).content[0];
            seen[form] = {
              fileToken: typeof fileToken,
              rest,
              plaintext: message.plaintext,
              equal: equal(await download(url), original),
              type: typeof url,
              untouched: JSON.stringify(given) === JSON.stringify(metadata),
              copied: equal(await download(copy.url), original),
            };
          }
          return seen;
        },
        [method, metadata],
      );
      for (const [form, one] of Object.entries(seen)) {
        assert.equal(one.fileToken, "string", form);
        assert.deepEqual(
          one.rest,
          { type: "file", filename: metadata.filename, size: 70_001, ...shown },
          form,
        );
        assert.equal(one.plaintext, PLAINTEXT[method], form);
        assert.ok(one.equal, `${form}: the bytes are the same`);
        assert.ok(one.copied, `${form}: the token of a received file can be sent again`);
        assert.ok(one.untouched, `${form}: the caller's metadata is not written into`);
      }
    },
  );
}

scene(
  "what goes out: the check first, then one multipart request with the token",
  async ({ run }) => {
    const seen = await run(async () => {
      const sockets = lab.watchSockets();
      const requests = lab.watchFetch();
      const session = await lab.person("wire");
      const blob = new Blob(["12345"], { type: "video/mp4" });
      const before = requests.length;
      await session.uploadVideo(blob, {
        filename: "v.mp4",
        width: 0,
        height: 20.5,
        duration: 1e21,
      });
      const [{ url, init }] = requests.slice(before);
      const form = [];
      for (const [name, value] of init.body) {
        form.push([name, value instanceof File ? [value.name, value.size, value.type] : value]);
      }
      return {
        path: new URL(url).pathname,
        method: init.method,
        form,
        requests: requests.length - before,
        bearer: /^Bearer .+/.test(new Headers(init.headers).get("authorization")),
        contentType: new Headers(init.headers).get("content-type"),
        check: sockets[0].sent.find(([, , path]) => path === "/files/validate").slice(1, 4),
      };
    });
    assert.deepEqual(seen.check, ["POST", "/files/validate", { filename: "v.mp4", filesize: 5 }]);
    assert.equal(seen.requests, 1);
    assert.equal(seen.method, "POST");
    assert.equal(seen.path, "/public_api/v1/demo/files");
    assert.ok(seen.bearer);
    assert.equal(seen.contentType, null, "the browser sets it, with the boundary");
    assert.deepEqual(seen.form[0], ["file", ["v.mp4", 5, "video/mp4"]]);
    const fields = Object.fromEntries(seen.form.slice(1));
    assert.equal(fields.subtype, "video");
    assert.equal(fields.width, "0");
    assert.equal(fields.height, "20.5");
    assert.equal(Number(fields.duration), 1e21);
    assert.deepEqual(Object.keys(fields).sort(), ["duration", "height", "subtype", "width"]);
  },
);

scene("the kind is the method's, and metadata that is left out stays absent", async ({ run }) => {
  const forms = await run(async () => {
    const requests = lab.watchFetch();
    const session = await lab.person("fields");
    const all = { filename: "f", width: 1, height: 2, duration: 3, subtype: "poem", extra: "x" };
    for (const method of [
      "uploadFile",
      "uploadImage",
      "uploadVideo",
      "uploadAudio",
      "uploadVoice",
    ]) {
      await session[method](new Blob(["x"]), all);
      await session[method](new Blob(["x"]), { filename: "f", width: undefined });
    }
    const posts = requests.filter(({ url }) => url.endsWith("/files"));
    return posts.map(({ init }) =>
      Object.fromEntries([...init.body].filter(([name]) => name !== "file")),
    );
  });
  const kinds = [undefined, "image", "video", "audio", "voice"];
  const own = [
    [],
    ["width", "height"],
    ["width", "height", "duration"],
    ["duration"],
    ["duration"],
  ];
  const values = { width: "1", height: "2", duration: "3" };
  for (const [at, kind] of kinds.entries()) {
    const [full, bare] = forms.slice(2 * at, 2 * at + 2);
    assert.equal(full.subtype, kind);
    assert.equal(full.extra, undefined, "what is not known stays here");
    for (const name of own[at]) assert.equal(full[name], values[name], `${name} of ${kind}`);
    assert.deepEqual(bare, kind ? { subtype: kind } : {}, `no metadata of ${kind}`);
  }
});

scene("file names of all sorts, an empty file, and many at once", async ({ run }) => {
  await run(helpers);
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("names");
    const show = async (fileToken) => {
      const ref = await ours.send({ content: [{ type: "file", fileToken }] });
      return (await ref.get()).content[0];
    };
    const seen = { names: [] };
    for (const filename of [
      "résumé 雪 😀.pdf",
      "with 'quotes'.txt",
      "semi;colon,comma.txt",
      "100%25 %.txt",
      "no extension",
      "a\\b.txt",
      ".hidden",
      "x".repeat(200) + ".txt",
      "#frag?query&x=1.txt",
      "</script>.html",
    ]) {
      const error = await lab.failure(async () => {
        const block = await show(await alice.uploadFile(new Blob([filename]), { filename }));
        const text = new TextDecoder().decode(await download(block.url));
        seen.names.push([filename, block.filename, text]);
      });
      if (error.how !== "none") seen.names.push([filename, error.message, ""]);
    }
    const empty = await alice
      .uploadFile(new Blob([]), { filename: "empty" })
      .then(show, (error) => lab.plain(error));
    seen.empty = empty.size ?? empty.code;
    const many = await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        const data = bytes(1_000 + number, number);
        const block = await show(await alice.uploadFile(data, { filename: `${number}.bin` }));
        return equal(await download(block.url), data);
      }),
    );
    seen.many = many.filter(Boolean).length;
    return seen;
  });
  for (const [given, shown, content] of seen.names) {
    assert.equal(shown, given);
    assert.equal(content, given, given);
  }
  assert.ok(seen.empty === 0 || seen.empty === "rejected", `an empty file: ${seen.empty}`);
  assert.equal(seen.many, 20);
});

scene(
  "a 200 MB Blob arrives whole, and the module's memory grows by less than 1 MB",
  async ({ run }) => {
    const MB = 1 << 20;
    const seen = await run(async () => {
      let memory;
      lab.watchInstances((exports) => {
        memory = exports.memory;
      });
      const { alice, ours } = await lab.pair("large");
      const chunks = Array.from({ length: 200 }, (_, number) =>
        new Uint8Array(1 << 20).fill(number + 1),
      );
      const blob = new Blob(chunks);
      chunks.length = 0;
      // A small one first, so that what any upload needs is there.
      await alice.uploadFile(new Blob(["small"]), { filename: "small" });
      const before = memory.buffer.byteLength;
      const fileToken = await lab.settled(
        alice.uploadFile(blob, { filename: "large.bin" }),
        "200 MB",
        60_000,
      );
      const after = memory.buffer.byteLength;
      const ref = await ours.send({ content: [{ type: "file", fileToken }] });
      const { url, size } = (await ref.get()).content[0];
      return { before, after, url, size };
    });
    assert.equal(seen.size, 200 * MB);
    assert.ok(seen.before > 0);
    assert.ok(seen.after - seen.before < MB, `memory grew by ${seen.after - seen.before} bytes`);
    const expected = createHash("sha256");
    for (let number = 1; number <= 200; number++) expected.update(Buffer.alloc(MB, number));
    const got = createHash("sha256");
    for await (const chunk of (await fetch(seen.url)).body) got.update(chunk);
    assert.equal(got.digest("hex"), expected.digest("hex"), "byte for byte");
  },
);

scene("data and metadata of a wrong kind are refused before anything is sent", async ({ run }) => {
  const { results, sent } = await run(async () => {
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const session = await lab.person("wrong uploads");
    const frames = sockets[0].sent.length;
    const before = requests.length;
    const blob = new Blob(["x"]);
    const good = { filename: "x" };
    const data = {
      nothing: undefined,
      null: null,
      text: "x",
      number: 5,
      list: [1, 2],
      object: {},
      function: () => {},
      symbol: Symbol("x"),
      "a stream": blob.stream(),
      "like a Blob": { size: 1, type: "" },
      "a promise": Promise.resolve(blob),
    };
    const names = {
      "no metadata": undefined,
      "metadata null": null,
      "metadata a text": "x",
      "metadata a list": ["x"],
      "metadata a function": () => {},
      "no filename": {},
      "an empty filename": { filename: "" },
      "filename a number": { filename: 5 },
      "filename null": { filename: null },
      "metadata with a bigint": { filename: "x", width: 5n },
    };
    const numbers = {};
    for (const [kind, value] of Object.entries({
      text: "5",
      negative: -1,
      null: null,
      object: {},
      list: [1],
      true: true,
    })) {
      numbers[`width ${kind}`] = { ...good, width: value };
      numbers[`duration ${kind}`] = { ...good, duration: value };
    }
    const results = [];
    for (const method of [
      "uploadFile",
      "uploadImage",
      "uploadVideo",
      "uploadAudio",
      "uploadVoice",
    ]) {
      for (const [kind, value] of Object.entries(data)) {
        results.push([
          `${method} of ${kind}`,
          await lab.failure(() => session[method](value, good)),
        ]);
      }
      for (const [kind, value] of Object.entries(names)) {
        results.push([`${method}, ${kind}`, await lab.failure(() => session[method](blob, value))]);
      }
    }
    for (const [kind, value] of Object.entries(numbers)) {
      results.push([
        `uploadVideo, ${kind}`,
        await lab.failure(() => session.uploadVideo(blob, value)),
      ]);
    }
    return { results, sent: sockets[0].sent.length - frames + requests.length - before };
  });
  assertEach(
    results,
    { how: "rejected", code: "invalid-argument" },
    "each rejects with invalid-argument",
  );
  assert.equal(sent, 0, "nothing is sent");
  const told = Object.fromEntries(results);
  const wanted = "The file must be a Blob, a Uint8Array or an ArrayBuffer";
  assert.equal(told["uploadFile of text"].message, `${wanted}, but is a string`);
  assert.equal(told["uploadFile of list"].message, `${wanted}, but is an array`);
});

scene("NaN and Infinity are no sizes", async ({ run }) => {
  const results = await run(async () => {
    const session = await lab.person("not a number");
    const results = [];
    for (const width of [NaN, Infinity, -Infinity]) {
      results.push([
        `width ${width}`,
        await lab.failure(() => session.uploadImage(new Blob(["x"]), { filename: "x", width })),
      ]);
    }
    return results;
  });
  assertEach(results, { how: "rejected", code: "invalid-argument" }, "refused");
});

scene(
  "refusals of the service reject at once; failures of it are tried again",
  async ({ run }) => {
    const seen = await run(async () => {
      const session = await lab.person("refusals");
      const requests = lab.watchFetch();
      const upload = (name) =>
        lab.failure(() => session.uploadFile(new Blob(["x"]), { filename: name }), name);
      const path = "/public_api/v1/demo/files";
      const seen = {};
      await lab.control({
        do: "answer",
        method: "POST",
        path: "/files/validate",
        status: 400,
        body: { errorCode: "FILE_TYPE", reasons: ["No such files here."] },
      });
      seen.check = await upload("check");
      seen.unsent = requests.length;
      for (const status of [400, 403, 413, 429]) {
        await lab.control({ do: "answer", method: "POST", path, status });
        seen[status] = await upload(String(status));
      }
      seen.once = requests.length;
      await lab.control({ do: "answer", method: "POST", path, status: 500, times: 3 });
      seen[500] = await upload("500");
      seen.tries = requests.length - seen.once;
      return seen;
    });
    assertTalkError(
      seen.check,
      { code: "rejected", status: 400, says: /No such files here/ },
      "a refused check",
    );
    assert.equal(seen.unsent, 0, "no byte goes out before the check is passed");
    assertTalkError(seen[400], { code: "rejected", status: 400 }, "400");
    assertTalkError(seen[403], { code: "forbidden", status: 403 }, "403");
    assertTalkError(seen[413], { code: "rejected", status: 413 }, "413");
    assertTalkError(seen[429], { code: "rejected", status: 429 }, "429 is not tried again here");
    assert.equal(seen.once, 4, "each only once");
    assert.equal(seen[500].how, "none");
    assert.equal(seen.tries, 4, "three failures and a success");
  },
  { expected: [/400/, /403/, /413/, /429/, /500/] },
);

scene(
  "an upload whose connection breaks is made again, whole",
  async ({ run, page }) => {
    await run(helpers);
    let broken = 0;
    await page.route("**/public_api/v1/demo/files", (route) =>
      (broken += 1) <= 2 ? route.abort("connectionreset") : route.continue(),
    );
    const seen = await run(async () => {
      const { alice, ours } = await lab.pair("broken");
      const data = bytes(300_000, 3);
      const fileToken = await lab.settled(
        alice.uploadFile(new Blob([data]), { filename: "b" }),
        "the upload",
      );
      const ref = await ours.send({ content: [{ type: "file", fileToken }] });
      return equal(await download((await ref.get()).content[0].url), data);
    });
    assert.ok(seen);
    assert.equal(broken, 3);
  },
  { expected: [/ERR_CONNECTION_RESET/] },
);

scene("a session that ends aborts its uploads and rejects them", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.session("aborting", { appId: "demo" });
    await session.currentUser.createIfNotExists({ name: "Aborting" });
    let signal;
    const real = globalThis.fetch;
    globalThis.fetch = (url, init) => {
      if (!String(url).endsWith("/files")) return real(url, init);
      ({ signal } = init);
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      );
    };
    const upload = lab.failure(
      () => session.uploadFile(new Blob(["x"]), { filename: "x" }),
      "the upload",
    );
    await lab.until(() => signal, "the upload is on its way");
    // The service takes the login away, and refuses the next one for good.
    await lab.control({ do: "answer", method: "POST", path: "/session/renew", status: 402 });
    await lab.control({ do: "drop", user: "aborting" });
    session.currentUser.get().catch(() => {});
    return { upload: await upload, aborted: signal.aborted };
  });
  assertTalkError(seen.upload, { code: "payment-required" }, "the upload");
  assert.ok(seen.aborted);
});
