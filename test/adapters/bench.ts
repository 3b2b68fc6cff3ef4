import type { TokenCredential } from "@azure/core-auth";
import { createCredential } from "../../lib/azure/credentials.ts";
import { trustCa } from "../sandbox/azurite/trustCa.ts";
import { createCertificates } from "../sandbox/certificates.ts";
import type { Certificates, Clock } from "../sandbox/contracts.ts";
import { createIdentity, type SandboxIdentity } from "../sandbox/identity/identity.ts";

/** Client ids of the identities of a bench: an SDK caches tokens by them, so that each keeps its roles. */
export const OBSERVER = "observer";
export const PURGER = "purger";
export const RESTORER = "restorer";
export const REPOSITORY_OBSERVER = "repository-observer";
export const REPOSITORY_PURGER = "repository-purger";
/** May name the repositories of a registry with permissions per repository, and read nothing in them. */
export const CATALOG_LISTER = "catalog-lister";
/** Has Reader in subscription `s1` only, and no role on a registry. */
export const HALF_READER = "half-reader";
/** An identity that the tenant does not have. */
export const UNKNOWN = "unknown";

/** What every adapter needs: a trusted authority, an identity endpoint and the product's own credential. */
export interface Bench {
  readonly certificates: Certificates;
  readonly identity: SandboxIdentity;
  credentialOf(clientId: string): TokenCredential;
  stop(): Promise<void>;
}

/** Call it in real time: certificates are checked by the machine's clock. */
export async function startBench(clock: Clock): Promise<Bench> {
  const certificates = await createCertificates();
  const distrustCa = trustCa(certificates.caPem);
  const identity = await createIdentity({
    clock,
    identities: [
      { clientId: OBSERVER, roles: ["AcrPull"] },
      { clientId: PURGER, roles: ["AcrPull", "AcrDelete"] },
      { clientId: RESTORER, roles: ["AcrPush"] },
      {
        clientId: REPOSITORY_OBSERVER,
        roles: ["Container Registry Repository Reader", "Container Registry Repository Catalog Lister"],
      },
      { clientId: REPOSITORY_PURGER, roles: ["Container Registry Repository Contributor"] },
      { clientId: CATALOG_LISTER, roles: ["Container Registry Repository Catalog Lister"] },
      { clientId: HALF_READER, roles: [], readableSubscriptions: ["s1"] },
    ],
  });
  process.env["IDENTITY_ENDPOINT"] = identity.endpoint;
  process.env["IDENTITY_HEADER"] = identity.header;
  return {
    certificates,
    identity,
    credentialOf: (clientId) => createCredential("managedIdentity", clientId),
    async stop() {
      delete process.env["IDENTITY_ENDPOINT"];
      delete process.env["IDENTITY_HEADER"];
      distrustCa();
      await identity.stop();
    },
  };
}

/** For what a bench has only while it runs. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The bench has not been started");
  return value;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
