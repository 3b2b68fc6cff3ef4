import { describe, expect, it } from "@jest/globals";
import { aResource, PUBLISHER, PUBLISHER_RESOURCES, STORE } from "../sandbox/resourceGraph/testSandbox.ts";
import { useArmBench } from "./armBench.ts";
import { HALF_READER, UNKNOWN } from "./bench.ts";

const FOREIGN = PUBLISHER.replace("/s1/", "/s2/");
const MANIFESTS = Array.from({ length: 5 }, (_, index) => aResource(`${STORE}2/artifactManifests/m${index}`));
const bench = useArmBench({
  resources: [...PUBLISHER_RESOURCES, aResource(`${STORE}2`), ...MANIFESTS, aResource(FOREIGN)],
  pageSize: 2,
});

const list = (clientId?: string) => Array.fromAsync(bench.arm(clientId).listChildren(`${STORE}2`, "artifactManifests"));

describe("listing children", () => {
  it("gathers all pages, of this parent only", async () => {
    expect(await list()).toMatchObject(MANIFESTS.map(({ id }) => ({ id })));
    expect(bench.server.calls.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("gives the rows of a page before it asks for the next", async () => {
    for await (const row of bench.arm().listChildren(`${STORE}2`, "artifactManifests")) {
      expect(row).toMatchObject({ id: MANIFESTS[0]?.id });
      break;
    }
    expect(bench.server.calls).toHaveLength(1);
  });

  it("is empty only where the parent is there and has none", async () => {
    expect(await Array.fromAsync(bench.arm().listChildren(PUBLISHER, "networkServiceDesignGroups"))).toEqual([]);
    const missing = bench.arm().listChildren(`${STORE}9`, "artifactManifests");
    await expect(Array.fromAsync(missing)).rejects.toMatchObject({ code: "UpstreamError", status: 404 });
  });

  it.each([
    { name: "is nowhere", body: {} },
    { name: "is no list", body: { value: {} } },
    { name: "is null", body: { value: null } },
    { name: "has a link that is no text", body: { value: [], nextLink: 7 } },
  ])("throws, and is not empty, where the list $name", async ({ body }) => {
    bench.addFault("arm", { kind: "status", status: 200, body });
    await expect(list()).rejects.toMatchObject({ code: "UpstreamError", status: 200 });
  });

  it("throws where a page ends early", async () => {
    bench.stranger.reply = () => ({ status: 200, body: '{"value":[{"id":"a"},' });
    const cut = bench.arm(undefined, bench.stranger.url).listChildren(STORE, "artifactManifests");
    await expect(Array.fromAsync(cut)).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it.each([
    { status: 403, calls: 1 },
    { status: 429, calls: 4 },
    { status: 500, calls: 4 },
  ])("throws with the status where a later page answers $status $calls times", async ({ status, calls }) => {
    bench.addFault("arm", { kind: "status", status, headers: { "Retry-After": "7" } }, { skip: 1 });
    await expect(list()).rejects.toMatchObject({ code: "UpstreamError", status, retryAfterMs: 7_000 });
    expect(bench.server.calls).toHaveLength(1 + calls);
  });

  it("throws an UpstreamError where the connection stays cut", async () => {
    bench.addFault("arm", { kind: "reset" });
    await expect(list()).rejects.toMatchObject({ code: "UpstreamError", status: undefined });
  });

  it("throws an UpstreamError where there is no such identity", async () => {
    await expect(list(UNKNOWN)).rejects.toMatchObject({ code: "UpstreamError", status: undefined });
  });

  it.each(["https://HOST/next", "http://localhost/next"])(
    "refuses a next link to %s, and sends no token",
    async (to) => {
      const nextLink = to.replace("HOST", new URL(bench.stranger.url).host);
      bench.addFault("arm", { kind: "status", status: 200, body: { value: [{ id: "a" }], nextLink } });
      await expect(list()).rejects.toMatchObject({ code: "UpstreamError" });
      expect(bench.stranger.received).toEqual([]);
    },
  );
});

describe("the right to read everything", () => {
  it("is there for a reader of the subscription, and not for anyone else", async () => {
    expect(await bench.arm().canReadAll("s1")).toBe(true);
    expect(await bench.arm(HALF_READER).canReadAll("s1")).toBe(true);
    expect(await bench.arm(HALF_READER).canReadAll("s2")).toBe(false);
  });

  it.each([
    { name: "nothing", permissions: [], expected: false },
    { name: "Reader", permissions: [{ actions: ["*/read"], notActions: [] }], expected: true },
    { name: "Owner, without a list of what is taken away", permissions: [{ actions: ["*"] }], expected: true },
    {
      name: "Contributor",
      permissions: [{ actions: ["*"], notActions: ["Microsoft.Authorization/*/Write"] }],
      expected: true,
    },
    { name: "reading in another spelling", permissions: [{ actions: ["*/READ"], notActions: null }], expected: true },
    {
      name: "Reader beside a narrow role",
      permissions: [{ actions: ["Microsoft.Storage/*"] }, { actions: ["*/read"] }],
      expected: true,
    },
    { name: "one provider", permissions: [{ actions: ["Microsoft.HybridNetwork/*/read"] }], expected: false },
    { name: "one type", permissions: [{ actions: ["Microsoft.HybridNetwork/publishers/read"] }], expected: false },
    { name: "writing only", permissions: [{ actions: ["*/write"] }], expected: false },
    { name: "data only", permissions: [{ actions: [], dataActions: ["*"] }], expected: false },
    {
      name: "all but the reading of one provider",
      permissions: [{ actions: ["*"], notActions: ["Microsoft.HybridNetwork/*/read"] }],
      expected: false,
    },
    {
      name: "all but one provider",
      permissions: [{ actions: ["*/read"], notActions: ["Microsoft.HybridNetwork/*"] }],
      expected: false,
    },
    { name: "all but all", permissions: [{ actions: ["*/read"], notActions: ["*"] }], expected: false },
    { name: "something unreadable", permissions: [{ actions: "*/read" }, null, 7], expected: false },
  ])("is $expected for $name", async ({ permissions, expected }) => {
    bench.addFault("arm", { kind: "status", status: 200, body: { value: permissions } });
    expect(await bench.arm().canReadAll("s1")).toBe(expected);
  });

  it.each([404, 429, 500])("is not decided by a %i", async (status) => {
    bench.addFault("arm", { kind: "status", status });
    await expect(bench.arm().canReadAll("s1")).rejects.toMatchObject({ code: "UpstreamError", status });
  });

  it("is not decided by an answer without a list", async () => {
    bench.addFault("arm", { kind: "status", status: 200, body: {} });
    await expect(bench.arm().canReadAll("s1")).rejects.toMatchObject({ code: "UpstreamError" });
  });
});
