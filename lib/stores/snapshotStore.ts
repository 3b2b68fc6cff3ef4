import type { ArmId } from "../core/armId.ts";
import type { GraphFamily } from "../core/graphQueries.ts";
import { familyOf } from "../core/graphQueries.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { Resource, ResourceKind } from "../core/resources.ts";
import { decodeKey, encodeKey } from "../core/tableKeys.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { Row, RowTable, StoredRow, Tables } from "../ports.ts";
import { AbsentRow, absentPart, toAbsentRow } from "./absentNames.ts";
import { listNested, listPart, placeOfId } from "./buckets.ts";
import { fromToken, toToken } from "./continuation.ts";
import type { Pair } from "./mergeByKey.ts";
import { mergeByKey } from "./mergeByKey.ts";
import type { Part } from "./part.ts";
import { cutReasons, PartSchema } from "./part.ts";
import { concatAhead } from "./readAhead.ts";
import type { VerdictRange } from "./repositoryRows.ts";
import {
  fromRepositoryRows,
  rangeOfRepository,
  rangesOfVerdicts,
  toRepositoryRows,
  toVerdictRow,
  VerdictRow,
} from "./repositoryRows.ts";
import { changeRow, parseBody, putRows, toBody } from "./rows.ts";
import { ResourceSchema } from "./schemas.ts";
import type { SnapshotHeader } from "./snapshotHeader.ts";
import { headerKey, HEADERS, isSnapshotId, SnapshotHeaderSchema, toHeaderRow } from "./snapshotHeader.ts";

export type { Acceptance, Part } from "./part.ts";
export { GRAPH_PART, toUnknownPart } from "./part.ts";
export type { SnapshotHeader } from "./snapshotHeader.ts";

export interface HeaderPageRequest {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface HeaderPage {
  readonly headers: readonly SnapshotHeader[];
  /** Where the next page begins; not there on the last one. */
  readonly next?: string;
}

/** Partitions of verdicts of which the first page is asked for early. */
const VERDICTS_AHEAD = 3;

/** The partition of a snapshot's table that holds its parts. */
const PARTS = "parts";

export class SnapshotStore {
  private readonly headers: RowTable;
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
    this.headers = tables.open("snapshots");
  }

  /** Starts a snapshot; one of the same id that was started before stays as it is. */
  async create(header: SnapshotHeader): Promise<void> {
    await this.headers.create(toHeaderRow(header));
  }

  async find(id: string): Promise<SnapshotHeader | undefined> {
    if (!isSnapshotId(id)) return undefined;
    const row = await this.headers.find(HEADERS, headerKey(id));
    return row && parseBody(SnapshotHeaderSchema, row);
  }

  /** Newest first. */
  async *list(): AsyncGenerator<SnapshotHeader> {
    for await (const row of this.headers.list({ partitionKey: HEADERS })) yield parseBody(SnapshotHeaderSchema, row);
  }

  /** Newest first, `limit` headers after the page before. A `RangeError` for what is no token of a page. */
  async listPageOfHeaders({ after, limit }: HeaderPageRequest): Promise<HeaderPage> {
    if (!(limit >= 1)) throw new RangeError(`a page of ${limit} snapshots cannot be listed: ask for at least one`);
    const id = after === undefined ? undefined : fromToken(after, isSnapshotId);
    const range = { partitionKey: HEADERS, ...(id !== undefined && { from: headerKey(id) }) };
    const headers: SnapshotHeader[] = [];
    for await (const row of this.headers.list(range)) {
      const header = parseBody(SnapshotHeaderSchema, row);
      if (header.id === id) continue;
      const last = headers.at(-1);
      if (last && headers.length >= limit) return { headers, next: toToken(last.id) };
      headers.push(header);
    }
    return { headers };
  }

  /** Applies `change` to the stored header until no one else interferes; undefined from `change` leaves it as it is. */
  update(
    id: string,
    change: (header: SnapshotHeader) => SnapshotHeader | undefined,
  ): Promise<SnapshotHeader | undefined> {
    return changeRow(
      this.headers,
      { partitionKey: HEADERS, rowKey: headerKey(id), schema: SnapshotHeaderSchema },
      change,
    );
  }

  async putPart(id: string, part: Part): Promise<void> {
    const row = { partitionKey: PARTS, rowKey: encodeKey(part.name), body: toBody(cutReasons(part)) };
    await this.content(id).put(row);
  }

