import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { QueryFigures } from "./figures.ts";

const CHANNEL = "http.server.request.start";
const PATH = /^\/providers\/Microsoft\.ResourceGraph\/resources/i;
const PAGE_ROWS = 1_000;
const PAGE_BYTES = 16 * 1024 * 1024;

interface Exchange {
  readonly request: string;
  readonly status: number;
  readonly answer: string;
  readonly seconds: number;
}

/**
 * Listens to the Resource Graph of a sandbox in this process. While the app works it only keeps what was said; counting
 * waits for `take`, so that it does not slow down what is measured.
 */
export class QueryTap {
  #exchanges: Exchange[] = [];
  readonly #onRequest = (message: unknown): void => {
    const exchange = Started.safeParse(message);
    if (exchange.success && PATH.test(exchange.data.request.url ?? "")) this.#follow(exchange.data);
  };

  start(): void {
    subscribe(CHANNEL, this.#onRequest);
  }

  stop(): void {
    unsubscribe(CHANNEL, this.#onRequest);
  }

  get pages(): number {
    return this.#exchanges.length;
  }

  /** What was asked since the last call, by shape of query; sorted. */
  take(): readonly QueryFigures[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    const byQuery = [...Map.groupBy(exchanges, toQueryKey)].map(([key, pages]) => countQuery(key, pages));
    const byShape = Map.groupBy(byQuery, ({ shape }) => shape);
    return [...byShape.values()].map(addUp).sort((a, b) => (a.shape < b.shape ? -1 : 1));
  }

  /** The server reads the request and ends the answer with one text, both after this. */
  #follow({ request, response }: z.infer<typeof Started>): void {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    const end: (text: unknown) => ServerResponse = response.end.bind(response);
    const endAndNote = (text: unknown): ServerResponse => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const answer = typeof text === "string" ? text : "";
      this.#exchanges.push({
        request: Buffer.concat(chunks).toString(),
        status: response.statusCode,
        answer,
        seconds,
      });
      return end(text);
    };
    Object.assign(response, { end: endAndNote });
  }
}

const Started = z.object({ request: z.instanceof(IncomingMessage), response: z.instanceof(ServerResponse) });
const Query = z.object({
  query: z.string(),
  subscriptions: z.unknown().optional(),
  managementGroups: z.unknown().optional(),
});
const Page = z.object({ totalRecords: z.number(), data: z.array(z.unknown()) });

/** Pages of one query have this in common: text and scope. */
function toQueryKey({ request }: Exchange): string {
  const { query, subscriptions, managementGroups } = Query.parse(JSON.parse(request));
  return JSON.stringify({ query, subscriptions, managementGroups });
}

/** Asking a second time for what one query answers costs pages and does not raise the bound. */
function countQuery(key: string, exchanges: readonly Exchange[]): QueryFigures {
  const { query } = Query.parse(JSON.parse(key));
  const answered = exchanges.filter(({ status }) => status === 200);
  let [rows, bytes, total, maxRowBytes, maxPageBytes] = [0, 0, 0, 0, 0];
  for (const { answer } of answered) {
    const page = Page.parse(JSON.parse(answer));
    rows += page.data.length;
    total = Math.max(total, page.totalRecords);
    const pageBytes = Buffer.byteLength(answer);
    bytes += pageBytes;
    maxPageBytes = Math.max(maxPageBytes, pageBytes);
    for (const row of page.data) maxRowBytes = Math.max(maxRowBytes, Buffer.byteLength(JSON.stringify(row)));
  }
  const onceBytes = rows === 0 ? 0 : bytes * Math.min(1, total / rows);
  return {
    shape: query.replace(/'[^']*'/g, "'…'").replace(/\('…'(?:, ?'…')+\)/g, "('…', …)"),
    queries: 1,
    pages: exchanges.length,
    failed: exchanges.length - answered.length,
    rows,
    bytes,
    maxRowBytes,
    maxPageBytes,
    bound: Math.max(1, Math.ceil(total / PAGE_ROWS), Math.ceil(onceBytes / PAGE_BYTES)),
    answerSeconds: exchanges.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function addUp(queries: readonly QueryFigures[]): QueryFigures {
  const sum = (read: (query: QueryFigures) => number): number =>
    queries.reduce((total, query) => total + read(query), 0);
  const max = (read: (query: QueryFigures) => number): number => Math.max(...queries.map(read));
  return {
    shape: queries[0]?.shape ?? "",
    queries: sum((query) => query.queries),
    pages: sum((query) => query.pages),
    failed: sum((query) => query.failed),
    rows: sum((query) => query.rows),
    bytes: sum((query) => query.bytes),
    maxRowBytes: max((query) => query.maxRowBytes),
    maxPageBytes: max((query) => query.maxPageBytes),
    bound: sum((query) => query.bound),
    answerSeconds: sum((query) => query.answerSeconds),
  };
}
