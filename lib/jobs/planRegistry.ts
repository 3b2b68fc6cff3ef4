import type { ArmId } from "../core/armId.ts";
import { decideBreaker } from "../core/breaker.ts";
import { DAY_MS, toIso } from "../core/duration.ts";
import { holdOf } from "../core/knowledge.ts";
import { measureFreed } from "../core/freedBytes.ts";
import type { Mark } from "../core/marks.ts";
import type { DuePolicy, PlanItem, Waiting } from "../core/planPurge.ts";
import { decideWaiting, planRepository } from "../core/planPurge.ts";
import { listRegistryFindings } from "../core/registryFindings.ts";
import type { TagHold } from "../core/resources.ts";
import { longerHold } from "../core/tagHold.ts";
import { findStoreSettings } from "../config.ts";
import type { Mode } from "../config.ts";
import type { Run } from "../stores/runStore.ts";
import type { PlannedRegistry } from "../stores/planStore.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { readReplications } from "./observeRegistry.ts";
import { readTarget } from "./registryTarget.ts";

/** What a run would delete in one registry. */
export interface RegistryPlan {
  readonly row: PlannedRegistry;
  readonly items: readonly PlanItem[];
  readonly waiting: readonly Waiting[];
}

export type Policies = (storeId: string) => DuePolicy | undefined;

export interface PlanRequest {
  readonly run: Run;
  readonly header: SnapshotHeader;
  readonly policies: Policies;
  readonly registryId: string;
  /** What the snapshot counted in this registry; undefined where its part is missing. */
  readonly counts: Part["counts"] | undefined;
  /** `registryId repository@digest` of the plan that the run is bound to; undefined for a free run. */
  readonly boundTo: ReadonlySet<string> | undefined;
}

/** Plans one registry: due marks, protection by everything that is not in the plan, breaker. Deletes nothing. */
export async function planRegistry(deps: Deps, request: PlanRequest): Promise<RegistryPlan> {
  const items: PlanItem[] = [];
  const waiting: Waiting[] = [];
  let bytes = 0;
  for await (const [repository, marks] of listMarksByRepository(deps, request.registryId)) {
    const due: Mark[] = [];
    for (const mark of marks) {
      const wait = decideWaiting(mark, request.policies(mark.storeId));
      if (wait) waiting.push({ repository, digest: mark.digest, ...wait });
      else if (!request.boundTo || request.boundTo.has(`${request.registryId} ${repository}@${mark.digest}`))
        due.push(mark);
    }
    if (due.length === 0) continue;
    const stored = await deps.snapshots.findRepository(request.header.id, request.registryId, repository);
    const plan = planRepository(repository, stored?.manifests ?? [], due);
    items.push(...plan.items);
    waiting.push(...plan.waiting);
    for (const freed of measureFreed(
      stored?.manifests ?? [],
      plan.items.map(({ digest }) => digest),
    ).values())
      bytes += freed;
  }
  return { items, waiting, row: await decideState(deps, request, { items, bytes, waiting: waiting.length }) };
}

async function* listMarksByRepository(
  deps: Deps,
  registryId: string,
): AsyncGenerator<readonly [string, readonly Mark[]]> {
  let current: Mark[] = [];
  for await (const { mark } of deps.marks.list(registryId)) {
    const first = current[0];
    if (first && first.repository !== mark.repository) {
      yield [first.repository, current];
      current = [];
    }
    current.push(mark);
  }
  const first = current[0];
  if (first) yield [first.repository, current];
}

/** The stricter of the setting and the request: a request can lower the mode, never raise it. */
export function effectiveMode(setting: Mode, requested: Mode | undefined): Mode {
  return setting === "enforce" && requested !== "report" ? "enforce" : "report";
}

/** The policy of each enrolled store; the first night of enforce in a store is remembered and starts a grace window of its own. */
export async function readPolicies(deps: Deps, run: Run, header: SnapshotHeader): Promise<Policies> {
  const policies = new Map<string, DuePolicy>();
  const now = Date.parse(run.at);
  for await (const { id, details, hold } of deps.snapshots.listResources(header.id, "structure")) {
    const settings = findStoreSettings(deps.config, id);
    if (details.of !== "store" || details.registryId === undefined || !settings) continue;
    const enforcement = {
      storeId: id,
      registryId: details.registryId,
      mode: settings.mode,
      graceMs: settings.graceMs,
      now,
    };
    const enforceDeadline = await rememberEnforce(deps, enforcement);
    policies.set(id, {
      now,
      purgeSuperseded: settings.purgeSuperseded,
      enforceDeadline: effectiveMode(settings.mode, run.mode) === "enforce" ? enforceDeadline : undefined,
      maxAgeMs: deps.config.snapshot.maxAgeMs,
      holdOf: await readHolds(deps, id, hold),
    });
  }
  return (storeId) => policies.get(storeId);
}

