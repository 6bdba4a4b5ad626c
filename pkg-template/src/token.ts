// What can be seen in a JWT without knowing its secret: for warnings only, never for decisions.

/** The last one: whoever is asked again may have nothing else to give, and was told. */
let last: string | undefined;

/** Warns of a token that the service will not like. The token itself is never shown. */
export function checkToken(token: string, appId: string, userId: string): void {
  let right = false;
  try {
    const parts = token.split(".");
    const [header, claims] = parts.slice(0, 2).map((part) =>
      // As UTF-8, which `TextDecoder` would read, but that is not everywhere.
      JSON.parse(decodeURIComponent(escape(atob(part.replace(/-/g, "+").replace(/_/g, "/"))))));
    right = parts.length === 3 && /^[\w-]+=*$/.test(parts[2]!) && header.alg === "HS256" &&
      claims.iss === appId && claims.sub === userId && claims.tokenType === "user";
  } catch {
    // Not three parts of base64url, or no JSON in them.
  }
  // What comes along when a token is copied out of a header or a text.
  const extra = /^(bearer\b|["'`])/i.exec(token)?.[0];
  const wrong = extra ? `begins with ${extra} which is no part of it` :
    right ? "" : "looks wrong: is it for this app and user?";
  if (wrong && token !== last) console.warn(`talk-session: The token ${wrong}`);
  last = token;
}
