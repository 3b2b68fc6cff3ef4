import type { ArmId } from "../core/armId.ts";
import { DAY_MS, toIso } from "../core/duration.ts";
import { isOpenOutcome } from "../core/openIntents.ts";
import { SafetyStopError, UpstreamError } from "../errors.ts";
import type { RegistryReader } from "../ports.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { PlannedRegistry } from "../stores/planStore.ts";
import type { Run } from "../stores/runStore.ts";
import type { Deps } from "./deps.ts";
import { toJournalFile } from "./journalFile.ts";
import { purgeLease } from "./leaseNames.ts";
import type { IntentPlace, OpenIntent, Period } from "./openIntents.ts";
import { listOpenIntents } from "./openIntents.ts";
import { readTarget } from "./registryTarget.ts";
import { verifyAfter } from "./verifyAfter.ts";

/** How long what an earlier run left open is looked after. */
const LOOK_BACK_MS = 7 * DAY_MS;

/** A plan is acted on within half a day. */
const RUN_MS = DAY_MS;

/** Where the intents of a run are settled, and by whose eyes. */
export interface SettledPlace extends IntentPlace {
  readonly reader: RegistryReader;
}

/**
 * Settles what an earlier worker of this run intended and left without an outcome, in the journal or in the table: what reads as
 * gone is recorded as such, what still reads as kept, to be decided anew like anything else. Returns how many are gone. The
 * caller holds the registry's lease.
 */
export async function settleIntents(deps: Deps, place: SettledPlace, sinceMs: number): Promise<number> {
  const untilMs = deps.clock.now().getTime();
  let gone = 0;
  for (const intent of await listOpenIntents(deps, place, { sinceMs, untilMs }))
    if (await settleOne(deps, place, intent)) gone += 1;
  return gone;
}

/**
 * The same for every run of the last days but `current`, whatever tonight's plan holds, and a look whether what is there misses
 * what such a run deleted: its worker may not have come to that. A registry that somebody works on, or that cannot be read, is
 * left as it is, and returned: what nobody knows stays open, and counts as deleted.
 */
export async function settleEarlierIntents(deps: Deps, current: Run): Promise<ReadonlySet<ArmId>> {
  const left = new Set<ArmId>();
  const since = Date.parse(current.at) - LOOK_BACK_MS;
  for await (const run of deps.runs.list()) {
    if (Date.parse(run.at) < since) break;
    if (run.id === current.id || run.planId === undefined) continue;
    for (const registry of (await deps.plans.listRegistries(run.planId)).filter(mayHaveIntents))
      if (!(await settleRun(deps, run, registry))) left.add(registry.registryId);
  }
  return left;
}

const mayHaveIntents = ({ state, items }: PlannedRegistry): boolean => items > 0 && state !== "reportOnly";

/** False where it could not be settled. */
async function settleRun(deps: Deps, run: Run, { registryId, state }: PlannedRegistry): Promise<boolean> {
  const place = { runId: run.id, registryId, journalFile: toJournalFile(run, registryId) };
  const sinceMs = Date.parse(run.at);
  const period = { sinceMs, untilMs: Math.min(sinceMs + RUN_MS, deps.clock.now().getTime()) };
  if (state !== "stopped" && (await listOpenIntents(deps, place, period)).length === 0) return true;
  const lease = await deps.leases.acquire(purgeLease(deps, registryId));
  if (!lease) return false;
  try {
    return await settleWhatReads(deps, place, period);
  } finally {
    await lease.release();
  }
}

async function settleWhatReads(deps: Deps, place: IntentPlace, period: Period): Promise<boolean> {
  const { registryId, runId } = place;
  const leave = (why: string): boolean => {
    deps.log.warn("an earlier purge stays unsettled", { registryId, runId, why });
    return false;
  };
  try {
    const found = await readTarget(deps, registryId);
    if ("unusable" in found) return leave(found.unusable);
    const reader = deps.openRegistry(found.target);
    for (const intent of await listOpenIntents(deps, place, period))
      await settleOne(deps, { ...place, reader }, intent);
    await verifyDeleted(deps, { ...place, reader }, period);
    return true;
  } catch (error) {
    // A journal that cannot be written to must not keep other registries from being purged.
    if (!(error instanceof UpstreamError) || !["registry", "blobs"].includes(error.service)) throw error;
    return leave(error.message);
  }
}

