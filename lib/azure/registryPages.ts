import type { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { RegistryTarget } from "../ports.ts";
import { parseJson } from "./parseJson.ts";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import { isRegistryAbsence } from "./registryAbsence.ts";

type RawResponse = {
  readonly status: number;
  readonly bodyAsText?: string | null;
  readonly headers: { get(name: string): string | undefined };
};

/** Takes the raw body of each page, because the SDK drops `mediaType` and reads a missing list as an empty one. */
export class PageCollector<T> {
  private readonly target: RegistryTarget;
  private readonly schema: z.ZodType<T>;
  private pages: T[] = [];

  constructor(target: RegistryTarget, schema: z.ZodType<T>) {
    this.target = target;
    this.schema = schema;
  }

  readonly onResponse = (response: RawResponse): void => {
    // Error answers come here too; the SDK throws them with their status.
    if (response.status !== 200) return;
    this.pages.push(parseOrThrow(this.schema, parseJson(response.bodyAsText), "list"));
    const link = response.headers.get("link");
    if (link === undefined) return;
    const next = /^\s*<([^>]+)>/.exec(link)?.[1];
    const host = next === undefined ? undefined : new URL(next, `https://${this.target.loginServer}`).host;
    if (host !== this.target.loginServer)
      throw new UpstreamError({
        service: "registry",
        operation: "list",
        detail: "the next page is on another host, or its link cannot be read",
      });
  };

  /** The bodies that came since the last call. */
  take(): readonly T[] {
    return this.pages.splice(0);
  }
}

/** A listing of the SDK, and how its pages are read. */
export interface PagedListing<T> {
  /** For errors: what was being done. */
  readonly operation: string;
  /** Of the first page, `/acr/v1/…`. */
  readonly path: string;
  readonly pageSize: number;
  /** The key after which the listing begins. */
  readonly after?: string | undefined;
  readonly collector: PageCollector<T>;
  open(settings: { readonly maxPageSize: number; readonly continuationToken?: string }): AsyncIterator<unknown>;
  /** Undefined for an empty page. */
  lastKeyOf(page: T): string | undefined;
}

/** A page that is still too much for the registry at this size is not the page's fault. */
const MIN_PAGE_SIZE = 5;

/**
 * The pages of a listing. Large registries answer 502 to a page of 100 and work with 5 (acr-cli PR 353): a page that the registry
 * cannot make is asked for again with half as many rows, from the same place on.
 */
export async function* readPages<T>(listing: PagedListing<T>): AsyncGenerator<T> {
  const { collector } = listing;
  const progress = new Progress(listing);
  let size = listing.pageSize;
  let last = listing.after;
  for (let pages = openAt(listing, last, size); ;) {
    const step = await nextOrFailure(pages);
    if ("failure" in step) {
      if (!isTooMuch(step.failure) || size <= MIN_PAGE_SIZE) throw toListingError(listing.operation, step.failure);
      size = Math.max(MIN_PAGE_SIZE, Math.floor(size / 2));
      pages = openAt(listing, last, size);
      continue;
    }
    for (const page of collector.take()) {
      last = progress.see(listing.lastKeyOf(page)) ?? last;
      yield page;
    }
    if (step.done) return;
  }
}

/** A registry may answer with nothing, and say that there is more. */
const MAX_EMPTY_PAGES = 100;

/**
 * Throws where pages come that were there before: a link that leads back to its own page would never end. Which key comes after
 * which is the registry's own affair.
 */
class Progress {
  private readonly operation: string;
  private readonly lastKeys = new Set<string>();
  private empty = 0;

  constructor({ operation, after }: Pick<PagedListing<unknown>, "operation" | "after">) {
    this.operation = operation;
    if (after !== undefined) this.lastKeys.add(after);
  }

  see(lastKey: string | undefined): string | undefined {
    if (lastKey === undefined) this.empty += 1;
    if (this.empty > MAX_EMPTY_PAGES || (lastKey !== undefined && this.lastKeys.has(lastKey)))
      throw new UpstreamError({
        service: "registry",
        operation: this.operation,
        status: 200,
        detail: "the pages do not move on",
      });
    if (lastKey !== undefined) this.lastKeys.add(lastKey);
    return lastKey;
  }
}

function openAt<T>(listing: PagedListing<T>, last: string | undefined, size: number): AsyncIterator<unknown> {
  if (last === undefined) return listing.open({ maxPageSize: size });
  return listing.open({
    maxPageSize: size,
    continuationToken: `${listing.path}?last=${encodeURIComponent(last)}&n=${size}`,
  });
}

type Step = { readonly done: boolean } | { readonly failure: unknown };

async function nextOrFailure(pages: AsyncIterator<unknown>): Promise<Step> {
  try {
    return { done: (await pages.next()).done === true };
  } catch (failure) {
    return { failure };
  }
}

/** 503 says that it is busy, whatever the size. */
const isTooMuch = (error: unknown): boolean => [502, 504].includes(statusOf(error) ?? 0);

function toListingError(operation: string, error: unknown): UpstreamError {
  const translated = toUpstreamError("registry", operation, error);
  if (!isRegistryAbsence(error)) return translated;
  return new UpstreamError({ service: "registry", operation, status: 404, isAbsence: true, cause: error });
}

export function parseOrThrow<T>(schema: z.ZodType<T>, body: unknown, operation: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UpstreamError({
    service: "registry",
    operation,
    status: 200,
    detail: "the answer has another form than documented",
  });
}
