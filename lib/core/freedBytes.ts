import type { RegistryManifest } from "./registryManifest.ts";

/**
 * Bytes that go with each digest of `going`: layers and configs that no staying registry manifest of `manifests` holds, each
 * counted once, for the first digest in order that holds it. Other repositories may share layers, so this is an upper bound.
 */
export function measureFreed(
  manifests: readonly RegistryManifest[],
  going: readonly string[],
): ReadonlyMap<string, number> {
  const leaving = new Set(going);
  const counted = new Set<string>();
  for (const { digest, edges } of manifests)
    if (!leaving.has(digest)) for (const layer of edges?.layers ?? []) counted.add(layer.digest);
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const freed = new Map<string, number>();
  for (const digest of going) {
    let bytes = 0;
    for (const layer of byDigest.get(digest)?.edges?.layers ?? []) {
      if (counted.has(layer.digest)) continue;
      counted.add(layer.digest);
      bytes += layer.size;
    }
    freed.set(digest, bytes);
  }
  return freed;
}
