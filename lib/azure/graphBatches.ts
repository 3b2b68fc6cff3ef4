import type { QueryRequest } from "@azure/arm-resourcegraph";
import type { GraphScope } from "../core/graphQueries.ts";
import { UpstreamError } from "../errors.ts";

/** What one query may name at once. 300 is the size that Microsoft recommends for groups of subscriptions. */
const MAX_MANAGEMENT_GROUPS = 10;
const MAX_SUBSCRIPTIONS = 300;

/** The scope of one query; empty: the tenant. */
export type GraphBatch = Pick<QueryRequest, "managementGroups" | "subscriptions">;

/** The batches of a scope. A query that names nothing would ask for the whole tenant, so an empty scope throws `UpstreamError`. */
export function toBatches(scope: GraphScope): readonly GraphBatch[] {
  if (scope.of === "tenant") return [{}];
  const batches =
    scope.of === "subscriptions"
      ? toSubscriptionBatches(scope.ids)
      : cut(scope.names, MAX_MANAGEMENT_GROUPS).map((managementGroups) => ({ managementGroups }));
  if (batches.length > 0) return batches;
  throw new UpstreamError({ service: "ResourceGraph", operation: "query", detail: `the scope names no ${scope.of}` });
}

/** None for no subscriptions. */
export const toSubscriptionBatches = (ids: readonly string[]): readonly GraphBatch[] =>
  cut(ids, MAX_SUBSCRIPTIONS).map((subscriptions) => ({ subscriptions }));

/** What is named twice is asked for once. */
function cut(names: readonly string[], size: number): string[][] {
  const different = [...new Set(names)];
  return Array.from({ length: Math.ceil(different.length / size) }, (_, index) =>
    different.slice(index * size, (index + 1) * size),
  );
}
