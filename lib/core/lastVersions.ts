import { compare, parse } from "semver";
import { nameOf } from "./armId.ts";
import type { ArmId } from "./armId.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import type { Mark } from "./marks.ts";

/** What of a mark tells which version of which artifact it is. */
export type VersionedMark = Pick<
  Mark,
  "repository" | "artifactManifestId" | "pushedAt" | "class" | "deadline" | "lastConfirmedAt" | "storeId"
>;

export interface LastVersionsOptions {
  readonly storeId: ArmId;
  /** The store's artifact manifests, present and past. */
  readonly known: Iterable<KnownArtifactManifest>;
  /** How many versions of each name stay. */
  readonly keep: number;
  /** Epoch milliseconds: a mark that was confirmed before may not be true any more, so it makes no other version an older one. */
  readonly confirmedSince: number;
}

/** One decommissioned version of an artifact name. */
interface Version {
  readonly text: string;
  /** The newest push of its registry manifests, epoch milliseconds; an instant that cannot be read is later than any other. */
  readonly pushedAt: number;
}

/** Lower-case, as it stands in the path behind the artifact manifest; undefined where the path is another's. */
export function artifactNameOf(repository: string, artifactManifestId: ArmId): string | undefined {
  const prefix = `${nameOf(artifactManifestId)}/`;
  const path = repository.toLowerCase();
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/**
 * The newest decommissioned versions of each artifact name in one store, for `keepLastVersions`: by marks with two sightings that
 * were confirmed lately. All registry manifests of one version count as one. A version is what the artifact manifest of a mark lists for its
 * artifact name, ever listed: exactly one, else nobody knows which it is. That may be any version, so it always stays, and takes no
 * other's place.
 */
export class LastVersions {
  private readonly options: LastVersionsOptions;
  private readonly known: ReadonlyMap<ArmId, KnownArtifactManifest>;
  private readonly byName = new Map<string, Map<string, number>>();
  private readonly newest = new Map<string, ReadonlySet<string>>();

  constructor(options: LastVersionsOptions) {
    this.options = options;
    this.known = new Map([...options.known].map((artifactManifest) => [artifactManifest.id, artifactManifest]));
  }

  /** Every mark of the registry, in any order, before the first question. */
  add(mark: VersionedMark): void {
    if (!this.isVersion(mark) || mark.deadline === undefined) return;
    if (!(Date.parse(mark.lastConfirmedAt) >= this.options.confirmedSince)) return;
    const version = this.versionOf(mark);
    if (!version) return;
    const versions = this.byName.get(version.name) ?? new Map<string, number>();
    this.newest.delete(version.name);
    versions.set(version.text, Math.max(versions.get(version.text) ?? Number.NEGATIVE_INFINITY, toTime(mark.pushedAt)));
    this.byName.set(version.name, versions);
  }

  /** Whether the mark is one of the newest versions, or may be. */
  isLast(mark: VersionedMark): boolean {
    if (this.options.keep === 0 || !this.isVersion(mark)) return false;
    const version = this.versionOf(mark);
    if (!version) return true;
    // One that nobody has added is not known to be old.
    return !this.byName.get(version.name)?.has(version.text) || this.newestOf(version.name).has(version.text);
  }

  private newestOf(name: string): ReadonlySet<string> {
    const before = this.newest.get(name);
    if (before) return before;
    const versions = [...(this.byName.get(name) ?? [])].map(([text, pushedAt]): Version => ({ text, pushedAt }));
    const newest = listNewest(versions, this.options.keep);
    this.newest.set(name, newest);
    return newest;
  }

  private isVersion(mark: VersionedMark): boolean {
    return mark.class === "decommissioned" && mark.storeId === this.options.storeId;
  }

  private versionOf(mark: VersionedMark): { readonly name: string; readonly text: string } | undefined {
    const name = artifactNameOf(mark.repository, mark.artifactManifestId);
    const artifactManifest = this.known.get(mark.artifactManifestId);
    if (name === undefined || !artifactManifest || artifactManifest.unreadable) return undefined;
    const listed = artifactManifest.artifacts.filter((artifact) => artifact.name.toLowerCase() === name);
    const [text, ...more] = new Set(listed.map(({ version }) => version));
    return text === undefined || text === "" || more.length > 0 ? undefined : { name, text };
  }
}

/**
 * By semver where all are semver. Where some are not, the newest by push time stay too, beside the newest of those that are semver:
 * nobody knows which of the two orders is the publisher's. Of equals at the end, all stay.
 */
function listNewest(all: readonly Version[], count: number): ReadonlySet<string> {
  const semver = all.filter(({ text }) => parse(text) !== null);
  const newest = takeNewest(semver, count, (a, b) => compare(a.text, b.text));
  if (semver.length < all.length) newest.push(...takeNewest(all, count, byPush));
  return new Set(newest.map(({ text }) => text));
}

function takeNewest(all: readonly Version[], count: number, order: (a: Version, b: Version) => number): Version[] {
  const last = all.toSorted((a, b) => order(b, a))[count - 1];
  return all.filter((version) => last === undefined || order(version, last) >= 0);
}

function byPush(a: Version, b: Version): number {
  if (a.pushedAt === b.pushedAt) return 0;
  return a.pushedAt < b.pushedAt ? -1 : 1;
}

function toTime(instant: string): number {
  const epochMs = Date.parse(instant);
  return Number.isNaN(epochMs) ? Number.POSITIVE_INFINITY : epochMs;
}
