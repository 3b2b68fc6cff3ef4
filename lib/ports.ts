/** What the jobs need of the world. Adapters in lib/azure implement these; each port has one contract suite in test/contract. */
import type { ArmId } from "./core/armId.ts";
import type { GraphFamily, GraphScope } from "./core/graphQueries.ts";

export interface Clock {
  now(): Date;
}

/** Structured log: a static message and fields. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Lower-case hex SHA-256 of a text. */
export type Hash = (text: string) => string;

// ---- Resource Graph and ARM -------------------------------------------------------------------------------------------------

export interface ResourcePage {
  /** In the shape of an ARM GET. */
  readonly rows: readonly unknown[];
  /**
   * A wide scope is asked for in several batches, one after the other, counted from 0. Each is a listing of its own; one row may
   * stand in two of them where management groups contain each other.
   */
  readonly batch: number;
  /** Another page of this batch follows. */
  readonly more: boolean;
  /** The total of this batch that the service states with this page. */
  readonly totalRecords: number;
  readonly truncated: boolean;
  readonly tenantLimitHit: boolean;
}

export interface ResourceGraph {
  /**
   * Everything of a family that the identity can read in the scope, ordered by id within a batch, page by page. Throws
   * `UpstreamError`, also for a scope that names nothing.
   */
  listResources(family: GraphFamily, scope: GraphScope): AsyncIterable<ResourcePage>;
  /** The ids of the subscriptions in the scope that the identity can see, lower-case and sorted. Throws `UpstreamError`, also where the list is cut. */
  listSubscriptions(scope: GraphScope): Promise<readonly string[]>;
  /**
   * The visible subscriptions that are not `inside` and hold resources of Microsoft.HybridNetwork, sorted, with their number: what a
   * narrow scope does not look at. Empty for the tenant scope. Throws `UpstreamError`, also where an answer is cut.
   */
  countOutside(scope: GraphScope, inside: readonly string[]): Promise<readonly OutsideCount[]>;
}

export interface OutsideCount {
  /** Lower-case. */
  readonly subscriptionId: string;
  readonly count: number;
}

export type ArmAnswer =
  | { readonly is: "found"; readonly resource: unknown }
  /** A 404 that names the resource: the only answer that means absent. */
  | { readonly is: "absent" }
  | { readonly is: "unknown"; readonly why: string; readonly status?: number | undefined };

export interface Arm {
  /** Strongly consistent. Never throws for an answer of the service: what is not 200 or a clear 404 is `unknown`. */
  getResource(id: ArmId): Promise<ArmAnswer>;
  /** Children of `parentId`, page by page. Throws `UpstreamError`, also for 404; what came before is then not all of them. */
  listChildren(parentId: ArmId, collection: string): AsyncIterable<unknown>;
  /** True where the caller holds the read right over everything (`*`, or `*` + `/read`) on the whole subscription. Throws `UpstreamError`. */
  canReadAll(subscriptionId: string): Promise<boolean>;
  /** The ids of all subscriptions that the identity can see, as ARM lists them, lower-case and sorted. Throws `UpstreamError`. */
  listSubscriptions(): Promise<readonly string[]>;
  /** ARM's own clock, to the second. Throws `UpstreamError`, also where the answer states no time. */
  readServerTime(): Promise<Date>;
}

// ---- Registry ---------------------------------------------------------------------------------------------------------------

export interface RegistryTarget {
  readonly registryId: ArmId;
  /** Host name of the global login server. */
  readonly loginServer: string;
  /** ABAC registries ignore wildcard scopes: one token per repository. */
  readonly perRepositoryTokens: boolean;
}

export interface ListedManifest {
  readonly digest: string;
  readonly mediaType: string | undefined;
  readonly size: number;
  readonly createdAt: string | undefined;
  readonly tags: readonly string[];
  readonly deleteEnabled: boolean;
  readonly writeEnabled: boolean;
}

export interface RepositoryFacts {
  readonly manifestCount: number | undefined;
  readonly deleteEnabled: boolean;
  readonly writeEnabled: boolean;
}

/** Reads one registry as the observer identity. Every method throws `UpstreamError`; `find*` returns undefined only for a 404. */
export interface RegistryReader {
  /** Which repositories are read next, so that they may share tokens. Others may still be read. */
  announce(repositories: readonly string[]): void;
  /** Names in lexical order, page by page, those after `after`. */
  listRepositories(after?: string): AsyncIterable<readonly string[]>;
  findRepository(repository: string): Promise<RepositoryFacts | undefined>;
  /** Throws an `UpstreamError` with `isAbsence` where the registry itself says that it does not know the repository. */
  listManifests(repository: string): AsyncIterable<readonly ListedManifest[]>;
  /** What was pushed or changed last, newest first. Throws where the registry lists in another order than it was asked for. */
  readNewest(repository: string): Promise<Newest>;
  /** The last move of each tag, ISO 8601, by name. */
  readTagTimes(repository: string): Promise<ReadonlyMap<string, string>>;
  findManifest(repository: string, digest: string): Promise<ListedManifest | undefined>;
  /** The digest that the tag stands on, read by itself: undefined only where the registry itself says that there is no such tag. */
  findTag(repository: string, tag: string): Promise<string | undefined>;
  /** Exact bytes; the digest has been verified. */
  readBytes(repository: string, digest: string): Promise<ManifestContent>;
}

