import { z } from "zod";
import { createArm, type ArmOptions, type ArmServer } from "../arm/arm.ts";
import type { ArmRegistry } from "../arm/registryResources.ts";
import { trustCa } from "../azurite/trustCa.ts";
import { createCertificates } from "../certificates.ts";
import type { Certificates } from "../contracts.ts";
import { ArmResourceSchema, type ArmResource } from "../estate.ts";
import { createIdentity, TENANT_ID, type IdentityDefinition, type SandboxIdentity } from "../identity/identity.ts";

/** Thursday, 1 January 2026. */
const NOW = Date.parse("2026-01-01T00:00:00Z");

const AOSM = "2025-03-30";
export const GROUP = "/subscriptions/s1/resourceGroups/Rg1";
export const PUBLISHER = `${GROUP}/providers/Microsoft.HybridNetwork/publishers/contoso`;
export const STORE = `${PUBLISHER}/artifactStores/store1`;
export const MANIFEST = `${STORE}/artifactManifests/CnfManifest`;
export const NFDV = `${PUBLISHER}/networkFunctionDefinitionGroups/nfdg/networkFunctionDefinitionVersions/1.0.0`;
export const NSDV = `${PUBLISHER}/networkServiceDesignGroups/nsdg/networkServiceDesignVersions/1.0.0`;
export const REGISTRY =
  "/subscriptions/s1/resourceGroups/mrg1/providers/Microsoft.ContainerRegistry/registries/contosoacr";

export const aResource = (
  id: string,
  properties: Record<string, unknown> = {},
  rest: Partial<ArmResource> = {},
): ArmResource =>
  ArmResourceSchema.parse({ id, properties: { provisioningState: "Succeeded", ...properties }, ...rest });

/** One publisher with one store and one artifact manifest; the ids of the registry and of the reference are cased differently. */
export const PUBLISHER_RESOURCES: ArmResource[] = [
  aResource(PUBLISHER),
  aResource(STORE, { storeType: "AzureContainerRegistry", storageResourceId: REGISTRY.toLowerCase() }),
  aResource(MANIFEST, {
    artifactManifestState: "Uploaded",
    artifacts: [
      { artifactName: "nginx", artifactType: "OCIArtifact", artifactVersion: "1.0.0" },
      { artifactName: "Chart/app", artifactType: "OCIArtifact", artifactVersion: "2.1" },
    ],
  }),
];

export const nfdvOn = (id: string, target: string): ArmResource =>
  aResource(id, {
    versionState: "Deprecated",
    networkFunctionTemplate: { networkFunctionApplications: [{ artifactProfile: { artifactStore: { id: target } } }] },
  });

export const nsdvOn = (id: string, target: string): ArmResource =>
  aResource(id, {
    resourceElementTemplates: [{ configuration: { artifactProfile: { artifactStoreReference: { id: target } } } }],
  });

/** A registry that only remembers what was untagged. */
export function createUntagRecorder(): ArmRegistry & { untagged: string[] } {
  const untagged: string[] = [];
  return {
    untagged,
    estate: {
      resourceId: REGISTRY,
      location: "westeurope",
      sku: "Premium",
      replications: [{ location: "northeurope", provisioningState: "Succeeded", status: "online" }],
    },
    server: {
      armProperties: { loginServer: "localhost:1", provisioningState: "Succeeded" },
      untag: (repository, tag) => void untagged.push(`${repository}:${tag}`),
    },
  };
}

const READER: IdentityDefinition = { clientId: "reader", roles: ["AcrPull"] };
const WRITER: IdentityDefinition = { clientId: "writer", roles: [], writableSubscriptions: "all" };
const HALF_READER: IdentityDefinition = { clientId: "half", roles: [], readableSubscriptions: ["S1"] };
const STRANGER: IdentityDefinition = { clientId: "stranger", roles: [], readableSubscriptions: [] };

const TokenReply = z.object({ access_token: z.string() });

export interface TestSandbox {
  readonly arm: ArmServer;
  readonly identity: SandboxIdentity;
  /** The clock of both servers; it stands still unless moved. */
  readonly clock: { time: number; now(): number };
  tokenOf(clientId: string, resource?: string): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  stop(): Promise<void>;
}

interface CallOptions {
  readonly as?: string;
  readonly token?: string;
  readonly body?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

let trusted: Promise<Certificates> | undefined;

/** One authority per test file, trusted by this process from here on. */
export function trustedCertificates(): Promise<Certificates> {
  trusted ??= createCertificates().then((certificates) => {
    trustCa(certificates.caPem);
    return certificates;
  });
  return trusted;
}

/** Identity and ARM on free ports, with the four identities above. */
export async function startTestSandbox(options: Partial<ArmOptions> = {}): Promise<TestSandbox> {
  const clock = { time: NOW, now: () => clock.time };
  const certificates = await trustedCertificates();
  const identity = await createIdentity({ clock, identities: [READER, WRITER, HALF_READER, STRANGER] });
  const arm = await createArm({ clock, certificates, tenantId: TENANT_ID, registries: [], ...options });
  const tokenOf = async (clientId: string, resource = "https://management.azure.com"): Promise<string> => {
    const url = `${identity.endpoint}?api-version=2019-08-01&resource=${encodeURIComponent(resource)}&client_id=${clientId}`;
    const response = await fetch(url, { headers: { "X-IDENTITY-HEADER": identity.header } });
    return TokenReply.parse(await response.json()).access_token;
  };
  return {
    arm,
    identity,
    clock,
    tokenOf,
    async call(method, path, { as = "reader", token, body } = {}) {
      const separator = path.includes("?") ? "&" : "?";
      const url = path.startsWith("https:")
        ? path
        : `${arm.url}${path}${path.includes("api-version") ? "" : `${separator}api-version=${AOSM}`}`;
      const authorization = token ?? `Bearer ${await tokenOf(as)}`;
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(url, { method, headers: authorization ? { authorization } : {}, ...init });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
    },
    stop: async () => void (await Promise.all([arm.stop(), identity.stop()])),
  };
}
