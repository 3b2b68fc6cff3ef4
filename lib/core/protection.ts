import type { KeepReason } from "./keepReasons.ts";
import type { RegistryManifest } from "./registryManifest.ts";
import { attachedTo } from "./registryManifest.ts";

/**
 * Which registry manifests of one repository stay if all but `candidates` stay for reasons of their own, and why.
 *
 * What stays keeps its children at any depth, its referrers, and its subject (deleting a subject cascades to its referrers).
 * A referrer only ever enters through its subject or through a reason of its own, so "keeps its subject" is safe to apply to
 * everything that stays. Tags of the form `sha256-<hex>` are edges, not reasons: what carries only those follows its subject.
 * The answer holds the candidates that stay, each with the first reason found; cycles and missing children are harmless.
 */
export function decideStays(
  manifests: readonly RegistryManifest[],
  candidates: ReadonlySet<string>,
): ReadonlyMap<string, KeepReason> {
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const followers = listFollowers(manifests);
  const staying = manifests.filter(
    (manifest) => !candidates.has(manifest.digest) && isAnchored(manifest, { byDigest, candidates }),
  );
  const seen = new Set(staying.map(({ digest }) => digest));
  const protectedCandidates = new Map<string, KeepReason>();
  for (let manifest = staying.pop(); manifest; manifest = staying.pop()) {
    for (const [digest, reason] of listKept(manifest, followers)) {
      const kept = byDigest.get(digest);
      if (!kept || seen.has(digest)) continue;
      seen.add(digest);
      staying.push(kept);
      if (candidates.has(digest)) protectedCandidates.set(digest, reason);
    }
  }
  return protectedCandidates;
}

/** What `manifest` keeps by staying. */
function* listKept(
  manifest: RegistryManifest,
  followers: ReadonlyMap<string, readonly string[]>,
): Generator<readonly [string, KeepReason]> {
  for (const child of manifest.edges?.children ?? []) yield [child, { code: "child", by: manifest.digest }];
  for (const follower of followers.get(manifest.digest) ?? [])
    yield [follower, { code: "referrer", by: manifest.digest }];
  const subject = manifest.edges?.subject;
  if (subject !== undefined) yield [subject, { code: "subject", by: manifest.digest }];
}

/** Referrers by subject, and what hangs on a digest by a `sha256-<hex>` tag. */
function listFollowers(manifests: readonly RegistryManifest[]): ReadonlyMap<string, readonly string[]> {
  const followers = new Map<string, string[]>();
  for (const manifest of manifests) {
    const followed = [manifest.edges?.subject, ...manifest.tags.map(({ name }) => attachedTo(name))];
    for (const subject of followed) {
      if (subject === undefined) continue;
      const list = followers.get(subject);
      if (list) list.push(manifest.digest);
      else followers.set(subject, [manifest.digest]);
    }
  }
  return followers;
}

/**
 * True where a registry manifest that is no candidate stays whatever happens to others. A `sha256-<hex>` tag is an edge only
 * where it names a candidate other than itself and, on an index, where the index is the fallback list of that candidate's
 * referrers: other tools use such tags for images of their own.
 */
function isAnchored(manifest: RegistryManifest, { byDigest, candidates }: Scene): boolean {
  if (manifest.locked || manifest.tags.length === 0) return true;
  // The registry would take it along with its subject, and what is tagged is never deleted.
  if (manifest.edges?.subject !== undefined && candidates.has(manifest.edges.subject)) return true;
  return !manifest.tags.every(({ name }) => {
    const subject = attachedTo(name);
    if (subject === undefined || subject === manifest.digest || !candidates.has(subject)) return false;
    return (manifest.edges?.children ?? []).every(
      (child) => !byDigest.has(child) || byDigest.get(child)?.edges?.subject === subject,
    );
  });
}

interface Scene {
  readonly byDigest: ReadonlyMap<string, RegistryManifest>;
  readonly candidates: ReadonlySet<string>;
}
