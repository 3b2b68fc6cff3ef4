import { describe, expect, it } from "@jest/globals";
import {
  aResource,
  createUntagRecorder,
  PUBLISHER,
  PUBLISHER_RESOURCES,
  REGISTRY,
} from "../sandbox/resourceGraph/testSandbox.ts";
import { useArmBench } from "./armBench.ts";
import { HALF_READER, UNKNOWN } from "./bench.ts";

const elsewhere = ["S2", "s3", "s10", "a4"].map((id) => aResource(PUBLISHER.replace("/s1/", `/${id}/`)));
const bench = useArmBench({
  resources: [...PUBLISHER_RESOURCES, ...elsewhere],
  registries: [createUntagRecorder()],
  pageSize: 2,
});
const onlyList = (value: unknown, more = {}) =>
  bench.addFault("arm", { kind: "status", status: 200, body: { value, ...more } });

describe("listing subscriptions", () => {
  it("gathers all pages, in lower case and sorted", async () => {
    expect(await bench.arm().listSubscriptions()).toEqual(["a4", "s1", "s10", "s2", "s3"]);
    expect(bench.server.calls.map(({ kind, status }) => [kind, status])).toEqual([
      ["listSubscriptions", 200],
      ["listSubscriptions", 200],
      ["listSubscriptions", 200],
    ]);
  });

  it("names those that the identity can see", async () => {
    expect(await bench.arm(HALF_READER).listSubscriptions()).toEqual(["s1"]);
  });

  it.each([
    { name: "has no id", row: { id: "/subscriptions/s1" } },
    { name: "has an empty id", row: { subscriptionId: "" } },
    { name: "is no subscription", row: "s1" },
  ])("throws where a row $name", async ({ row }) => {
    onlyList([{ subscriptionId: "s1" }, row]);
    await expect(bench.arm().listSubscriptions()).rejects.toMatchObject({ code: "UpstreamError", service: "ARM" });
  });

  it("refuses a next link to another host, and sends no token", async () => {
    onlyList([{ subscriptionId: "s1" }], { nextLink: `${bench.stranger.url}/next` });
    await expect(bench.arm().listSubscriptions()).rejects.toMatchObject({ code: "UpstreamError" });
    expect(bench.stranger.received).toEqual([]);
  });

  it.each([401, 403, 404, 429, 500])("throws where a later page answers %i", async (status) => {
    bench.addFault("arm", { kind: "status", status }, { skip: 1 });
    await expect(bench.arm().listSubscriptions()).rejects.toMatchObject({ code: "UpstreamError", status });
  });

  it("throws where there is no such identity", async () => {
    await expect(bench.arm(UNKNOWN).listSubscriptions()).rejects.toMatchObject({ code: "UpstreamError" });
  });
});

describe("the time of ARM", () => {
  it("is what its answers state, by one request", async () => {
    bench.time.advance(90_000);
    expect(await bench.arm().readServerTime()).toEqual(new Date(bench.time.now()));
    expect(bench.server.calls).toHaveLength(1);
  });

  it.each([600_000, -3_600_000])("may be %i ms away from the time here", async (ms) => {
    bench.addFault("arm", { kind: "clockSkew", ms });
    expect(await bench.arm().readServerTime()).toEqual(new Date(bench.time.now() + ms));
  });

  it.each(["soon", ""])("is not known where the answer says '%s'", async (date) => {
    bench.stranger.reply = () => ({ status: 200, headers: { Date: date }, body: '{"value":[]}' });
    await expect(bench.arm(undefined, bench.stranger.url).readServerTime()).rejects.toMatchObject({
      code: "UpstreamError",
      service: "ARM",
    });
  });

  it.each([401, 403, 404, 500])("is not known from a %i, whatever that states", async (status) => {
    bench.addFault("arm", { kind: "status", status });
    await expect(bench.arm().readServerTime()).rejects.toMatchObject({ code: "UpstreamError", status });
  });
});

describe("the replications of a registry", () => {
  it("are its children", async () => {
    expect(await Array.fromAsync(bench.arm().listChildren(REGISTRY.toLowerCase(), "replications"))).toMatchObject([
      { name: "northeurope", properties: { provisioningState: "Succeeded" } },
    ]);
    const [call] = bench.server.calls;
    expect(call?.path).toMatch(/\/replications\?api-version=2025-11-01$/);
  });
});
