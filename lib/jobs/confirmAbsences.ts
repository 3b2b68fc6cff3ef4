import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import { subscriptionOf, typeOf } from "../core/armId.ts";
import type { IncompleteReason } from "../core/completeness.ts";
import { HOUR_MS } from "../core/duration.ts";
import { GRAPH_FAMILIES } from "../core/graphQueries.ts";
import { CONFIRMED_KINDS, toResourceKind } from "../core/resources.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import type { SeenResources } from "./seenResources.ts";

/** More absences than this are not confirmed in one run; what was confirmed is remembered, so that the next run goes on. */
const MAX_CONFIRMATIONS = 2000;
const ARM_CONCURRENCY = 8;

/** What need not be asked for. */
export interface Believed {
  readonly seen: SeenResources;
  /** Subscriptions that a person says are gone for good: ARM does not tell those from hidden ones. */
  readonly gone: ReadonlySet<string>;
}

/** What earlier runs confirmed is believed for this long: what was created again since may be hidden. */
const BELIEVED_MS = 36 * HOUR_MS;

/** The last complete snapshot. */
export interface Baseline {
  readonly header: Pick<SnapshotHeader, "id">;
  readonly part: Pick<Part, "counts">;
}

/** Resource Graph hides what may not be read: what vanished since the last complete snapshot must answer 404 to an ARM GET. */
export async function confirmAbsences(
  deps: Deps,
  last: Baseline | undefined,
  { seen, gone: goneSubscriptions }: Believed,
): Promise<readonly IncompleteReason[]> {
  if (last === undefined) return [];
  const confirmed = await readConfirmed(deps, seen);
  const isBelieved = (id: ArmId): boolean =>
    seen.has(id) || confirmed.has(id) || goneSubscriptions.has(subscriptionOf(id));
  const { missing, more, lost } = await listMissing(deps, last, isBelieved);
  const answers = await pMap(missing, async (id) => ({ id, answer: await deps.arm.getResource(id) }), {
    concurrency: ARM_CONCURRENCY,
  });
  const gone = answers.filter(({ answer }) => answer.is === "absent").map(({ id }) => id);
  await deps.absences.add(gone, deps.clock.now().toISOString());
  const reasons = answers
    .filter(({ answer }) => answer.is !== "absent")
    .map(({ id, answer }): IncompleteReason => ({
      code: "absenceUnconfirmed",
      subject: id,
      detail: answer.is === "unknown" ? answer.why : "ARM still has it",
    }));
  if (more) reasons.push({ code: "tooManyAbsent", detail: `more than ${MAX_CONFIRMATIONS} resources in one run` });
  return [...reasons, ...lost];
}

/** What earlier runs confirmed as gone lately, without what is there again. */
async function readConfirmed(deps: Deps, seen: SeenResources): Promise<ReadonlySet<ArmId>> {
  const since = new Date(deps.clock.now().getTime() - BELIEVED_MS);
  const confirmed = await deps.absences.list(since);
  const back = [...confirmed].filter((id) => seen.has(id));
  await deps.absences.remove(back);
  return new Set([...confirmed].filter((id) => !seen.has(id)));
}

interface Missing {
  readonly missing: readonly ArmId[];
  readonly more: boolean;
  readonly lost: readonly IncompleteReason[];
}

/** A baseline that does not hold what it counted cannot tell what vanished. */
async function listMissing(deps: Deps, last: Baseline, isBelieved: (id: ArmId) => boolean): Promise<Missing> {
  const missing: ArmId[] = [];
  const counts = new Map<string, number>();
  for (const family of GRAPH_FAMILIES) {
    for await (const id of deps.snapshots.listIds(last.header.id, family)) {
      const kind = toResourceKind(typeOf(id));
      if (kind === undefined) continue;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (!CONFIRMED_KINDS.has(kind) || isBelieved(id)) continue;
      if (missing.length === MAX_CONFIRMATIONS) return { missing, more: true, lost: [] };
      missing.push(id);
    }
  }
  const lost = Object.entries(last.part.counts)
    .filter(([kind, count]) => (counts.get(kind) ?? 0) < count)
    .map(([kind, count]): IncompleteReason => ({
      code: "baselineLost",
      subject: kind,
      detail: `${counts.get(kind) ?? 0} of ${count} in snapshot ${last.header.id}`,
    }));
  return { missing, more: false, lost };
}
