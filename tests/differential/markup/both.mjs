// Sends texts by both clients, one after the other in one page.

import { CLIENTS, openPress } from "../stage.mjs";

/**
 * What each client sends for cases `[source, text]`: by its name, the children of the content that
 * goes over the wire, or `{error}` where it rejects.
 */
export async function both(cases) {
  const press = await openPress();
  try {
    return await press.send(cases, CLIENTS);
  } finally {
    await press.close();
  }
}
