// Refusals: every method, every status that settles a call. Ours must say at least what the
// original says: what was tried, on what, the status, the code and the reasons.

import { LETTING_GO, NOT_CONNECTED, listed, stringRejections } from "../listed.js";

const STATUSES = [400, 402, 403, 404, 405, 409];
const blob = () => new Blob(["x"]);

const bob = (s) => s.user("bob");
const c = (s) => s.conversation("c");
const message = (s) => c(s).message("m");
const participant = (s) => c(s).participant("bob");
const PARTICIPANTS = "/conversations/c/participants";

/** Every method that asks for something, with the request that is refused. */
const METHODS = {
  "user.get": ["GET", "/users", (s) => bob(s).get()],
  "user.set": ["PUT", "/users/alice", (s) => s.currentUser.set({ name: "A" })],
  "user.createIfNotExists":
    ["POST", "/users/alice", (s) => s.currentUser.createIfNotExists({ name: "A" })],
  "conversation.get": ["GET", "/me/conversations/x", (s) => s.conversation("x").get()],
  "conversation.get, messages": ["GET", "/me/conversations/c/messages", (s) => c(s).get()],
  "conversation.set": ["PUT", "/conversations/c", (s) => c(s).set({ subject: "S" })],
  "conversation.set, side": ["POST", PARTICIPANTS, (s) => c(s).set({ notify: false })],
  "conversation.createIfNotExists":
    ["POST", "/conversations/c", (s) => c(s).createIfNotExists({ subject: "S" })],
  "conversation.createIfNotExists, side":
    ["POST", PARTICIPANTS, (s) => c(s).createIfNotExists()],
  "conversation.markAsRead": ["POST", "/me/conversations/c/read", (s) => c(s).markAsRead()],
  "conversation.markAsUnread": ["POST", "/me/conversations/c/unread", (s) => c(s).markAsUnread()],
  "conversation.send": ["POST", "/conversations/c/messages", (s) => c(s).send("Hello")],
  "message.get": ["GET", "/me/conversations/c/messages/m", (s) => message(s).get()],
  "message.edit": ["PATCH", "/conversations/c/messages/m", (s) => message(s).edit("E")],
  "message.delete": ["DELETE", "/conversations/c/messages/m", (s) => message(s).delete()],
  "participant.get": ["GET", "/me/conversations/c/participants/bob", (s) => participant(s).get()],
  "participant.get, mine":
    ["GET", "/me/conversations/c/participants/alice", (s) => c(s).participant("alice").get()],
  "participant.set": ["POST", PARTICIPANTS, (s) => participant(s).set({ access: "Read" })],
  "participant.edit": ["POST", PARTICIPANTS, (s) => participant(s).edit({ access: "Read" })],
  "participant.createIfNotExists":
    ["POST", PARTICIPANTS, (s) => participant(s).createIfNotExists()],
  "participant.delete": ["DELETE", `${PARTICIPANTS}/bob`, (s) => participant(s).delete()],
  uploadFile: ["POST", "/files/validate", (s) => s.uploadFile(blob(), { filename: "a.txt" })],
};

/** What is subscribed to, with the requests that are refused. */
const SUBSCRIPTIONS = {
  "user.subscribe": ["SUBSCRIBE", "/users", (s, on) => bob(s).subscribe(on)],
  "user.subscribe, data": ["GET", "/users", (s, on) => bob(s).subscribe(on)],
  "conversation.subscribe": ["SUBSCRIBE", "/me/conversations/c", (s, on) => c(s).subscribe(on)],
  "conversation.subscribe, data": ["GET", "/me/conversations/c", (s, on) => c(s).subscribe(on)],
  subscribeMessages:
    ["SUBSCRIBE", "/me/conversations/c/messages", (s, on) => c(s).subscribeMessages(on)],
  "subscribeMessages, data":
    ["GET", "/me/conversations/c/messages", (s, on) => c(s).subscribeMessages(on)],
  subscribeConversations:
    ["SUBSCRIBE", "/me/conversations", (s, on) => s.subscribeConversations(on)],
  "subscribeConversations, data":
    ["GET", "/me/conversations", (s, on) => s.subscribeConversations(on)],
};

const refused = STATUSES.map((status) => ({
  name: `errors: every method refused with ${status}`,
  differences: listed(
    LETTING_GO,
    ...(status === 404
      ? [
        "reads of alice: original 0×, ours 1×: " +
          "UNSUBSCRIBE /me/conversations/c/participants/bob {}",
      ]
      : [
        "reads of alice: original 1×, ours 0×: UNSUBSCRIBE /me/conversations/c {}",
        "reads of alice: original 1×, ours 0×: UNSUBSCRIBE /me/conversations/c/messages {}",
      ]),
  ),
  async run({ chat, refuse, result, settle }) {
    const [alice] = await chat();
    for (const [label, [method, path, call]] of Object.entries(METHODS)) {
      await refuse(method, path, status, "MADE_UP", [`Reason ${status}.`, "Another reason."]);
      await result(label, call(alice));
      await settle();
    }
  },
}));

/** The data that may be missing: then it is null, and nothing is refused. */
const MAY_BE_MISSING = [
  "user.subscribe, data", "conversation.subscribe, data", "subscribeMessages, data",
];

/** The codes of our errors. */
const CODES = { 400: "rejected", 403: "forbidden", 404: "not-found" };

