import pMap from "p-map";
import { UpstreamError } from "../errors.ts";
import type { RegistryReader } from "../ports.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { toUnknownPart } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import { inventoryLease } from "./leaseNames.ts";
import { concludeInventory } from "./concludeInventory.ts";
import { openNames } from "./repositoryNames.ts";
import { refusedBy } from "./refusedBy.ts";
import type { Earlier } from "./readRepository.ts";
import { readRepository } from "./readRepository.ts";
import { readTarget } from "./registryTarget.ts";
import { sealIfReady } from "./sealSnapshot.ts";
import type { InventoryMessage } from "./takeSnapshot.ts";

const REPOSITORY_CONCURRENCY = 4;
/** Stored together, in few transactions; the time budget is looked at after each. */
const REPOSITORY_BATCH = 100;
const BUSY_MS = 60_000;

/**
 * Lists one registry into the snapshot. Works for the time budget, then hands the rest to a new message; the last invocation
 * confirms what vanished, writes the part and seals the snapshot if it was the last one. Safe to repeat at any point.
 */
export async function inventoryRegistry(deps: Deps, message: InventoryMessage): Promise<void> {
  const run = await deps.runs.find(message.runId);
  if (run?.stopRequested) return deps.runs.finish(message.runId, { state: "stopped", at: deps.clock.now() });
  if (run?.state !== "running") return; // displaced: the next run reads anew
  await deps.runs.beat(message.runId, deps.clock.now());
  const lease = await deps.leases.acquire(inventoryLease(deps, message.registryId));
  if (!lease) return deps.queues.send("inventory-registry", message, BUSY_MS);
  const { runId, registryId } = message;
  try {
    await deps.telemetry.span("inventoryRegistry", { runId, registryId }, () => takeInventory(deps, message));
  } finally {
    await lease.release();
  }
  await sealIfReady(deps, message.snapshotId);
}

/** A message that comes again after its part is in must not touch what may be sealed. */
async function takeInventory(deps: Deps, message: InventoryMessage): Promise<void> {
  const header = await deps.snapshots.find(message.snapshotId);
  const parts = header ? await deps.snapshots.listParts(message.snapshotId) : [];
  if (!header || header.state === "sealed" || parts.some(({ name }) => name === message.registryId)) return;
  const part = await readPart(deps, message, header);
  if (part) await deps.snapshots.putPart(message.snapshotId, part);
}

/** Undefined where the time was up and another message goes on. */
async function readPart(deps: Deps, message: InventoryMessage, header: SnapshotHeader): Promise<Part | undefined> {
  const { registryId } = message;
  const found = await readTarget(deps, registryId);
  if ("unusable" in found)
    return toUnknownPart(registryId, {
      code: "registryUnusable",
      subject: registryId,
      detail: found.unusable,
      ...refusedBy({ service: "ARM", status: found.status }),
    });
  const reader = deps.openRegistry(found.target);
  try {
    const walked = await storeRepositories(deps, { message, header, reader });
    if (walked === "toBeContinued") return undefined;
    return await concludeInventory(deps, { header, registryId, reader }, walked.refused);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.service !== "registry") throw error;
    const code = error.status === 401 || error.status === 403 ? "registryUnusable" : "catalogueFailed";
    return toUnknownPart(registryId, { code, subject: registryId, detail: error.message, ...refusedBy(error) });
  }
}

interface Shift {
  readonly message: InventoryMessage;
  readonly header: SnapshotHeader;
  readonly reader: RegistryReader;
}

type Walked = "toBeContinued" | { readonly refused: UpstreamError | undefined };

async function storeRepositories(deps: Deps, { message, header, reader }: Shift): Promise<Walked> {
  const { registryId, snapshotId } = message;
  const until = deps.clock.now().getTime() + deps.config.timeBudgetMs;
  const names = await openNames(deps, { header, registryId, reader }, message.after);
  const refusalsAreSingle = names.refused !== undefined;
  const source = { reader, edges: deps.edges, journal: deps.journal, registryId, refusalsAreSingle };
  const last = await deps.snapshots.findComplete(registryId, header.id);
  const earlier: Earlier = async (name) => last && deps.snapshots.findRepository(last.header.id, registryId, name);
  for await (const page of names.pages) {
    for (let start = 0; start < page.length; start += REPOSITORY_BATCH) {
      const batch = page.slice(start, start + REPOSITORY_BATCH);
      reader.announce(batch);
      const repositories = await pMap(batch, (name) => readRepository(source, name, earlier), {
        concurrency: REPOSITORY_CONCURRENCY,
      });
      await deps.snapshots.putRepositories(
        snapshotId,
        repositories.filter((repository) => repository !== undefined),
      );
      // The catalogue proves what is there; without it, only the answer to each name does.
      const absent = names.refused ? batch.filter((_, index) => repositories[index] === undefined) : [];
      await deps.snapshots.putAbsent(snapshotId, registryId, absent);
      const last = batch.at(-1);
      if (last === undefined || deps.clock.now().getTime() < until) continue;
      const rest: InventoryMessage = { runId: message.runId, snapshotId, registryId, after: last };
      await deps.queues.send("inventory-registry", rest);
      return "toBeContinued";
    }
  }
  return { refused: names.refused };
}
