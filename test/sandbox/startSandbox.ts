import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createArm, type ArmServer } from "./arm/arm.ts";
import { startAzurite, type Azurite } from "./azurite/startAzurite.ts";
import { createCertificates } from "./certificates.ts";
import type { VirtualClock } from "./clock/virtualClock.ts";
import type { Certificates, SandboxServer } from "./contracts.ts";
import type { Estate, Fault } from "./estate.ts";
import { createIdentity, type SandboxIdentity, TENANT_ID } from "./identity/identity.ts";
import { createMonitor, type SandboxMonitor } from "./monitor/monitor.ts";
import { createRegistry, type EmulatedRegistry } from "./registry/createRegistry.ts";

/** Client ids of the identities that the service runs with. */
export const OBSERVER_CLIENT_ID = "0b5e77e6-0000-4000-8000-000000000001";
export const PURGER_CLIENT_ID = "0b5e77e6-0000-4000-8000-000000000002";
export const RESTORER_CLIENT_ID = "0b5e77e6-0000-4000-8000-000000000003";

/** What the identities may do in the registries. */
export interface IdentityRoles {
  readonly observer: readonly string[];
  readonly purger: readonly string[];
  readonly restorer: readonly string[];
}

/** Enough where a registry honours roles on itself; one in ABAC mode honours none of them. */
const REGISTRY_ROLES: IdentityRoles = {
  observer: ["AcrPull"],
  purger: ["AcrPull", "AcrDelete"],
  restorer: ["AcrPush"],
};

/** A private Azure: everything that the service talks to, loaded with an estate. */
export interface Sandbox {
  readonly clock: VirtualClock;
  readonly certificates: Certificates;
  readonly identity: SandboxIdentity;
  readonly arm: ArmServer;
  readonly registries: ReadonlyMap<string, EmulatedRegistry>;
  readonly azurite: Azurite;
  readonly monitor: SandboxMonitor;
  /** App settings under which the service finds all of this; the estate's own are included. */
  readonly settings: Readonly<Record<string, string>>;
  /** App settings on top of those, under which the service tells Azure Monitor what it does. */
  readonly monitorSettings: Readonly<Record<string, string>>;
  addFault(fault: Fault): void;
  stop(): Promise<void>;
}

export async function startSandbox(
  estate: Estate,
  clock: VirtualClock,
  roles: IdentityRoles = REGISTRY_ROLES,
): Promise<Sandbox> {
  const certificates = await createCertificates();
  const registries = new Map<string, EmulatedRegistry>();
  for (const registry of estate.registries) {
    registries.set(registry.name, await createRegistry(registry, { clock, certificates, startsAt: estate.startsAt }));
  }
  const identity = await createIdentity({
    clock,
    identities: [
      { clientId: OBSERVER_CLIENT_ID, roles: roles.observer },
      { clientId: PURGER_CLIENT_ID, roles: roles.purger },
      { clientId: RESTORER_CLIENT_ID, roles: roles.restorer },
    ],
  });
  const armRegistries = estate.registries.flatMap((registry) => {
    const server = registries.get(registry.name);
    return server ? [{ estate: registry, server }] : [];
  });
  const arm = await createArm({
    clock,
    certificates,
    tenantId: TENANT_ID,
    resources: estate.resources,
    managementGroups: estate.managementGroups,
    registries: armRegistries,
  });
  const monitor = await createMonitor({ clock, certificates, publishers: [OBSERVER_CLIENT_ID] });
  const azurite = await startAzurite({ certificates, clock, heapMb: 192 });
  const directory = await mkdtemp(join(tmpdir(), "sandbox-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, certificates.caPem);
  const servers: readonly SandboxServer[] = [identity, arm, monitor, ...registries.values()];
  return {
    clock,
    certificates,
    identity,
    arm,
    registries,
    azurite,
    monitor,
    settings: { ...toSettings({ identity, arm, azurite, caFile }), ...toText(estate.settings) },
    monitorSettings: toMonitorSettings(monitor),
    addFault(fault) {
      findServer(fault, { identity, arm, monitor, registries }).addFault(fault);
    },
    async stop() {
      await Promise.all([...servers.map((server) => server.stop()), azurite.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Parts = Pick<Sandbox, "identity" | "arm" | "monitor" | "registries">;

function findServer({ target }: Fault, { identity, arm, monitor, registries }: Parts): SandboxServer {
  if (target === "identity") return identity;
  if (target === "monitor") return monitor;
  if (target === "arm" || target === "resourceGraph") return arm;
  const registry = registries.get(target.replace(/^registry:/, ""));
  if (!registry) throw new Error(`The fault's target ${target} is no registry of the estate`);
  return registry;
}

/** The settings that a sovereign cloud needs too; nothing here switches the service into a test mode. */
function toSettings(parts: {
  identity: SandboxIdentity;
  arm: ArmServer;
  azurite: Azurite;
  caFile: string;
}): Record<string, string> {
  const { identity, arm, azurite, caFile } = parts;
  return {
    NODE_EXTRA_CA_CERTS: caFile,
    IDENTITY_ENDPOINT: identity.endpoint,
    IDENTITY_HEADER: identity.header,
    CREDENTIAL: "managedIdentity",
    OBSERVER_CLIENT_ID,
    PURGER_CLIENT_ID,
    RESTORER_CLIENT_ID,
    ARM_ENDPOINT: arm.url,
    REGISTRY_HOST_SUFFIXES: "localhost",
    AzureWebJobsStorage__credential: "managedidentity",
    AzureWebJobsStorage__clientId: OBSERVER_CLIENT_ID,
    AzureWebJobsStorage__tableServiceUri: azurite.tableUrl,
    AzureWebJobsStorage__queueServiceUri: azurite.queueUrl,
    AzureWebJobsStorage__blobServiceUri: azurite.blobUrl,
  };
}

function toMonitorSettings({ connectionString }: SandboxMonitor): Record<string, string> {
  return {
    APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${OBSERVER_CLIENT_ID};Authorization=AAD`,
    // The exporter would report on itself to endpoints of Microsoft's own.
    APPLICATION_INSIGHTS_NO_STATSBEAT: "1",
  };
}

function toText(settings: Estate["settings"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
