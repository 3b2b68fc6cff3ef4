import type { RegistryManifest } from "../../lib/core/registryManifest.ts";

/**
 * The digests that stay needed if `going` went, found the slow and obvious way: start with what has an ordinary tag or a lock or
 * simply does not go, and add neighbours until nothing is added. Shares nothing with the product's own graph walk.
 */
export function listNeeded(manifests: readonly RegistryManifest[], going: ReadonlySet<string>): ReadonlySet<string> {
  const needed = new Set(
    manifests.filter((manifest) => isRoot(manifest, manifests, going)).map(({ digest }) => digest),
  );
  for (let before = -1; before !== needed.size;) {
    before = needed.size;
    for (const from of manifests.filter(({ digest }) => needed.has(digest)))
      for (const to of manifests) if (isKeptBy(to, from)) needed.add(to.digest);
  }
  return needed;
}

function isRoot(manifest: RegistryManifest, all: readonly RegistryManifest[], going: ReadonlySet<string>): boolean {
  if (manifest.locked) return true;
  if (manifest.tags.length === 0) return !going.has(manifest.digest);
  // Tagged, and a referrer of what goes: the registry would take it along.
  if (going.has(manifest.edges?.subject ?? "")) return true;
  return manifest.tags.some(({ name }) => !isEdgeOf(name, manifest, { all, going }));
}

interface Scene {
  readonly all: readonly RegistryManifest[];
  readonly going: ReadonlySet<string>;
}

/** A tag that only attaches `manifest` to something else that goes; on an index, only where it lists that thing's referrers. */
function isEdgeOf(tag: string, manifest: RegistryManifest, { all, going }: Scene): boolean {
  const subject = tag.startsWith("sha256-") ? `sha256:${tag.slice(7, 71)}` : "";
  const children = all.filter(({ digest }) => manifest.edges?.children.includes(digest));
  return subject !== manifest.digest && going.has(subject) && children.every(({ edges }) => edges?.subject === subject);
}

function isKeptBy(to: RegistryManifest, from: RegistryManifest): boolean {
  return (
    from.edges?.children.includes(to.digest) === true ||
    from.edges?.subject === to.digest ||
    to.edges?.subject === from.digest ||
    to.tags.some(({ name }) => name.startsWith(`sha256-${from.digest.slice(7)}`))
  );
}
