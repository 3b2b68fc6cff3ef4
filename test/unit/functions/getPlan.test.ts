import { describe, expect, it, test } from "@jest/globals";
import { z } from "zod";
import { createGetPlan } from "../../../functions/getPlan.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { artifactManifestId, digest, NOW, REGISTRY, STORE } from "../../fakes/builders.ts";
import type { Answer } from "./aService.ts";
import { aService, call, SNAPSHOT } from "./aService.ts";

const PLAN = { id: "0123456789abcdef0123", runId: "r", at: NOW, snapshotId: SNAPSHOT, mode: "report" } as const;
const IDS = ["a", "b", "c"].map((name) => REGISTRY.replace("contosoacr", name));
/** Items and waiting marks of each registry. */
const COUNTS = [
  [5, 3],
  [0, 0],
  [2, 4],
] as const;

const Entry = z.looseObject({ repository: z.string(), digest: z.string() });
const Registry = z.object({
  registryId: z.string(),
  count: z.number(),
  waitingCount: z.number(),
  items: z.array(Entry),
  waiting: z.array(Entry),
});
type Registry = z.infer<typeof Registry>;

async function aServiceWithPlan(): Promise<Deps> {
  const deps = aService();
  await deps.plans.put(PLAN);
  for (const [index, [items, waiting]] of COUNTS.entries()) {
    const registryId = IDS[index] ?? "";
    await deps.plans.putItems(
      PLAN.id,
      registryId,
      Array.from({ length: items }, (_, number) => anItem(number)),
    );
    const waits = Array.from(
      { length: waiting },
      (_, number) => ({ repository: "w", digest: digest(number), why: "held", until: NOW }) as const,
    );
    await deps.plans.putWaiting(PLAN.id, registryId, waits);
    const figures = { bytes: 1, deleted: 0, deletedBytes: 0, isUpperBound: false, notes: [] };
    await deps.plans.createRegistry(PLAN.id, { registryId, state: "reportOnly", items, waiting, ...figures });
  }
  return deps;
}

const anItem = (number: number) =>
  ({
    repository: "cnf/nginx",
    digest: digest(number),
    class: "decommissioned",
    storeId: STORE,
    artifactManifestId: artifactManifestId("cnf"),
    pushedAt: NOW,
    lastTags: [],
    storeCreatedAt: undefined,
    deadline: NOW,
    size: 1,
    freedBytes: 0,
    how: "delete",
    cascadedFrom: undefined,
    after: [],
  }) as const;

const get = (deps: Deps, query: string, id: string = PLAN.id): Promise<Answer> =>
  call(createGetPlan(deps), { path: `/api/plans/x?${query}`, params: { id } });

async function getPages(deps: Deps, top: number): Promise<readonly (readonly Registry[])[]> {
  const pages: (readonly Registry[])[] = [];
  let token = "";
  do {
    const { json } = await get(deps, `top=${top}${token === "" ? "" : `&continuationToken=${token}`}`);
    pages.push(z.array(Registry).parse(json["registries"]));
    token = z.string().default("").parse(json["continuationToken"]);
  } while (token !== "");
  return pages;
}

const countEntries = (registries: readonly Registry[]): number =>
  registries.reduce((sum, { items, waiting }) => sum + items.length + waiting.length, 0);

describe("one plan", () => {
  test.each([
    { top: 1, sizes: Array.from({ length: 14 }, () => 1) },
    { top: 4, sizes: [4, 4, 4, 2] },
    { top: 5, sizes: [5, 5, 4] },
    { top: 7, sizes: [7, 7] },
    { top: 14, sizes: [14] },
    { top: 1000, sizes: [14] },
  ])("comes in pages of at most $top entries, each with the totals of every registry", async ({ top, sizes }) => {
    const pages = await getPages(await aServiceWithPlan(), top);
    expect(pages.map(countEntries)).toEqual(sizes);
    for (const registries of pages) {
      expect(registries.map(({ registryId }) => registryId)).toEqual(IDS);
      expect(registries.map(({ count, waitingCount }) => [count, waitingCount])).toEqual(COUNTS);
    }
    for (const [index, [items, waiting]] of COUNTS.entries()) {
      const entriesOf = (list: "items" | "waiting") =>
        pages.flatMap((registries) => registries[index]?.[list] ?? []).map((entry) => entry.digest);
      expect(entriesOf("items")).toEqual(Array.from({ length: items }, (_, number) => digest(number)));
      expect(entriesOf("waiting")).toEqual(Array.from({ length: waiting }, (_, number) => digest(number)));
    }
  });

  it("is not known by another id, and does not go on with a token of another plan", async () => {
    const deps = await aServiceWithPlan();
    expect((await get(deps, "", "abc")).status).toBe(404);
    const other = { ...PLAN, id: "fedcba" };
    await deps.plans.put(other);
    const token = z.string().parse((await get(deps, "top=1")).json["continuationToken"]);
    expect((await get(deps, `continuationToken=${token}`, other.id)).status).toBe(400);
  });
});
