import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { RegistrySchema } from "../estate.ts";
import { createRegistry, type EmulatedRegistry } from "../registry/createRegistry.ts";
import {
  aResource,
  REGISTRY,
  startTestSandbox,
  trustedCertificates,
  type TestSandbox,
} from "../resourceGraph/testSandbox.ts";

const QUERY = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
const VERSION = "?api-version=2025-11-01";
const REPLICATION = `${REGISTRY}/replications/northeurope`;
const MINUTE_MS = 60_000;

const ESTATE = RegistrySchema.parse({
  name: "contosoacr",
  resourceId: REGISTRY,
  location: "westeurope",
  sku: "Standard",
  roleAssignmentMode: "AbacRepositoryPermissions",
  publicNetworkAccess: "Disabled",
  retentionPolicy: { status: "enabled", days: 14 },
  softDeletePolicy: { status: "disabled", retentionDays: 30 },
  replications: [
    { location: "northeurope", status: "online" },
    { location: "eastus", status: "unhealthy", provisioningState: "Updating" },
  ],
});

const Resource = z.record(z.string(), z.unknown());
type Resource = z.infer<typeof Resource>;

let sandbox: TestSandbox;
let registry: EmulatedRegistry;

beforeEach(async () => {
  const certificates = await trustedCertificates();
  const clock = { now: () => Date.parse("2026-01-01T00:00:00Z") };
  registry = await createRegistry(ESTATE, { clock, certificates, startsAt: "2026-01-01T00:00:00Z" });
  sandbox = await startTestSandbox({ registries: [{ estate: ESTATE, server: registry }] });
});
afterEach(async () => {
  await Promise.all([sandbox.stop(), registry.stop()]);
});

async function readArm(id: string): Promise<Resource> {
  return Resource.parse((await sandbox.call("GET", `${id}${VERSION}`)).body);
}

async function listArm(path: string): Promise<Resource[]> {
  const { body } = await sandbox.call("GET", `${path}${VERSION}`);
  return z.object({ value: z.array(Resource) }).parse(body).value;
}

async function listGraph(type: string): Promise<Resource[]> {
  const query = `resources | where type == '${type}' | order by id asc`;
  const { body } = await sandbox.call("POST", QUERY, { body: { query } });
  return z.object({ data: z.array(Resource) }).parse(body).data;
}

const REGISTRIES = "microsoft.containerregistry/registries";
const propertiesOf = (resources: readonly Resource[]): unknown[] => resources.map((resource) => resource["properties"]);

describe("a registry of the estate", () => {
  it("is in ARM and in Resource Graph with its policies and its SKU", async () => {
    const expected = {
      id: REGISTRY,
      name: "contosoacr",
      location: "westeurope",
      sku: { name: "Standard", tier: "Standard" },
      properties: {
        loginServer: registry.loginServer,
        provisioningState: "Succeeded",
        roleAssignmentMode: "AbacRepositoryPermissions",
        publicNetworkAccess: "Disabled",
        policies: {
          retentionPolicy: { status: "enabled", days: 14 },
          softDeletePolicy: { status: "disabled", retentionDays: 30 },
        },
      },
    };
    expect(await readArm(REGISTRY)).toMatchObject({ ...expected, type: "Microsoft.ContainerRegistry/registries" });
    expect(await listGraph(REGISTRIES)).toMatchObject([
      { ...expected, type: REGISTRIES, subscriptionId: "s1", resourceGroup: "mrg1", managedBy: "", tags: null },
    ]);
  });

  it("shows each replication with its own state and status", async () => {
    const eastus = {
      provisioningState: "Updating",
      status: { displayStatus: "unhealthy" },
      regionEndpointEnabled: true,
    };
    const northeurope = {
      provisioningState: "Succeeded",
      status: { displayStatus: "online" },
      regionEndpointEnabled: true,
    };
    const expected = [
      { name: "eastus", location: "eastus", properties: eastus },
      { name: "northeurope", location: "northeurope", properties: northeurope },
    ];
    expect(await listArm(`${REGISTRY}/replications`)).toMatchObject(expected);
    expect(await listGraph(`${REGISTRIES}/replications`)).toMatchObject(expected);
    expect(await readArm(REPLICATION)).toMatchObject({ name: "northeurope", properties: northeurope });
  });
});

describe("an event that", () => {
  const changed = {
    provisioningState: "Succeeded",
    status: { displayStatus: "syncing" },
    regionEndpointEnabled: false,
  };

  it.each([
    { name: "patches a replication", change: () => sandbox.arm.patch(REPLICATION, { properties: changed }) },
    { name: "replaces a replication", change: () => sandbox.arm.put(aResource(REPLICATION, changed)) },
    { name: "adds a replication", change: () => sandbox.arm.put(aResource(`${REGISTRY}/replications/west`, changed)) },
  ])("$name shows in ARM at once, in Resource Graph after its delay", async ({ change }) => {
    const before = await listGraph(`${REGISTRIES}/replications`);
    change();
    expect(propertiesOf(await listArm(`${REGISTRY}/replications`))).toContainEqual(expect.objectContaining(changed));
    expect(await listGraph(`${REGISTRIES}/replications`)).toEqual(before);
    sandbox.clock.time += MINUTE_MS;
    const after = propertiesOf(await listGraph(`${REGISTRIES}/replications`));
    expect(after).toEqual(propertiesOf(await listArm(`${REGISTRY}/replications`)));
  });

  it.each([
    {
      name: "patches the registry",
      change: () => sandbox.arm.patch(REGISTRY, { properties: { publicNetworkAccess: "Enabled" } }),
      policies: expect.objectContaining({ retentionPolicy: expect.objectContaining({ days: 14 }) }),
    },
    {
      name: "replaces the registry",
      change: () =>
        sandbox.arm.put(
          aResource(REGISTRY, { publicNetworkAccess: "Enabled" }, { sku: { name: "Premium", tier: "Premium" } }),
        ),
      policies: undefined,
    },
  ])("$name leaves what only the service knows, the login server", async ({ change, policies }) => {
    const { properties: before } = await readArm(REGISTRY);
    change();
    sandbox.clock.time += MINUTE_MS;
    const { properties } = await readArm(REGISTRY);
    const { creationDate } = z.object({ creationDate: z.string() }).parse(before);
    expect(properties).toMatchObject({
      loginServer: registry.loginServer,
      creationDate,
      publicNetworkAccess: "Enabled",
    });
    expect(Resource.parse(properties)["policies"]).toEqual(policies);
    expect(propertiesOf(await listGraph(REGISTRIES))).toEqual([properties]);
  });

  it("removes a replication from both", async () => {
    sandbox.arm.remove(REPLICATION, { force: false });
    sandbox.clock.time += MINUTE_MS;
    expect(await listArm(`${REGISTRY}/replications`)).toMatchObject([{ name: "eastus" }]);
    expect(await listGraph(`${REGISTRIES}/replications`)).toMatchObject([{ name: "eastus" }]);
  });
});
