import type { PlanItem } from "../core/planPurge.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { Site } from "./deleteManifest.ts";
import { DeleteRun } from "./deleteRun.ts";
import type { Deps } from "./deps.ts";
import type { FreshContext } from "./freshContext.ts";
import type { RepositorySource } from "./readRepository.ts";
import { readRepository } from "./readRepository.ts";
import { selectEligible } from "./selectEligible.ts";
import { verifyOrStop } from "./verifyAfter.ts";

export interface RepositoryPurge {
  readonly notes: readonly string[];
  /** Rate or time did not let all of it go: what is left goes on later. */
  readonly slowed: boolean;
}

export interface RepositoryOrder {
  readonly name: string;
  readonly fresh: FreshContext;
  /** None where this run has settled all of them: then it is only looked whether that hurt anything. */
  readonly items: readonly PlanItem[];
  readonly snapshotId: string;
  /** What this run has deleted in the repository before. */
  readonly deleted: ReadonlySet<string>;
  /** Epoch milliseconds: no delete is begun after that. */
  readonly until: number;
}

/** A repository to which somebody pushes on and on is left to the next run. */
const MAX_PASSES = 3;

/** Purges a repository, and decides anew what may go where something is pushed to it meanwhile. */
export async function purgeRepository(deps: Deps, site: Site, order: RepositoryOrder): Promise<RepositoryPurge> {
  const notes: string[] = [];
  const deleted = new Set(order.deleted);
  for (let passes = 1; ; passes += 1) {
    const pass = await purgeOnce(deps, site, { ...order, deleted });
    for (const digest of pass.gone) deleted.add(digest);
    notes.push(...pass.notes);
    if (!pass.pushed || pass.slowed) return { notes, slowed: pass.slowed };
    if (passes < MAX_PASSES) continue;
    notes.push(`${order.name}: it is being pushed to, so what is left waits for the next run`);
    return { notes, slowed: false };
  }
}

interface Pass extends RepositoryPurge {
  readonly gone: ReadonlySet<string>;
  readonly pushed: boolean;
}

/**
 * Re-lists the repository, decides again from fresh facts, deletes what is both planned and still eligible, and looks afterwards
 * whether anything that stays was hurt. What turns out to be alive loses its mark: its clock starts anew.
 */
async function purgeOnce(deps: Deps, site: Site, order: RepositoryOrder): Promise<Pass> {
  const { name, fresh, items, deleted, until } = order;
  const { registryId } = site;
  const source = { reader: site.reader, edges: deps.edges, journal: deps.journal, registryId };
  const paid = Math.min(items.length, site.pace.batch);
  // The first deletes have their turn before the listing: then it is as good as a last look at what was pushed.
  if (paid > 0 && !(await site.pace.turn(paid))) return { gone: new Set(), notes: [], slowed: true, pushed: false };
  const before = await deps.snapshots.findRepository(order.snapshotId, registryId, name);
  const listedAt = performance.now();
  const now = await readWithoutGaps(source, name, { before, deleted });
  const { eligible, notes, restarts } = await selectEligible(deps, { fresh, items, now });
  for (const digest of restarts) await deps.marks.clear({ registryId, repository: name, digest });
  const run = new DeleteRun(deps, site, { name, eligible, listed: now.manifests, listedAt, paid, until });
  let stillThere: ReadonlySet<string> = new Set();
  try {
    await run.deleteInWaves();
  } finally {
    const gone = new Set([...deleted, ...run.gone, ...run.unclear]);
    if (gone.size > 0) stillThere = await verifyOrStop(deps, source, { name, before: now.manifests, gone });
    for (const digest of [...run.gone, ...run.restarts])
      if (!stillThere.has(digest)) await deps.marks.clear({ registryId, repository: name, digest });
  }
  const unclear = [...stillThere]
    .filter((digest) => run.gone.has(digest))
    .map((digest) => `${name}@${digest} was deleted but still reads`);
  const gone = new Set([...run.gone].filter((digest) => !stillThere.has(digest)));
  return { gone, notes: [...notes, ...run.notes, ...unclear], slowed: run.slowed, pushed: run.pushed };
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
