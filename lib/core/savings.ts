import type { RegistryManifest, Repository } from "./registryManifest.ts";

export interface Saved {
  /** Of one replica. */
  readonly bytes: number;
  /** What was not read, or not understood, may hold some of them too. */
  readonly isUpperBound: boolean;
  /** By `repository@digest`; a layer that several hold counts for the last of them in order. */
  readonly byItem: ReadonlyMap<string, number>;
}

interface Layer {
  readonly size: number;
  readonly owner: string;
}

/**
 * What a plan frees in one registry: layers and configs that nothing else holds that was read, each counted once. First everything
 * that goes is added, then every repository of the registry; memory is bounded by what goes.
 */
export class Savings {
  private readonly going = new Set<string>();
  private readonly layers = new Map<string, Layer>();
  private isUpperBound = false;

  addGoing(repository: string, { digest, edges }: Pick<RegistryManifest, "digest" | "edges">): void {
    const owner = keyOf(repository, digest);
    this.going.add(owner);
    for (const layer of edges?.layers ?? []) this.layers.set(layer.digest, { size: layer.size, owner });
  }

  addRepository({ name, manifests, incomplete }: Pick<Repository, "name" | "manifests" | "incomplete">): void {
    if (incomplete.length > 0) this.addUnknown();
    for (const { digest, edges } of manifests) {
      if (this.going.has(keyOf(name, digest))) continue;
      if (!edges?.understood) this.addUnknown();
      for (const layer of edges?.layers ?? []) this.layers.delete(layer.digest);
    }
  }

  /** For what is in the registry and was not seen. */
  addUnknown(): void {
    this.isUpperBound = true;
  }

  /** True where nothing goes. */
  isEmpty(): boolean {
    return this.going.size === 0;
  }

  measure(): Saved {
    const byItem = new Map([...this.going].map((key) => [key, 0]));
    let bytes = 0;
    for (const { size, owner } of this.layers.values()) {
      bytes += size;
      byItem.set(owner, (byItem.get(owner) ?? 0) + size);
    }
    return { bytes, isUpperBound: this.isUpperBound && bytes > 0, byItem };
  }
}

export const keyOf = (repository: string, digest: string): string => `${repository}@${digest}`;
