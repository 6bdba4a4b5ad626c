// The options of a session: checked, and turned into the addresses of the service.

import type * as api from "./api";
import { checkFunction, refuse, unfit } from "./errors";

type Options = Record<string, unknown>;

/** Names of this machine, all of IPv4, and what of IPv6 is of this machine or network, with a port. */
const LOCAL =
  /^((.*\.)?local(host|test\.me)|\d{1,3}(\.\d{1,3}){3}|\[([:0]*1|f[cde].*)])(:\d+)?$/i;

/** The addresses that belong to a host: realtime, internal and REST. */
export function addressesOf(host: string): [string, string, string] {
  const talkjs = /^(?:(.*)\.)?talkjs\.com$/.exec(host);
  if (!host || talkjs) {
    // `app-eu` and `realtime-eu` are names of the same installation, `eu`.
    const name = (talkjs?.[1] ?? "").replace(/^[^-]+-/, "");
    const end = /\.|^(app|cdn|api|realtime)?$/.test(name) ? "" : `-${name}`;
    return [
      `wss://realtime${end}.talkjs.com/v1`,
      `https://app${end}.talkjs.com/api/v0`,
      `https://api${end}.talkjs.com/v1`,
    ];
  }
  // A developer's own machine and network are reached without encryption.
  const end = `${LOCAL.test(host) ? "" : "s"}://${host}`;
  return [`ws${end}/public_api/v1`, `http${end}/api/v0`, `http${end}/public_api/v1`];
}

/** The host of the page that the address bar shows, or of this frame if that may not be known. */
function currentHost(): string {
  try {
    return globalThis.top!.location.host;
  } catch {
    return globalThis.location?.host;
  }
}

/**
 * What the core wants to know, as JSON. `method` is what was given the options; `user` stands for the
 * user who is not in them yet.
 */
export function readOptions(
  options: api.TalkSessionOptions, method = "getTalkSession", user?: string,
): string {
  const wrong = (name: string, wanted: string, got: unknown): never =>
    refuse(`${method}: ${name}`, wanted, got);
  /** A string option, which may be left out unless it is `needed`. */
  const text = (from: Options, name: string, needed?: boolean): string => {
    const value = from[name];
    if (value == null && !needed) return "";
    const fault = unfit(value, needed);
    return fault ? wrong(name, fault, value) : value as string;
  };
  /** An address option, without a slash at its end. Left out, it is what follows from the host. */
  const address = (from: Options, name: string, scheme: string, usual: string): string => {
    const url = text(from, name);
    if (url && (!RegExp(`^${scheme}s?://[^/]`).test(url) || URL.canParse?.(url) === false)) {
      wrong(name, `an address with ${scheme}:// or ${scheme}s://`, url);
    }
    return url.replace(/\/+$/, "") || usual;
  };
  if (typeof options !== "object" || !options) {
    wrong("the parameter", "an object with appId", options);
  }
  const own = options as unknown as Options;
  const appId = text(own, "appId", true);
  const userId = user ?? text(own, "userId", true);
  const { tokenFetcher, apiUrls } = own;
  if (tokenFetcher != null) checkFunction(tokenFetcher, `${method}: tokenFetcher`);
  if (apiUrls != null && typeof apiUrls !== "object") {
    wrong("apiUrls", "an object of addresses", apiUrls);
  }
  let host = text(own, "host");
  if (host === "@currentHost") host = currentHost();
  // Where the browser can tell whether there can be such an address at all.
  if (/[\s/\\?#@]/.test(host) || (host && URL.canParse?.(`http://${host}`) === false)) {
    wrong("host", 'a host such as "localhost:3000", without http://', host);
  }
  const usual = addressesOf(host);
  const urls = (apiUrls ?? {}) as Options;
  return JSON.stringify({
    appId,
    userId,
    token: text(own, "token", own.token != null).trim(),
    tokenFetcher: !!tokenFetcher,
    signature: text(own, "signature"),
    clientBuild: text(own, "clientBuild") || "standalone",
    realtimeWsApiUrl: address(urls, "realtimeWsApiUrl", "ws", usual[0]),
    internalHttpApiUrl: address(urls, "internalHttpApiUrl", "http", usual[1]),
    restApiHttpUrl: address(urls, "restApiHttpUrl", "http", usual[2]),
  });
}
