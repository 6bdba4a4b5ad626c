/** What a conversation is called and who is in it, by its subject and its participants. */

/** @import {ContentBlock, ConversationSnapshot, FileBlock, Session} from "talk-session" */
/** @import {Person} from "./cast.js" */
/** @import {Members} from "./members.js" */
/** @import {People} from "./people.js" */

import { length, nameList } from "./format.js";
import { fileText, isolate } from "./names.js";

/**
 * @typedef {object} About
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {string | null} photoUrl
 * @property {boolean} known whether its participants are known
 * @property {boolean} direct whether it is a chat of two: one without a subject
 * @property {readonly Person[]} people the others
 */

/**
 * @param {ConversationSnapshot} conversation
 * @param {string} me
 * @param {Members} members
 * @returns {About}
 */
export function describe(conversation, me, members) {
  const known = members.of(conversation.id);
  const people = (known?.people ?? []).filter(({ id }) => id !== me);
  const { id, subject, photoUrl } = conversation;
  const direct = known?.all === true && people.length === 1 && !subject;
  const names = people.map(({ name }) => isolate(direct ? name : firstName(name)));
  if (known?.all === false && names.length > 0) names.push("others");
  const title = subject || nameList(names) || (known ? "Just you" : lastSpeaker(conversation, me));
  return {
    id,
    title,
    subtitle: subtitle(known !== null, direct, names),
    photoUrl,
    known: known !== null,
    direct,
    people,
  };
}

/**
 * @param {boolean} known
 * @param {boolean} direct
 * @param {readonly string[]} names
 */
function subtitle(known, direct, names) {
  if (!known) return "";
  if (direct) return "Just you two";
  return names.length > 0 ? nameList(["You", ...names]) : "Nobody else is here";
}

/**
 * What stands for the title for the moment in which the participants are not known.
 *
 * @param {ConversationSnapshot} conversation
 * @param {string} me
 */
function lastSpeaker({ lastMessage }, me) {
  const { sender } = lastMessage ?? {};
  return sender && sender.id !== me ? isolate(sender.name) : "…";
}

/** @param {string} name */
export const firstName = (name) => name.split(/\s+/, 1)[0] || name;

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
      return { icon: "audio", text: fileText(block.filename) };
    default:
      return { icon: "file", text: fileText(block.filename) };
  }
}
