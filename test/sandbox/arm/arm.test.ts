import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import {
  aResource,
  createUntagRecorder,
  GROUP,
  MANIFEST,
  NFDV,
  nfdvOn,
  NSDV,
  nsdvOn,
  PUBLISHER,
  PUBLISHER_RESOURCES,
  REGISTRY,
  startTestSandbox,
  STORE,
  type TestSandbox,
} from "../resourceGraph/testSandbox.ts";

const HYBRID = "/subscriptions/s1/providers/Microsoft.HybridNetwork";
const codeIs = (code: string) => expect.objectContaining({ error: expect.objectContaining({ code }) });

const Page = z.object({ value: z.array(z.object({ name: z.string() })), nextLink: z.string().optional() });

let sandbox: TestSandbox;
afterEach(async () => sandbox.stop());

describe("reading", () => {
  it("finds a resource whatever the case of its id, and returns the stored one", async () => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    const { status, body } = await sandbox.call(
      "GET",
      MANIFEST.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions"),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: MANIFEST,
      name: "CnfManifest",
      type: "Microsoft.HybridNetwork/publishers/artifactStores/artifactManifests",
      location: "westeurope",
      systemData: { createdAt: "2026-01-01T00:00:00.000Z" },
    });
    expect(body).not.toHaveProperty("layout");
  });

  it("keeps createdAt over updates, and starts anew after a deletion", async () => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    sandbox.clock.time += 3_600_000;
    sandbox.arm.patch(PUBLISHER, { tags: { hold: "true" }, properties: { scope: "Private" } });
    expect(sandbox.arm.get(PUBLISHER)).toMatchObject({
      tags: { hold: "true" },
      properties: { scope: "Private", provisioningState: "Succeeded" },
      systemData: { createdAt: "2026-01-01T00:00:00.000Z", lastModifiedAt: "2026-01-01T01:00:00.000Z" },
    });
    expect(sandbox.arm.remove(PUBLISHER, { force: true })).toBeUndefined();
    sandbox.arm.put(aResource(PUBLISHER));
    expect(sandbox.arm.get(PUBLISHER)?.systemData).toMatchObject({ createdAt: "2026-01-01T01:00:00.000Z" });
  });

  it.each([
    { path: `${PUBLISHER}x`, status: 404, code: "ResourceNotFound" },
    { path: PUBLISHER.replace("Rg1", "rg2"), status: 404, code: "ResourceGroupNotFound" },
    { path: PUBLISHER.replace("s1", "s9"), status: 404, code: "SubscriptionNotFound" },
    { path: `${PUBLISHER}x/artifactStores`, status: 404, code: "ParentResourceNotFound" },
    { path: `${PUBLISHER}?api-version=`, status: 400, code: "MissingApiVersionParameter" },
    { path: `${PUBLISHER}?api-version=2020-01-01`, status: 400, code: "InvalidApiVersionParameter" },
    { path: "/providers/Microsoft.Management/managementGroups", status: 501, code: "NotImplemented" },
  ])("answers $status $code to $path", async ({ path, status, code }) => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    expect(await sandbox.call("GET", path)).toMatchObject({ status, body: codeIs(code) });
  });

  it("words a missing resource as ARM does", async () => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    const { body } = await sandbox.call("GET", `${STORE}/artifactManifests/none`);
    const what = "Microsoft.HybridNetwork/publishers/contoso/artifactStores/store1/artifactManifests/none";
    expect(body).toEqual({
      error: {
        code: "ResourceNotFound",
        message: `The Resource '${what}' under resource group 'Rg1' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
      },
    });
  });

  it("shows registries and their replications as resources", async () => {
    sandbox = await startTestSandbox({ registries: [createUntagRecorder()] });
    expect((await sandbox.call("GET", `${REGISTRY}?api-version=2025-11-01`)).body).toMatchObject({
      type: "Microsoft.ContainerRegistry/registries",
      sku: { name: "Premium", tier: "Premium" },
      properties: { loginServer: "localhost:1" },
    });
    expect((await sandbox.call("GET", `${REGISTRY}/replications?api-version=2025-11-01`)).body).toMatchObject({
      value: [
        { name: "northeurope", properties: { provisioningState: "Succeeded", status: { displayStatus: "online" } } },
      ],
    });
  });
});

describe("listing", () => {
  it("follows nextLink to the end, children of one parent only", async () => {
    const manifests = Array.from({ length: 5 }, (_, index) => aResource(`${STORE}/artifactManifests/m${index}`));
    const other = aResource(`${STORE}2/artifactManifests/other`);
    sandbox = await startTestSandbox({
      resources: [...PUBLISHER_RESOURCES.slice(0, 2), ...manifests, other],
      pageSize: 2,
    });
    const names: unknown[] = [];
    let next: string | undefined = `${STORE}/artifactManifests`;
    while (next !== undefined) {
      const { body }: { body: unknown } = await sandbox.call("GET", next);
      const page = Page.parse(body);
      names.push(...page.value.map(({ name }) => name));
      next = page.nextLink;
    }
    expect(names).toEqual(["m0", "m1", "m2", "m3", "m4"]);
  });

  it.each([
    { path: `${HYBRID}/publishers`, names: ["contoso"] },
    { path: `${GROUP}/providers/Microsoft.HybridNetwork/publishers`, names: ["contoso"] },
    { path: `${PUBLISHER}/artifactStores`, names: ["store1"] },
    { path: NFDV.replace("/1.0.0", ""), names: ["1.0.0"] },
    { path: "/subscriptions", names: undefined },
    { path: "/subscriptions/s1/resourceGroups", names: ["Rg1"] },
  ])("lists $path", async ({ path, names }) => {
    const group = aResource(NFDV.replace("/networkFunctionDefinitionVersions/1.0.0", ""));
    sandbox = await startTestSandbox({ resources: [...PUBLISHER_RESOURCES, group, nfdvOn(NFDV, MANIFEST)] });
    const { body } = await sandbox.call("GET", path);
    const expected = names
      ? names.map((name) => expect.objectContaining({ name }))
      : [expect.objectContaining({ subscriptionId: "s1" })];
    expect(body).toEqual({ value: expected });
  });

  it("a truncated page looks complete", async () => {
    const manifests = Array.from({ length: 4 }, (_, index) => aResource(`${STORE}/artifactManifests/m${index}`));
    sandbox = await startTestSandbox({ resources: [...PUBLISHER_RESOURCES.slice(0, 2), ...manifests], pageSize: 4 });
    sandbox.arm.addFault({ target: "arm", skip: 0, times: 1, path: "artifactManifests", effect: { kind: "truncate" } });
    expect((await sandbox.call("GET", `${STORE}/artifactManifests`)).body).toEqual({
      value: [expect.anything(), expect.anything()],
    });
  });
});

describe("rights", () => {
  const two = [...PUBLISHER_RESOURCES, aResource(PUBLISHER.replace("s1", "s2"))];

  it.each([
    { name: "no token", token: "", code: "AuthenticationFailed" },
    { name: "a token that is none", token: "Bearer x.y.z", code: "InvalidAuthenticationToken" },
  ])("answers 401 to $name", async ({ token, code }) => {
    sandbox = await startTestSandbox({ resources: two });
    expect(await sandbox.call("GET", PUBLISHER, { token })).toMatchObject({ status: 401, body: codeIs(code) });
  });

  it("answers 401 to a token for another service and to one that has expired", async () => {
    sandbox = await startTestSandbox({ resources: two });
    const foreign = `Bearer ${await sandbox.tokenOf("reader", "https://storage.azure.com/")}`;
    expect(await sandbox.call("GET", PUBLISHER, { token: foreign })).toMatchObject({
      status: 401,
      body: codeIs("InvalidAuthenticationTokenAudience"),
    });
    const token = `Bearer ${await sandbox.tokenOf("reader")}`;
    sandbox.clock.time += 25 * 3_600_000;
    expect(await sandbox.call("GET", PUBLISHER, { token })).toMatchObject({
      status: 401,
      body: codeIs("ExpiredAuthenticationToken"),
    });
  });

  it("proves read rights per subscription, and refuses the others", async () => {
    sandbox = await startTestSandbox({ resources: two });
    const path = (id: string) =>
      `/subscriptions/${id}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
    expect((await sandbox.call("GET", path("s1"), { as: "half" })).body).toMatchObject({
      value: [{ actions: ["*/read"], notActions: [] }],
    });
    const refused = { status: 403, body: codeIs("AuthorizationFailed") };
    expect(await sandbox.call("GET", path("s2"), { as: "half" })).toMatchObject(refused);
    expect(await sandbox.call("GET", PUBLISHER.replace("s1", "s2"), { as: "half" })).toMatchObject(refused);
    expect((await sandbox.call("GET", "/subscriptions", { as: "half" })).body).toMatchObject({
      value: [{ subscriptionId: "s1" }],
    });
  });

  it("refuses a reader every change", async () => {
    sandbox = await startTestSandbox({ resources: two });
    const refused = { status: 403, body: codeIs("AuthorizationFailed") };
    expect(await sandbox.call("DELETE", MANIFEST)).toMatchObject(refused);
    expect(await sandbox.call("PUT", PUBLISHER, { body: {} })).toMatchObject(refused);
    expect(await sandbox.call("PATCH", PUBLISHER, { body: { tags: {} } })).toMatchObject(refused);
    expect(sandbox.arm.get(MANIFEST)?.properties["provisioningState"]).toBe("Succeeded");
  });
});

