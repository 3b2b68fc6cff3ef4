import { z } from "zod";
import type { IncompleteReason, IncompleteText } from "../core/completeness.ts";
import { isIncompleteText } from "../core/completeness.ts";
import { readInstant } from "../core/instantId.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { Resource } from "../core/resources.ts";
import {
  ALL_BUCKETS,
  bucketOf,
  decodeKey,
  descendingTimeKey,
  encodeKey,
  manifestKey,
  partitionKey,
  repositoryKey,
} from "../core/tableKeys.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { Row, RowTable, StoredRow, Tables } from "../ports.ts";
import { changeRow, maybe, parseBody, toBody } from "./rows.ts";
import { IncompleteReasonSchema, KeepReasonSchema, RegistryManifestSchema, ResourceSchema } from "./schemas.ts";

/** What a snapshot is and where it stands. Its content lives in a table of its own, so that dropping it is one call. */
export interface SnapshotHeader {
  /** The scheduled instant as `20260302T010000Z`. */
  readonly id: string;
  readonly at: string;
  /** When it was really read, rounded up to the minute: what sightings, clocks and findings count from. */
  readonly readAt: string;
  readonly runId: string;
  readonly state: "open" | "sealed";
  /** Parts that must be in before it can be sealed; undefined until the graph has been read. */
  readonly expectedParts: readonly string[] | undefined;
  /** Set by marking: purging works only on a snapshot that marking has seen. */
  readonly processedAt: string | undefined;
}

/** One part: `graph`, or the inventory of one registry (its resource id). */
export interface Part {
  readonly name: string;
  /** No reason that covers the whole part. */
  readonly complete: boolean;
  readonly reasons: readonly IncompleteReason[];
  /** Rows by kind, for plausibility and for people. */
  readonly counts: Readonly<Record<string, number>>;
  /** `graph` only: the subscriptions that were expected and seen; the next snapshot must see them too. */
  readonly subscriptions: readonly string[];
}

export const GRAPH_PART = "graph";

/** A part of which nothing is known but why. */
export const toUnknownPart = (name: string, reason: IncompleteReason): Part => ({
  name,
  complete: false,
  reasons: [reason],
  counts: {},
  subscriptions: [],
});

/** The partition of a snapshot's table that holds its parts. */
const PARTS = "parts";

/** Long lists of reasons are cut: the first ones are enough to act on. */
const MAX_REASONS = 100;

const Header = z.object({
  id: z.string(),
  at: z.string(),
  readAt: z.string(),
  runId: z.string(),
  state: z.enum(["open", "sealed"]),
  expectedParts: maybe(z.array(z.string())),
  processedAt: maybe(z.string()),
}) satisfies z.ZodType<SnapshotHeader>;

const PartSchema = z.object({
  name: z.string(),
  complete: z.boolean(),
  reasons: z.array(IncompleteReasonSchema),
  counts: z.record(z.string(), z.number()),
  subscriptions: z.array(z.string()),
}) satisfies z.ZodType<Part>;

const RepositoryRow = z.object({
  repository: z.string(),
  locked: z.boolean(),
  incomplete: z.array(z.custom<IncompleteText>(isIncompleteText)),
});
const ManifestRow = z.object({ repository: z.string(), manifest: RegistryManifestSchema });
const VerdictRow = z.object({
  repository: z.string(),
  digest: z.string(),
  class: maybe(z.enum(["decommissioned", "superseded", "unattributed"])),
  storeId: maybe(z.string()),
  artifactManifestId: maybe(z.string()),
  keep: z.array(KeepReasonSchema),
}) satisfies z.ZodType<Verdict & { repository: string }>;

