/**
 * The people that every fresh Parley knows. Their portraits are tiny drawings inside data
 * addresses, so that no photo has to come from anywhere.
 */

/**
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {string | null} photoUrl
 */

/** @param {string} body */
const portrait = (body) =>
  "data:image/svg+xml," +
  encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">${body}</svg>`);

const alice = portrait(
  '<rect width="80" height="80" fill="#f6c9a0"/>' +
    '<path d="M21 60V36a19 19 0 0 1 38 0v24z" fill="#5a2e26"/>' +
    '<path d="M12 84c1-16 12-22 28-22s27 6 28 22z" fill="#c2513d"/>' +
    '<path d="M34 52h12v12a6 6 0 0 1-12 0z" fill="#e8ab85"/>' +
    '<ellipse cx="40" cy="41" rx="13" ry="15.5" fill="#f7c3a0"/>' +
    '<path d="M26 40c0-12 6-18 14-18 9 0 14 7 14 18-3-6-8-9-12-11-3 5-10 9-16 11z" fill="#5a2e26"/>' +
    '<g fill="#3b201b"><circle cx="34.5" cy="42" r="1.6"/><circle cx="45.5" cy="42" r="1.6"/></g>' +
    '<path d="M35 49c3 3 7 3 10 0" fill="none" stroke="#a8483a" stroke-width="2" stroke-linecap="round"/>',
);

const bob = portrait(
  '<rect width="80" height="80" fill="#a9cfd8"/>' +
    '<path d="M11 84c1-17 13-23 29-23s28 6 29 23z" fill="#26506b"/>' +
    '<path d="M33 50h14v13a7 7 0 0 1-14 0z" fill="#7d4e33"/>' +
    '<ellipse cx="40" cy="39" rx="14" ry="16" fill="#94603f"/>' +
    '<path d="M25 37c-2-13 6-19 15-19s17 6 15 19c-2-5-4-8-6-9-6 2-12 2-18 0-3 1-5 4-6 9z" fill="#231915"/>' +
    '<path d="M26.5 43c0 11 6 15 13.5 15s13.5-4 13.5-15c-2 5-5 6-8 5-3-1.5-8-1.5-11 0-3 1-6 0-8-5z" fill="#231915"/>' +
    '<g fill="#1d1310"><circle cx="34" cy="39" r="1.7"/><circle cx="46" cy="39" r="1.7"/></g>' +
    '<path d="M36 51.500c3 2 5 2 8 0" fill="none" stroke="#e9c3a8" stroke-width="2" stroke-linecap="round"/>',
);

const carol = portrait(
  '<rect width="80" height="80" fill="#d3cbe8"/>' +
    '<circle cx="40" cy="16" r="9" fill="#c98a2b"/>' +
    '<path d="M12 84c1-16 12-22 28-22s27 6 28 22z" fill="#3d6b4f"/>' +
    '<path d="M34 51h12v12a6 6 0 0 1-12 0z" fill="#dca679"/>' +
    '<ellipse cx="40" cy="40" rx="13.5" ry="15.5" fill="#f0c096"/>' +
    '<path d="M25.5 41C24 26 31 20 40 20s16 6 14.5 21c-2-7-6-10-9-12-5 1-12 1-16-1-2 3-3 7-4 13z" fill="#c98a2b"/>' +
    '<g fill="none" stroke="#2d3a48" stroke-width="1.8"><circle cx="34" cy="41" r="4.6"/>' +
    '<circle cx="46" cy="41" r="4.6"/><path d="M38.6 41h2.8"/></g>' +
    '<g fill="#2d2420"><circle cx="34" cy="41" r="1.4"/><circle cx="46" cy="41" r="1.4"/></g>' +
    '<path d="M36 49.500c2.5 2.5 5.5 2.5 8 0" fill="none" stroke="#a4553f" stroke-width="2" stroke-linecap="round"/>',
);

/** @type {readonly Person[]} */
export const CAST = [
  { id: "alice", name: "Alice Moreau", photoUrl: alice },
  { id: "bob", name: "Bob Okafor", photoUrl: bob },
  { id: "carol", name: "Carol Lindqvist", photoUrl: carol },
];

/**
 * An id for a new person: their name in lower case, so that the same name is the same person
 * in every window.
 *
 * @param {string} name
 */
export const idFromName = (name) =>
  name
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/[\s/\\?#%&]+/g, "-");
