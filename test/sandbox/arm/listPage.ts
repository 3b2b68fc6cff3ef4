import { toError, type JsonAnswer, type JsonRequest } from "./jsonServer.ts";

const KNOWN_PARAMETERS = new Set(["api-version", "$skiptoken"]);

/** One page of a list, in the order of the ids, with the link to the next. A `truncate` fault keeps half a page and drops the link. */
export function listPage(
  request: JsonRequest,
  items: readonly Record<string, unknown>[],
  { pageSize, baseUrl }: { pageSize: number; baseUrl: () => string },
): JsonAnswer {
  const { searchParams } = request.url;
  const unknown = [...searchParams.keys()].find((name) => !KNOWN_PARAMETERS.has(name.toLowerCase()));
  if (unknown !== undefined)
    return toError(400, "InvalidQueryParameter", `The sandbox does not emulate the parameter '${unknown}'.`);
  const start = readSkipToken(searchParams.get("$skiptoken"));
  if (start === undefined) return toError(400, "InvalidSkipToken", "The skip token is not valid.");
  const sorted = items.toSorted((a, b) => String(a["id"]).localeCompare(String(b["id"]), "en"));
  const value = sorted.slice(start, start + pageSize);
  if (request.effect?.kind === "truncate")
    return { status: 200, body: { value: value.slice(0, Math.floor(value.length / 2)) } };
  if (start + pageSize >= sorted.length) return { status: 200, body: { value } };
  const next = new URL(request.url.pathname, baseUrl());
  next.searchParams.set("api-version", searchParams.get("api-version") ?? "");
  next.searchParams.set("$skiptoken", Buffer.from(String(start + pageSize)).toString("base64url"));
  return { status: 200, body: { value, nextLink: next.href } };
}

function readSkipToken(token: string | null): number | undefined {
  if (token === null) return 0;
  const start = Number(Buffer.from(token, "base64url").toString("utf8"));
  return Number.isInteger(start) && start >= 0 ? start : undefined;
}
