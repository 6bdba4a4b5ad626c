// The registration of a device for push notifications.

import type * as api from "../api";
import { badArgument, refuse, unfit } from "../errors";
import { isObject } from "../params";

const FORM = "an object with provider and pushRegistrationId";

/**
 * The name of a device among a user's push tokens. The registration is what was given to `method`
 * or, if nothing was, what the provider gives: nothing if that has nothing to give.
 */
export async function deviceKey(
  method: string, given: Partial<api.PushRegistration> | null | undefined,
  provide: api.PushTokenProvider | undefined,
): Promise<string | undefined> {
  if (given != null && !isObject(given)) {
    refuse(`${method}: the registration`, FORM, given);
  }
  if (given?.provider != null || given?.pushRegistrationId != null) return keyOf(method, given);
  if (!provide) {
    throw badArgument(`${method}: give it provider and pushRegistrationId, or set ` +
      "session.pushTokenProvider first");
  }
  const provided: unknown = await provide();
  if (provided === null) return undefined;
  if (!isObject(provided)) {
    refuse(`${method}: what pushTokenProvider gives`, `${FORM}, or null`, provided);
  }
  return keyOf(`${method}: pushTokenProvider`, provided);
}

function keyOf(whose: string, registration: Partial<api.PushRegistration>): string {
  const { provider, pushRegistrationId: id } = registration;
  if (provider !== "fcm" && provider !== "apns") {
    refuse(`${whose}: provider`, '"fcm" or "apns"', provider);
  }
  const needed = unfit(id, true);
  if (needed) refuse(`${whose}: pushRegistrationId`, needed, id);
  return `${provider}:${id}`;
}
