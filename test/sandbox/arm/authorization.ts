import type { Clock } from "../contracts.ts";
import { isInScope, readToken, type TokenClaims } from "../identity/tokens.ts";
import { toError, type JsonAnswer, type JsonRequest } from "./jsonServer.ts";

const AUDIENCE = /^https:\/\/management\.(azure\.com|core\.windows\.net)\/?$/i;

/** The claims of the caller's token, or ARM's answer to a token that is missing, foreign or expired. */
export function authenticate(
  request: JsonRequest,
  { clock, tenantId }: { clock: Clock; tenantId: string },
): { claims: TokenClaims } | { refusal: JsonAnswer } {
  const header = request.header("authorization");
  if (header === undefined)
    return unauthenticated(
      tenantId,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
    );
  const [scheme, token = ""] = header.split(" ");
  const claims = scheme?.toLowerCase() === "bearer" ? readToken(token) : undefined;
  if (!claims) return unauthenticated(tenantId, "InvalidAuthenticationToken", "The access token is invalid.");
  if (!AUDIENCE.test(claims.aud)) {
    const message = `The access token has been obtained for wrong audience or resource '${claims.aud}'.`;
    return unauthenticated(tenantId, "InvalidAuthenticationTokenAudience", message);
  }
  if (claims.tid !== tenantId)
    return unauthenticated(tenantId, "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer.");
  const seconds = clock.now() / 1_000;
  if (seconds < claims.nbf || seconds >= claims.exp)
    return unauthenticated(
      tenantId,
      "ExpiredAuthenticationToken",
      "The access token expiry UTC time is earlier than current UTC time.",
    );
  return { claims };
}

function unauthenticated(tenantId: string, code: string, message: string): { refusal: JsonAnswer } {
  const challenge = `Bearer authorization_uri="https://login.windows.net/${tenantId}", error="invalid_token", error_description="${message}"`;
  return { refusal: { ...toError(401, code, message), headers: { "WWW-Authenticate": challenge } } };
}

/** ARM's refusal of an action in a subscription, or undefined where the caller may. */
export function refuseAccess(
  claims: TokenClaims,
  { subscriptionId, action, scope }: { subscriptionId: string; action: string; scope: string },
): JsonAnswer | undefined {
  const isRead = action.toLowerCase().endsWith("/read");
  const rights = isRead ? claims.readable_subscriptions : claims.writable_subscriptions;
  if (isInScope(rights, subscriptionId)) return undefined;
  const who = `The client '${claims.appid}' with object id '${claims.oid}'`;
  const message = `${who} does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return toError(403, "AuthorizationFailed", message);
}