  /** Applies `change` to the stored part until no one else interferes; undefined where it is not there, or is to stay as it is. */
  updatePart(id: string, name: string, change: (part: Part) => Part | undefined): Promise<Part | undefined> {
    const place = { partitionKey: PARTS, rowKey: encodeKey(name), schema: PartSchema };
    return changeRow<Part>(this.content(id), place, (part) => {
      const changed = change(part);
      return changed && cutReasons(changed);
    });
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

  /** Each goes to the family of its kind. */
  async putResources(id: string, resources: readonly Resource[]): Promise<void> {
    await putRows(this.content(id), resources.map(toResourceRow));
  }

  /** The resources of one family, in the order of `keyOrderOf`. */
  async *listResources(id: string, family: GraphFamily): AsyncGenerator<Resource> {
    for await (const row of listPart(this.content(id), graphPart(family))) yield parseBody(ResourceSchema, row);
  }

  /** The ids of one family, in the order of `listResources`; nothing else of them is read. */
  async *listIds(id: string, family: GraphFamily): AsyncGenerator<ArmId> {
    for await (const { rowKey } of listPart(this.content(id), graphPart(family))) yield decodeKey(rowKey);
  }

  /**
   * The resources of one family in two snapshots side by side, in the order of `listResources`. What did not change is parsed once,
   * and is the same object on both sides.
   */
  async *listPairs(
    { before, now }: { readonly before: string; readonly now: string },
    family: GraphFamily,
  ): AsyncGenerator<{ readonly before: Resource | undefined; readonly now: Resource | undefined }> {
    const [left, right] = [before, now].map((id) => listPart(this.content(id), graphPart(family)));
    if (!left || !right) return;
    const keys = { left: orderOfRow, right: orderOfRow };
    for await (const pair of mergeByKey(left, right, keys)) yield toPair(pair);
  }

  /** The resources of one family that are nested below `parentId`, at any depth, in the order of `listResources`. */
  async *listUnder(id: string, family: GraphFamily, parentId: ArmId): AsyncGenerator<Resource> {
    const rows = listNested(this.content(id), graphPart(family), parentId);
    for await (const row of rows) yield parseBody(ResourceSchema, row);
  }

  async findResource(id: string, kind: ResourceKind, resourceId: ArmId): Promise<Resource | undefined> {
    const { partitionKey, rowKey } = placeOfId(graphPart(familyOf(kind)), resourceId);
    const row = await this.content(id).find(partitionKey, rowKey);
    return row && parseBody(ResourceSchema, row);
  }

  async putRepositories(id: string, repositories: readonly Repository[]): Promise<void> {
    await this.content(id).putAll(repositories.flatMap(toRepositoryRows));
  }

  /** Repository by repository, in key order; the registry manifests of one repository at a time are in memory. */
  listRepositories(id: string, registryId: string): AsyncGenerator<Repository> {
    return fromRepositoryRows(registryId, listPart(this.content(id), registryId));
  }

  async findRepository(id: string, registryId: string, repository: string): Promise<Repository | undefined> {
    const rows = this.content(id).list(rangeOfRepository(registryId, repository));
    for await (const found of fromRepositoryRows(registryId, rows)) return found;
    return undefined;
  }

  /** Repositories that the registry was asked for by name, and does not know. */
  async putAbsent(id: string, registryId: string, repositories: readonly string[]): Promise<void> {
    await this.content(id).putAll(repositories.map((repository) => toAbsentRow(registryId, repository)));
  }

  async *listAbsent(id: string, registryId: string): AsyncGenerator<string> {
    for await (const row of listPart(this.content(id), absentPart(registryId)))
      yield parseBody(AbsentRow, row).repository;
  }

  async putVerdicts(
    id: string,
    repository: Pick<Repository, "registryId" | "name">,
    verdicts: readonly Verdict[],
  ): Promise<void> {
    await this.content(id).putAll(verdicts.map((verdict) => toVerdictRow(repository, verdict)));
  }

  /** Sorted by bucket, then row key. */
  async *listVerdicts(
    id: string,
    registryId: string,
    range: VerdictRange = {},
  ): AsyncGenerator<Verdict & { readonly repository: string }> {
    const table = this.content(id);
    const streams = rangesOfVerdicts(registryId, range).map((rows) => table.list(rows));
    for await (const row of concatAhead(streams, VERDICTS_AHEAD)) yield parseBody(VerdictRow, row);
  }

  /** Two calls, however much it holds. The header goes last: until then a repeated drop finds it. */
  async drop(id: string): Promise<void> {
    await this.tables.drop(contentName(id));
    await this.headers.remove(HEADERS, headerKey(id));
  }

  private content(id: string): RowTable {
    return this.tables.open(contentName(id));
  }
}

const contentName = (id: string): string => `snapshot${id}`;
const graphPart = (family: GraphFamily): string => `graph:${family}`;

const toResourceRow = (resource: Resource): Row => ({
  ...placeOfId(graphPart(familyOf(resource.kind)), resource.id),
  body: toBody(resource),
});

const orderOfRow = ({ partitionKey, rowKey }: StoredRow): string => `${partitionKey} ${rowKey}`;

function toPair({ left, right }: Pair<StoredRow, StoredRow>): {
  readonly before: Resource | undefined;
  readonly now: Resource | undefined;
} {
  const now = right && parseBody(ResourceSchema, right);
  const same = left !== undefined && left.text === right?.text;
  return { now, before: same ? now : left && parseBody(ResourceSchema, left) };
}
