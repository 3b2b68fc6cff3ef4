import { BlobServiceClient } from "@azure/storage-blob";
import type { StorageClients } from "../../lib/azure/storageClients.ts";
import { takeTime, type TestTime } from "../adapters/testTime.ts";
import { startAzurite, type Azurite } from "../sandbox/azurite/startAzurite.ts";
import { trustCa } from "../sandbox/azurite/trustCa.ts";
import { createCertificates } from "../sandbox/certificates.ts";
import type { Certificates } from "../sandbox/contracts.ts";
import { createIdentity, type SandboxIdentity } from "../sandbox/identity/identity.ts";

/** The SDK caches tokens by client id, and a world may begin before another one ended: each has identities of its own. */
const MAX_WORLDS = 1000;

const definitions = Array.from({ length: MAX_WORLDS }, (_, world) => [
  { clientId: `observer-${world}`, roles: ["AcrPull"] },
  { clientId: `purger-${world}`, roles: ["AcrPull", "AcrDelete"] },
  { clientId: `restorer-${world}`, roles: ["AcrPush"] },
]).flat();

/** What all worlds of a test file have in common: slow to start, and without a state that they could disturb. */
export interface Shared {
  readonly certificates: Certificates;
  readonly identity: SandboxIdentity;
  readonly time: TestTime;
  /** The real blob service, with names of their own for each world. */
  blobs(world: number): StorageClients;
  stop(): Promise<void>;
}

export async function startShared(): Promise<Shared> {
  const certificates = await createCertificates();
  const distrustCa = trustCa(certificates.caPem);
  const azurite = await startAzurite({ certificates, heapMb: 128 });
  const [first, ...rest] = definitions;
  if (!first) throw new Error("there is no identity");
  const identity = await createIdentity({ clock: { now: () => Date.now() }, identities: [first, ...rest] });
  process.env["IDENTITY_ENDPOINT"] = identity.endpoint;
  process.env["IDENTITY_HEADER"] = identity.header;
  const time = takeTime();
  return {
    certificates,
    identity,
    time,
    blobs: (world) => createBlobClients(azurite, world),
    async stop() {
      time.restore();
      delete process.env["IDENTITY_ENDPOINT"];
      delete process.env["IDENTITY_HEADER"];
      distrustCa();
      await Promise.all([identity.stop(), azurite.stop()]);
    },
  };
}

/** By key: Azurite keeps real time, in which the tokens of a test's time have ended long ago. */
function createBlobClients(azurite: Azurite, world: number): StorageClients {
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const refuse = (): never => {
    throw new Error("the jobs' tables and queues are not in Azurite here");
  };
  return {
    table: refuse,
    queue: refuse,
    container: (name) => blobs.getContainerClient(`world-${world}-${name}`),
  };
}
