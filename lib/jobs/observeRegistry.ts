import type { ArmId } from "../core/armId.ts";
import { listStoreIds } from "../core/backingRegistry.ts";
import type { Graph } from "../core/graph.ts";
import { readResource } from "../core/readResource.ts";
import { listRegistryFindings } from "../core/registryFindings.ts";
import type { Resource } from "../core/resources.ts";
import { findStoreSettings } from "../config.ts";
import { UpstreamError } from "../errors.ts";
import type { Deps } from "./deps.ts";
import type { Marking } from "./marking.ts";

export interface RegistryOrder {
  readonly registryId: ArmId;
  readonly graph: Graph;
}

/** What the registry's own settings and replicas mean for its clean-up, by ARM itself. Where ARM does not answer, nothing changes. */
export async function observeRegistry(
  deps: Deps,
  marking: Marking,
  { registryId, graph }: RegistryOrder,
): Promise<void> {
  // Which stores it backs, and for how long they wait, is known of a complete graph only.
  if (!marking.graphComplete) return;
  const scope = `registry:${registryId}`;
  const graceMs = readGrace(deps, { registryId, graph });
  // No store of it is enrolled any more: nothing is said of it from now on.
  if (graceMs === undefined) return marking.reconcile(scope, []);
  const answer = await deps.arm.getResource(registryId);
  if (answer.is === "absent") return marking.reconcile(scope, []);
  const read = answer.is === "found" ? readResource(answer.resource) : undefined;
  if (!read || "unreadable" in read) return;
  const facts = {
    registry: read.resource,
    replications: await readReplications(deps, registryId),
    graceMs,
    appRegion: deps.config.appRegion,
  };
  await marking.reconcile(scope, listRegistryFindings(facts, marking.sight));
}

/** Undefined where they cannot be read: none of them is then known to be ready. */
export async function readReplications(deps: Deps, registryId: ArmId): Promise<readonly Resource[] | undefined> {
  try {
    const reads = await Array.fromAsync(deps.arm.listChildren(registryId, "replications"), readResource);
    const resources = reads.flatMap((read) => ("resource" in read ? [read.resource] : []));
    return resources.length === reads.length ? resources : undefined;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    deps.log.warn("replications could not be read", { registryId, why: error.message });
    return undefined;
  }
}

/** The longest grace window of the enrolled stores that the registry backs; undefined where none is enrolled. */
function readGrace(deps: Deps, { registryId, graph }: RegistryOrder): number | undefined {
  const storeIds = listStoreIds(graph.stores.values(), registryId);
  const graces = storeIds.flatMap((id) => findStoreSettings(deps.config, id)?.graceMs ?? []);
  return graces.length === 0 ? undefined : Math.max(...graces);
}
