import { z } from "zod";
import type { HostHandle } from "../host/functionsHost.ts";

/** The service's HTTP API as an operator's tool would read it: only what the report shows. */

const Reason = z.object({
  code: z.string(),
  subject: z.string().optional(),
  repository: z.string().optional(),
  detail: z.string().optional(),
});
const Part = z.object({ name: z.string(), complete: z.boolean(), reasons: z.array(Reason) });
const Runs = z.object({ runs: z.array(z.object({ id: z.string(), at: z.string() })) });
const Run = z.object({
  id: z.string(),
  stage: z.string(),
  state: z.string(),
  at: z.string(),
  planId: z.string().optional(),
  results: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  errors: z.array(z.string()),
  parts: z.array(Part),
});
const Finding = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  firstSeenAt: z.string(),
  resolvedAt: z.string().optional(),
  evidence: z.array(z.looseObject({ text: z.string() })),
});
const Findings = z.object({ continuationToken: z.string().optional(), findings: z.array(Finding) });
const Keep = z.object({ code: z.string(), by: z.string().optional() });
const Mark = z.object({ artifactManifestId: z.string(), deadline: z.string().optional(), class: z.string() });
const Artifacts = z.object({
  continuationToken: z.string().optional(),
  artifacts: z.array(
    z.object({
      registryId: z.string(),
      repository: z.string(),
      digest: z.string(),
      class: z.string().optional(),
      keep: z.array(Keep),
      mark: Mark.nullable(),
    }),
  ),
});
const Plan = z.object({
  id: z.string(),
  continuationToken: z.string().optional(),
  mode: z.string(),
  registries: z.array(
    z.object({
      registryId: z.string(),
      state: z.string(),
      deleted: z.number(),
      deletedBytes: z.number(),
      notes: z.array(z.string()),
      items: z.array(
        z.object({
          repository: z.string(),
          digest: z.string(),
          class: z.string(),
          how: z.string(),
          deadline: z.string(),
          artifactManifestId: z.string(),
        }),
      ),
      waiting: z.array(
        z.object({ repository: z.string(), digest: z.string(), why: z.string(), until: z.string().optional() }),
      ),
    }),
  ),
});

export type ApiRun = z.infer<typeof Run>;
export type ApiFinding = z.infer<typeof Finding>;
export type ApiArtifact = z.infer<typeof Artifacts>["artifacts"][number];
export type ApiPlan = z.infer<typeof Plan>;

export class ServiceApi {
  readonly #host: Pick<HostHandle, "url" | "functionKey">;

  constructor(host: Pick<HostHandle, "url" | "functionKey">) {
    this.#host = host;
  }

  /** Runs whose instant is not before `since` (ISO 8601), oldest first, with their details. */
  async listRuns(since: string): Promise<readonly ApiRun[]> {
    const { runs } = await this.#get("/api/runs", Runs);
    const details: ApiRun[] = [];
    for (const { id } of runs.filter(({ at }) => at >= since).toReversed())
      details.push(await this.#get(`/api/runs/${id}`, Run));
    return details;
  }

  async listFindings(): Promise<readonly ApiFinding[]> {
    const pages = await this.#getPages("/api/findings?state=all&top=1000", Findings);
    return pages.flatMap(({ findings }) => findings);
  }

  /** Empty before the first snapshot was processed. */
  async listArtifacts(): Promise<readonly ApiArtifact[]> {
    if ((await this.#fetch("/api/artifacts?top=1")).status === 404) return [];
    const pages = await this.#getPages("/api/artifacts?top=1000", Artifacts);
    return pages.flatMap(({ artifacts }) => artifacts);
  }

  /** The whole plan, as if it stood on one page. */
  async getPlan(id: string): Promise<ApiPlan> {
    const [first, ...others] = await this.#getPages(`/api/plans/${id}?top=1000`, Plan);
    const registries = first.registries.map((registry) => {
      const more = others.flatMap((page) =>
        page.registries.filter((other) => other.registryId === registry.registryId),
      );
      return {
        ...registry,
        items: [registry, ...more].flatMap(({ items }) => items),
        waiting: [registry, ...more].flatMap(({ waiting }) => waiting),
      };
    });
    return { ...first, registries };
  }

  /** One page after the other; `path` holds a query already. */
  async #getPages<T extends { readonly continuationToken?: string | undefined }>(
    path: string,
    schema: z.ZodType<T>,
  ): Promise<readonly [T, ...T[]]> {
    const first = await this.#get(path, schema);
    const others: T[] = [];
    for (let page = first; page.continuationToken !== undefined; others.push(page))
      page = await this.#get(`${path}&continuationToken=${page.continuationToken}`, schema);
    return [first, ...others];
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#fetch(path);
    if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return schema.parse(await response.json());
  }

  #fetch(path: string): Promise<Response> {
    return fetch(new URL(path, this.#host.url), { headers: { "x-functions-key": this.#host.functionKey } });
  }
}
