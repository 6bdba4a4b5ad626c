// The rows of the benchmark: what is measured, and what is wanted of it.

/** Many short turns: one that the machine's other work has disturbed does not move the median. */
export const EVENTS = 200;
/**
 * The lists, how many events a turn of the original has (it takes much longer), and the kinds of
 * events, each with its name and what is wanted of it: ours at most so many times the floor, the
 * original at least so many times ours; 0 where nothing is. Those with a `readme` are in its table,
 * by that name. New messages stay, and the window grows by them, unless it is said to be held.
 */
export const LISTS = [
  {
    // The same number for all: a window that was short at first grows a lot by them.
    list: "messages", count: 30, originalEvents: EVENTS,
    kinds: {
      created: {
        event: "message created, window 30", wanted: [3, 30],
        readme: "a new message, window growing from 30 to 130",
      },
      held: { event: "message created, window held at 30", wanted: [3, 0] },
      edited: { event: "message edited, window 30", wanted: [3, 8] },
      deleted: {
        event: "message deleted, window held at 30", wanted: [0, 10],
        readme: "a message deleted, 30 loaded",
      },
      reacted: {
        event: "reaction to a message, window 30", wanted: [0, 10],
        readme: "a reaction to a message, 30 loaded",
      },
    },
  },
  {
    list: "messages", count: 300, originalEvents: 20,
    kinds: {
      created: {
        event: "message created, window 300", wanted: [2, 50],
        readme: "a new message, 300 loaded",
      },
      edited: { event: "message edited, window 300", wanted: [2, 50] },
      deleted: { event: "message deleted, window held at 300", wanted: [0, 10] },
      reacted: { event: "reaction to a message, window 300", wanted: [0, 10] },
    },
  },
  {
    list: "messages", count: 3000, originalEvents: 4,
    kinds: {
      created: { event: "message created, window 3,000", wanted: [2, 100] },
      edited: {
        event: "message edited, window 3,000", wanted: [2, 100],
        readme: "an edited message, 3,000 loaded",
      },
    },
  },
  {
    list: "sender", count: 30, originalEvents: 40,
    kinds: {
      renamed: {
        event: "sender of all 30 messages renamed", wanted: [0, 10],
        readme: "the sender of all 30 messages renamed",
      },
    },
  },
  {
    list: "conversations", count: 200, originalEvents: 10,
    kinds: {
      created: {
        event: "new message, 200 conversations", wanted: [3, 200],
        readme: "a new message, 200 conversations listed",
      },
    },
  },
  {
    list: "filtered", count: 200, originalEvents: 10,
    kinds: {
      moved: {
        event: "conversation read or unread, 5 filtered lists of 200", wanted: [0, 10],
        readme: "a conversation read or unread, 5 filtered lists of 200",
      },
    },
  },
  {
    list: "participants", count: 50, originalEvents: 40,
    kinds: {
      edited: { event: "participant edited, 50 listed", wanted: [0, 10] },
      joined: {
        event: "participant joined, 50 listed", wanted: [0, 10],
        readme: "someone joined, 50 participants listed",
      },
    },
  },
  {
    list: "live", count: 50, originalEvents: 10,
    kinds: {
      created: {
        event: "message created, 50 conversations live", wanted: [0, 10],
        readme: "a new message, 50 conversations live",
      },
      typing: { event: "typing changed, 50 conversations live", wanted: [0, 10] },
      online: { event: "presence changed, 50 conversations live", wanted: [0, 10] },
    },
  },
];
