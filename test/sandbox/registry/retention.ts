import type { EstateRegistry } from "../estate.ts";
import type { ContentStore } from "./contentStore.ts";
import { DOCKER_IMAGE, DOCKER_LIST } from "./mediaTypes.ts";
import type { Repository } from "./repository.ts";

const DAY_MS = 86_400_000;

/** OCI media types are not subject to the policy. */
const COVERED: ReadonlySet<string> = new Set([DOCKER_IMAGE, DOCKER_LIST]);

/**
 * The registry's own retention policy: `apply(now)` deletes the Docker registry manifests that have been without a tag for its
 * days, unless they may not be deleted. What had no tag when the sandbox started is older than the policy and stays.
 */
export function createRetention(policy: EstateRegistry["retentionPolicy"], store: ContentStore): (now: number) => void {
  if (policy?.status !== "enabled") return () => undefined;
  return (now) => {
    for (const name of store.repositoryNames()) {
      const repository = store.findRepository(name);
      if (repository === undefined) continue;
      for (const digest of listDue(repository, now - policy.days * DAY_MS)) store.remove(repository, digest, now);
    }
  };
}

function listDue(repository: Repository, cutoff: number): readonly string[] {
  const due: string[] = [];
  for (const [digest, at] of repository.untaggedAt) {
    const record = repository.manifests.get(digest);
    if (at <= cutoff && record?.attributes.deleteEnabled === true && COVERED.has(record.mediaType)) due.push(digest);
  }
  return due;
}