/** One page of a repository, of which the registry may hold more. */
export interface Newest {
  readonly manifests: readonly ListedManifest[];
  /** It holds no others. An absent repository holds nothing. */
  readonly isWhole: boolean;
}

export type DeleteAnswer =
  | { readonly is: "deleted" }
  | { readonly is: "alreadyGone" }
  | { readonly is: "locked" }
  | { readonly is: "throttled"; readonly retryAfterMs: number | undefined }
  /** 401 or 403: this registry stops. */
  | { readonly is: "forbidden"; readonly why: string }
  /** Refused for another reason: it is still there. */
  | { readonly is: "failed"; readonly why: string }
  /** No answer, or a server error: it may be gone. `busy`: it asks for fewer requests, after a while that it may state. */
  | { readonly is: "unknown"; readonly why: string; readonly busy?: { readonly retryAfterMs: number | undefined } };

/** The only interface that deletes from a registry. Constructed in enforce mode only. */
export interface RegistryPurger {
  /** One attempt, by digest, never retried: after anything but `deleted` or `alreadyGone` a new decision is due. */
  deleteManifest(repository: string, digest: string): Promise<DeleteAnswer>;
}

/** The only interface that writes to a registry, as the restorer identity. Constructed only when a restore is asked for. */
export interface RegistryWriter {
  /** False only where the registry says that the repository has no such config or layer. Throws `UpstreamError`. */
  hasBlob(repository: string, digest: string): Promise<boolean>;
  /** Gets what the next put needs, so that it begins at once. Throws `UpstreamError`. */
  prepare(repository: string): Promise<void>;
  /**
   * Puts exactly these bytes under `reference`: their own digest, or a tag, which moves if it stands elsewhere. One attempt; done
   * only where the registry names the same digest. Throws `UpstreamError`, after which it may have happened.
   */
  putManifest(repository: string, reference: string, content: ManifestContent): Promise<void>;
}

// ---- Storage ----------------------------------------------------------------------------------------------------------------

/** A row of Table Storage: two keys and a JSON body. */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly body: unknown;
}
export interface StoredRow extends Row {
  /** The body's JSON text: two rows of the same text hold the same. The body itself is parsed when it is first asked for. */
  readonly text: string;
  readonly etag: string;
}

export interface RowRange {
  readonly partitionKey: string;
  /** Inclusive; default: the first row. */
  readonly from?: string;
  /** Exclusive; default: past the last row. */
  readonly to?: string;
}

/** Rows sort by partition key, then row key. A body over `MAX_BODY_CHARS` is refused with a `RangeError`. Writes are safe to repeat. Throws `UpstreamError`. */
export interface RowTable {
  find(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  list(range: RowRange): AsyncIterable<StoredRow>;
  /** False where the row exists already. */
  create(row: Row): Promise<boolean>;
  /** False where the row changed since `etag` was read, or is gone. */
  replace(row: Row, etag: string): Promise<boolean>;
  put(row: Row): Promise<void>;
  /** Writes rows of any partitions, in as few transactions as the service allows. */
  putAll(rows: readonly Row[]): Promise<void>;
  /** A missing row is no error; with `etag`, false where it changed. */
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean>;
}

export interface Tables {
  /** The first write creates the table; one that does not exist reads as empty. Names are letters and digits. */
  open(name: string): RowTable;
  /** One call, whatever the table holds; a missing table is no error. */
  drop(name: string): Promise<void>;
}

/** A queue of work, and where the Functions host puts what failed there too often. */
export type QueueName =
  | "inventory-registry"
  | "purge-registry"
  | "run-stage"
  | "inventory-registry-poison"
  | "purge-registry-poison"
  | "run-stage-poison";

export interface Queues {
  send(queue: QueueName, message: unknown, delayMs?: number): Promise<void>;
}

export interface Lease {
  /** False from the moment the lease is, or may be, lost. */
  isHeld(): boolean;
  release(): Promise<void>;
}

export interface Leases {
  /** Undefined where someone else holds it. Renewed until released. */
  acquire(name: string): Promise<Lease | undefined>;
}

/** The bytes of a registry manifest as they were pushed. */
export interface ManifestContent {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Append-only, readable without this service: JSON lines per run and registry, and one write-once blob per digest. */
export interface Journal {
  append(file: string, record: unknown): Promise<void>;
  /** Keeps the bytes needed to restore `digest`; writing them again changes nothing. */
  saveBytes(digest: string, content: ManifestContent): Promise<void>;
  /** Undefined where none were kept, or where what was kept is not what the digest names. */
  findBytes(digest: string): Promise<ManifestContent | undefined>;
  /** The records of every file of that name, newest day first, those of one file in order; a line that is not JSON is undefined. */
  listRecords(name: string): AsyncIterable<unknown>;
  /** The records of one file, as it was appended to, in order; none where there is no such file. A line that is not JSON is undefined. */
  listRecordsOf(file: string): AsyncIterable<unknown>;
}
