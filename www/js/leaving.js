/**
 * Leaving the page. The session ends with it, so that the others see at once that one is gone. A
 * page that the browser kept and shows again begins anew; until then it stays as it was left.
 */

const leaving = new AbortController();

/** Aborted once the page is left: there is nobody to draw for, and a failure is none. */
export const left = leaving.signal;

addEventListener("pagehide", () => leaving.abort());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
