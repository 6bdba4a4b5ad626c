/** Small things remembered by the browser. A browser that forbids storage just forgets them. */

/**
 * @param {string} key
 * @returns {unknown}
 */
export const recall = (key) => read(() => localStorage, key);

/**
 * @param {string} key
 * @param {unknown} value
 */
export const remember = (key, value) => write(() => localStorage, key, value);

/**
 * What this tab alone remembers, also after a reload.
 *
 * @param {string} key
 * @returns {unknown}
 */
export const recallInTab = (key) => read(() => sessionStorage, key);

/**
 * @param {string} key
 * @param {unknown} value
 */
export const rememberInTab = (key, value) => write(() => sessionStorage, key, value);

/**
 * @param {() => Storage} store even looking at it may throw
 * @param {string} key
 * @returns {unknown}
 */
function read(store, key) {
  try {
    return JSON.parse(store().getItem(`parley.${key}`) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} store
 * @param {string} key
 * @param {unknown} value
 */
function write(store, key, value) {
  try {
    store().setItem(`parley.${key}`, JSON.stringify(value));
  } catch {
    // Full or forbidden: nothing here is needed for the chat to work.
  }
}
