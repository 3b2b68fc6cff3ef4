import type { Clock } from "../contracts.ts";
import type { ContentStore } from "./contentStore.ts";
import { nameUnknown } from "./registryError.ts";
import type { Repository } from "./repository.ts";

interface Deletion {
  readonly repository: string;
  readonly digest: string;
  readonly at: number;
  readonly cascadedFrom?: string;
}

/** What the routes of one registry share. */
export interface RegistryState {
  readonly store: ContentStore;
  readonly clock: Clock;
  /** `localhost:<port>`. */
  readonly loginServer: string;
  readonly deletions: Deletion[];
  /** Does what the registry does by itself as time passes; to be called before each look at it. */
  readonly catchUp: () => void;
}

/** Throws `RegistryError` 404 where it is missing. */
export function readRepository(state: RegistryState, name: string): Repository {
  const repository = state.store.findRepository(name);
  if (repository === undefined) throw nameUnknown(name);
  return repository;
}

/** Removes a registry manifest with everything that hangs on it and notes each as deleted over the wire. */
export function deleteManifest(state: RegistryState, repository: Repository, digest: string): readonly string[] {
  const at = state.clock.now();
  const removals = state.store.remove(repository, digest, at);
  for (const removal of removals) state.deletions.push({ repository: repository.name, ...removal, at });
  return removals.map((removal) => removal.digest);
}
