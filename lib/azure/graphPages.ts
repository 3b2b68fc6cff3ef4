import type { QueryRequest, ResourceGraphClient } from "@azure/arm-resourcegraph";
import { RestError } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { fromRow } from "../core/graphQueries.ts";
import { UpstreamError } from "../errors.ts";
import type { ResourcePage } from "../ports.ts";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import type { GraphBatch } from "./graphBatches.ts";
import { fewerPageRows, MAX_PAGE_ROWS, nextPageRows } from "./graphPageSize.ts";
import type { GraphQuota } from "./graphQuota.ts";

export interface GraphSource {
  readonly client: Pick<ResourceGraphClient, "resources">;
  readonly quota: GraphQuota;
}

export interface GraphListing {
  readonly query: string;
  readonly batches: readonly GraphBatch[];
}

/**
 * The pages of every batch, one after the other. How many rows a page may have follows what the pages before it weighed.
 * It is not documented what the service makes of another `$top` beside a skip token. Should it leave out or repeat rows, then the rows
 * and their distinct ids no longer match `totalRecords`, which every caller compares: the listing counts as incomplete.
 */
export async function* readPages(source: GraphSource, { query, batches }: GraphListing): AsyncGenerator<ResourcePage> {
  const place: Place = { batch: 0, top: MAX_PAGE_ROWS, skipToken: undefined };
  for (const [batch, scope] of batches.entries()) {
    place.batch = batch;
    // No variable here holds a page: it could not be freed while the next one, as large, is read.
    do yield await readPage(source, { query, scope, place });
    while (place.skipToken !== undefined);
  }
}

/** Where a listing stands. */
interface Place {
  batch: number;
  top: number;
  skipToken: string | undefined;
}

interface Reading {
  readonly query: string;
  readonly scope: GraphBatch;
  readonly place: Place;
}

/** The next page; `place` moves on. */
async function readPage(source: GraphSource, { query, scope, place }: Reading): Promise<ResourcePage> {
  const { top, skipToken } = place;
  const { answer, bytes, asked, tenantLimitHit } = await askFitting(source, { query, scope, top, skipToken });
  place.top = nextPageRows({ asked, rows: answer.count, bytes });
  place.skipToken = answer.skipToken;
  return {
    rows: answer.data.map(fromRow),
    batch: place.batch,
    more: answer.skipToken !== undefined,
    totalRecords: answer.totalRecords,
    truncated: answer.resultTruncated.toLowerCase() !== "false",
    tenantLimitHit,
  };
}

interface PageRequest {
  readonly query: string;
  readonly scope: GraphBatch;
  readonly top: number;
  readonly skipToken: string | undefined;
}

interface FittingAnswer extends RawAnswer {
  readonly asked: number;
}

/** Asks for fewer and fewer rows until the answer fits. */
async function askFitting(source: GraphSource, request: PageRequest): Promise<FittingAnswer> {
  let asked: number | undefined = request.top;
  while (asked !== undefined) {
    const raw = await askOnce(source, { ...request, top: asked });
    if (raw !== "tooLarge") return { ...raw, asked };
    asked = fewerPageRows(asked);
  }
  throw new UpstreamError({
    service: "ResourceGraph",
    operation: "query",
    status: 400,
    detail: "one row is too large for an answer",
  });
}

const Answer = z.object({
  totalRecords: z.number(),
  count: z.number(),
  resultTruncated: z.string(),
  data: z.array(z.unknown()),
  skipToken: z.string().optional(),
});

interface RawAnswer {
  readonly answer: z.infer<typeof Answer>;
  readonly bytes: number | undefined;
  readonly tenantLimitHit: boolean;
}

async function askOnce({ client, quota }: GraphSource, request: PageRequest): Promise<RawAnswer | "tooLarge"> {
  let bytes: number | undefined;
  let tenantLimitHit = false;
  try {
    const body = await quota.run(() =>
      client.resources(toRequest(request), {
        onResponse: ({ headers, bodyAsText }) => {
          quota.note(headers);
          bytes = typeof bodyAsText === "string" ? Buffer.byteLength(bodyAsText) : undefined;
          tenantLimitHit = headers.get("x-ms-tenant-subscription-limit-hit")?.toLowerCase() === "true";
        },
      }),
    );
    return { answer: readAnswer(body), bytes, tenantLimitHit };
  } catch (error) {
    if (isTooLarge(error)) return "tooLarge";
    throw toUpstreamError("ResourceGraph", "query", error);
  }
}

function toRequest({ query, scope, top, skipToken }: PageRequest): QueryRequest {
  const options = { top, resultFormat: "objectArray" as const };
  return { query, ...scope, options: skipToken === undefined ? options : { ...options, skipToken } };
}

function readAnswer(body: unknown): z.infer<typeof Answer> {
  const answer = Answer.parse(body);
  if (answer.count === answer.data.length) return answer;
  throw new UpstreamError({
    service: "ResourceGraph",
    operation: "query",
    detail: `count ${answer.count}, but ${answer.data.length} rows`,
  });
}

const ErrorDetails = z.object({ error: z.object({ details: z.array(z.object({ code: z.string() })) }) });

/** The code of the error itself is only `BadRequest`: its details say what is bad. */
function isTooLarge(error: unknown): boolean {
  if (!(error instanceof RestError) || statusOf(error) !== 400) return false;
  const { data } = ErrorDetails.safeParse(error.details);
  return data?.error.details.some(({ code }) => code === "ResponsePayloadTooLarge") ?? false;
}
