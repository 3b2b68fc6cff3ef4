import type { QueryRequest, ResourceGraphClient as SdkClient } from "@azure/arm-resourcegraph";
import { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { ResourceGraph, ResourcePage } from "../ports.ts";
import { TIMEOUT_POLICIES, toUpstreamError } from "./clientOptions.ts";

const PAGE_ROWS = 1000;

export interface ResourceGraphOptions {
  readonly credential: TokenCredential;
  readonly endpoint: string;
  readonly audience: string;
}

export function createResourceGraph({ credential, endpoint, audience }: ResourceGraphOptions): ResourceGraph {
  const client = new ResourceGraphClient(credential, {
    endpoint,
    credentials: { scopes: [`${audience}/.default`] },
    additionalPolicies: TIMEOUT_POLICIES,
  });
  const quota = new Quota();
  const listPages = (query: string): AsyncGenerator<ResourcePage> => readPages({ client, quota }, query);
  return {
    async *listResources(types) {
      const query = `resources | where type in~ (${types.map((type) => `'${type}'`).join(", ")}) | project id, name, type, location, tags, properties | order by id asc`;
      yield* listPages(query);
    },
    async listSubscriptions() {
      const query =
        "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, subscriptionId | order by id asc";
      const found = new Set<string>();
      for await (const page of listPages(query)) {
        for (const row of page.rows) found.add(readSubscription(row));
        if (page.truncated || page.tenantLimitHit || found.size > page.totalRecords) throw cut();
        if (!page.more && found.size !== page.totalRecords) throw cut();
      }
      return [...found].sort();
    },
  };
}

function readSubscription(row: unknown): string {
  const parsed = z.object({ subscriptionId: z.string() }).safeParse(row);
  if (parsed.success) return parsed.data.subscriptionId.toLowerCase();
  throw new UpstreamError({
    service: "ResourceGraph",
    operation: "list subscriptions",
    detail: "a row has no subscriptionId",
  });
}

const cut = (): UpstreamError =>
  new UpstreamError({ service: "ResourceGraph", operation: "list subscriptions", detail: "the list is cut" });

const Answer = z.object({
  totalRecords: z.number(),
  count: z.number(),
  resultTruncated: z.string(),
  data: z.array(z.unknown()),
  skipToken: z.string().optional(),
});

interface Source {
  readonly client: SdkClient;
  readonly quota: Quota;
}

async function* readPages({ client, quota }: Source, query: string): AsyncGenerator<ResourcePage> {
  let skipToken: string | undefined;
  do {
    await quota.wait();
    const headers = new Map<string, string>();
    const options = {
      top: PAGE_ROWS,
      resultFormat: "objectArray" as const,
      ...(skipToken === undefined ? {} : { skipToken }),
    };
    const answer = await ask(client, { query, options }, headers);
    quota.note(headers);
    if (answer.count !== answer.data.length)
      throw new UpstreamError({
        service: "ResourceGraph",
        operation: "query",
        detail: `count ${answer.count}, but ${answer.data.length} rows`,
      });
    yield {
      rows: answer.data,
      more: answer.skipToken !== undefined,
      totalRecords: answer.totalRecords,
      truncated: answer.resultTruncated.toLowerCase() !== "false",
      tenantLimitHit: headers.get("x-ms-tenant-subscription-limit-hit")?.toLowerCase() === "true",
    };
    ({ skipToken } = answer);
  } while (skipToken !== undefined);
}

async function ask(
  client: SdkClient,
  request: QueryRequest,
  headers: Map<string, string>,
): Promise<z.infer<typeof Answer>> {
  try {
    const answer = await client.resources(request, {
      onResponse: (response) => {
        for (const [name, value] of response.headers) headers.set(name.toLowerCase(), value);
      },
    });
    return Answer.parse(answer);
  } catch (error) {
    throw toUpstreamError("ResourceGraph", "query", error);
  }
}

/** 15 queries in 5 s by default; at 0 left, the next query waits for the reset that the answer stated, so that no 429 happens. */
class Quota {
  private waitMs = 0;

  note(headers: ReadonlyMap<string, string>): void {
    const isUsedUp = Number(headers.get("x-ms-user-quota-remaining") ?? "1") <= 0;
    const [hours, minutes, seconds] = (headers.get("x-ms-user-quota-resets-after") ?? "00:00:05")
      .split(":")
      .map(Number);
    this.waitMs = isUsedUp ? (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 5)) * 1000 : 0;
  }

  async wait(): Promise<void> {
    const { waitMs } = this;
    this.waitMs = 0;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
