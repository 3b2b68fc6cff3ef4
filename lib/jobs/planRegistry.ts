import { toIso } from "../core/duration.ts";
import { compareTexts } from "../core/evidence.ts";
import type { Mark } from "../core/marks.ts";
import type { DuePolicy, PlanItem, Waiting } from "../core/planPurge.ts";
import { decideWaiting, planRepository } from "../core/planPurge.ts";
import { listRegistryFindings } from "../core/registryFindings.ts";
import { Savings } from "../core/savings.ts";
import { findStoreSettings } from "../config.ts";
import type { Mode } from "../config.ts";
import type { Run } from "../stores/runStore.ts";
import type { Override, PlannedRegistry } from "../stores/planStore.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { checkBreaker } from "./checkBreaker.ts";
import type { Deps } from "./deps.ts";
import { readReplications } from "./observeRegistry.ts";
import { readLastVersions } from "./readLastVersions.ts";
import { measureSavings } from "./measureSavings.ts";
import type { SavedInReplicas } from "./measureSavings.ts";
import { PlannedHolds } from "./plannedHolds.ts";
import { readTarget } from "./registryTarget.ts";
import { describeFreeze, findFreeze } from "./stopSwitch.ts";

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
  /** Who lets the plan that the run is bound to be carried out although the breaker tripped. */
  readonly override?: Override | undefined;
}

/** Plans one registry: due marks, protection by everything that is not in the plan, breaker. Deletes nothing. */
export async function planRegistry(deps: Deps, request: PlanRequest): Promise<RegistryPlan> {
  const items: PlanItem[] = [];
  const waiting: Waiting[] = [];
  const savings = new Savings();
  for await (const { repository, marks } of deps.marks.listByRepository(request.registryId)) {
    const due: Mark[] = [];
    for (const { mark } of marks.values()) {
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
    const going = new Set(plan.items.map(({ digest }) => digest));
    for (const manifest of stored?.manifests ?? [])
      if (going.has(manifest.digest)) savings.addGoing(repository, manifest);
  }
  const saved = await measureSavings(deps, request, savings);
  const row = await decideState(deps, request, { items, saved, waiting: waiting.length });
  return { items: items.map((item) => ({ ...item, freedBytes: saved.ofItem(item) })), waiting, row };
}

/** The stricter of the setting and the request: a request can lower the mode, never raise it. */
export function effectiveMode(setting: Mode, requested: Mode | undefined): Mode {
  return setting === "enforce" && requested !== "report" ? "enforce" : "report";
}

/** The policy of each enrolled store; the first night of enforce in a store is remembered and starts a grace window of its own. */
export async function readPolicies(deps: Deps, run: Run, header: SnapshotHeader): Promise<Policies> {
  const policies = new Map<string, DuePolicy>();
  const holds = await PlannedHolds.read(deps);
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
    await holds.add(deps, { id, registryId: details.registryId, hold });
    policies.set(id, {
      now,
      purgeSuperseded: settings.purgeSuperseded,
      graceMs: settings.graceMs,
      enforceDeadline: effectiveMode(settings.mode, run.mode) === "enforce" ? enforceDeadline : undefined,
      maxAgeMs: deps.config.snapshot.maxAgeMs,
      holdOf: (mark) => holds.find(mark, now),
      isLastVersion: await readLastVersions(deps, {
        storeId: id,
        registryId: details.registryId,
        keep: settings.keepLastVersions,
      }),
    });
  }
  return (storeId) => policies.get(storeId);
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
  readonly saved: SavedInReplicas;
  readonly waiting: number;
}

async function decideState(
  deps: Deps,
  request: PlanRequest,
  { items, saved, waiting }: Found,
): Promise<PlannedRegistry> {
  const row = {
    registryId: request.registryId,
    items: items.length,
    bytes: saved.bytes,
    isUpperBound: saved.isUpperBound,
    waiting,
    oldestDueAt: items.map(({ deadline }) => deadline).sort(compareTexts)[0],
    deleted: 0,
    deletedBytes: 0,
    notes: [],
  };
  const reportOnly = items.some(
    ({ storeId }) =>
      effectiveMode(findStoreSettings(deps.config, storeId)?.mode ?? "report", request.run.mode) === "report",
  );
  // Nothing trips on nothing: what went earlier in the day holds back what is planned, and nothing is.
  if (items.length === 0) return { ...row, state: "done" };
  const trips = await checkBreaker(deps, { ...request, now: Date.parse(request.run.at) }, items);
  if (trips.length > 0 && !request.override) return { ...row, state: "breakerTripped", notes: trips };
  if (reportOnly) return { ...row, state: "reportOnly" };
  const freeze = await findFreeze(deps);
  if (freeze) return { ...row, state: "frozen", notes: [describeFreeze(freeze)] };
  const { state, notes } = await checkRegistry(deps, request.registryId, items);
  return { ...row, state, notes: [...describeOverride(request, trips), ...notes] };
}

const describeOverride = ({ override }: PlanRequest, trips: readonly string[]): readonly string[] =>
  override ? [`the breaker is overridden by ${override.by}: ${override.why}`, ...trips] : [];

/** `refused`: the registry's own policies would delete under our grace or are not understood, or a replica is not ready; so nothing starts. */
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
