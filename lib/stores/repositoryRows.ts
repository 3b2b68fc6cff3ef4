import { z } from "zod";
import type { IncompleteText } from "../core/completeness.ts";
import { isIncompleteText } from "../core/completeness.ts";
import type { KeepReason } from "../core/keepReasons.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import {
  ALL_BUCKETS,
  bucketOf,
  decodeKey,
  encodeKey,
  manifestKey,
  partitionKey,
  repositoryKey,
} from "../core/tableKeys.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { Row, RowRange, StoredRow } from "../ports.ts";
import { fitManifest } from "./fitManifest.ts";
import { maybe, parseBody, toBody } from "./rows.ts";
import { KeepReasonSchema, RegistryManifestSchema } from "./schemas.ts";

const RepositoryRow = z.object({
  repository: z.string(),
  locked: z.boolean(),
  incomplete: z.array(z.custom<IncompleteText>(isIncompleteText)),
});
const ManifestRow = z.object({ repository: z.string(), manifest: RegistryManifestSchema });

export const VerdictRow = z.object({
  repository: z.string(),
  digest: z.string(),
  class: maybe(z.enum(["decommissioned", "superseded", "unattributed"])),
  storeId: maybe(z.string()),
  artifactManifestId: maybe(z.string()),
  keep: z.array(KeepReasonSchema),
}) satisfies z.ZodType<Verdict & { repository: string }>;

/** Sorts repositories as a snapshot, and the marks of a registry, are listed. */
export const keyOfRepository = ({ name }: Pick<Repository, "name">): string =>
  `${bucketOf(name)}|${repositoryKey(name)}`;

/** The part of a snapshot that holds the verdicts on a registry. */
const verdictPart = (registryId: string): string => `verdicts:${registryId}`;

/**
 * The repository's own row, then one for each registry manifest, all in one partition. Edges that no row holds are stored as not
 * understood; where even the tags are too many, the repository is incomplete.
 */
export function toRepositoryRows({ registryId, name, locked, incomplete, manifests }: Repository): readonly Row[] {
  const key = partitionKey(registryId, bucketOf(name));
  const fitted = manifests.map((manifest) => fitManifest(name, manifest));
  const reasons = [...incomplete, ...fitted.flatMap(({ lost }) => lost ?? [])];
  const rows = fitted.map(({ manifest }): Row => ({
    partitionKey: key,
    rowKey: manifestKey(name, manifest.digest),
    body: toBody({ repository: name, manifest }),
  }));
  return [
    { partitionKey: key, rowKey: repositoryKey(name), body: toBody({ repository: name, locked, incomplete: reasons }) },
    ...rows,
  ];
}

export const toVerdictRow = ({ registryId, name }: Pick<Repository, "registryId" | "name">, verdict: Verdict): Row => ({
  partitionKey: partitionKey(verdictPart(registryId), bucketOf(name)),
  rowKey: manifestKey(name, verdict.digest),
  body: toBody({ repository: name, ...verdict, keep: cutKeep(verdict.keep) }),
});

/** What of the verdicts on a registry is listed. */
export interface VerdictRange {
  /** Of this repository only. */
  readonly repository?: string | undefined;
  /** What follows this registry manifest only. */
  readonly after?: Pick<Verdict & { readonly repository: string }, "repository" | "digest"> | undefined;
}

/** Where the rows of these verdicts lie, in the order in which they are listed. */
export function rangesOfVerdicts(registryId: string, { repository, after }: VerdictRange): readonly RowRange[] {
  const buckets = repository === undefined ? ALL_BUCKETS : [bucketOf(repository)];
  const first = after === undefined ? "" : bucketOf(after.repository);
  const key = repository === undefined ? undefined : encodeKey(repository);
  return buckets
    .filter((bucket) => bucket >= first)
    .map((bucket) => {
      // The next key: no text stands between one and the same with the lowest character behind it.
      const next = after && bucket === first ? `${manifestKey(after.repository, after.digest)}!` : undefined;
      const from = [key && `${key}|`, next]
        .filter((text) => text !== undefined)
        .toSorted()
        .at(-1);
      return {
        partitionKey: partitionKey(verdictPart(registryId), bucket),
        ...(from !== undefined && { from }),
        ...(key !== undefined && { to: `${key}}` }),
      };
    });
}

/** As many reasons as a row surely holds, each this long at most. */
const MAX_REASONS = 100;
const MAX_BY_CHARS = 2000;

/** For people: marks are decided by all reasons, of which the row holds the first, and how many more there are. */
function cutKeep(keep: readonly KeepReason[]): readonly KeepReason[] {
  const kept = keep.length <= MAX_REASONS ? keep : keep.slice(0, MAX_REASONS - 1);
  const [last, more] = [kept.at(-1), keep.length - kept.length];
  const reasons = last && more > 0 ? [...kept, { code: last.code, by: `${more} more` }] : kept;
  return reasons.map(({ code, by }) => (by === undefined ? { code } : { code, by: by.slice(0, MAX_BY_CHARS) }));
}

/** Where the rows of one repository lie. */
export const rangeOfRepository = (registryId: string, name: string): RowRange => ({
  partitionKey: partitionKey(registryId, bucketOf(name)),
  from: repositoryKey(name),
  to: `${encodeKey(name)}}`,
});

/** The repositories whose rows come in key order; the registry manifests of one at a time are in memory. */
export async function* fromRepositoryRows(
  registryId: string,
  rows: AsyncIterable<StoredRow>,
): AsyncGenerator<Repository> {
  let current: Group | undefined;
  for await (const row of rows) {
    if (current?.owns(row)) current.add(row);
    else {
      if (current) yield current.toRepository(registryId);
      current = new Group(row);
    }
  }
  if (current) yield current.toRepository(registryId);
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
