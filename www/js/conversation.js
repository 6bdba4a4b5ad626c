/**
 * What a conversation is called and who is in it. The members are kept in the conversation's
 * custom data by whoever starts it, so that everybody can name it without a participants list.
 */

/** @import {ContentBlock, ConversationSnapshot, FileBlock, Session} from "talk-session" */
/** @import {Person} from "./cast.js" */
/** @import {People} from "./people.js" */

import { length, nameList } from "./format.js";

/**
 * @typedef {object} About
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {string | null} photoUrl
 * @property {boolean} direct whether it is a chat of two
 * @property {readonly string[]} members ids, the current user among them
 * @property {readonly Person[]} people the others
 */

/**
 * @param {ConversationSnapshot} conversation
 * @param {string} me
 * @param {People} people
 * @returns {About}
 */
export function describe(conversation, me, people) {
  const members = membersOf(conversation);
  const others = members.filter((id) => id !== me).map((id) => people.peek(id));
  const direct = conversation.custom["kind"] === "direct" && others.length === 1;
  const names = nameList(others.map(({ name }) => firstName(name)));
  const title = conversation.subject || (direct ? others[0]?.name : names) || "Conversation";
  const subtitle = direct
    ? "Just you two"
    : others.length > 0
      ? nameList(["You", ...others.map(({ name }) => firstName(name))])
      : "Just you";
  return {
    id: conversation.id,
    title,
    subtitle,
    photoUrl: conversation.photoUrl,
    direct,
    members,
    people: others,
  };
}

/** @param {string} name */
export const firstName = (name) => name.split(/\s+/, 1)[0] || name;

/**
 * The members as written by `startConversation`; anything else counts as none.
 *
 * @param {ConversationSnapshot} conversation
 * @returns {string[]}
 */
export function membersOf(conversation) {
  try {
    const list = JSON.parse(conversation.custom["members"] ?? "[]");
    return Array.isArray(list) ? list.filter((id) => typeof id === "string" && id !== "") : [];
  } catch {
    return [];
  }
}

/**
 * Two people share one direct conversation, whoever starts it.
 *
 * @param {string} one
 * @param {string} other
 */
export const directId = (one, other) =>
  `dm+${[one, other].sort().map(encodeURIComponent).join("+")}`;

/** An id that nobody else will make. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `c-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Starts a conversation, or finds the one that two people already have.
 *
 * @param {Session} session
 * @param {People} people
 * @param {readonly string[]} others
 * @param {string} subject empty: none
 * @returns {Promise<string>} its id
 */
export async function startConversation(session, people, others, subject) {
  const me = session.me.id;
  const [only] = others;
  const direct = others.length === 1 && subject === "" && only !== undefined;
  const id = direct ? directId(me, only) : freshId();
  await Promise.all(others.map((other) => people.ensure(other)));
  const conversation = session.getConversation({
    id,
    ...(subject === "" ? {} : { subject }),
    custom: { kind: direct ? "direct" : "group", members: JSON.stringify([me, ...others]) },
    participants: others.map((other) => session.getUserById(other)),
  });
  await conversation.synchronize();
  return id;
}

/**
 * A message in one line, with the icon that says what kind it is.
 *
 * @param {{content: readonly ContentBlock[], plaintext: string}} message
 * @returns {{icon: string | null, text: string}}
 */
export function summary(message) {
  const [block] = message.content;
  if (block?.type === "file") return fileSummary(block);
  if (block?.type === "location") return { icon: "pin", text: "Location" };
  return { icon: null, text: message.plaintext.replace(/\s+/g, " ").trim() };
}

/**
 * @param {FileBlock} block
 * @returns {{icon: string, text: string}}
 */
function fileSummary(block) {
  switch (block.subtype) {
    case "image":
      return { icon: "image", text: "Photo" };
    case "video":
      return { icon: "video", text: "Video" };
    case "voice": {
      const time = block.duration === undefined ? "" : ` · ${length(block.duration)}`;
      return { icon: "mic", text: `Voice message${time}` };
    }
    case "audio":
      return { icon: "audio", text: block.filename };
    default:
      return { icon: "file", text: block.filename };
  }
}
