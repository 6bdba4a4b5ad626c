// The package in a CommonJS module, as Node.js and its type checker see it.

// case: the package is required
import talkSession = require("talk-session");
export const required: talkSession.TalkSession = talkSession.getTalkSession({
  appId: "app",
  userId: "alice",
});

// case: a required package has no default export
// @ts-expect-error
export const nothing = talkSession.default;

// case: names are imported from a CommonJS module
import { isTalkError, type MessageSnapshot } from "talk-session";
export const textOf = (message: MessageSnapshot): string => message.plaintext;
export const known: boolean = isTalkError(new Error("none of ours"));

// case: a required session is made with new, and serves as a talk session
const made = new talkSession.Session({ appId: "app", onMessage: ({ body }) => console.log(body) });
made.me = made.getUserById("alice");
export const held: talkSession.TalkSession = made;
export const id: string = talkSession.oneOnOneId(made.me, "bob");
