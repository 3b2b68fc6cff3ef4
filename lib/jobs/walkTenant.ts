import type { GraphFamily } from "../core/graphQueries.ts";
import { GRAPH_FAMILIES } from "../core/graphQueries.ts";
import type { Known } from "../core/knowledge.ts";
import type { Resource } from "../core/resources.ts";
import { keyOrderOf } from "../stores/buckets.ts";
import type { Deps } from "./deps.ts";
import { mergeByKey, nothing } from "../stores/mergeByKey.ts";
import { Tenant } from "./tenant.ts";

/** One resource of the tenant, as it was, is, and is remembered. */
export interface Step {
  readonly family: GraphFamily;
  /** In the complete snapshot before, the same object as `now` where nothing changed; undefined where that is not looked at. */
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

async function* walkFamily(deps: Deps, walk: Walk, family: GraphFamily): AsyncGenerator<Step> {
  const steps = mergeByKey(listSides(deps, walk, family), listKnown(deps, family), {
    left: ({ before, now }) => keyOrderOf((now ?? before)?.id ?? ""),
    right: ({ id }) => keyOrderOf(id),
  });
  for await (const { left, right } of steps) yield { family, before: left?.before, now: left?.now, known: right };
}

type Sides = Pick<Step, "before" | "now">;

async function* listSides(deps: Deps, { snapshotId, beforeId }: Walk, family: GraphFamily): AsyncGenerator<Sides> {
  if (beforeId !== undefined) yield* deps.snapshots.listPairs({ before: beforeId, now: snapshotId }, family);
  else for await (const now of deps.snapshots.listResources(snapshotId, family)) yield { before: undefined, now };
}

function listKnown(deps: Deps, family: GraphFamily): AsyncIterable<Known> {
  return family === "consumers" ? nothing() : deps.knowledge.list(family);
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
      else if (known) tenant.addPublisher(known.id);
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
