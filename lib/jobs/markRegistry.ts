import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import type { Graph } from "../core/graph.ts";
import type { MarkChange } from "../core/marks.ts";
import { decideMark } from "../core/marks.ts";
import type { Needs } from "../core/needs.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { RegistryContext, Verdict } from "../core/verdicts.ts";
import { decideVerdicts } from "../core/verdicts.ts";
import { findStoreSettings } from "../config.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { clearUnjudged, clearUnlisted, Judged } from "./clearMarks.ts";
import type { Deps } from "./deps.ts";
import { toContext } from "./loadGraph.ts";
import type { MarkTotals } from "./markDecommissioned.ts";
import { readStores } from "./readStores.ts";
import { repositoryOf, toFinding } from "./verdictFindings.ts";

/** Each costs a few round trips to storage; one after another, a large backlog would not fit one invocation. */
const VERDICTS_AT_A_TIME = 16;

export interface RegistryMarking {
  readonly header: SnapshotHeader;
  readonly part: Part;
  readonly graph: Graph;
  readonly needs: Needs;
  readonly graphComplete: boolean;
  readonly totals: MarkTotals;
}

/**
 * Verdicts, findings, marks and unmarks of one registry, repository by repository. Tells of which findings of the registry, by
 * their subject, the absence may be believed.
 */
export async function markRegistry(deps: Deps, marking: RegistryMarking): Promise<(subject: string) => boolean> {
  const { header, part } = marking;
  const registryId = part.name;
  const context = toContext(deps, { graph: marking.graph, needs: marking.needs, registryId });
  const stores = await readStores(deps, registryId, context.storeIds);
  const believed = marking.graphComplete && part.complete && stores !== undefined;
  const scene: Scene = {
    ...marking,
    registryId,
    context,
    believed,
    storeCreatedAt: (id) => stores?.get(id)?.createdAt,
  };
  const judged = new Judged();
  for await (const repository of deps.snapshots.listRepositories(header.id, registryId)) {
    judged.repositories.add(repository.name);
    if (repository.incomplete.length > 0) judged.incomplete.add(repository.name);
    await markOne(deps, scene, repository);
  }
  await clearUnjudged(deps, scene, judged);
  // No store of it is enrolled any more: nothing is said of it from now on.
  if (marking.graphComplete && !context.storeIds.some((id) => context.policyOf(id))) return () => true;
  return believed ? (subject) => !judged.incomplete.has(repositoryOf(registryId, subject)) : () => false;
}

/** One registry while it is marked. */
export interface Scene extends RegistryMarking {
  readonly registryId: ArmId;
  readonly context: RegistryContext;
  readonly believed: boolean;
  readonly storeCreatedAt: (storeId: ArmId) => string | undefined;
}

async function markOne(deps: Deps, scene: Scene, repository: Repository): Promise<void> {
  const { header, totals } = scene;
  const verdicts = decideVerdicts(scene.context, repository);
  if (verdicts.length > 0) await deps.snapshots.putVerdicts(header.id, repository, verdicts);
  const marks = await deps.marks.ofRepository(scene.registryId, repository.name);
  if (verdicts.length === 0 && marks.size === 0) return;
  const complete = scene.believed && repository.incomplete.length === 0;
  const byDigest = new Map(repository.manifests.map((manifest) => [manifest.digest, manifest]));
  await pMap(
    verdicts,
    async (verdict) => {
      // People are told first: the clock of a mark starts at its stored finding.
      const foundAt = complete ? await observe(deps, { scene, repository, verdict }) : header.readAt;
      const stored = marks.get(verdict.digest);
      const manifest = byDigest.get(verdict.digest);
      const change = decideChange(deps, { scene, repository, verdict, stored, manifest, complete, foundAt });
      await applyChange(deps, { change, stored, totals });
    },
    { concurrency: VERDICTS_AT_A_TIME },
  );
  await clearUnlisted(deps, { scene, repository, marks, verdicts, complete });
}

interface Case {
  readonly scene: Scene;
  readonly repository: Repository;
  readonly verdict: Verdict;
}

async function observe(deps: Deps, { scene, repository, verdict }: Case): Promise<string> {
  const finding = toFinding(scene, repository, verdict);
  if (!finding) return scene.header.readAt;
  const { finding: stored, opened } = await deps.findings.observe(finding, scene.header.readAt);
  if (opened) scene.totals.opened += 1;
  return stored.firstSeenAt;
}

interface ChangeInput extends Case {
  readonly manifest: RegistryManifest | undefined;
  readonly stored: StoredMark | undefined;
  readonly complete: boolean;
  readonly foundAt: string;
}

function decideChange(
  deps: Deps,
  { scene, repository, verdict, stored, manifest, complete, foundAt }: ChangeInput,
): MarkChange {
  const settings = verdict.storeId === undefined ? undefined : findStoreSettings(deps.config, verdict.storeId);
  return decideMark(stored?.mark, {
    at: scene.header.readAt,
    snapshotId: scene.header.id,
    complete,
    verdict,
    registryId: scene.registryId,
    repository: repository.name,
    pushedAt: manifest?.createdAt,
    storeCreatedAt: verdict.storeId === undefined ? undefined : scene.storeCreatedAt(verdict.storeId),
    size: manifest?.size ?? 0,
    graceMs: settings?.graceMs ?? Number.POSITIVE_INFINITY,
    foundAt,
  });
}

interface Change {
  readonly change: MarkChange;
  readonly stored: StoredMark | undefined;
  readonly totals: MarkTotals;
}

/** A mark that someone else changed meanwhile is left to them: the next snapshot looks again. */
async function applyChange(deps: Deps, { change, stored, totals }: Change): Promise<void> {
  switch (change.do) {
    case "nothing":
      return;
    case "put":
      if (!(await deps.marks.put(change.mark, stored?.etag))) return;
      if (change.as === "sighted" || change.as === "restarted") totals.sighted += 1;
      if (change.as === "marked") totals.marked += 1;
      return;
    case "clear":
      if (stored && (await deps.marks.clear(stored.mark, stored.etag))) totals.cleared += 1;
      return;
    default:
      change satisfies never;
  }
}
