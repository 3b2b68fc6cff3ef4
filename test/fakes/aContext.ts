import { createPathIndex } from "../../lib/core/artifactPath.ts";
import { toGraph } from "../../lib/core/graph.ts";
import type { Known } from "../../lib/core/knowledge.ts";
import { createNeeds } from "../../lib/core/needs.ts";
import type { Resource } from "../../lib/core/resources.ts";
import type { RegistryContext, StorePolicy } from "../../lib/core/verdicts.ts";
import { aKnown, aStore, STORE } from "./builders.ts";

export interface World extends Partial<Pick<RegistryContext, "storeIds" | "policyOf">> {
  readonly resources?: readonly Resource[];
  readonly known?: readonly Known[];
}

export function aStorePolicy(policy: Partial<StorePolicy> = {}): StorePolicy {
  return {
    graceMs: 14 * 86_400_000,
    uploadedSince: Date.parse("2025-03-30"),
    purgeSuperseded: false,
    ...policy,
  };
}

/** A context in which the artifact manifest `cnf`, which listed `nginx`, is gone: nothing needs what is untagged in `cnf/nginx`. */
export function aContext(world: World = {}): RegistryContext {
  const { resources = [aStore()], known = [aKnown()], storeIds = [STORE], ...rest } = world;
  const graph = toGraph(resources, known);
  const needs = createNeeds(graph);
  return {
    graph,
    needs,
    paths: createPathIndex(graph, needs, storeIds),
    storeIds,
    policyOf: () => aStorePolicy(),
    ...rest,
  };
}
