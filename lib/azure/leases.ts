import type { BlobLeaseClient, ContainerClient } from "@azure/storage-blob";
import type { Lease, Leases } from "../ports.ts";
import { codeOf, statusOf, toUpstreamError } from "./clientOptions.ts";
import type { StorageClients } from "./storageClients.ts";

const LEASE_SECONDS = 60;
const RENEW_MS = 20_000;
/** Without a renewal for this long the lease counts as lost, before the service may give it to someone else. */
const TRUST_MS = 45_000;

/** Blob leases: one blob per name in the container `leases`. */
export function createLeases(clients: StorageClients): Leases {
  const container = clients.container("leases");
  return {
    async acquire(name) {
      try {
        await prepare(container, name);
        const lease = container.getBlobClient(name).getBlobLeaseClient();
        const askedAt = performance.now();
        await lease.acquireLease(LEASE_SECONDS);
        return hold(lease, askedAt);
      } catch (error) {
        if (codeOf(error) === "LeaseAlreadyPresent") return undefined;
        throw toUpstreamError("blobs", `acquire lease ${name}`, error);
      }
    },
  };
}

async function prepare(container: ContainerClient, name: string): Promise<void> {
  const blob = container.getBlockBlobClient(name);
  if (await blob.exists().catch(() => false)) return;
  await container.createIfNotExists();
  try {
    await blob.upload("", 0, { conditions: { ifNoneMatch: "*" } });
  } catch (error) {
    // Someone else was first, or already holds the lease: both leave the blob in place.
    if (![409, 412].includes(statusOf(error) ?? 0)) throw error;
  }
}

/** Trust counts from the request, not from its answer. Monotonic time: a clock that is set back must not make a lost lease look held. */
function hold(lease: BlobLeaseClient, acquiredAt: number): Lease {
  let renewedAt = acquiredAt;
  let lost = false;
  const timer = setInterval(() => {
    const askedAt = performance.now();
    lease.renewLease().then(
      () => (renewedAt = askedAt),
      () => (lost = true),
    );
  }, RENEW_MS);
  timer.unref();
  return {
    isHeld: () => !lost && performance.now() - renewedAt < TRUST_MS,
    async release() {
      clearInterval(timer);
      lost = true;
      // A lease that cannot be released runs out by itself.
      await lease.releaseLease().catch(() => undefined);
    },
  };
}