/** Of artifact manifests that exist or existed: a hold outlives its resource. */
async function readHolds(deps: Deps, storeId: ArmId, ofStore: TagHold | undefined): Promise<DuePolicy["holdOf"]> {
  const known = await deps.knowledge.listUnder("artifactManifests", storeId);
  const holds = new Map(known.map((manifest) => [manifest.id, holdOf(manifest)]));
  return (artifactManifestId) => longerHold(ofStore, holds.get(artifactManifestId));
}

interface Enforcement {
  readonly storeId: string;
  readonly registryId: string;
  readonly mode: Mode;
  readonly graceMs: number;
  readonly now: number;
}

/** Epoch milliseconds; a longer grace moves it later, a shorter one never earlier. Report mode forgets it. */
async function rememberEnforce(
  deps: Deps,
  { storeId, registryId, mode, graceMs, now }: Enforcement,
): Promise<number | undefined> {
  const known = await deps.knowledge.findStore(storeId);
  if (mode === "report") {
    if (!known || known.enforcedSince !== undefined)
      await deps.knowledge.putStore({
        storeId,
        registryId,
        enforcedSince: undefined,
        enforceDeadline: undefined,
        goneSince: undefined,
      });
    return undefined;
  }
  const enforcedSince = known?.enforcedSince ?? toIso(now);
  const deadline = Math.max(Date.parse(known?.enforceDeadline ?? enforcedSince), Date.parse(enforcedSince) + graceMs);
  await deps.knowledge.putStore({
    storeId,
    registryId,
    enforcedSince,
    enforceDeadline: toIso(deadline),
    goneSince: undefined,
  });
  return deadline;
}

interface Found {
  readonly items: readonly PlanItem[];
  readonly bytes: number;
  readonly waiting: number;
}

async function decideState(
  deps: Deps,
  request: PlanRequest,
  { items, bytes, waiting }: Found,
): Promise<PlannedRegistry> {
  const row = {
    registryId: request.registryId,
    items: items.length,
    bytes,
    waiting,
    deleted: 0,
    deletedBytes: 0,
    notes: [],
  };
  const reportOnly = items.some(
    ({ storeId }) =>
      effectiveMode(findStoreSettings(deps.config, storeId)?.mode ?? "report", request.run.mode) === "report",
  );
  const trips = await checkBreaker(deps, request, items);
  if (trips.length > 0) return { ...row, state: "breakerTripped", notes: trips };
  if (items.length === 0) return { ...row, state: "done" };
  if (reportOnly) return { ...row, state: "reportOnly" };
  return { ...row, ...(await checkRegistry(deps, request.registryId, items)) };
}

async function checkBreaker(
  deps: Deps,
  { header, registryId, run, counts }: PlanRequest,
  planned: readonly PlanItem[],
): Promise<readonly string[]> {
  const now = Date.parse(run.at);
  const deleted = { count: 0, bytes: 0 };
  // What went before the snapshot is not in its counts any more; what went after it still is.
  const goneBefore = { count: 0, bytes: 0 };
  for await (const deletion of deps.deletions.listSince(registryId, now - DAY_MS, deps.clock.now().getTime())) {
    if (deletion.outcome === "kept") continue;
    for (const amount of deletion.intentAt < header.readAt ? [deleted, goneBefore] : [deleted]) {
      amount.count += 1;
      amount.bytes += deletion.size;
    }
  }
  const registry = {
    count: (counts?.["manifests"] ?? 0) + goneBefore.count,
    bytes: (counts?.["bytes"] ?? 0) + goneBefore.bytes,
  };
  // Sizes as the registry states them on both sides, shared layers counted each time: the shares compare like with like.
  const bytes = planned.reduce((sum, { size }) => sum + size, 0);
  return decideBreaker({ count: planned.length, bytes }, { deleted, registry }, deps.config.breaker);
}

/** `refused`: the registry's own retention policy would delete under our grace, or a replica is not ready; so nothing starts. */
async function checkRegistry(
  deps: Deps,
  registryId: string,
  items: readonly PlanItem[],
): Promise<Pick<PlannedRegistry, "state" | "notes">> {
  const found = await readTarget(deps, registryId);
  if ("unusable" in found) return { state: "stopped", notes: [`the registry cannot be used: ${found.unusable}`] };
  const facts = {
    registry: found.resource,
    replications: await readReplications(deps, registryId),
    graceMs: Math.max(...items.map(({ storeId }) => findStoreSettings(deps.config, storeId)?.graceMs ?? 0)),
    appRegion: undefined,
  };
  const sight = { snapshotId: "", at: toIso(deps.clock.now().getTime()) };
  const notes = listRegistryFindings(facts, sight)
    .filter(({ kind }) => REFUSING.has(kind))
    .flatMap(({ evidence }) => evidence.map(({ text, subject }) => [text, subject].filter(Boolean).join(" ")));
  return { state: notes.length === 0 ? "planned" : "refused", notes };
}

/** What keeps a registry from being purged at all. */
const REFUSING: ReadonlySet<string> = new Set(["retentionPolicyActs", "registryPolicyUnknown", "replicaNotReady"]);
