/** What the parts of the page share. `main.js` makes it; the parts only get it. */

/** @import {Session} from "talk-session" */
/** @import {Members} from "./members.js" */
/** @import {People} from "./people.js" */
/** @import {Outbox} from "./outbox.js" */
/** @import {Presence} from "./presence.js" */
/** @import {Unsent} from "./unsent.js" */

/**
 * @typedef {object} App
 * @property {Session} session
 * @property {string} me the current user's id
 * @property {string} host where the service is
 * @property {People} people
 * @property {Members} members
 * @property {Unsent} unsent
 * @property {Presence} presence
 * @property {Outbox} outbox
 * @property {(id: string) => void} open shows a conversation
 * @property {() => void} leave goes to the list, which may be beside the open conversation
 * @property {() => void} close closes the open conversation
 */

export {};
