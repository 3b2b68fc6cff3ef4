import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import { subscriptionOf } from "../core/armId.ts";
import type { IncompleteReason } from "../core/completeness.ts";
import { GRAPH_FAMILIES } from "../core/graphQueries.ts";
import { CONFIRMED_KINDS } from "../core/resources.ts";
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

/** Resource Graph hides what may not be read: what vanished since the last complete snapshot must answer 404 to an ARM GET. */
export async function confirmAbsences(
  deps: Deps,
  lastId: string | undefined,
  { seen, gone: goneSubscriptions }: Believed,
): Promise<readonly IncompleteReason[]> {
  if (lastId === undefined) return [];
  const confirmed = await readConfirmed(deps, seen);
  const isBelieved = (id: ArmId): boolean =>
    seen.has(id) || confirmed.has(id) || goneSubscriptions.has(subscriptionOf(id));
  const { missing, more } = await listMissing(deps, lastId, isBelieved);
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
  return reasons;
}

/** What earlier runs confirmed as gone, without what is there again. */
async function readConfirmed(deps: Deps, seen: SeenResources): Promise<ReadonlySet<ArmId>> {
  const confirmed = await deps.absences.list();
  const back = [...confirmed].filter((id) => seen.has(id));
  await deps.absences.remove(back);
  return new Set([...confirmed].filter((id) => !seen.has(id)));
}

async function listMissing(
  deps: Deps,
  lastId: string,
  isBelieved: (id: ArmId) => boolean,
): Promise<{ readonly missing: readonly ArmId[]; readonly more: boolean }> {
  const missing: ArmId[] = [];
  for (const family of GRAPH_FAMILIES) {
    for await (const { id, kind } of deps.snapshots.listResources(lastId, family)) {
      if (!CONFIRMED_KINDS.has(kind) || isBelieved(id)) continue;
      if (missing.length === MAX_CONFIRMATIONS) return { missing, more: true };
      missing.push(id);
    }
  }
  return { missing, more: false };
}
