// Handles in the stores of the libraries that applications are made with: whatever comes out of a
// store, as it is or as a proxy, works as what was put in. The same is tried with the original, and
// what of it works there is listed.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { useStage } from "./stage.mjs";

const { inPage } = useStage({ libraries: ["stores"] });

/** Where the original does not do all of it, by the kind of steps. */
const NOT_THE_ORIGINAL = {
  "Vue readonly": ["session"],
  "Valtio proxy": ["session"],
  "Valtio snapshot": ["session", "setting", "subscriptions"],
  "MobX observable": ["subscriptions"],
  "MobX makeAutoObservable": ["subscriptions"],
  "Immer draft": ["subscriptions"],
  "Zustand with Immer": ["subscriptions"],
  "Solid store": ["subscriptions"],
  "Solid mutable": ["subscriptions"],
  "Svelte $state": ["subscriptions"],
  "Proxy all the way": ["session", "subscriptions"],
  "Object.create": ["setting"],
};

/** Stores that hand out what cannot be written to. */
const READ_ONLY = ["Vue readonly"];

const LIBRARIES = [
  "Vue reactive", "Vue ref", "Vue readonly", "Pinia", "Alpine", "Valtio proxy", "Valtio snapshot",
  "MobX observable", "MobX makeAutoObservable", "Immer draft", "Zustand", "Zustand with Immer",
  "Solid store", "Solid mutable", "Svelte $state", "Proxy", "Proxy all the way", "Object.create",
];

/** Each kind of steps with one session; gives the first step that fails, or "", by the kind. */
const walkAll = async ([client, library, mayWrite]) => {
  const topic = library;
  const { open, load, walk, sessionSteps, refSteps, subscriptionSteps, settingSteps } = field;
  const { [library]: wrap } = await field.stores();
  const failed = {};
  const kinds = {
    session: async () => sessionSteps(wrap, await open(client, `${topic} session`)),
    refs: async () => refSteps(wrap, await open(client, `${topic} refs`)),
    subscriptions: async () => subscriptionSteps(wrap, await open(client, `${topic} live`)),
  };
  if (mayWrite) {
    const { getTalkSession } = await load(client);
    let count = 0;
    kinds.setting = async () => settingSteps(wrap, () =>
      getTalkSession({ appId: "demo", userId: `${topic} ${client} ${count++}`, host: field.host }));
  }
  await Promise.all(Object.entries(kinds).map(async ([kind, steps]) => {
    failed[kind] = await walk(client, await steps());
  }));
  return failed;
};

/** The same with a `Session`, and what only that has. */
const walkSdk = async ([, library]) => {
  const { openSdk, walk, sessionSteps, refSteps, subscriptionSteps, userSteps } = field;
  const { [library]: wrap } = await field.stores();
  const kinds = {
    session: sessionSteps, refs: refSteps, subscriptions: subscriptionSteps, own: userSteps,
  };
  const failed = {};
  await Promise.all(Object.entries(kinds).map(async ([kind, steps]) => {
    failed[kind] = await walk("ours", steps(wrap, await openSdk(`${library} ${kind}`)));
  }));
  return failed;
};

/** All libraries in one page, each with sessions of its own: what each gives, by its name. */
const allOf = (walkOne) => async (client) => {
  const { result, problems } = await inPage(`(async ([libraries, client, readOnly]) => {
    const walkOne = ${walkOne};
    const found = {};
    for (const library of libraries) {
      found[library] = await walkOne([client, library, !readOnly.includes(library)]);
    }
    return found;
  })(${JSON.stringify([LIBRARIES, client, READ_ONLY])})`);
  return { ...result, problems };
};

describe("in the stores of libraries", () => {
  let ours;
  let session;
  let original;
  before(async () => {
    [ours, session, original] = await Promise.all([
      allOf(walkAll)("ours"), allOf(walkSdk)("ours"), allOf(walkAll)("original"),
    ]);
  });

  for (const library of LIBRARIES) {
    test(`${library}: sessions, refs and subscriptions work`, () => {
      const setting = READ_ONLY.includes(library) ? {} : { setting: "" };
      assert.deepEqual(ours[library], { session: "", refs: "", subscriptions: "", ...setting });
    });

    test(`${library}: Session, its users and conversations work`, () => {
      assert.deepEqual(session[library], { session: "", refs: "", subscriptions: "", own: "" });
    });

    test(`${library}: what of that works with the original`, (context) => {
      const not = Object.keys(original[library]).filter((kind) => original[library][kind]).sort();
      if (not.length > 0) context.diagnostic(JSON.stringify(original[library]));
      assert.deepEqual(not, NOT_THE_ORIGINAL[library] ?? [], "what the original does not do");
    });
  }

  test("nothing is reported by the page", () => {
    assert.deepEqual([...ours.problems, ...session.problems], []);
  });
});
