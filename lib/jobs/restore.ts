import type { ArmId } from "../core/armId.ts";
import { toIso } from "../core/duration.ts";
import { toInstantId } from "../core/instantId.ts";
import { planRestore } from "../core/planRestore.ts";
import type { Lease } from "../ports.ts";
import { applyRestore } from "./applyRestore.ts";
import type { Deps } from "./deps.ts";
import { findProcessed } from "./findProcessed.ts";
import { findRegistries } from "./findRegistries.ts";
import type { Gathered } from "./gatherRestore.ts";
import { gatherRestore } from "./gatherRestore.ts";
import { toJournalFile } from "./journalFile.ts";
import { purgeLease } from "./leaseNames.ts";
import type { OpenedRegistry } from "./openRestore.ts";
import { findKeptUntil, openRestore } from "./openRestore.ts";
import type { RestoreItem } from "./restoreItem.ts";
import { isDone, isThere } from "./restoreItem.ts";
import { HOLD_MS } from "./restoreRecords.ts";

export interface RestoreRequest {
  /** Name or resource id, in any casing. */
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
  /** To put on it, beside those that it carried last. */
  readonly tag: string | undefined;
  readonly by: string;
  readonly why: string;
}

export type RestoreAnswer =
  | { readonly is: "off" }
  | { readonly is: "unknownRegistry" }
  | { readonly is: "severalRegistries"; readonly registryIds: readonly ArmId[] }
  | { readonly is: "unusable"; readonly why: string }
  /** Somebody works on this registry. */
  | { readonly is: "busy" }
  /** It is not there, and was not deleted there by this service. */
  | { readonly is: "unknown" }
  /**
   * If soft delete was on by `deletedAt`, the registry keeps it until `until`, and refuses a push of it until it is restored there.
   */
  | { readonly is: "softDeleted"; readonly days: number; readonly deletedAt: string; readonly until: string }
  /** The restorer lacks its role: nothing was put. */
  | { readonly is: "forbidden"; readonly why: string }
  /** What is asked for cannot be restored: nothing was put. */
  | { readonly is: "refused"; readonly items: readonly RestoreItem[] }
  | RestoreDone;

export interface RestoreDone {
  readonly is: "done";
  readonly registryId: ArmId;
  /** What is asked for is there, and its tag on it. */
  readonly reached: boolean;
  /** What it needs, and what went along with it when it was last deleted, is there, too. False also where that is not known. */
  readonly complete: boolean;
  /** What was restored is held at least until then. */
  readonly heldUntil: string;
  /** In the order of the work. */
  readonly items: readonly RestoreItem[];
}

/**
 * Puts a tag back, or what a purge deleted with all that it needs. Under the lease of the purge worker, so that the two never run
 * at once. Safe to repeat: what is there is left as it is.
 */
export async function restore(deps: Deps, request: RestoreRequest): Promise<RestoreAnswer> {
  if (deps.config.credential.restorerClientId === undefined) return { is: "off" };
  const header = await findProcessed(deps);
  const registryIds = header ? await findRegistries(deps, header, request.registry) : [];
  const [registryId, ...others] = registryIds;
  if (registryId === undefined) return { is: "unknownRegistry" };
  if (others.length > 0) return { is: "severalRegistries", registryIds };
  const lease = await deps.leases.acquire(purgeLease(deps, registryId));
  if (!lease) return { is: "busy" };
  try {
    const opened = await openRestore(deps, registryId);
    return opened.is === "open" ? await restoreIn(deps, { request, registryId, lease, opened }) : opened;
  } finally {
    await lease.release();
  }
}

interface Shift {
  readonly request: RestoreRequest;
  readonly registryId: ArmId;
  readonly lease: Lease;
  readonly opened: Extract<OpenedRegistry, { is: "open" }>;
}

async function restoreIn(deps: Deps, shift: Shift): Promise<RestoreAnswer> {
  const { request, registryId, opened, lease } = shift;
  const site = { registryId, repository: request.repository, ...opened };
  const gathered = await gatherRestore(deps, site, { digests: [request.digest], tag: request.tag, lastTags: true });
  const now = deps.clock.now();
  const hindrance = findHindrance(gathered, shift, now.getTime());
  if (hindrance) return hindrance;
  const plan = planRestore(gathered.view);
  const journalFile = toJournalFile({ id: `${toInstantId(now)}-restore`, at: now.toISOString() }, registryId);
  const word = { by: request.by, why: request.why, journalFile, isStillAllowed: () => lease.isHeld() };
  const items = await applyRestore(deps, site, { plan, gathered, word });
  if (plan.refused.some(({ digest }) => digest === request.digest)) return { is: "refused", items };
  const reached = items.every((item) => item.digest !== request.digest || isThere(item));
  const heldUntil = toIso(now.getTime() + HOLD_MS);
  return { is: "done", registryId, reached, complete: items.every(isDone), heldUntil, items };
}

/** What makes the whole restore impossible, before anything is put. */
function findHindrance(
  { view, deletes, forbidden }: Gathered,
  { request: { digest }, opened }: Shift,
  nowMs: number,
): RestoreAnswer | undefined {
  const past = deletes.find(digest);
  if (!view.present.has(digest)) {
    if (!past) return { is: "unknown" };
    const { softDeleteDays: days } = opened;
    const until = findKeptUntil(days, past.at, nowMs);
    if (days !== undefined && until !== undefined) return { is: "softDeleted", days, deletedAt: past.at, until };
  }
  return forbidden === undefined ? undefined : { is: "forbidden", why: forbidden };
}
