import type { ArmId } from "../core/armId.ts";
import { toInstantId } from "../core/instantId.ts";
import { planRestore } from "../core/planRestore.ts";
import { applyRestore } from "./applyRestore.ts";
import type { Deps } from "./deps.ts";
import type { Gathered } from "./gatherRestore.ts";
import { gatherRestore } from "./gatherRestore.ts";
import { toJournalFile } from "./journalFile.ts";
import { findKeptUntil, openRestore, RESTORE_IS_OFF, RESTORER_ROLES } from "./openRestore.ts";
import type { RestoreItem } from "./restoreItem.ts";
import { isThere } from "./restoreItem.ts";

export interface RepairOrder {
  readonly registryId: ArmId;
  readonly repository: string;
  /** What was deleted although something that stays needs it. */
  readonly digests: readonly string[];
  readonly why: string;
}

export interface Repair {
  /** There again, or there all along, sorted. What belongs to them came back with them where that was possible. */
  readonly restored: readonly string[];
  readonly notRestored: readonly { readonly digest: string; readonly why: string }[];
}

const OWNER = "the service itself";

/**
 * Puts back what a purge just deleted although something that stays needs it. The caller holds the lease of the registry. Never
 * throws: whatever hinders it is told for each digest.
 */
export async function repairAfterPurge(deps: Deps, order: RepairOrder): Promise<Repair> {
  try {
    return await repair(deps, order);
  } catch (error) {
    // The caller has something worse to report, which this must not hide.
    return none(order, error instanceof Error ? error.message : String(error));
  }
}

async function repair(deps: Deps, order: RepairOrder): Promise<Repair> {
  const { registryId, repository, digests, why } = order;
  const opened = await openRestore(deps, registryId);
  if (opened.is === "off") return none(order, RESTORE_IS_OFF);
  if (opened.is === "unusable") return none(order, `the registry cannot be used: ${opened.why}`);
  const site = { registryId, repository, ...opened };
  const gathered = await gatherRestore(deps, site, { digests, tag: undefined, lastTags: false });
  if (gathered.forbidden !== undefined)
    return none(order, `the restorer needs ${RESTORER_ROLES}: ${gathered.forbidden}`);
  const now = deps.clock.now();
  const left = listKept(gathered, opened.softDeleteDays, now.getTime());
  const rest = digests.filter((digest) => !left.some((kept) => kept.digest === digest));
  const journalFile = toJournalFile({ id: `${toInstantId(now)}-repair`, at: now.toISOString() }, registryId);
  const word = { by: OWNER, why, journalFile, isStillAllowed: () => true };
  const possible = { ...gathered, view: { ...gathered.view, goals: rest } };
  const plan = planRestore(possible.view);
  const { restored, notRestored } = toRepair(rest, await applyRestore(deps, site, { plan, gathered: possible, word }));
  return { restored, notRestored: [...notRestored, ...left].toSorted((a, b) => (a.digest < b.digest ? -1 : 1)) };
}

/** Of these the registry would refuse a push. */
function listKept({ view, deletes }: Gathered, days: number | undefined, nowMs: number): Repair["notRestored"] {
  return [...new Set(view.goals)].flatMap((digest) => {
    const past = deletes.find(digest);
    if (view.present.has(digest) || !past) return [];
    const until = findKeptUntil(days, past.at, nowMs);
    return until === undefined
      ? []
      : { digest, why: `soft delete is on: if it was on by ${past.at}, restore it in the registry until ${until}` };
  });
}

function toRepair(digests: readonly string[], items: readonly RestoreItem[]): Repair {
  const asked = [...new Set(digests)].sort();
  const failures = asked.map((digest) => ({
    digest,
    item: items.find((item) => item.digest === digest && !isThere(item)),
  }));
  return {
    restored: failures.filter(({ item }) => item === undefined).map(({ digest }) => digest),
    notRestored: failures.flatMap(({ digest, item }) => (item ? [{ digest, why: describe(item) }] : [])),
  };
}

const describe = ({ why = "", missing = [] }: RestoreItem): string =>
  missing.length === 0 ? why : `${why}: ${missing.join(", ")}`;

const none = ({ digests }: RepairOrder, why: string): Repair => ({
  restored: [],
  notRestored: [...new Set(digests)].sort().map((digest) => ({ digest, why })),
});