describe("changing", () => {
  it("creates, updates and tags over HTTP", async () => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    const as = "writer";
    expect(
      (await sandbox.call("PUT", `${STORE}2`, { as, body: { properties: { storeType: "AzureContainerRegistry" } } }))
        .status,
    ).toBe(201);
    expect((await sandbox.call("PUT", `${STORE}2`, { as, body: { location: "northeurope" } })).body).toMatchObject({
      location: "northeurope",
    });
    expect((await sandbox.call("PATCH", `${STORE}2`, { as, body: { tags: { a: "b" } } })).body).toMatchObject({
      tags: { a: "b" },
    });
    expect((await sandbox.call("PUT", `${PUBLISHER}x/artifactStores/s`, { as, body: {} })).status).toBe(404);
    expect((await sandbox.call("PUT", `${STORE}2`, { as, body: { surprise: 1 } })).status).toBe(400);
  });
});

describe("deleting an artifact manifest", () => {
  it.each([
    { name: "a definition version by artifactStore", version: nfdvOn(NFDV, MANIFEST.toUpperCase()) },
    { name: "a design version by artifactStoreReference", version: nsdvOn(NSDV, `${MANIFEST} `) },
  ])("is refused while referenced from $name", async ({ version }) => {
    const registry = createUntagRecorder();
    sandbox = await startTestSandbox({ resources: [...PUBLISHER_RESOURCES, version], registries: [registry] });
    const { status, body } = await sandbox.call("DELETE", MANIFEST, { as: "writer" });
    const message = `The resource '${MANIFEST}' has some resources attached to it. The dependent resources are: "${version.id}"`;
    expect({ status, body }).toEqual({ status: 409, body: { error: { code: "ResourceHasDependents", message } } });
    expect(sandbox.arm.remove(MANIFEST, { force: false })).toBe(message);
    expect(registry.untagged).toEqual([]);
    expect(sandbox.arm.get(MANIFEST)).toBeDefined();
  });

  it("untags its artifacts and takes its time, in the Deleting state", async () => {
    const registry = createUntagRecorder();
    // A reference to the whole store does not protect the artifact manifest.
    const resources = [...PUBLISHER_RESOURCES, nfdvOn(NFDV, STORE)];
    sandbox = await startTestSandbox({ resources, registries: [registry], deletionMs: 5_000 });
    const { status, headers } = await sandbox.call("DELETE", MANIFEST, { as: "writer" });
    expect(status).toBe(202);
    const location = headers.get("location") ?? "";
    expect(registry.untagged).toEqual(["cnfmanifest/nginx:1.0.0", "cnfmanifest/chart/app:2.1"]);
    expect((await sandbox.call("GET", location)).status).toBe(202);
    expect((await sandbox.call("GET", MANIFEST)).body).toMatchObject({ properties: { provisioningState: "Deleting" } });
    sandbox.clock.time += 5_000;
    expect((await sandbox.call("GET", location)).status).toBe(204);
    expect((await sandbox.call("GET", MANIFEST)).status).toBe(404);
    expect((await sandbox.call("DELETE", MANIFEST, { as: "writer" })).status).toBe(204);
  });

  it("of the legacy layout checks and untags nothing", async () => {
    const registry = createUntagRecorder();
    const [publisher, store] = PUBLISHER_RESOURCES;
    const legacy = aResource(
      MANIFEST,
      { artifacts: [{ artifactName: "a", artifactVersion: "1" }] },
      { layout: "legacy" },
    );
    const resources = [publisher, store, legacy, nfdvOn(NFDV, MANIFEST)].filter((item) => item !== undefined);
    sandbox = await startTestSandbox({ resources, registries: [registry] });
    expect(sandbox.arm.remove(MANIFEST, { force: false })).toBeUndefined();
    expect(sandbox.arm.get(MANIFEST)).toBeUndefined();
    expect(registry.untagged).toEqual([]);
  });

  it("by force skips the check but untags", async () => {
    const registry = createUntagRecorder();
    sandbox = await startTestSandbox({
      resources: [...PUBLISHER_RESOURCES, nfdvOn(NFDV, MANIFEST)],
      registries: [registry],
    });
    expect(sandbox.arm.remove(MANIFEST, { force: true })).toBeUndefined();
    expect(registry.untagged).toHaveLength(2);
  });
});

