/** Addresses: who one is is in the query, what is open in the hash. */

/**
 * @param {string} id
 * @param {string} [message] one to go to
 */
export const conversationUrl = (id, message) =>
  `#/c/${encodeURIComponent(id)}${message ? `/m/${encodeURIComponent(message)}` : ""}`;

/**
 * The page as another person.
 *
 * @param {string} id
 */
export const userUrl = (id) => `${location.pathname}?user=${encodeURIComponent(id)}`;

/**
 * What the hash names: a conversation, and perhaps a message in it.
 *
 * @returns {{id: string | null, message: string | null}}
 */
export function placeFromHash() {
  const found = /^#\/c\/([^/]+)(?:\/m\/([^/]+))?$/.exec(location.hash);
  try {
    return {
      id: found?.[1] === undefined ? null : decodeURIComponent(found[1]),
      message: found?.[2] === undefined ? null : decodeURIComponent(found[2]),
    };
  } catch {
    return { id: null, message: null };
  }
}
