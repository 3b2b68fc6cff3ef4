import type { SandboxRegistry } from "../sandbox/contracts.ts";
import type { Sandbox } from "../sandbox/startSandbox.ts";

/** Digests with their tags, by repository. */
export type Contents = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** How much a registry holds. */
export interface Holdings {
  readonly repositories: number;
  readonly manifests: number;
  readonly tags: number;
  /** Layers and configs, each blob once. */
  readonly bytes: number;
}

/** Each registry's repositories, digests and tags, sorted. */
export function listContents(sandbox: Sandbox): Readonly<Record<string, Contents>> {
  return Object.fromEntries([...sandbox.registries].map(([name, registry]) => [name, contentsOf(registry)]));
}

export function measureHoldings(sandbox: Sandbox): Readonly<Record<string, Holdings>> {
  return Object.fromEntries([...sandbox.registries].map(([name, registry]) => [name, measure(registry)]));
}

function contentsOf(registry: SandboxRegistry): Contents {
  return Object.fromEntries(
    [...registry.repositories()].sort().map((repository) => [repository, digestsOf(registry, repository)]),
  );
}

function digestsOf(registry: SandboxRegistry, repository: string): Contents[string] {
  const entries = registry.manifests(repository).map(({ digest, tags }) => [digest, [...tags].sort()] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function measure(registry: SandboxRegistry): Holdings {
  const repositories = registry.repositories();
  const manifests = repositories.flatMap((repository) => registry.manifests(repository));
  const blobs = new Map(manifests.flatMap(({ layers }) => layers).map(({ digest, size }) => [digest, size]));
  return {
    repositories: repositories.length,
    manifests: manifests.length,
    tags: manifests.reduce((sum, { tags }) => sum + tags.length, 0),
    bytes: [...blobs.values()].reduce((sum, size) => sum + size, 0),
  };
}