describe("deleting anything else", () => {
  it("does not ask for consumers", async () => {
    const sns = "/subscriptions/s1/resourceGroups/Rg1/providers/Microsoft.HybridNetwork/siteNetworkServices/site1";
    const consumer = aResource(sns, { networkServiceDesignVersionResourceReference: { idType: "Open", id: NSDV } });
    sandbox = await startTestSandbox({ resources: [...PUBLISHER_RESOURCES, nsdvOn(NSDV, MANIFEST), consumer] });
    expect((await sandbox.call("DELETE", NSDV, { as: "writer" })).status).toBe(202);
  });

  it("is refused while something is nested in it, unless by force", async () => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    expect(await sandbox.call("DELETE", STORE, { as: "writer" })).toMatchObject({
      status: 409,
      body: codeIs("CannotDeleteResource"),
    });
    expect(sandbox.arm.remove(STORE, { force: true })).toBeUndefined();
    expect(sandbox.arm.all().map(({ id }) => id)).toEqual(["/subscriptions/s1", GROUP, PUBLISHER]);
  });
});

describe("faults and calls", () => {
  it("throttles, resets and records", async () => {
    sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
    sandbox.arm.addFault({ target: "arm", skip: 0, times: 1, effect: { kind: "throttle", retryAfterSeconds: 7 } });
    const throttled = await sandbox.call("GET", PUBLISHER);
    expect({ status: throttled.status, wait: throttled.headers.get("retry-after") }).toEqual({
      status: 429,
      wait: "7",
    });
    sandbox.arm.addFault({ target: "arm", skip: 0, times: 1, effect: { kind: "reset" } });
    await expect(sandbox.call("GET", PUBLISHER)).rejects.toThrow();
    expect((await sandbox.call("GET", PUBLISHER)).status).toBe(200);
    expect(sandbox.arm.calls.map(({ server, kind, status }) => `${server} ${kind} ${status}`)).toEqual([
      "arm readResource 429",
      "arm readResource 0",
      "arm readResource 200",
    ]);
    expect(() => sandbox.arm.addFault({ target: "arm", skip: 0, effect: { kind: "stale" } })).toThrow("stale");
  });
});