async function verifyDeleted(deps: Deps, { registryId, runId, reader }: SettledPlace, period: Period): Promise<void> {
  const source = { reader, edges: deps.edges, journal: deps.journal, registryId };
  for (const [name, gone] of await listGone(deps, { registryId, runId }, period)) {
    try {
      await verifyAfter(deps, source, { name, before: [], gone });
    } catch (error) {
      if (!(error instanceof SafetyStopError)) throw error;
      // It stands in a finding of its own, and is no reason to delete nothing elsewhere.
      deps.log.error("an earlier purge has hurt something", { registryId, runId, why: error.message });
    }
  }
}

/** By repository: what the run has deleted, or may have. */
async function listGone(
  { deletions }: Deps,
  { registryId, runId }: Pick<SettledPlace, "registryId" | "runId">,
  { sinceMs, untilMs }: Period,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const gone = new Map<string, Set<string>>();
  for await (const { repository, digest, outcome, ...deletion } of deletions.listSince(registryId, sinceMs, untilMs))
    if (deletion.runId === runId && outcome !== "kept")
      gone.set(repository, (gone.get(repository) ?? new Set()).add(digest));
  return gone;
}

interface Settled {
  readonly outcome: Exclude<Deletion["outcome"], undefined>;
  readonly at: string;
  readonly why?: string;
}

/** True where it is gone. The journal first, as with every outcome: what it says already is not said twice. */
async function settleOne(deps: Deps, place: SettledPlace, intent: OpenIntent): Promise<boolean> {
  const { registryId, runId, journalFile } = place;
  const { repository, digest } = intent;
  const said = toSaid(intent);
  const settled = said ?? (await look(deps, place, intent));
  if (!said) {
    const { at, outcome, why } = settled;
    await deps.journal.append(journalFile, {
      what: "outcome",
      at,
      runId,
      registryId,
      repository,
      digest,
      outcome,
      why,
    });
  }
  if (settled.outcome === "deleted" || settled.outcome === "goneAfterIntent")
    await tellGone(deps, place, { ...intent, answer: settled.outcome });
  await deps.deletions.put({ ...toRow(place, intent), outcome: settled.outcome, outcomeAt: settled.at });
  if (settled.outcome === "kept") return false;
  await deps.marks.clear({ registryId, repository, digest });
  return true;
}

/** Told once more where the worker that ended had told already: who counts, counts by run and digest. */
async function tellGone(
  { telemetry }: Deps,
  { registryId, runId }: IntentPlace,
  { repository, digest, row, answer }: OpenIntent & { readonly answer: string },
): Promise<void> {
  const planId = undefined;
  const bytes = row?.freedBytes ?? 0;
  await telemetry.event("manifestDeleted", { runId, planId, registryId, repository, digest, answer, bytes });
}

/** The outcome that the journal has, and the table has not. */
function toSaid({ word }: OpenIntent): Settled | undefined {
  if (!word?.outcome || isOpenOutcome(word.outcome.outcome)) return undefined;
  const { outcome, at } = word.outcome;
  return {
    outcome: outcome === "deleted" || outcome === "alreadyGone" || outcome === "goneAfterIntent" ? outcome : "kept",
    at,
  };
}

async function look(
  deps: Deps,
  { reader }: SettledPlace,
  { repository, digest, row, word }: OpenIntent,
): Promise<Settled> {
  const found = await reader.findManifest(repository, digest);
  const at = toIso(deps.clock.now().getTime());
  if (!found) return { outcome: row ? "goneAfterIntent" : "alreadyGone", at };
  const why = word?.outcome ? "no clear answer came, and it is still there" : "not deleted before the process ended";
  return { outcome: "kept", at, why };
}

/** Of one that was never stored nothing is known to be freed: the registry was not asked. */
function toRow({ registryId, runId }: SettledPlace, { repository, digest, row, word }: OpenIntent): Deletion {
  if (row) return row;
  const [size, intentAt] = [word?.intent.size ?? 0, word?.intent.at ?? ""];
  return {
    registryId,
    repository,
    digest,
    runId,
    size,
    freedBytes: 0,
    intentAt,
    outcome: undefined,
    outcomeAt: undefined,
  };
}
