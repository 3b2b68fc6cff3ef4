import type { PlanItem } from "../core/planPurge.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { Site } from "./deleteManifest.ts";
import { DeleteRun } from "./deleteRun.ts";
import type { Deps } from "./deps.ts";
import type { FreshContext } from "./freshContext.ts";
import type { RepositorySource } from "./readRepository.ts";
import { readRepository } from "./readRepository.ts";
import { selectEligible } from "./selectEligible.ts";
import { verifyAfter } from "./verifyAfter.ts";

export interface RepositoryPurge {
  readonly gone: number;
  readonly notes: readonly string[];
  /** The rate did not let all of it go: what is left goes on later. */
  readonly slowed: boolean;
}

export interface RepositoryOrder {
  readonly fresh: FreshContext;
  readonly items: readonly PlanItem[];
  readonly snapshotId: string;
  /** What this run has deleted in the repository before. */
  readonly deleted: ReadonlySet<string>;
}

/**
 * Re-lists the repository, decides again from fresh facts, deletes what is both planned and still eligible, and looks afterwards
 * whether anything that stays was hurt. What turns out to be alive loses its mark: its clock starts anew.
 */
export async function purgeRepository(deps: Deps, site: Site, order: RepositoryOrder): Promise<RepositoryPurge> {
  const name = order.items[0]?.repository ?? "";
  const source = { reader: site.reader, edges: deps.edges, journal: deps.journal, registryId: site.registryId };
  const before = await deps.snapshots.findRepository(order.snapshotId, site.registryId, name);
  const now = await readWithoutGaps(source, name, { before, deleted: order.deleted });
  const { eligible, notes, restarts } = await selectEligible(deps, { fresh: order.fresh, items: order.items, now });
  for (const digest of restarts) await deps.marks.clear({ registryId: site.registryId, repository: name, digest });
  const run = new DeleteRun(deps, site, eligible);
  let stillThere: ReadonlySet<string> = new Set();
  try {
    await run.deleteInWaves();
  } finally {
    if (run.gone.size > 0) stillThere = await verifyAfter(deps, source, { before: now, gone: run.gone });
    const gone = [...run.gone].filter((digest) => !stillThere.has(digest));
    for (const digest of [...gone, ...run.restarts])
      await deps.marks.clear({ registryId: site.registryId, repository: name, digest });
  }
  const unclear = [...stillThere].map((digest) => `${name}@${digest} was deleted but still reads`);
  return { gone: run.gone.size - stillThere.size, notes: [...notes, ...run.notes, ...unclear], slowed: run.slowed };
}

interface Expected {
  readonly before: Repository | undefined;
  readonly deleted: ReadonlySet<string>;
}

/** The repository as listed now; what the plan's snapshot held and the listing does not must be gone, else the listing is short. */
async function readWithoutGaps(
  source: RepositorySource,
  name: string,
  { before, deleted }: Expected,
): Promise<Repository> {
  const gone = { registryId: source.registryId, name, locked: false, manifests: [], incomplete: [] };
  const now = (await readRepository(source, name, async () => before)) ?? gone;
  const listed = new Set(now.manifests.map(({ digest }) => digest));
  const hidden: RegistryManifest[] = [];
  for (const manifest of before?.manifests ?? []) {
    if (listed.has(manifest.digest) || deleted.has(manifest.digest)) continue;
    if (await source.reader.findManifest(name, manifest.digest)) hidden.push(manifest);
  }
  if (hidden.length === 0) return now;
  return {
    ...now,
    manifests: [...now.manifests, ...hidden],
    incomplete: [...now.incomplete, `manifestHidden: ${hidden.length} still there`],
  };
}
