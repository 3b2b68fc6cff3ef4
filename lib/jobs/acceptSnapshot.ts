import type { AcceptRequest } from "../core/acceptance.ts";
import { acceptReasons, describeStanding, listLifted, listUnnamed } from "../core/acceptance.ts";
import { toIso } from "../core/duration.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

export interface SnapshotAcceptance extends Omit<AcceptRequest, "at"> {
  readonly id: string;
}

export type AcceptAnswer =
  | { readonly is: "accepted"; readonly header: SnapshotHeader; readonly parts: readonly Part[]; readonly next: string }
  | { readonly is: "unknown" }
  | { readonly is: "notSealed" }
  /** Subscriptions that no reason of this snapshot names. */
  | { readonly is: "unnamed"; readonly ids: readonly string[] }
  /** In words, why each part is as it is. */
  | { readonly is: "nothingToLift"; readonly standing: readonly string[] };

/**
 * Writes a person's word to the parts of a sealed snapshot. Repeating it changes nothing, and marking is left to a run: what was
 * marked and planned before stays as it is.
 */
export async function acceptSnapshot(deps: Deps, { id, ...word }: SnapshotAcceptance): Promise<AcceptAnswer> {
  const header = await deps.snapshots.find(id);
  if (!header) return { is: "unknown" };
  if (header.state !== "sealed") return { is: "notSealed" };
  const request = { ...word, at: toIso(deps.clock.now().getTime()) };
  const before = await deps.snapshots.listParts(id);
  // Its content is being dropped.
  if (before.length === 0) return { is: "unknown" };
  const unnamed = listUnnamed(before, request.goneSubscriptions);
  if (unnamed.length > 0) return { is: "unnamed", ids: unnamed };
  if (!before.some((part) => acceptReasons(part, request) !== undefined || listLifted(part).length > 0))
    return { is: "nothingToLift", standing: before.flatMap(describePart) };
  for (const { name } of before) await deps.snapshots.updatePart(id, name, (part) => acceptReasons(part, request));
  return { is: "accepted", header, parts: await deps.snapshots.listParts(id), next: await adviseNext(deps, id) };
}

const describePart = ({ name, reasons }: Part): readonly string[] =>
  reasons.map((reason) => `${name}: ${describeStanding(reason)}`);

async function adviseNext(deps: Deps, id: string): Promise<string> {
  for await (const header of deps.snapshots.list()) {
    if (header.state !== "sealed") continue;
    if (header.id === id)
      return 'Start a run of the stage mark (POST /api/runs with {"stage":"mark"}): until then marks stand as they did before.';
    break;
  }
  return "A newer snapshot is there, and marking looks at that one. The next snapshot is compared with this one: take it now with a run of the stage snapshot, or wait for the timer.";
}
