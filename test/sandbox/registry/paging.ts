import type { KeyAt, Order, OrderedKeys } from "./orderedKeys.ts";
import { badRequest, unsupported } from "./registryError.ts";

const DEFAULT_SIZE = 100;
const MAX_SIZE = 1000;

export interface PageRequest {
  readonly last: string | undefined;
  readonly size: number;
  readonly order: Order;
}

export interface Page {
  readonly keys: readonly string[];
  /** `Link` to the next page; no header on the last one. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads `n` (default 100, cut at 1000), `last` and `orderby`. Throws `RegistryError` where one makes no sense. */
export function readPageRequest(query: URLSearchParams): PageRequest {
  const size = query.get("n") === null ? DEFAULT_SIZE : Number(query.get("n"));
  if (!Number.isInteger(size) || size < 1)
    throw badRequest("PAGINATION_NUMBER_INVALID", `invalid number of results requested: ${query.get("n")}`);
  const last = query.get("last") ?? "";
  const order = query.get("orderby") ?? "";
  if (order !== "" && order !== "timeasc" && order !== "timedesc") throw unsupported(`orderby=${order}`);
  return { last: last === "" ? undefined : last, size: Math.min(size, MAX_SIZE), order: order === "" ? "key" : order };
}

/** `orderby` is part of the links of `/acr/v1`, also where it is empty, and unknown to `/v2`. */
export interface Listing {
  readonly path: string;
  readonly withOrder: boolean;
  readonly keys: OrderedKeys;
  /** Time of a key, to find the place of `last` in an order by time. */
  timeOf(key: string): number | undefined;
}

/** One page. In an order by time, a `last` that is gone leaves no place to go on from: an error, never a page out of place. */
export function readPage(listing: Listing, page: PageRequest): Page {
  const found = listing.keys.page(page.order, findCursor(listing, page), page.size + 1);
  return cutPage(listing, page, found);
}

/** The page that `found` holds; one key more than fits means that there is a next page. */
export function cutPage(
  listing: Pick<Listing, "path" | "withOrder">,
  page: PageRequest,
  found: readonly string[],
): Page {
  const keys = found.slice(0, page.size);
  if (found.length <= page.size) return { keys, headers: {} };
  const order = page.order === "key" ? "" : page.order;
  const query = `last=${encodeURIComponent(keys.at(-1) ?? "")}&n=${page.size}${listing.withOrder ? `&orderby=${order}` : ""}`;
  return { keys, headers: { Link: `<${listing.path}?${query}>; rel="next"` } };
}

function findCursor(listing: Listing, page: PageRequest): KeyAt | undefined {
  if (page.last === undefined) return undefined;
  if (page.order === "key") return { key: page.last, at: 0 };
  const at = listing.timeOf(page.last);
  if (at === undefined) throw unsupported(`orderby=${page.order} after ${page.last}, which is gone`);
  return { key: page.last, at };
}
