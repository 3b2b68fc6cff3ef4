/** An opaque text from which the next page goes on. */
export const toToken = (key: string): string => Buffer.from(key).toString("base64url");

/** The key of a token; a `RangeError` for a text that is none. */
export function fromToken(token: string, isKey: (key: string) => boolean): string {
  const key = Buffer.from(token, "base64url").toString();
  if (isKey(key) && toToken(key) === token) return key;
  throw new RangeError(
    `"${token.slice(0, 100)}" is not a continuation token: take the one of the page before, or leave it out to start anew`,
  );
}
