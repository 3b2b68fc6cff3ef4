import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART, toUnknownPart } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { resolveRegistries } from "./poisonFindings.ts";
import { finishStage } from "./stages.ts";

/** Seals the snapshot when all its parts are in, and ends the run's snapshot stage. Safe to call by every part, at any time. */
export async function sealIfReady(deps: Deps, snapshotId: string): Promise<void> {
  const header = await deps.snapshots.find(snapshotId);
  const expected = header?.expectedParts;
  if (!header || !expected) return;
  const parts = await deps.snapshots.listParts(snapshotId);
  if (!expected.every((name) => parts.some((part) => part.name === name))) return;
  await seal(deps, header, parts);
}

/** Seals what is there; every part that never came is named as missing, which keeps all that it would have covered. */
export async function sealWithMissingParts(deps: Deps, header: SnapshotHeader): Promise<void> {
  const parts = [...(await deps.snapshots.listParts(header.id))];
  for (const name of header.expectedParts ?? [GRAPH_PART]) {
    if (parts.some((part) => part.name === name)) continue;
    const missing = toUnknownPart(name, { code: "partMissing", subject: name });
    await deps.snapshots.putPart(header.id, missing);
    parts.push(missing);
  }
  await seal(deps, header, parts);
}

const isDelivered = ({ reasons }: Part): boolean => reasons.every(({ code }) => code !== "partMissing");

async function seal(deps: Deps, header: SnapshotHeader, parts: readonly Part[]): Promise<void> {
  const incomplete = parts.filter(({ complete, reasons }) => !complete || reasons.length > 0).length;
  const isOpen = header.state === "open";
  // Before it is sealed: a dead man's alert that is told of it twice is right, one that is never told cries wolf.
  if (isOpen) await tellSealed(deps, header, { parts, incompleteParts: incomplete });
  await deps.telemetry.flush();
  await deps.snapshots.update(header.id, (stored) =>
    stored.state === "open" ? { ...stored, state: "sealed" } : undefined,
  );
  const registryIds = parts.filter(isDelivered).map(({ name }) => name);
  await resolveRegistries(deps, "inventory-registry", { registryIds, runAt: header.at });
  deps.log.info("snapshot sealed", { snapshotId: header.id, parts: parts.length, incompleteParts: incomplete });
  await finishStage(deps, header.runId, {
    stage: "snapshot",
    result: { snapshotId: header.id, parts: parts.length, incompleteParts: incomplete, complete: incomplete === 0 },
  });
}

interface Sealed {
  readonly parts: readonly Part[];
  readonly incompleteParts: number;
}

const tellSealed = (deps: Deps, { id, runId }: SnapshotHeader, { parts, incompleteParts }: Sealed): Promise<void> =>
  deps.telemetry.event("snapshotSealed", {
    runId,
    snapshotId: id,
    complete: incompleteParts === 0,
    graphComplete: parts.some(({ name, complete }) => name === GRAPH_PART && complete),
    parts: parts.length,
    incompleteParts,
  });
