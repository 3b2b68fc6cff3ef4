import type { RegistryManifest } from "../core/registryManifest.ts";
import { isUntagged } from "../core/registryManifest.ts";
import type { ListedManifest, RegistryReader } from "../ports.ts";

interface TagFacts {
  /** Not there where no candidate needs them. */
  readonly tagTimes?: ReadonlyMap<string, string>;
  readonly before: readonly RegistryManifest[];
}

/** The registry manifests with the times of their tags, and the tags that untagged ones were last seen with. */
export function withTags(
  manifests: readonly RegistryManifest[],
  { tagTimes, before }: TagFacts,
): readonly RegistryManifest[] {
  const lastTags = new Map(before.map((manifest) => [manifest.digest, listLastTags(manifest)]));
  return manifests.map((manifest) => ({
    ...manifest,
    tags: manifest.tags.map(({ name }) => ({ name, movedAt: tagTimes?.get(name) })),
    lastTags: isUntagged(manifest) ? (lastTags.get(manifest.digest) ?? []) : [],
  }));
}

const listLastTags = ({ tags, lastTags }: RegistryManifest): readonly string[] =>
  tags.length > 0 ? tags.map(({ name }) => name) : lastTags;

interface Listing {
  readonly listed: readonly ListedManifest[];
  readonly before: readonly RegistryManifest[];
}

/**
 * By tag. What was read before is enough where every tag names the digest that it named then, and nothing tells that one moved
 * away and back since: an untagged registry manifest that was not there, or that is younger than a tag's last known move.
 */
export async function readTagTimes(
  reader: RegistryReader,
  name: string,
  { listed, before }: Listing,
): Promise<ReadonlyMap<string, string>> {
  const tagged = listed.flatMap(({ digest, tags }) => tags.map((tag) => ({ digest, tag })));
  if (tagged.length === 0) return new Map();
  const known = new Map<string, string>();
  for (const { digest, tags } of before)
    for (const { name: tag, movedAt } of tags) if (movedAt !== undefined) known.set(`${digest} ${tag}`, movedAt);
  const times = tagged.map(({ digest, tag }) => [tag, known.get(`${digest} ${tag}`)] as const);
  const whole = times.flatMap(([tag, movedAt]) => (movedAt === undefined ? [] : [[tag, movedAt] as const]));
  const isEnough = whole.length === times.length && !isPushedSince(whole, { listed, before });
  return isEnough ? new Map(whole) : reader.readTagTimes(name);
}

/** A date that cannot be read may be any. */
function isPushedSince(times: readonly (readonly [string, string])[], { listed, before }: Listing): boolean {
  const there = new Set(before.map(({ digest }) => digest));
  const earliest = Math.min(...times.map(([, movedAt]) => Date.parse(movedAt)));
  return listed.some(
    ({ digest, tags, createdAt }) =>
      tags.length === 0 && !(there.has(digest) && Date.parse(createdAt ?? "") <= earliest),
  );
}
