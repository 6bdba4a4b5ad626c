// Translations: in both forms that the service has, for several messages at once, and without.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

for (const form of ["content", "markup"]) {
  scene(`what comes as ${form} is given as content and plain text, frozen`, async ({ run }) => {
    const got = await run(async (translate) => {
      await lab.control({ do: "settings", settings: { translate } });
      const { ours, theirs } = await lab.pair(`translate ${translate}`);
      const text = await ours.send("Hello *you*,\n- see\n- talkjs.com");
      const place = await ours.send({
        content: [{ type: "location", latitude: 1, longitude: 2 }],
      });
      const all = await Promise.all([
        theirs.message(text.id).translate("fr-CA"),
        theirs.message(place.id).translate("fr-CA"),
        theirs.message("nothing").translate("fr-CA"),
      ]);
      return { all, thawed: lab.thawed(all[0]) + lab.thawed(all[1]) };
    }, form);
    const [text, place, nothing] = got.all;
    assert.equal(text.plaintext, "[fr] Hello you,\n- see\n- talkjs.com\n");
    assert.deepEqual(Object.keys(text).sort(), ["content", "plaintext"]);
    assert.deepEqual(text.content[0].children[1], { type: "bold", children: ["you"] });
    assert.deepEqual(place, {
      content: [{ type: "location", latitude: 1, longitude: 2 }],
      plaintext: "📍",
    });
    assert.equal(nothing, null);
    assert.equal(got.thawed, "");
  });
}

scene("what is asked in one tick goes out together, by language, a hundred at most", async ({
  run,
}) => {
  const asked = await run(async () => {
    const { ours } = await lab.pair("translate many");
    const { id } = await ours.send("Hello");
    await lab.control({ do: "log" });
    await Promise.all([
      ...Array.from({ length: 150 }, (_, at) => ours.message(`m${at}`).translate("fr")),
      ours.message(id).translate("fr"),
      ours.message(id).translate("fr"),
      ours.message(id).translate("de"),
    ]);
    const log = await lab.control({ do: "log" });
    return log
      .filter(({ dir, frame }) => dir === "in" && /translate$/.test(frame[2]))
      .map(({ frame: [, method, path, { ids, lang }] }) => [method, path, ids.length, lang]);
  });
  const path = "/me/conversations/chat%20translate%20many/translate";
  assert.deepEqual(asked, [
    ["GET", path, 100, "fr"],
    ["GET", path, 51, "fr"],
    ["GET", path, 1, "de"],
  ]);
});

scene("a language must be a text that says something", async ({ run }) => {
  const { errors, sent } = await run(async () => {
    const { ours } = await lab.pair("translate wrong");
    await lab.control({ do: "log" });
    const errors = [];
    for (const language of ["", 5, null, undefined, {}, ["fr"], "\ud800"]) {
      const what = String(JSON.stringify(language));
      errors.push([what, await lab.failure(() => ours.message("m").translate(language))]);
    }
    const log = await lab.control({ do: "log" });
    return { errors, sent: log.filter(({ frame }) => /translate$/.test(frame[2])) };
  });
  assertEach(errors, { code: "invalid-argument", says: /language must be/ }, "bad languages");
  assert.deepEqual(sent, []);
});

scene("odd answers are nothing or a failure, and refusals say why", async ({ run }) => {
  const { odd, off } = await run(async () => {
    const { ours } = await lab.pair("translate odd");
    const message = await ours.send("Hello");
    const path = "/me/conversations/chat%20translate%20odd/translate";
    const odd = [];
    for (const translation of [
      5, "x", [], {}, { content: 5 }, { content: null, markup: null }, { markup: 5 },
      { content: [{ type: "odd" }, 5] }, { markup: "" },
    ]) {
      const body = { data: { [message.id]: translation } };
      await lab.control({ do: "answer", method: "GET", path, status: 200, times: 1, body });
      odd.push(await lab.settled(message.translate("fr"), JSON.stringify(body)));
    }
    await lab.control({ do: "settings", settings: { translate: "off" } });
    return { odd, off: await lab.failure(() => message.translate("fr")) };
  });
  assert.deepEqual(odd, [
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    { content: [{ type: "odd" }, 5], plaintext: "\n\n" },
    { content: [{ type: "text", children: [] }], plaintext: "" },
  ]);
  assertTalkError(off, { code: "forbidden", status: 403, says: /TRANSLATION_NOT_ENABLED/ }, "off");
  assert.match(off.operation, /^Translate message msg_/);
});
