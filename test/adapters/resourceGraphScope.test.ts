import { describe, expect, it } from "@jest/globals";
import type { GraphScope } from "../../lib/core/graphQueries.ts";
import type { ResourcePage } from "../../lib/ports.ts";
import { aResource, PUBLISHER, PUBLISHER_RESOURCES, REGISTRY } from "../sandbox/resourceGraph/testSandbox.ts";
import { useArmBench } from "./armBench.ts";
import { collect, HALF_READER, OBSERVER } from "./bench.ts";

const TENANT: GraphScope = { of: "tenant" };
const bench = useArmBench({ resources: PUBLISHER_RESOURCES });

const groups = (...names: string[]): GraphScope => ({ of: "managementGroups", names });
const subscriptions = (...ids: string[]): GraphScope => ({ of: "subscriptions", ids });
const publisherIn = (subscription: string) => aResource(PUBLISHER.replace("/s1/", `/${subscription}/`));
const series = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}`);
const read = (scope: GraphScope, clientId = OBSERVER): Promise<ResourcePage[]> =>
  collect(bench.graph(clientId).listResources("structure", scope));
const idsOf = ({ rows }: ResourcePage): string[] => rows.map((row) => String(Reflect.get(Object(row), "id")));
const queries = () => bench.server.calls.filter(({ kind }) => kind === "query");
const answer = (body: Record<string, unknown>, headers = {}) =>
  bench.addFault("resourceGraph", {
    kind: "status",
    status: 200,
    headers,
    body: { totalRecords: 1, count: 1, resultTruncated: "false", facets: [], ...body },
  });

/** Three subscriptions: the first two in groups below `core`, the third in none. */
const loadGroups = () =>
  bench.load({
    resources: ["s1", "s2", "s3"].map(publisherIn),
    managementGroups: [
      { name: "core", subscriptions: ["s1"] },
      { name: "edge", subscriptions: ["s2"], parent: "core" },
    ],
  });

describe("listing resources of a scope", () => {
  it("looks below management groups, and nowhere else", async () => {
    await loadGroups();
    expect((await read(groups("edge"))).map(idsOf)).toEqual([[publisherIn("s2").id]]);
    expect((await read(groups("core"))).map(idsOf)).toEqual([["s1", "s2"].map((id) => publisherIn(id).id)]);
    expect((await read(TENANT)).map(idsOf)).toEqual([["s1", "s2", "s3"].map((id) => publisherIn(id).id)]);
  });

  it("looks into subscriptions, and nowhere else", async () => {
    await loadGroups();
    expect((await read(subscriptions("s1", "s3"))).map(idsOf)).toEqual([["s1", "s3"].map((id) => publisherIn(id).id)]);
  });

  it("asks for 10 management groups at a time, each batch with its own pages and total", async () => {
    const ids = series(21);
    await bench.load({
      resources: [...ids.map(publisherIn), ...series(1_500).map((id) => aResource(`${publisherIn("s20").id}${id}`))],
      managementGroups: ids.map((id) => ({ name: `g-${id}`, subscriptions: [id] })),
    });
    const pages = await read(groups(...ids.map((id) => `g-${id}`)));
    expect(pages.map(({ batch, totalRecords, rows, more }) => [batch, totalRecords, rows.length, more])).toEqual([
      [0, 10, 10, false],
      [1, 10, 10, false],
      [2, 1_501, 1_000, true],
      [2, 1_501, 501, false],
    ]);
  });

  it("asks for 300 subscriptions at a time", async () => {
    const ids = series(601);
    await bench.load({ resources: ids.map(publisherIn) });
    const pages = await read(subscriptions(...ids));
    expect(pages.map(({ batch, totalRecords }) => [batch, totalRecords])).toEqual([
      [0, 300],
      [1, 300],
      [2, 1],
    ]);
    expect(pages.flatMap(idsOf).toSorted()).toEqual(ids.map((id) => publisherIn(id).id).toSorted());
  });

  it("asks once for what is named twice", async () => {
    await loadGroups();
    expect(await read(subscriptions(...Array.from({ length: 301 }, () => "s1")))).toMatchObject([{ batch: 0 }]);
  });

  it.each([groups(), subscriptions()])("never takes an empty scope for the whole tenant: $of", async (scope) => {
    await expect(read(scope)).rejects.toMatchObject({ code: "UpstreamError" });
    await expect(bench.graph().listSubscriptions(scope)).rejects.toMatchObject({ code: "UpstreamError" });
    expect(bench.server.calls).toEqual([]);
  });

  it("throws where a management group is not there, and where nothing in a batch can be read", async () => {
    await loadGroups();
    await expect(read(groups("core", "none"))).rejects.toMatchObject({ code: "UpstreamError", status: 400 });
    await expect(read(groups("edge"), HALF_READER)).rejects.toMatchObject({ code: "UpstreamError", status: 403 });
  });
});

describe("listing subscriptions", () => {
  it("names those that the identity can see, in lower case and sorted", async () => {
    await bench.load({ resources: ["S2", "s1", "s10"].map(publisherIn) });
    expect(await bench.graph().listSubscriptions(TENANT)).toEqual(["s1", "s10", "s2"]);
    expect(await bench.graph(HALF_READER).listSubscriptions(TENANT)).toEqual(["s1"]);
  });

  it("names those of a scope", async () => {
    await loadGroups();
    expect(await bench.graph().listSubscriptions(groups("core"))).toEqual(["s1", "s2"]);
    expect(await bench.graph().listSubscriptions(groups("edge"))).toEqual(["s2"]);
    expect(await bench.graph().listSubscriptions(subscriptions("s3", "s9"))).toEqual(["s3"]);
    expect(await bench.graph(HALF_READER).listSubscriptions(groups("core"))).toEqual(["s1"]);
  });

  it("names one once that stands in two batches", async () => {
    const nested = series(11).map((name) => ({ name, subscriptions: ["s1"] }));
    await bench.load({ resources: [publisherIn("s1")], managementGroups: nested });
    expect(await bench.graph().listSubscriptions(groups(...series(11)))).toEqual(["s1"]);
    expect(queries()).toHaveLength(2);
  });

  const row = { id: "/subscriptions/s1", subscriptionId: "s1" };
  it.each([
    { name: "truncated", body: { data: [row], resultTruncated: "true" }, headers: {} },
    { name: "limited", body: { data: [row] }, headers: { "x-ms-tenant-subscription-limit-hit": "true" } },
    { name: "shorter than its total", body: { data: [row], totalRecords: 2 }, headers: {} },
    { name: "longer than its total", body: { data: [row, { subscriptionId: "s2" }], count: 2 }, headers: {} },
    { name: "naming one twice", body: { data: [row, row], count: 2, totalRecords: 2 }, headers: {} },
    { name: "without a subscription in a row", body: { data: [{ id: "/subscriptions/s1" }] }, headers: {} },
  ])("throws where the list is $name", async ({ body, headers }) => {
    answer(body, headers);
    await expect(bench.graph().listSubscriptions(TENANT)).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it("takes the same list where nothing is wrong with it", async () => {
    answer({ data: [row] });
    expect(await bench.graph().listSubscriptions(TENANT)).toEqual(["s1"]);
  });

  it("throws where one batch of several is cut", async () => {
    await bench.load({ resources: series(301).map(publisherIn) });
    answer({ data: [row], totalRecords: 2 });
    await expect(bench.graph().listSubscriptions(subscriptions(...series(301)))).rejects.toMatchObject({
      code: "UpstreamError",
    });
  });
});

describe("counting what a scope leaves out", () => {
  it("names the other subscriptions that hold something, with how much", async () => {
    const registry = aResource(REGISTRY.replace("/s1/", "/s5/"), {}, { sku: { name: "Premium" } });
    const more = ["S3", "s4"].map(publisherIn);
    await bench.load({ resources: [...PUBLISHER_RESOURCES, ...more, aResource(`${publisherIn("s4").id}2`), registry] });
    expect(await bench.graph().countOutside(subscriptions("s1"), ["S1"])).toEqual([
      { subscriptionId: "s3", count: 1 },
      { subscriptionId: "s4", count: 2 },
    ]);
    expect(await bench.graph().countOutside(groups("core"), ["s1", "s3", "s4"])).toEqual([]);
    expect(await bench.graph().countOutside(groups("core"), ["s3", "s4", "s5"])).toEqual([
      { subscriptionId: "s1", count: PUBLISHER_RESOURCES.length },
    ]);
  });

  it("asks nothing for the tenant, nor where nothing is outside", async () => {
    expect(await bench.graph().countOutside(TENANT, [])).toEqual([]);
    expect(bench.server.calls).toEqual([]);
    expect(await bench.graph().countOutside(subscriptions("s1"), ["s1"])).toEqual([]);
    expect(queries()).toEqual([]);
  });

  it("takes the subscriptions from ARM, 300 at a time, and sees no more than the identity", async () => {
    await bench.load({ resources: series(602).map(publisherIn), pageSize: 100 });
    const counts = await bench.graph().countOutside(subscriptions("s0"), ["s0"]);
    expect(counts.map(({ subscriptionId }) => subscriptionId)).toEqual(series(602).slice(1).toSorted());
    expect(queries()).toHaveLength(3);
    expect(await bench.graph(HALF_READER).countOutside(subscriptions("s0"), ["s0"])).toEqual([
      { subscriptionId: "s1", count: 1 },
    ]);
  });

  const row = { subscriptionId: "s1", count_: 1 };
  it.each([
    { name: "truncated", body: { data: [row], resultTruncated: "true" } },
    { name: "shorter than its total", body: { data: [row], totalRecords: 2 } },
    { name: "without a count", body: { data: [{ subscriptionId: "s1" }] } },
    { name: "without a number for a count", body: { data: [{ ...row, count_: "1" }] } },
    { name: "without a subscription", body: { data: [{ count_: 1 }] } },
  ])("throws where the answer is $name", async ({ body }) => {
    answer(body);
    await expect(bench.graph().countOutside(subscriptions("s9"), [])).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it("throws where ARM does not say which subscriptions there are", async () => {
    bench.addFault("arm", { kind: "status", status: 403 });
    await expect(bench.graph().countOutside(subscriptions("s9"), [])).rejects.toMatchObject({
      code: "UpstreamError",
      service: "ARM",
    });
  });
});
