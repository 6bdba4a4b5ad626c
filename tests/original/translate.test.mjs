// Translation, in both forms that the service has, and without.

import { useStage } from "./stage.mjs";

const check = useStage();

for (const form of ["content", "markup"]) {
  check(`translations come as ${form}`, async (lab, translate) => {
    await lab.control({ do: "settings", settings: { translate } });
    const [, , hers, his] = await lab.chat();
    const message = await hers.send("Hello *you*, see talkjs.com");
    const place = await hers.send({
      content: [{ type: "location", latitude: 1, longitude: 2 }],
    });
    await lab.requests();
    const [french, where, nothing, english] = await Promise.all([
      his.message(message.id).translate("fr-CA"),
      his.message(place.id).translate("fr-CA"),
      his.message("nothing").translate("fr-CA"),
      his.message(message.id).translate("en"),
    ]);
    lab.equal(french.plaintext, "[fr] Hello you, see talkjs.com");
    lab.equal(french.content[0].children[1], { type: "bold", children: ["you"] });
    lab.equal(english.plaintext, "[en] Hello you, see talkjs.com");
    lab.equal(where.content, [{ type: "location", latitude: 1, longitude: 2 }]);
    lab.equal(nothing, null);
    const asked = (await lab.requests()).map(([, , data]) => data);
    lab.equal(asked, [
      { ids: [message.id, place.id, "nothing"], lang: "fr-CA" },
      { ids: [message.id], lang: "en" },
    ]);
  }, form);
}

check("an app may be without translation", async (lab) => {
  const [, , hers] = await lab.chat();
  const message = await hers.send("Hello");
  await lab.control({ do: "settings", settings: { translate: "off" } });
  const why = await lab.refusal(message.translate("fr"));
  lab.ok(/TRANSLATION_NOT_ENABLED/.test(why), why);
});