export class SnapshotStore {
  private readonly headers: RowTable;
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
    this.headers = tables.open("snapshots");
  }

  /** Starts a snapshot; one of the same id that was started before stays as it is. */
  async create(header: SnapshotHeader): Promise<void> {
    await this.headers.create(headerRow(header));
  }

  async find(id: string): Promise<SnapshotHeader | undefined> {
    const row = await this.headers.find("snapshot", headerKey(id));
    return row && parseBody(Header, row);
  }

  /** Newest first. */
  async *list(): AsyncGenerator<SnapshotHeader> {
    for await (const row of this.headers.list({ partitionKey: "snapshot" })) yield parseBody(Header, row);
  }

  /** Applies `change` to the stored header until no one else interferes; undefined from `change` leaves it as it is. */
  update(
    id: string,
    change: (header: SnapshotHeader) => SnapshotHeader | undefined,
  ): Promise<SnapshotHeader | undefined> {
    return changeRow(this.headers, { partitionKey: "snapshot", rowKey: headerKey(id), schema: Header }, change);
  }

  async putPart(id: string, part: Part): Promise<void> {
    const body = toBody({ ...part, reasons: part.reasons.slice(0, MAX_REASONS) });
    await this.content(id).put({ partitionKey: PARTS, rowKey: encodeKey(part.name), body });
  }

  /** Empty for a snapshot that is not there, or not any more. */
  async listParts(id: string): Promise<readonly Part[]> {
    const parts: Part[] = [];
    for await (const row of this.content(id).list({ partitionKey: PARTS })) parts.push(parseBody(PartSchema, row));
    return parts;
  }

  /** The newest sealed snapshot whose part `name` is complete; `before` excludes one and all newer ones. */
  async findComplete(
    name: string,
    before?: string,
  ): Promise<{ readonly header: SnapshotHeader; readonly part: Part } | undefined> {
    for await (const header of this.list()) {
      if (header.state !== "sealed" || (before !== undefined && header.id >= before)) continue;
      const part = (await this.listParts(header.id)).find((candidate) => candidate.name === name);
      if (part?.complete) return { header, part };
    }
    return undefined;
  }

  async putResources(id: string, resources: readonly Resource[]): Promise<void> {
    const rows = resources.map((resource) => ({
      partitionKey: partitionKey(GRAPH_PART, bucketOf(resource.id)),
      rowKey: encodeKey(resource.id),
      body: toBody(resource),
    }));
    await this.content(id).putAll(rows);
  }

  async *listResources(id: string): AsyncGenerator<Resource> {
    for await (const row of this.listPart(id, GRAPH_PART)) yield parseBody(ResourceSchema, row);
  }

  async putRepositories(id: string, repositories: readonly Repository[]): Promise<void> {
    await this.content(id).putAll(repositories.flatMap(toRows));
  }

  /** Repository by repository, in key order; the registry manifests of one repository at a time are in memory. */
  async *listRepositories(id: string, registryId: string): AsyncGenerator<Repository> {
    let current: Group | undefined;
    for await (const row of this.listPart(id, registryId)) {
      if (current && current.owns(row)) current.add(row);
      else {
        if (current) yield current.toRepository(registryId);
        current = new Group(row);
      }
    }
    if (current) yield current.toRepository(registryId);
  }

  async findRepository(id: string, registryId: string, repository: string): Promise<Repository | undefined> {
    const range = {
      partitionKey: partitionKey(registryId, bucketOf(repository)),
      from: repositoryKey(repository),
      to: `${encodeKey(repository)}}`,
    };
    let group: Group | undefined;
    for await (const row of this.content(id).list(range)) {
      if (group) group.add(row);
      else group = new Group(row);
    }
    return group?.toRepository(registryId);
  }

  async putVerdicts(
    id: string,
    repository: Pick<Repository, "registryId" | "name">,
    verdicts: readonly Verdict[],
  ): Promise<void> {
    const part = verdictPart(repository.registryId);
    const rows = verdicts.map((verdict) => ({
      partitionKey: partitionKey(part, bucketOf(repository.name)),
      rowKey: manifestKey(repository.name, verdict.digest),
      body: toBody({ repository: repository.name, ...verdict }),
    }));
    await this.content(id).putAll(rows);
  }

  async *listVerdicts(id: string, registryId: string): AsyncGenerator<Verdict & { readonly repository: string }> {
    for await (const row of this.listPart(id, verdictPart(registryId))) yield parseBody(VerdictRow, row);
  }

  /** Two calls, however much it holds. The header goes last: until then a repeated drop finds it. */
  async drop(id: string): Promise<void> {
    await this.tables.drop(contentName(id));
    await this.headers.remove("snapshot", headerKey(id));
  }

  private content(id: string): RowTable {
    return this.tables.open(contentName(id));
  }

  private async *listPart(id: string, part: string): AsyncGenerator<StoredRow> {
    for (const bucket of ALL_BUCKETS) yield* this.content(id).list({ partitionKey: partitionKey(part, bucket) });
  }
}

const contentName = (id: string): string => `snapshot${id}`;
const verdictPart = (registryId: string): string => `verdicts:${registryId}`;

/** Newest first: the id is turned back into its instant. */
const headerKey = (id: string): string => `${descendingTimeKey(Date.parse(readInstant(id) ?? ""))}|${encodeKey(id)}`;

const headerRow = (header: SnapshotHeader): Row => ({
  partitionKey: "snapshot",
  rowKey: headerKey(header.id),
  body: toBody(header),
});

function toRows(repository: Repository): Row[] {
  const key = partitionKey(repository.registryId, bucketOf(repository.name));
  const { name, locked, incomplete, manifests } = repository;
  const rows: Row[] = manifests.map((manifest) => ({
    partitionKey: key,
    rowKey: manifestKey(name, manifest.digest),
    body: toBody({ repository: name, manifest }),
  }));
  return [
    { partitionKey: key, rowKey: repositoryKey(name), body: toBody({ repository: name, locked, incomplete }) },
    ...rows,
  ];
}

/** The rows of one repository. A torn write may leave registry manifests without the repository's own row: then it is incomplete. */
class Group {
  private readonly prefix: string;
  private own: z.infer<typeof RepositoryRow> | undefined;
  private readonly manifests: RegistryManifest[] = [];

  constructor(first: StoredRow) {
    this.prefix = first.rowKey.slice(0, first.rowKey.indexOf("|") + 1);
    this.add(first);
  }

  owns(row: StoredRow): boolean {
    return row.rowKey.startsWith(this.prefix);
  }

  add(row: StoredRow): void {
    if (row.rowKey === this.prefix) this.own = parseBody(RepositoryRow, row);
    else this.manifests.push(parseBody(ManifestRow, row).manifest);
  }

  toRepository(registryId: string): Repository {
    const name = decodeKey(this.prefix.slice(0, -1));
    const { locked, incomplete } = this.own ?? {
      locked: true,
      incomplete: ["listingFailed: it was stored only in part"],
    };
    return { registryId, name, locked, incomplete, manifests: this.manifests };
  }
}
