// What is different on purpose: COMPATIBILITY.md says so, and these scenarios hold it to that.

import { LETTING_GO, listed } from "../listed.js";

const LATER = 1_800_000_900_000;

/** What ours says of an argument that cannot be right. */
const INVALID = 'ours {"rejected":{"<error>":{"code":"invalid-argument"[…]';

export default [
  {
    name: "deliberate: the last message is deleted while only that one is known",
    differences: listed(
      "the original goes on showing a last message that is deleted, and asks for no other",
      "reads of bob: original 0×, ours 1×: GET /me/conversations/c/messages " +
        '{"cursor":"cursor_msg_2","limit":1}',
      ...["conversation", "list"].flatMap((label) => [
        `"${label}": only ours, #2: {"called":[null]}`,
        `"${label}": only ours, #3: {"called":["One"]}`,
      ]),
      '"asked" #1: original {"value":0}, ours {"value":1} […]',
      '"conversation, at the end" #1: original {"value":"Two"}, ours {"value":"One"} […]',
      '"list, at the end" #1: original {"value":["Two"]}, ours {"value":["One"]} […]',
    ),
    async run(world) {
      const { chat, hold, listener, note, settle, later, control } = world;
      const [, bob, hers, his] = await chat();
      await hers.send("One");
      await later();
      const sent = await hers.send("Two");
      await later();
      const lastOf = (call) => (one) =>
        call((Array.isArray(one) ? one[0] : one)?.lastMessage?.plaintext ?? null);
      const conversation = his.subscribe(lastOf(listener("conversation")));
      const list = bob.subscribeConversations(lastOf(listener("list")));
      await Promise.all([conversation.connected, list.connected]);
      await later();
      // The service does not say what comes next, and what it has is asked for.
      const rest = ([id, status, body]) => [
        id, status, { ...body, data: body.data.filter((one) => one.id !== sent.id) },
      ];
      const release = hold("GET", "/me/conversations/c/messages", rest);
      const event = { type: "message.deleted", conversationId: "c", messageId: sent.id };
      await control({ do: "publish", user: "bob", events: [event] });
      await settle();
      note("asked", await release());
      const textOf = ({ lastMessage }) => lastMessage?.plaintext ?? null;
      note("conversation, at the end", textOf(conversation.state.latestSnapshot));
      note("list, at the end", list.state.latestSnapshot.map(textOf));
    },
  },
  {
    name: "deliberate: wrong arguments about tokens and errors",
    differences: listed(
      "the original takes anything; ours throws",
      ...[
        "setToken nothing", "setToken null", "setToken number", "setToken object",
        "onNeedToken number", "onNeedToken object", "onNeedToken text",
        "onError nothing", "onError null", "onError number", "onError object", "onError text",
      ].map((label) => `"${label}" #1: original {"resolved":"taken"}, ${INVALID}`),
    ),
    async run({ session, attempt }) {
      const wrong = { nothing: undefined, null: null, number: 5, object: {}, text: "text" };
      for (const [label, value] of Object.entries(wrong)) {
        const alice = session("alice", { forceCreateNew: true });
        const does = (call) => async () => {
          call();
          return "taken";
        };
        if (label !== "text") await attempt(`setToken ${label}`, does(() => alice.setToken(value)));
        await attempt(`onNeedToken ${label}`, does(() => {
          alice.onNeedToken = value;
        }));
        await attempt(`onError ${label}`, does(() => alice.onError(value)));
      }
    },
  },
  {
    name: "deliberate: a height below nothing, and content that is a text",
    differences: listed(
      "the original has the service refuse it; ours rejects before anything is sent",
      'mutations of alice #5: original POST /files/validate {"filename":"a.png","filesize":1}, ' +
        'ours POST /conversations/c/messages {"content":[{"children":["Hello"],"type":"text"}],' +
        '"idempotencyKey":"key_alice_1"}',
      "mutations of alice: only the original, #6: POST HTTP /public_api/v1/demo/files with a " +
        'token [["file",{"bytes":"120","filename":"a.png","type":""}],["subtype","image"],' +
        '["width","10"],["height","-1"]]',
      "mutations of alice: only the original, #7: POST /conversations/c/messages " +
        '{"content":"Hello","idempotencyKey":"key_alice_1"}',
      "mutations of alice: only the original, #8: POST /conversations/c/messages " +
        '{"content":[{"children":["Hello"],"type":"text"}],"idempotencyKey":"key_alice_2"}',
      "mutations of alice: only the original, #9: PATCH /conversations/c/messages/msg_1 " +
        '{"content":"Hello"}',
      ...["height", "content of a new message", "content of an edit"].map(
        (label) =>
          `"${label}" #1: original {"rejected":{"<error>":{[…]status[…] 400 […], ${INVALID}`,
      ),
    ),
    async run({ chat, attempt, settle }) {
      const [alice, , hers] = await chat();
      const image = new Blob(["x"]);
      const metadata = { filename: "a.png", width: 10, height: -1 };
      await attempt("height", async () => {
        await alice.uploadImage(image, metadata);
        return "uploaded";
      });
      await attempt("content of a new message", () => hers.send({ content: "Hello" }));
      const sent = await hers.send("Hello");
      await attempt("content of an edit", () => sent.edit({ content: "Hello" }));
      await settle();
    },
  },
  {
    name: "deliberate: a user about whom the service says little",
    differences: listed(
      "the original shows undefined, against its types; ours what a user has who says nothing",
      '"user" #1: original {"resolved":{"custom":{"<undefined>":true},"id":"bob",' +
        '"locale":{"<undefined>":true},"name":{"<undefined>":true},' +
        '"photoUrl":{"<undefined>":true},"role":{"<undefined>":true},' +
        '"welcomeMessage":{"<undefined>":true}}}, ours {"resolved":{"custom":{},"id":"bob",' +
        '"locale":null,"name":"","photoUrl":null,"role":"default","welcomeMessage":null}} […]',
    ),
    async run({ members, alter, result }) {
      const [alice] = await members("alice");
      alter("GET", "/users", ([id]) => [id, 200, { bob: { id: "bob" } }]);
      await result("user", alice.user("bob").get());
    },
  },
  {
    name: "deliberate: a participant of a conversation that does not exist",
    differences: [
      ...listed(
        "the original makes up a 403; ours says what the service says",
        '"refusal" #1: original {"value":"403 NOT_A_PARTICIPANT"}, ' +
          'ours {"value":"404 CONVERSATION_NOT_FOUND"} […]',
      ),
      ...listed(
        LETTING_GO,
        "reads of alice: original 0×, ours 1×: " +
          "UNSUBSCRIBE /me/conversations/none/participants/bob {}",
      ),
    ],
    async run({ members, note, settle }) {
      const [alice] = await members("alice", "bob");
      const participant = alice.conversation("none").participant("bob");
      const refusal = await participant.get().catch(({ message }) => message);
      note("refusal", /status (\d+ \w+)/.exec(refusal)?.[1]);
      await settle();
    },
  },
  {
    name: "deliberate: more than 1,000 users in one tick",
    differences: listed(
      "the original asks for each of more than 1,000; ours asks for 1,000, and for the rest",
      '"requests" #1: original {"value":1001}, ours {"value":2} […]',
    ),
    async run({ members, note, hold, settle }) {
      const [alice] = await members("alice", "bob");
      const ids = ["bob", ...Array.from({ length: 1000 }, (_, at) => `none${at}`)];
      const release = hold("GET", "/users");
      const calls = Promise.all(ids.map((id) => alice.user(id).get()));
      await settle();
      note("requests", await release());
      const users = await calls;
      note("users", [users.length, users[0].name, users[1000]]);
    },
  },
  {
    name: "deliberate: unsubscribed before there is a connection",
    differences: listed(
      "the original connects all the same",
      "sessions: only the original has one for alice",
    ),
    countsSockets: true,
    async run({ session, settle, pass, note }) {
      const alice = session("alice");
      const subscription = alice.user("bob").subscribe();
      subscription.unsubscribe();
      await settle();
      await pass(40_000);
      note("state", subscription.state.type);
    },
  },
  {
    name: "deliberate: a reaction that nobody has",
    differences: listed(
      "a reaction with a count of 0 is none in ours",
      '"reactions" #1: original {"value":[{"count":0,"currentUserReacted":false,"emoji":"👍"}]}, ' +
        'ours {"value":[]} […]',
    ),
    async run({ chat, control, settle, note, later }) {
      const [, , hers, his] = await chat();
      const sent = await hers.send("One");
      await later();
      const messages = his.subscribeMessages();
      await messages.connected;
      const nobody = { count: 0, createdAt: LATER, currentUserReacted: false };
      const diff = { reactions: { "👍": nobody } };
      const event = { type: "message.edited", conversationId: "c", messageId: sent.id, diff };
      await control({ do: "publish", user: "bob", events: [event] });
      await settle();
      note("reactions", messages.state.latestSnapshot[0].reactions);
    },
  },
];
