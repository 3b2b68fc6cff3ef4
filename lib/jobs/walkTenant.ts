import type { GraphFamily } from "../core/graphQueries.ts";
import { GRAPH_FAMILIES } from "../core/graphQueries.ts";
import type { Known } from "../core/knowledge.ts";
import type { Resource } from "../core/resources.ts";
import { keyOrderOf } from "../stores/buckets.ts";
import type { Deps } from "./deps.ts";
import { mergeByKey, nothing } from "./mergeByKey.ts";
import { Tenant } from "./tenant.ts";

/** One resource of the tenant, as it was, is, and is remembered. */
export interface Step {
  readonly family: GraphFamily;
  /** In the complete snapshot before; undefined where that is not looked at. */
  readonly before: Resource | undefined;
  readonly now: Resource | undefined;
  readonly known: Known | undefined;
}

export interface Walk {
  readonly snapshotId: string;
  /** The complete snapshot to compare with. */
  readonly beforeId?: string | undefined;
}

/** Every resource of a snapshot, family by family in key order, with what the one before and memory have of it. */
export async function* walkTenant(deps: Deps, walk: Walk): AsyncGenerator<Step> {
  for (const family of GRAPH_FAMILIES) yield* walkFamily(deps, walk, family);
}

async function* walkFamily(deps: Deps, { snapshotId, beforeId }: Walk, family: GraphFamily): AsyncGenerator<Step> {
  const before = beforeId === undefined ? nothing<Resource>() : deps.snapshots.listResources(beforeId, family);
  const now = deps.snapshots.listResources(snapshotId, family);
  const pairs = mergeByKey(before, now, { left: keyOfResource, right: keyOfResource });
  const steps = mergeByKey(pairs, listKnown(deps, family), {
    left: ({ left, right }) => keyOfResource(right ?? left),
    right: ({ id }) => keyOrderOf(id),
  });
  for await (const { left, right } of steps) yield { family, before: left?.left, now: left?.right, known: right };
}

const keyOfResource = (resource: Resource | undefined): string => keyOrderOf(resource?.id ?? "");

function listKnown(deps: Deps, family: GraphFamily): AsyncIterable<Known> {
  return family === "versions" || family === "artifactManifests" ? deps.knowledge.list(family) : nothing();
}

/** The index of the whole tenant; writes nothing. */
export async function readTenant(deps: Deps, snapshotId: string): Promise<Tenant> {
  const tenant = new Tenant();
  for await (const step of walkTenant(deps, { snapshotId })) addStep(tenant, step);
  return tenant;
}

export function addStep(tenant: Tenant, { family, now, known }: Step): void {
  switch (family) {
    case "structure":
      if (now) tenant.addStructure(now);
      return;
    case "artifactManifests": {
      const id = now?.id ?? known?.id;
      if (id !== undefined) tenant.addPublisher(id);
      return;
    }
    case "versions":
      return tenant.addVersion(now, known?.of === "version" ? known : undefined);
    case "consumers":
      if (now) tenant.addConsumer(now);
      return;
    default:
      family satisfies never;
  }
}
