// Differences from the original that scenarios list, with the reasons that several of them share.

/**
 * Differences with one reason. Each is one whole sentence of the comparison, in which what is long
 * may be left out as `[…]`: the label, the number and what differs are always there.
 */
export const listed = (reason, ...differences) => differences.map((is) => ({ is, reason }));

/**
 * Promises that the original rejects with a bare string (PROTOCOL.md, "Faults"), and ours with an
 * error: `said` is the string, `code` the error's, and each label has one such promise.
 */
export const stringRejections = (said, code, ...labels) =>
  listed(
    "the original rejects with a string that says nothing; ours with an error that says everything",
    ...labels.map(
      (label) =>
        `"${label}" #1: original ${JSON.stringify({ rejected: said })}, ` +
        `ours {"rejected":{"<error>":{"code":"${code}"[…]` +
        "(rejected: the original rejects with a string)",
    ),
  );

/** What the original says when a subscription ends before its first data. */
export const NOT_CONNECTED = "Subscription encountered an error during initial connection";

export const MORE_SNAPSHOTS = "while something nested is fetched, messages pile up; the original " +
  "then shows them one by one, in snapshots that are old already; ours shows the last one";

export const FOLLOWED_SENDERS = "ours follows the sender for a while; the original asks each time";

export const MISSED = "the original does not notice what changed while it was away; ours does";

export const LETTING_GO = "who lets go of what was refused, and when, is each client's own affair";

export const FEWER_PAGES = "two loadMore in a row are one request for the larger number";

export const COMPLETE = "what moves behind the last item of a complete list drops out of the " +
  "original's, which then says that there is more; ours keeps it";

export const NOT_EMPTY = "a conversation stays in the original's list of those without messages " +
  "after its first message; it leaves ours";

export const NOBODY = "the original shows null for a user who does not exist, against its types";

export const ONE_CALL = "ours calls once for all that one frame brings";

export const TIES = "the original shows ties as they came, and otherwise when they are fetched again";

export const NO_NEWS = "an event that changes nothing calls nobody";

export const OTHERS_GONE = "the original empties the lists of who reacted to a message when another " +
  "message is deleted";

export const KNOWN = "ours knows it already, from another list";
