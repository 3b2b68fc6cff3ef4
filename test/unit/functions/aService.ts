import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { HttpRequest, InvocationContext } from "@azure/functions";
import { z } from "zod";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import type { Repository } from "../../../lib/core/registryManifest.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { createStores } from "../../../lib/stores/createStores.ts";
import type { Part, SnapshotHeader } from "../../../lib/stores/snapshotStore.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import { NOW, REGISTRY, STORE } from "../../fakes/builders.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { read } from "../../fakes/settings.ts";
import { SILENCE } from "../../../lib/telemetry.ts";

export const SNAPSHOT = "20260302T010000Z";

/** The service with real stores and no Azure: whatever asks one fails. */
export function aService(settings: Readonly<Record<string, string>> = {}, tables = new MemoryTables()): Deps {
  const unreachable = (): never => {
    throw new Error("nothing outside storage may be asked");
  };
  return {
    config: read({ STORES: JSON.stringify({ stores: [{ store: STORE }] }), ...settings }),
    clock: { now: () => new Date(NOW) },
    wait: unreachable,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    telemetry: SILENCE,
    hash: sha256Hex,
    graph: { listResources: unreachable, listSubscriptions: unreachable, countOutside: unreachable },
    arm: {
      getResource: unreachable,
      listChildren: unreachable,
      canReadAll: unreachable,
      listSubscriptions: unreachable,
      readServerTime: unreachable,
    },
    queues: { send: unreachable },
    leases: { acquire: unreachable },
    journal: {
      append: unreachable,
      saveBytes: unreachable,
      findBytes: unreachable,
      listRecords: unreachable,
      listRecordsOf: unreachable,
    },
    openRegistry: unreachable,
    openPurger: unreachable,
    openWriter: unreachable,
    ...createStores(tables, sha256Hex, SILENCE),
  };
}

export const aHeader = (header: Partial<SnapshotHeader> = {}): SnapshotHeader => ({
  id: SNAPSHOT,
  at: NOW,
  readAt: NOW,
  runId: "r",
  state: "sealed",
  expectedParts: [GRAPH_PART, REGISTRY],
  processedAt: NOW,
  ...header,
});

export const aPart = (part: Partial<Part> = {}): Part => ({
  name: GRAPH_PART,
  complete: true,
  reasons: [],
  counts: {},
  subscriptions: [],
  accepted: [],
  ...part,
});

export interface Seen {
  readonly header?: Partial<SnapshotHeader>;
  readonly parts?: readonly Part[];
  readonly resources?: readonly Resource[];
  readonly known?: readonly Known[];
  readonly repositories?: readonly Repository[];
}

/** Stores a snapshot whose parts are complete unless told otherwise. */
export async function seeSnapshot(deps: Deps, seen: Seen = {}): Promise<void> {
  const header = aHeader(seen.header);
  await deps.snapshots.create(header);
  for (const part of seen.parts ?? [aPart(), aPart({ name: REGISTRY })]) await deps.snapshots.putPart(header.id, part);
  await deps.snapshots.putResources(header.id, seen.resources ?? []);
  await deps.snapshots.putRepositories(header.id, seen.repositories ?? []);
  await deps.knowledge.putAll(seen.known ?? []);
}

export interface Call {
  readonly path?: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a caller would see. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Calls a handler as the host would. */
export async function call(handler: HttpHandler, { path = "/api/x", method = "GET", ...given }: Call): Promise<Answer> {
  const url = new URL(path, "https://service.example");
  const request = new HttpRequest({
    method,
    url: url.href,
    query: Object.fromEntries(url.searchParams),
    params: { ...given.params },
    headers: { ...given.headers },
    ...(given.body !== undefined && { body: { string: JSON.stringify(given.body) } }),
  });
  const logs: string[] = [];
  const logHandler = (_level: unknown, ...args: unknown[]): void => void logs.push(args.join(" "));
  const response = await handler(request, new InvocationContext({ logHandler }));
  if (response.status === 500) throw new Error(logs.join("\n"));
  return toAnswer(response);
}

function toAnswer({ status = 200, headers, body, jsonBody }: HttpResponseInit): Answer {
  const text = jsonBody === undefined ? z.string().default("").parse(body) : JSON.stringify(jsonBody);
  const json = text.startsWith("{") ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {};
  return { status, headers: new Headers(z.record(z.string(), z.string()).default({}).parse(headers)), json, text };
}