const subscriptions = Object.entries(CODES).map(([status, code]) => ({
  name: `errors: every subscription refused with ${status}`,
  differences: [
    ...listed(
      LETTING_GO, "reads of alice: original 2×, ours 1×: UNSUBSCRIBE /me/conversations {}",
    ),
    ...stringRejections(
      NOT_CONNECTED, code,
      ...Object.keys(SUBSCRIPTIONS)
        .filter((label) => code !== "not-found" || !MAY_BE_MISSING.includes(label))
        .map((label) => `${label} connected`),
    ),
  ],
  async run({ chat, session, refuse, listener, result, state, settle }) {
    await chat();
    for (const [label, [method, path, subscribe]] of Object.entries(SUBSCRIPTIONS)) {
      // A session that knows nothing yet, so that everything is asked for.
      const carol = session("alice", { forceCreateNew: true });
      await refuse(method, path, Number(status), "MADE_UP", ["A reason."]);
      const subscription = subscribe(carol, listener(label));
      await result(`${label} connected`, subscription.connected);
      await settle();
      state(`${label} state`, subscription);
      subscription.unsubscribe();
    }
  },
}));

export default [
  ...refused,
  ...subscriptions,
  {
    name: "errors: ids that are none",
    async run({ members, note }) {
      const [alice] = await members("alice");
      const methods = {
        user: (id) => alice.user(id),
        conversation: (id) => alice.conversation(id),
        participant: (id) => c(alice).participant(id),
        message: (id) => c(alice).message(id),
      };
      for (const [label, method] of Object.entries(methods)) {
        for (const id of ["", null, undefined, 5, {}, []]) {
          let outcome = "taken";
          try {
            method(id);
          } catch (error) {
            outcome = error instanceof Error ? "an Error is thrown" : "something is thrown";
          }
          note(label, `${JSON.stringify(id) ?? "undefined"}: ${outcome}`);
        }
      }
    },
  },
  {
    name: "errors: odd bodies of refusals",
    async run({ chat, control, result }) {
      const [, , hers] = await chat();
      const bodies = {
        "no reasons": { errorCode: "ODD" },
        "empty reasons": { errorCode: "ODD", reasons: [] },
        "reasons as an object": { errorCode: "ODD", reasons: { field: "is wrong" } },
        "no code": { reasons: ["A reason."] },
        empty: {},
        "a text": "Just a text",
        "quotes": { errorCode: "ODD", reasons: ["\"Quoted\" and \\ and 👋"] },
      };
      for (const [label, body] of Object.entries(bodies)) {
        const path = "/conversations/c/messages";
        await control({ do: "answer", method: "POST", path, status: 400, body });
        await result(label, hers.send("Hello"));
      }
    },
  },
  {
    name: "errors: failures of the service are tried again",
    async run({ chat, control, inTime, note, later }) {
      const [, , hers, his] = await chat();
      const path = "/conversations/c/messages";
      const broken = { errorCode: "OOPS", reasons: ["Broken."] };
      const answer = (status, times) =>
        control({ do: "answer", method: "POST", path, status, body: broken, times });
      await answer(500, 3);
      await inTime("three times 500", hers.send("One"));
      await answer(429, 5);
      await inTime("five times 429", hers.send("Two"));
      await answer(500, 100);
      await inTime("always 500", hers.send("Three"));
      await answer(200, 1);
      await later();
      const messages = his.subscribeMessages();
      await messages.connected;
      note("arrived once", messages.state.latestSnapshot.map(({ plaintext }) => plaintext));
    },
  },
  {
    name: "errors: tolerated refusals",
    async run({ chat, control, refuse, result, settle }) {
      const [alice, , hers] = await chat();
      const people = "/conversations/c/participants";
      const sides = (status, errorCode) => {
        const one = { status, errorCode, reasons: ["Not you."] };
        const body = { responses: [one] };
        return control({ do: "answer", method: "POST", path: people, status: 200, body });
      };
      await sides(403, "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
      await result("only the conversation", hers.set({ subject: "S" }));
      await sides(403, "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
      await result("my side too", hers.set({ subject: "S", notify: true }));
      await sides(403, "SOMETHING_ELSE");
      await result("another reason", hers.set({ subject: "S" }));
      await sides(409, "CONFLICT");
      await result("already in it", hers.createIfNotExists());
      await sides(403, "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
      await result("may not join", hers.createIfNotExists());
      await sides(409, "CONFLICT");
      await result("he is in it", hers.participant("bob").createIfNotExists());
      await sides(404, "USER_NOT_FOUND");
      await result("no such user", hers.participant("bob").set({ notify: true }));
      await refuse("PUT", "/conversations/c", 403, "UNAUTHORIZED_TO_EDIT");
      await result("only my side", hers.set({ notify: true }));
      await refuse("PUT", "/conversations/c", 403, "UNAUTHORIZED_TO_EDIT");
      await result("the conversation too", hers.set({ subject: "S", notify: true }));
      await refuse("POST", "/users/alice", 409);
      await result("user exists", alice.currentUser.createIfNotExists({ name: "A" }));
      await refuse("POST", "/conversations/c", 409);
      await result("conversation exists", hers.createIfNotExists({ subject: "S" }));
      await refuse("POST", "/conversations/c", 403, "UNAUTHORIZED_TO_EDIT");
      await result("may not create", hers.createIfNotExists({ subject: "S" }));
      await refuse("DELETE", "/conversations/c/messages/m", 404);
      await result("message is gone", hers.message("m").delete());
      await refuse("DELETE", "/conversations/c/participants/bob", 404);
      await result("participant is gone", hers.participant("bob").delete());
      await settle();
    },
  },
];
