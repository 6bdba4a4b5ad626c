// Differences from the original that scenarios list, with the reasons that several of them share.

/** Differences with one reason. Each is a whole sentence of the comparison, or a pattern. */
export const listed = (reason, ...differences) => differences.map((is) => ({ is, reason }));

/** `connected` rejects with a bare string in the original: PROTOCOL.md, "Faults". */
export const STRING_REJECTIONS = listed(
  "the original rejects with a string that says nothing; ours with an error that says everything",
  /\(rejected: the original rejects with a string\)$/,
);

export const MORE_SNAPSHOTS = "while something nested is fetched, messages pile up; the original " +
  "then shows them one by one, in snapshots that are old already; ours shows the last one";

export const FOLLOWED_SENDERS = "ours follows the sender for a while; the original asks each time";

export const NEEDLESS_USERS = "ours asks for a participant's user only if there is a participant";

export const REFUSED = "what was refused is not followed any further";

export const MISSED = "the original does not notice what changed while it was away; ours does";

export const LETTING_GO = "who lets go of what was refused, and when, is each client's own affair";

export const FEWER_PAGES = "two loadMore in a row are one request for the larger number";
