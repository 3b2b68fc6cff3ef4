import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { noteSecret } from "../../support/secretWatch/secretWatch.ts";

const Claims = z.record(z.string(), z.unknown());
export type Claims = z.infer<typeof Claims>;

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/** Signs tokens with a secret of its own, and knows its own again. Expiry is the caller's business. */
export class TokenSigner {
  readonly #secret = randomBytes(32);

  sign(claims: Claims): string {
    const signed = `${HEADER}.${encode(claims)}`;
    const token = `${signed}.${this.hash(signed)}`;
    noteSecret(token);
    return token;
  }

  /** The claims, or undefined where this signer did not sign the token. */
  verify(token: string): Claims | undefined {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const expected = Buffer.from(this.hash(`${header}.${payload}`));
    const actual = Buffer.from(signature);
    if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
    return readClaims(token);
  }

  /** A keyed hash of any text, base64url. */
  hash(text: string): string {
    return createHmac("sha256", this.#secret).update(text).digest("base64url");
  }
}

/** The claims of a token whoever signed it; undefined where it is no token. */
export function readClaims(token: string): Claims | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString())).data;
  } catch {
    return undefined;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
