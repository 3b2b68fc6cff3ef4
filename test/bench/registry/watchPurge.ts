import { BlobServiceClient } from "@azure/storage-blob";
import type { EmulatedRegistry } from "../../sandbox/registry/createRegistry.ts";
import type { Sandbox } from "../../sandbox/startSandbox.ts";
import type { PurgeFigures } from "./figures.ts";

/** What a purge has before it: everything of the artifact manifests that were withdrawn, and what is kept of it already. */
export interface BeforePurge {
  /** `repository@digest` to whether it has children. */
  readonly doomed: ReadonlyMap<string, boolean>;
  readonly total: number;
  /** Digests whose bytes are in the journal. */
  readonly kept: ReadonlySet<string>;
}

/** `prefixes`: the first segments of the repositories whose artifact manifests are gone. */
export async function lookBeforePurge(
  { azurite }: Sandbox,
  registry: EmulatedRegistry,
  prefixes: ReadonlySet<string>,
): Promise<BeforePurge> {
  const doomed = new Map<string, boolean>();
  let total = 0;
  for (const name of registry.repositories()) {
    const manifests = registry.manifests(name);
    total += manifests.length;
    if (!prefixes.has(name.split("/")[0] ?? "")) continue;
    for (const { digest, children } of manifests) doomed.set(`${name}@${digest}`, children.length > 0);
  }
  return { doomed, total, kept: await listKeptDigests(azurite.connectionString) };
}

/** What went, against what should go. */
export function lookAfterPurge({ doomed, total, kept }: BeforePurge, registry: EmulatedRegistry): PurgeFigures {
  const { deletions } = registry;
  const isRight = deletions.every(({ repository, digest }) => doomed.has(`${repository}@${digest}`));
  const left = registry.repositories().reduce((sum, name) => sum + registry.manifests(name).length, 0);
  return {
    planned: doomed.size,
    deleted: deletions.length,
    parents: deletions.filter(({ repository, digest }) => doomed.get(`${repository}@${digest}`)).length,
    repositories: new Set(deletions.map(({ repository }) => repository)).size,
    bytesKept: deletions.filter(({ digest }) => kept.has(digest)).length,
    isExact: isRight && deletions.length === doomed.size && left === total - doomed.size,
  };
}

/** `bytes/<algorithm>/<hex>` in the container `journal`. */
async function listKeptDigests(connectionString: string): Promise<ReadonlySet<string>> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("journal");
  const digests = new Set<string>();
  if (!(await container.exists())) return digests;
  for await (const { name } of container.listBlobsFlat({ prefix: "bytes/" }))
    digests.add(name.slice("bytes/".length).replace("/", ":"));
  return digests;
}
