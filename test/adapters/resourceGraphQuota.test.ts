import { describe, expect, it } from "@jest/globals";
import { createResourceGraph } from "../../lib/azure/resourceGraph.ts";
import type { ResourceGraph } from "../../lib/ports.ts";
import { aResource, PUBLISHER, PUBLISHER_RESOURCES } from "../sandbox/resourceGraph/testSandbox.ts";
import { useArmBench } from "./armBench.ts";
import { collect, OBSERVER } from "./bench.ts";

const TENANT = { of: "tenant" } as const;
const bench = useArmBench({ resources: PUBLISHER_RESOURCES });

const graphWith = (random: () => number): ResourceGraph =>
  createResourceGraph({
    credential: bench.bench.credentialOf(OBSERVER),
    endpoint: bench.server.url,
    audience: "https://management.azure.com",
    random,
  });
const withoutJitter = () => graphWith(() => 0);
const read = (graph: ResourceGraph) => collect(graph.listResources("structure", TENANT));
const queries = () => bench.server.calls.filter(({ kind }) => kind === "query").map(({ status }) => status);
const load = (count: number, limit: number) =>
  bench.load({
    resources: Array.from({ length: count }, (_, index) => aResource(`${PUBLISHER}${index}`)),
    resourceGraph: { quota: { limit, windowMs: 5_000 } },
  });

describe("the quota", () => {
  it("is waited for between pages, so that no query is refused", async () => {
    await load(4_500, 2);
    const pages = await read(withoutJitter());
    expect(pages.flatMap(({ rows }) => rows)).toHaveLength(4_500);
    expect(queries()).toEqual([200, 200, 200, 200, 200]);
    expect(bench.time.waitsMs).toEqual([5_000, 5_000]);
  });

  it("of 15 queries in 5 s is enough for 60 in a row, none of them refused", async () => {
    await load(1, 15);
    const graph = withoutJitter();
    for (let query = 0; query < 60; query += 1) await read(graph);
    expect(queries()).toEqual(Array.from({ length: 60 }, () => 200));
    expect(bench.time.waitsMs).toEqual([5_000, 5_000, 5_000]);
  });

  it("is kept to by queries that are asked for at once, too", async () => {
    await load(1, 15);
    const graph = withoutJitter();
    await Promise.all(Array.from({ length: 60 }, () => read(graph)));
    expect(queries()).toEqual(Array.from({ length: 60 }, () => 200));
    expect(bench.time.waitsMs).toEqual([5_000, 5_000, 5_000]);
  });

  it("refuses the sixteenth query of those who do not wait for it", async () => {
    await load(1, 15);
    await Promise.allSettled(Array.from({ length: 16 }, () => read(withoutJitter())));
    expect(queries().filter((status) => status === 429)).toHaveLength(1);
  });

  it.each([
    { random: 0, waitMs: 5_000 },
    { random: 0.5, waitMs: 5_250 },
    { random: 1, waitMs: 5_500 },
  ])("is waited for up to a tenth longer: $waitMs ms at $random", async ({ random, waitMs }) => {
    await load(1_001, 1);
    await read(graphWith(() => random));
    expect(bench.time.waitsMs).toEqual([waitMs]);
  });

  it("is not waited for after the last page", async () => {
    await load(1, 1);
    await read(withoutJitter());
    expect(bench.time.waitsMs).toEqual([]);
  });

  it("is waited for before the next list, also after a query that failed", async () => {
    await load(1, 2);
    const graph = withoutJitter();
    await expect(
      collect(graph.listResources("structure", { of: "managementGroups", names: ["none"] })),
    ).rejects.toThrow();
    await graph.listSubscriptions(TENANT);
    await read(graph);
    expect(queries()).toEqual([400, 200, 200]);
    expect(bench.time.waitsMs).toEqual([5_000]);
  });

  it("that others have used up is waited for as the service says", async () => {
    bench.addFault("resourceGraph", { kind: "throttle", retryAfterSeconds: 7 }, { times: 1 });
    expect(await read(withoutJitter())).toHaveLength(1);
    expect(bench.time.waitsMs).toEqual([7_000]);
  });

  it.each([
    { name: "5 s where nothing says how long", resets: {}, waitMs: 5_000 },
    { name: "5 s where it is not understood", resets: { "x-ms-user-quota-resets-after": "soon" }, waitMs: 5_000 },
    { name: "as long as it says", resets: { "x-ms-user-quota-resets-after": "00:00:07" }, waitMs: 7_000 },
  ])("is waited for $name", async ({ resets, waitMs }) => {
    const page = { totalRecords: 2, count: 1, resultTruncated: "false", data: [{ id: "a" }] };
    const headers = { "x-ms-user-quota-remaining": "0", ...resets };
    bench.addFault(
      "resourceGraph",
      { kind: "status", status: 200, headers, body: { ...page, $skipToken: "next" } },
      { times: 1 },
    );
    bench.addFault("resourceGraph", { kind: "status", status: 200, headers, body: page });
    await read(withoutJitter());
    expect(bench.time.waitsMs).toEqual([waitMs]);
  });
});
