import { z } from "zod";
import { noteSecret } from "../../support/secretWatch/secretWatch.ts";

const SubscriptionScope = z.union([z.literal("all"), z.array(z.string())]);

const Claims = z.object({
  aud: z.string(),
  iss: z.string(),
  iat: z.number(),
  nbf: z.number(),
  exp: z.number(),
  oid: z.string(),
  tid: z.string(),
  appid: z.string(),
  /** Roles on registries. */
  roles: z.array(z.string()),
  /** Real tokens carry no rights: ARM looks them up. These two claims stand for the role assignments. */
  readable_subscriptions: SubscriptionScope,
  writable_subscriptions: SubscriptionScope,
});

/** What a token of the sandbox says. Times are seconds since the epoch. */
export type TokenClaims = z.infer<typeof Claims>;

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** A token with a signature that proves nothing: no server of the sandbox checks it, nor does Azurite. */
export function createToken(claims: TokenClaims): string {
  const token = `${encode({ typ: "JWT", alg: "RS256", kid: "sandbox" })}.${encode(claims)}.${encode("unsigned")}`;
  noteSecret(token);
  return token;
}

/** The claims of a token made by {@link createToken}; undefined for anything else. */
export function readToken(token: string): TokenClaims | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return Claims.parse(JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

export const isInScope = (scope: TokenClaims["readable_subscriptions"], subscriptionId: string): boolean =>
  scope === "all" || scope.some((known) => known.toLowerCase() === subscriptionId.toLowerCase());
