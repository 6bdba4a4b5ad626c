// What can be seen in a JWT without knowing its secret: for warnings only, never for decisions.

/** Warns of a token that the service will not like. The token itself is never shown. */
export function checkToken(token: string, appId: string, userId: string): void {
  let right = false;
  try {
    const parts = token.split(".");
    const [header, claims] = parts.slice(0, 2).map((part) => {
      const binary = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
      return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    });
    const now = Date.now() / 1000;
    right = parts.length === 3 && !!parts[2] && header.alg === "HS256" && claims.iss === appId &&
      claims.sub === userId && claims.tokenType === "user" && !(claims.exp <= now) &&
      // The clocks may differ a little.
      !(claims.nbf > now + 60);
  } catch {
    // Not three parts of base64url, or no JSON in them.
  }
  if (!right) console.warn("talk-session: The token looks wrong: is it for this app and user, and valid?");
}
