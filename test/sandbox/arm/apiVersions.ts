import { toError, type JsonAnswer } from "./jsonServer.ts";

/** Versions of providers that answer only to some; any other provider takes every well-formed version. */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  "microsoft.hybridnetwork": ["2023-09-01", "2024-04-15", "2025-03-30"],
  "microsoft.resourcegraph": ["2024-04-01"],
};

/** ARM's refusal of a request with no api-version, or with one that its provider does not have. */
export function refuseApiVersion(url: URL): JsonAnswer | undefined {
  const version = url.searchParams.get("api-version");
  if (version === null || version === "")
    return toError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  const provider = /\/providers\/([^/]+)/i.exec(url.pathname)?.[1]?.toLowerCase() ?? "";
  const supported = SUPPORTED[provider];
  const isValid = supported ? supported.includes(version) : /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version);
  if (isValid) return undefined;
  const known = supported ? ` The supported versions are '${supported.join(",")}'.` : "";
  return toError(400, "InvalidApiVersionParameter", `The api-version '${version}' is invalid.${known}`);
}
