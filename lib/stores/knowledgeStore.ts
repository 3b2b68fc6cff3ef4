import { z } from "zod";
import type { ArmId } from "../core/armId.ts";
import type { Known, KnownArtifactManifest, KnownStore, KnownVersion } from "../core/knowledge.ts";
import { encodeKey } from "../core/tableKeys.ts";
import type { Row, RowTable, Tables } from "../ports.ts";
import { listNested, listPart, placeOfId } from "./buckets.ts";
import { maybe, parseBody, putRows, toBody } from "./rows.ts";
import { KnownArtifactManifestSchema, KnownStoreSchema, KnownVersionSchema } from "./schemas.ts";

/** What is remembered of a graph family of the same name: of `structure` the stores that a tag ever held. */
export interface KnownOf {
  readonly structure: KnownStore;
  readonly artifactManifests: KnownArtifactManifest;
  readonly versions: KnownVersion;
}
export type KnownFamily = keyof KnownOf;

const SCHEMAS: { readonly [Family in KnownFamily]: z.ZodType<KnownOf[Family]> } = {
  structure: KnownStoreSchema,
  artifactManifests: KnownArtifactManifestSchema,
  versions: KnownVersionSchema,
};

const FAMILIES = { store: "structure", artifactManifest: "artifactManifests", version: "versions" } as const;

const partOf = (family: KnownFamily): string => `known:${family}`;

/** `goneSince`: the first complete snapshot that lacked it. `enforceDeadline`: the end of the full grace window that began with the first night of enforce; unset in report mode. */
const StoreFacts = z.object({
  storeId: z.string(),
  registryId: z.string(),
  enforcedSince: maybe(z.string()),
  enforceDeadline: maybe(z.string()),
  goneSince: maybe(z.string()),
});
export type StoreFacts = z.infer<typeof StoreFacts>;

const STORES = "store";

/** What is remembered of artifact manifests, versions and stores outside snapshots. */
export class KnowledgeStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("knowledge");
  }

  /** In the order of `keyOrderOf`, as a snapshot lists the family of the same name. */
  async *list<F extends KnownFamily>(family: F): AsyncGenerator<KnownOf[F]> {
    for await (const row of listPart(this.table, partOf(family))) yield parseBody(SCHEMAS[family], row);
  }

  /** What is nested below `parentId`, at any depth, in the order of `list`. */
  async *listUnder<F extends KnownFamily>(family: F, parentId: ArmId): AsyncGenerator<KnownOf[F]> {
    const rows = listNested(this.table, partOf(family), parentId);
    for await (const row of rows) yield parseBody<KnownOf[F]>(SCHEMAS[family], row);
  }

  async find<F extends KnownFamily>(family: F, id: ArmId): Promise<KnownOf[F] | undefined> {
    const { partitionKey, rowKey } = placeOfId(partOf(family), id);
    const row = await this.table.find(partitionKey, rowKey);
    return row && parseBody<KnownOf[F]>(SCHEMAS[family], row);
  }

  async putAll(known: readonly Known[]): Promise<void> {
    await putRows(this.table, known.map(toRow));
  }

  async findStore(storeId: ArmId): Promise<StoreFacts | undefined> {
    const row = await this.table.find(STORES, encodeKey(storeId));
    return row && parseBody(StoreFacts, row);
  }

  /** Every store that a purge run has seen enrolled, also those that the newest snapshot does not show. */
  async *listStores(): AsyncGenerator<StoreFacts> {
    for await (const row of this.table.list({ partitionKey: STORES })) yield parseBody(StoreFacts, row);
  }

  async putStore(facts: StoreFacts): Promise<void> {
    await this.table.put({ partitionKey: STORES, rowKey: encodeKey(facts.storeId), body: toBody(facts) });
  }

  /** Forgets the facts of the store alone; holds by its tags, and what was known of its artifact manifests, stay. */
  async removeStore(storeId: ArmId): Promise<void> {
    await this.table.remove(STORES, encodeKey(storeId));
  }
}

const toRow = (known: Known): Row => ({
  ...placeOfId(partOf(FAMILIES[known.of]), known.id),
  body: toBody(known),
});
