import { z } from "zod";

/** `name=value;name=value`, names in any case, as Azure writes them; undefined where a part has no name. */
function readPairs(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  for (const part of text.split(";").filter((piece) => piece.trim() !== "")) {
    const at = part.indexOf("=");
    if (at < 1) return undefined;
    pairs.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  return pairs;
}

const isHttps = (text: string | undefined): boolean => text === undefined || /^https:\/\/[^/]/i.test(text);

/**
 * Of an Application Insights component. Its endpoint must be named: telemetry, and the token that comes with it, must not go to a
 * default of the SDK that nobody chose. The text is not repeated in an error.
 */
export const ConnectionString = z.string().refine(
  (text) => {
    const pairs = readPairs(text);
    const endpoint = pairs?.get("ingestionendpoint");
    return (
      /^[0-9a-f-]{36}$/i.test(pairs?.get("instrumentationkey") ?? "") && endpoint !== undefined && isHttps(endpoint)
    );
  },
  { error: "is not a connection string such as InstrumentationKey=<guid>;IngestionEndpoint=https://<host>/" },
);

/** `Authorization=AAD`, with `ClientId=` for a user-assigned identity. */
export const Authentication = z.string().transform((text, context) => {
  const pairs = readPairs(text);
  const known = [...(pairs?.keys() ?? [])].every((name) => name === "authorization" || name === "clientid");
  if (known && pairs?.get("authorization")?.toUpperCase() === "AAD") return { clientId: pairs.get("clientid") };
  context.addIssue("is not Authorization=AAD, or ClientId=<client id>;Authorization=AAD");
  return z.NEVER;
});
