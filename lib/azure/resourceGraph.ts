import { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { toCountKql, toKql } from "../core/graphQueries.ts";
import { UpstreamError } from "../errors.ts";
import type { OutsideCount, ResourceGraph, ResourcePage } from "../ports.ts";
import { createArm } from "./arm.ts";
import { REQUEST_TIMEOUT_MS, createPolicies } from "./clientOptions.ts";
import { createReadTextPolicy } from "./readTextPolicy.ts";
import type { GraphBatch } from "./graphBatches.ts";
import { toBatches, toSubscriptionBatches } from "./graphBatches.ts";
import { readPages } from "./graphPages.ts";
import { GraphQuota } from "./graphQuota.ts";

export interface ResourceGraphOptions {
  readonly credential: TokenCredential;
  readonly endpoint: string;
  readonly audience: string;
  /** From 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}

const SUBSCRIPTIONS_KQL =
  "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, subscriptionId | order by id asc";

export function createResourceGraph(options: ResourceGraphOptions): ResourceGraph {
  const { credential, endpoint, audience, random = Math.random } = options;
  const client = new ResourceGraphClient(credential, {
    endpoint,
    credentials: { scopes: [`${audience}/.default`] },
    additionalPolicies: [
      ...createPolicies("ResourceGraph"),
      { policy: createReadTextPolicy(REQUEST_TIMEOUT_MS), position: "perRetry" },
    ],
  });
  const source = { client, quota: new GraphQuota(random) };
  const arm = createArm({ credential, endpoint, audience });
  const list = (query: string, batches: readonly GraphBatch[]): AsyncGenerator<ResourcePage> =>
    readPages(source, { query, batches });
  return {
    async *listResources(family, scope) {
      yield* list(toKql(family), toBatches(scope));
    },
    async listSubscriptions(scope) {
      const found = await readWhole(list(SUBSCRIPTIONS_KQL, toBatches(scope)), "list subscriptions");
      return [...found.keys()].sort();
    },
    async countOutside(scope, inside) {
      if (scope.of === "tenant") return [];
      const known = new Set(inside.map((id) => id.toLowerCase()));
      // Resource Graph cannot be asked for what is not in a scope: ARM says what else there is.
      const outside = (await arm.listSubscriptions()).filter((id) => !known.has(id));
      const found = await readWhole(list(toCountKql(), toSubscriptionBatches(outside)), "count outside");
      return [...found.entries()].map(readCount).sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
    },
  };
}

const SubscriptionRow = z.object({ subscriptionId: z.string() });

/** The rows of all pages by their subscription, lower-case. Throws where a batch does not have each of its rows once. */
async function readWhole(pages: AsyncIterable<ResourcePage>, operation: string): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  let inBatch = new Set<string>();
  for await (const page of pages) {
    for (const row of page.rows) {
      const parsed = SubscriptionRow.safeParse(row);
      if (!parsed.success) throw refuse(operation, "a row has no subscriptionId");
      const id = parsed.data.subscriptionId.toLowerCase();
      inBatch.add(id);
      found.set(id, row);
    }
    if (page.truncated || page.tenantLimitHit || inBatch.size > page.totalRecords)
      throw refuse(operation, "the list is cut");
    if (page.more) continue;
    if (inBatch.size !== page.totalRecords) throw refuse(operation, "the list is cut");
    inBatch = new Set();
  }
  return found;
}

function readCount([subscriptionId, row]: readonly [string, unknown]): OutsideCount {
  const parsed = z.object({ count_: z.number() }).safeParse(row);
  if (parsed.success) return { subscriptionId, count: parsed.data.count_ };
  throw refuse("count outside", "a row has no count");
}

const refuse = (operation: string, detail: string): UpstreamError =>
  new UpstreamError({ service: "ResourceGraph", operation, detail });
