import { measureFreed } from "../core/freedBytes.ts";
import type { PlanItem } from "../core/planPurge.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import { attachedTo } from "../core/registryManifest.ts";
import { SafetyStopError } from "../errors.ts";
import type { ListedManifest } from "../ports.ts";
import type { Site } from "./deleteManifest.ts";
import { DeleteRun } from "./deleteRun.ts";
import type { Deps } from "./deps.ts";
import type { FreshContext } from "./freshContext.ts";
import type { RepositorySource } from "./readRepository.ts";
import { readAllEdges, readRepository } from "./readRepository.ts";
import { selectEligible } from "./selectEligible.ts";

export interface RepositoryPurge {
  readonly gone: number;
  readonly notes: readonly string[];
  /** Set where the registry asked to slow down: what is left goes on later. */
  readonly throttled: { readonly retryAfterMs: number | undefined } | undefined;
}

export interface RepositoryOrder {
  readonly fresh: FreshContext;
  readonly items: readonly PlanItem[];
  readonly snapshotId: string;
  readonly allowance: Allowance;
}

/** How many deletes the rate still allows; one order that is larger than the whole rate may use all of it. */
export interface Allowance {
  readonly perMinute: number;
  left: number;
}

/**
 * Re-lists the repository, decides again from fresh facts, deletes what is both planned and still eligible, and looks afterwards
 * whether anything that stays was hurt. What turns out to be alive loses its mark: its clock starts anew.
 */
export async function purgeRepository(deps: Deps, site: Site, order: RepositoryOrder): Promise<RepositoryPurge> {
  const name = order.items[0]?.repository ?? "";
  const source = { reader: site.reader, edges: deps.edges, registryId: site.registryId };
  const now = await readWithoutGaps(deps, { source, name, snapshotId: order.snapshotId });
  const { eligible, notes, restarts } = await selectEligible(deps, { fresh: order.fresh, items: order.items, now });
  for (const digest of restarts) await deps.marks.clear({ registryId: site.registryId, repository: name, digest });
  const freed = measureFreed(
    now.manifests,
    eligible.map(({ digest }) => digest),
  );
  const run = new DeleteRun(deps, site, { eligible, freed, allowance: order.allowance });
  try {
    await run.deleteInWaves();
  } finally {
    if (run.gone.size > 0) await verifyAfter(source, now, run.gone);
    for (const digest of [...run.gone, ...run.restarts])
      await deps.marks.clear({ registryId: site.registryId, repository: name, digest });
  }
  return { gone: run.gone.size, notes: [...notes, ...run.notes], throttled: run.throttled };
}

interface Look {
  readonly source: RepositorySource;
  readonly name: string;
  readonly snapshotId: string;
}

/** The repository as listed now; what the plan's snapshot held and the listing does not must be gone, else the listing is short. */
async function readWithoutGaps(deps: Deps, { source, name, snapshotId }: Look): Promise<Repository> {
  const now = await readRepository(source, name);
  const before = await deps.snapshots.findRepository(snapshotId, source.registryId, name);
  const listed = new Set(now.manifests.map(({ digest }) => digest));
  const hidden: RegistryManifest[] = [];
  for (const manifest of before?.manifests ?? []) {
    if (!listed.has(manifest.digest) && (await source.reader.findManifest(name, manifest.digest)))
      hidden.push(manifest);
  }
  if (hidden.length === 0) return now;
  return {
    ...now,
    manifests: [...now.manifests, ...hidden],
    incomplete: [...now.incomplete, `manifestHidden: ${hidden.length} still there`],
  };
}

/** There is no conditional delete: look afterwards whether what stays, or was pushed meanwhile, misses what went. */
async function verifyAfter(source: RepositorySource, before: Repository, gone: ReadonlySet<string>): Promise<void> {
  if (!(await source.reader.findRepository(before.name))) return; // with its last registry manifest the repository goes too
  const stayed = new Map(
    before.manifests
      .filter((manifest) => !gone.has(manifest.digest) && !isLeftBehind(manifest, gone))
      .map((manifest) => [manifest.digest, manifest.edges]),
  );
  const known = new Set(before.manifests.map(({ digest }) => digest).filter((digest) => !gone.has(digest)));
  const pushed: ListedManifest[] = [];
  for await (const page of source.reader.listManifests(before.name))
    pushed.push(...page.filter(({ digest }) => !known.has(digest)));
  const edges = new Map([...stayed, ...(await readAllEdges(source, before.name, pushed))]);
  for (const [digest, of] of edges) {
    const needed = [...(of?.children ?? []), ...(of?.subject === undefined ? [] : [of.subject])];
    const missing = needed.filter((candidate) => gone.has(candidate));
    if (missing.length > 0)
      throw new SafetyStopError(
        `${before.name}@${digest} needs ${missing.join(", ")}, which was deleted: push it again`,
      );
  }
}

/** The fallback list or signature of something that went by plan: it keeps its tag and may miss what it hung on. */
function isLeftBehind({ tags }: RegistryManifest, gone: ReadonlySet<string>): boolean {
  return tags.length > 0 && tags.every(({ name }) => gone.has(attachedTo(name) ?? ""));
}
