import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import type { ObservedFinding } from "../core/findings.ts";
import type { MarkChange } from "../core/marks.ts";
import { decideMark } from "../core/marks.ts";
import { ExpectedArtifacts, listDanglingFindings, listMissingFindings } from "../core/missingArtifacts.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import { listRepositoryFindings } from "../core/repositoryFindings.ts";
import { toVerdictFinding } from "../core/verdictFindings.ts";
import type { RegistryContext, Verdict } from "../core/verdicts.ts";
import { decideVerdicts } from "../core/verdicts.ts";
import { findStoreSettings } from "../config.ts";
import type { RepositoryMarks, StoredMark } from "../stores/markStore.ts";
import { mergeByKey } from "../stores/mergeByKey.ts";
import { keyOfRepository } from "../stores/repositoryRows.ts";
import type { Part } from "../stores/snapshotStore.ts";
import { clearHalfSeen, clearUnlisted, clearUnseen } from "./clearMarks.ts";
import type { Deps } from "./deps.ts";
import type { PublisherGraph } from "./loadGraph.ts";
import { toContext } from "./loadGraph.ts";
import type { Marking, MarkTotals } from "./marking.ts";
import { readStores } from "./readStores.ts";

/** Each costs a few round trips to storage; one after another, a large backlog would not fit one invocation. */
const VERDICTS_AT_A_TIME = 16;

export interface RegistryMarking extends PublisherGraph {
  readonly marking: Marking;
  readonly part: Part;
}

/** One registry while it is marked. */
export interface Scene extends RegistryMarking {
  readonly registryId: ArmId;
  readonly context: RegistryContext;
  /** What is absent from graph and inventory may be believed to be absent, but for repositories that are incomplete themselves. */
  readonly believed: boolean;
  readonly storeCreatedAt: (storeId: ArmId) => string | undefined;
}

/** Verdicts, findings, marks and unmarks of one registry, repository by repository. */
export async function markRegistry(deps: Deps, registry: RegistryMarking): Promise<void> {
  const { marking, part } = registry;
  const registryId = part.name;
  const context = toContext(deps, { ...registry, registryId });
  const stores = await readStores(deps, registryId, context.storeIds);
  const believed = marking.graphComplete && part.complete && stores !== undefined;
  const storeCreatedAt = (id: ArmId): string | undefined => stores?.get(id)?.createdAt;
  const scene: Scene = { ...registry, registryId, context, believed, storeCreatedAt };
  const incomplete = new Set<string>();
  const expected = new ExpectedArtifacts(context, isCatalogueRefused(part));
  // A million registry manifests are too many to ask for the marks of each repository: both are read side by side.
  const repositories = deps.snapshots.listRepositories(marking.header.id, registryId);
  const keys = {
    left: keyOfRepository,
    right: ({ repository }: RepositoryMarks) => keyOfRepository({ name: repository }),
  };
  for await (const { left, right } of mergeByKey(repositories, deps.marks.listByRepository(registryId), keys)) {
    if (!left) {
      if (right) await clearUnseen(deps, scene, right.marks.values());
      continue;
    }
    expected.see(left);
    await markOne(deps, { scene, repository: left, marks: right?.marks ?? new Map() });
    if (left.incomplete.length === 0) continue;
    incomplete.add(left.name);
    await clearHalfSeen(deps, scene, left.name);
  }
  if (isCatalogueRefused(part))
    for await (const name of deps.snapshots.listAbsent(marking.header.id, registryId)) expected.seeAbsent(name);
  await observeMissing(scene, { expected, incomplete });
  await resolveOver(deps, scene, incomplete);
}

const isEnrolled = ({ context }: Scene): boolean => context.storeIds.some((id) => context.policyOf(id));

/** Then repositories were asked for by name, and others may be there. */
const isCatalogueRefused = ({ reasons }: Part): boolean => reasons.some(({ code }) => code === "catalogueRefused");

/** What is listed and not there can only be told where every repository that may hold it was listed to its end. */
async function observeMissing(
  { believed, context, marking, part, registryId }: Scene,
  { expected, incomplete }: { readonly expected: ExpectedArtifacts; readonly incomplete: ReadonlySet<string> },
): Promise<void> {
  if (!believed || incomplete.size > 0 || (isCatalogueRefused(part) && !expected.isReadWhole)) return;
  const { sight } = marking;
  const missing = expected.listMissing();
  const findings = [...listMissingFindings(missing, sight), ...listDanglingFindings(context.graph, missing, sight)];
  await marking.reconcile(`artifacts:${registryId}`, findings);
}

/** Resolves what this snapshot could have shown and did not. Where no store is enrolled any more, nothing is said from now on. */
async function resolveOver(deps: Deps, scene: Scene, incomplete: ReadonlySet<string>): Promise<void> {
  const { marking, registryId, believed } = scene;
  const left = marking.graphComplete && !isEnrolled(scene);
  if (!left && !believed) return;
  if (left) await marking.reconcile(`artifacts:${registryId}`, []);
  marking.totals.resolved += await deps.findings.resolve(
    registryId,
    marking.sight.at,
    ({ subject }) => left || !incomplete.has(repositoryOf(registryId, subject)),
  );
}

/** The repository that a finding of `registryId` is about. */
function repositoryOf(registryId: string, subject: string): string {
  const path = subject.slice(registryId.length + 1);
  const at = path.lastIndexOf("@");
  return at < 0 ? path : path.slice(0, at);
}

interface Turn {
  readonly scene: Scene;
  readonly repository: Repository;
  readonly marks: ReadonlyMap<string, StoredMark>;
}

async function markOne(deps: Deps, { scene, repository, marks }: Turn): Promise<void> {
  const { header, totals, sight } = scene.marking;
  const verdicts = decideVerdicts(scene.context, repository);
  if (verdicts.length > 0) await deps.snapshots.putVerdicts(header.id, repository, verdicts);
  const complete = scene.believed && repository.incomplete.length === 0;
  if (complete) await observeAll(deps, scene, listRepositoryFindings(scene.context, repository, sight));
  if (verdicts.length === 0 && marks.size === 0) return;
  const byDigest = new Map(repository.manifests.map((manifest) => [manifest.digest, manifest]));
  await pMap(
    verdicts,
    async (verdict) => {
      // People are told first: the clock of a mark starts at its stored finding.
      const foundAt = complete ? await observeVerdict(deps, { scene, repository, verdict }) : sight.at;
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

async function observeAll(deps: Deps, scene: Scene, findings: readonly ObservedFinding[]): Promise<void> {
  await pMap(findings, (finding) => observe(deps, scene, finding), { concurrency: VERDICTS_AT_A_TIME });
}

/** When the finding was first stored. */
async function observe(deps: Deps, { marking }: Scene, finding: ObservedFinding): Promise<string> {
  const { finding: stored, opened } = await deps.findings.observe(finding, marking.sight.at);
  if (opened) marking.totals.opened += 1;
  return stored.firstSeenAt;
}

async function observeVerdict(deps: Deps, { scene, repository, verdict }: Case): Promise<string> {
  const { sight } = scene.marking;
  const finding = toVerdictFinding(scene.context, { repository, verdict, sight });
  return finding ? observe(deps, scene, finding) : sight.at;
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
    at: scene.marking.sight.at,
    snapshotId: scene.marking.sight.snapshotId,
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
