import { describe, expect, it } from "@jest/globals";
import { createResourceGraph } from "../../lib/azure/resourceGraph.ts";
import type { ResourcePage } from "../../lib/ports.ts";
import { aResource, GROUP, PUBLISHER_RESOURCES } from "../sandbox/resourceGraph/testSandbox.ts";
import type { ArmResource } from "../sandbox/estate.ts";
import { useArmBench } from "./armBench.ts";
import { collect, OBSERVER } from "./bench.ts";

const LIMIT = 16_777_216;
const TOO_LARGE = { code: "ResponsePayloadTooLarge", message: "words that nobody should read" };
const bench = useArmBench({ resources: PUBLISHER_RESOURCES });

/** Configuration group values of `size` characters each, in the order of their ids from number `from` on. */
const values = (count: number, { size, from = 0 }: { size: number; from?: number }): ArmResource[] =>
  Array.from({ length: count }, (_, index) => {
    const name = String(from + index).padStart(6, "0");
    const id = `${GROUP}/providers/Microsoft.HybridNetwork/configurationGroupValues/v${name}`;
    return aResource(id, { configurationType: "Open", configurationValue: `"${name.padEnd(size, "x")}"` });
  });

const read = (): Promise<ResourcePage[]> => {
  const { server } = bench;
  const graph = createResourceGraph({
    credential: bench.bench.credentialOf(OBSERVER),
    endpoint: server.url,
    audience: "https://management.azure.com",
    random: () => 0,
  });
  return collect(graph.listResources("consumers", { of: "tenant" }));
};
const statuses = () => bench.server.calls.filter(({ kind }) => kind === "query").map(({ status }) => status);
const refuse = (error: unknown, match = {}) =>
  bench.addFault("resourceGraph", { kind: "status", status: 400, body: { error } }, match);

/** Adds up what the rows weigh and how few pages could hold them. */
function weigh(pages: readonly ResourcePage[]): { rows: number; bytes: number; bound: number } {
  const all = pages.flatMap(({ rows }) => rows);
  const bytes = Buffer.byteLength(JSON.stringify(all));
  return { rows: all.length, bytes, bound: Math.max(Math.ceil(all.length / 1_000), Math.ceil(bytes / LIMIT)) };
}

describe("an answer that would be too large", () => {
  it("is asked for in smaller pages, as few of them as the rows allow", async () => {
    const resources = values(1_500, { size: 45_000 });
    await bench.load({ resources });
    const pages = await read();
    const contents = pages.flatMap(({ rows }) => rows.map((row) => Reflect.get(Object(row), "properties")));
    expect(contents).toEqual(resources.map(({ properties }) => properties));
    const { bytes, bound } = weigh(pages);
    expect(bytes).toBeGreaterThan(4 * LIMIT);
    expect(pages.length).toBeLessThanOrEqual(1.05 * bound);
    // 1,000 and 500 rows did not fit; after 250 did, no answer was refused any more.
    expect(statuses()).toEqual([400, 400, ...pages.map(() => 200)]);
    expect(new Set(pages.map(({ totalRecords }) => totalRecords))).toEqual(new Set([1_500]));
  });

  it("may come late: rows that grow and shrink again are all there, once", async () => {
    const large = values(400, { size: 60_000, from: 1_000 });
    const resources = [...values(1_000, { size: 10 }), ...large, ...values(2_000, { size: 10, from: 1_400 })];
    await bench.load({ resources });
    const pages = await read();
    const ids = pages.flatMap(({ rows }) => rows.map((row) => Reflect.get(Object(row), "id")));
    expect(ids).toEqual(resources.map(({ id }) => id));
    expect(statuses().filter((status) => status === 400).length).toBeLessThanOrEqual(2);
    expect(pages.length).toBeLessThanOrEqual(weigh(pages).bound + 3);
  });

  it("costs quota too: the next attempt waits for it", async () => {
    await bench.load({
      resources: values(600, { size: 60_000 }),
      resourceGraph: { quota: { limit: 1, windowMs: 5_000 } },
    });
    const pages = await read();
    expect(pages.flatMap(({ rows }) => rows)).toHaveLength(600);
    expect(statuses()).not.toContain(429);
    expect(bench.time.waitsMs).toEqual(Array.from({ length: statuses().length - 1 }, () => 5_000));
  });

  it("ends the query where one row alone is too large", async () => {
    await bench.load({ resources: values(2, { size: LIMIT }) });
    await expect(read()).rejects.toMatchObject({
      code: "UpstreamError",
      status: 400,
      message: expect.stringContaining("one row is too large"),
    });
    expect(statuses()).toEqual(Array.from({ length: 10 }, () => 400));
  });

  it("is told by the code in the details of the error, wherever it stands among them", async () => {
    refuse({ code: "BadRequest", message: "", details: [{ code: "Other", message: "" }, TOO_LARGE] }, { times: 1 });
    expect(await read()).toHaveLength(1);
    expect(statuses()).toEqual([400, 200]);
  });

  it.each([
    { name: "the words alone", details: [{ code: "Other", message: "ResponsePayloadTooLarge: exceeded the limit" }] },
    { name: "another code", details: [{ code: "InvalidQuery", message: "" }] },
    { name: "no details", details: undefined },
    { name: "details that are none", details: ["ResponsePayloadTooLarge"] },
  ])("is not told by $name: the query fails at once", async ({ details }) => {
    refuse({ code: "BadRequest", message: "ResponsePayloadTooLarge", details });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError", status: 400 });
    expect(statuses()).toEqual([400]);
  });

  it("is not told by another status", async () => {
    bench.addFault("resourceGraph", {
      kind: "status",
      status: 403,
      body: { error: { code: "Forbidden", message: "", details: [TOO_LARGE] } },
    });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError", status: 403 });
    expect(statuses()).toEqual([403]);
  });
});
