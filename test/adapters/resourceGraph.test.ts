import { describe, expect, it } from "@jest/globals";
import type { GraphFamily } from "../../lib/core/graphQueries.ts";
import type { ResourcePage } from "../../lib/ports.ts";
import { aResource, MANIFEST, PUBLISHER, PUBLISHER_RESOURCES, STORE } from "../sandbox/resourceGraph/testSandbox.ts";
import { useArmBench } from "./armBench.ts";
import { collect, HALF_READER, OBSERVER, UNKNOWN } from "./bench.ts";

const TENANT = { of: "tenant" } as const;
const MINUTE_MS = 60_000;

const bench = useArmBench({ resources: PUBLISHER_RESOURCES });

const publishers = (count: number) => Array.from({ length: count }, (_, index) => aResource(`${PUBLISHER}${index}`));
const read = (family: GraphFamily = "structure", clientId = OBSERVER): Promise<ResourcePage[]> =>
  collect(bench.graph(clientId).listResources(family, TENANT));
const idsOf = (pages: readonly ResourcePage[]) =>
  pages.flatMap((page) => page.rows.map((row) => Reflect.get(Object(row), "id")));
const answer = (body: Record<string, unknown>, headers = {}) =>
  bench.addFault("resourceGraph", {
    kind: "status",
    status: 200,
    headers,
    body: { totalRecords: 1, count: 1, resultTruncated: "false", data: [{ id: "a" }], facets: [], ...body },
  });

describe("listing resources", () => {
  it("pages through 2,500 rows in order, with the total on every page", async () => {
    await bench.load({ resources: publishers(2_500) });
    const pages = await read();
    expect(pages.map(({ rows, totalRecords, more }) => [rows.length, totalRecords, more])).toEqual([
      [1_000, 2_500, true],
      [1_000, 2_500, true],
      [500, 2_500, false],
    ]);
    const expected = publishers(2_500).map(({ id }) => id);
    expect(idsOf(pages)).toEqual(expected.toSorted());
  });

  it("gives resources of the family that was asked for, in the shape of an ARM GET", async () => {
    expect(idsOf(await read())).toEqual([PUBLISHER, STORE]);
    const manifest = PUBLISHER_RESOURCES.find(({ id }) => id === MANIFEST);
    const { properties } = manifest ?? {};
    const type = "microsoft.hybridnetwork/publishers/artifactstores/artifactmanifests";
    expect(await read("artifactManifests")).toMatchObject([
      { rows: [{ id: MANIFEST, name: "CnfManifest", type, location: "westeurope", properties }] },
    ]);
  });

  it("gives one empty page where there is nothing", async () => {
    const page = { rows: [], batch: 0, totalRecords: 0, more: false, truncated: false, tenantLimitHit: false };
    expect(await read("consumers")).toEqual([page]);
  });

  it("lags behind ARM, as the service does", async () => {
    bench.server.put(aResource(`${PUBLISHER}2`));
    expect(idsOf(await read())).toEqual([PUBLISHER, STORE]);
    bench.time.advance(MINUTE_MS);
    expect(idsOf(await read())).toEqual([PUBLISHER, STORE, `${PUBLISHER}2`]);
  });

  it("shows less to who may read less, and says nothing about it", async () => {
    await bench.load({ resources: [...PUBLISHER_RESOURCES, aResource(PUBLISHER.replace("/s1/", "/s2/"))] });
    expect(await read()).toMatchObject([{ totalRecords: 3 }]);
    expect(await read("structure", HALF_READER)).toMatchObject([{ totalRecords: 2, truncated: false }]);
  });

  it("cannot tell that the service dropped rows: the total drops with them", async () => {
    await bench.load({ resources: publishers(100) });
    bench.addFault("resourceGraph", { kind: "dropRows", share: 0.5 });
    const [page] = await read();
    expect(page?.rows.length).toBeLessThan(70);
    expect(page).toMatchObject({ totalRecords: page?.rows.length, truncated: false, tenantLimitHit: false });
  });
});

describe("what the service says about its own answer", () => {
  it("is passed on: that the result is truncated", async () => {
    answer({ totalRecords: 5, resultTruncated: "true" });
    expect(await read()).toMatchObject([{ truncated: true, totalRecords: 5, more: false }]);
  });

  it("counts as truncated where it is anything but a clear 'false'", async () => {
    answer({ resultTruncated: "partly" });
    expect(await read()).toMatchObject([{ truncated: true }]);
  });

  it.each(["true", "True"])("is passed on: that the tenant's limit was hit (%s)", async (value) => {
    answer({}, { "x-ms-tenant-subscription-limit-hit": value });
    expect(await read()).toMatchObject([{ tenantLimitHit: true }]);
  });

  it("does not spread from one page to the next", async () => {
    const next = { totalRecords: 2, $skipToken: "next" };
    bench.addFault(
      "resourceGraph",
      {
        kind: "status",
        status: 200,
        headers: { "x-ms-tenant-subscription-limit-hit": "true" },
        body: { count: 1, resultTruncated: "false", data: [{ id: "a" }], ...next },
      },
      { times: 1 },
    );
    answer({ totalRecords: 2 });
    expect((await read()).map(({ tenantLimitHit }) => tenantLimitHit)).toEqual([true, false]);
  });

  it.each([
    { name: "fewer rows than it counts", body: { count: 2 } },
    { name: "more rows than it counts", body: { count: 0 } },
    { name: "no rows", body: { data: undefined } },
    { name: "a table for rows", body: { data: { columns: [], rows: [] } } },
    { name: "no total", body: { totalRecords: undefined } },
    { name: "no word on being truncated", body: { resultTruncated: undefined } },
  ])("is refused where it has $name", async ({ body }) => {
    answer(body);
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError", service: "ResourceGraph" });
  });

  it("is refused where it ends early, or is empty", async () => {
    for (const body of ['{"totalRecords":1,"count":1,"da', "{}", "[]", ""]) {
      bench.stranger.reply = () => ({ status: 200, headers: { "Content-Type": "application/json" }, body });
      const rows = collect(bench.graph(OBSERVER, bench.stranger.url).listResources("structure", TENANT));
      await expect(rows).rejects.toMatchObject({ code: "UpstreamError", service: "ResourceGraph" });
    }
  });
});

describe("a query that fails", () => {
  it.each([400, 401, 403, 404, 429, 500, 503])("throws with the status %i, also on a later page", async (status) => {
    await bench.load({ resources: publishers(1_001) });
    bench.addFault("resourceGraph", { kind: "status", status, body: { error: { code: "x" } } }, { skip: 1 });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError", service: "ResourceGraph", status });
  });

  it("throws without a status where the connection stays cut, or there is no such identity", async () => {
    await expect(read("structure", UNKNOWN)).rejects.toMatchObject({ code: "UpstreamError", status: undefined });
    bench.addFault("resourceGraph", { kind: "reset" });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError", status: undefined });
  });

  it("shows no other host the token where it is redirected", async () => {
    const headers = { Location: `${bench.stranger.url}/query` };
    bench.addFault("resourceGraph", { kind: "status", status: 307, headers });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError" });
    expect(bench.stranger.received).toEqual([]);
  });
});
