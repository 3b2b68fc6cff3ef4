import type { EstateRegistry } from "../../sandbox/estate.ts";

/** What one repository holds: an index over that many children, if any, and registry manifests that stand alone, each with a tag. */
export interface Content {
  readonly children: number;
  readonly singles: number;
}

/** A registry as AOSM fills it: repositories `<artifactManifest>/<artifact>`, one artifact manifest a release. */
export interface Shape {
  readonly releases: number;
  readonly artifactsPerRelease: number;
  /** How many of the releases, the last ones, are withdrawn before the second night. */
  readonly withdrawn: number;
  contentOf(release: number, artifact: number): Content;
  readonly roleAssignmentMode: EstateRegistry["roleAssignmentMode"];
  /** What the registry takes; undefined for any number. */
  readonly deletesPerMinute: number | undefined;
  /** In words, for the person who reads the figures. */
  readonly text: string;
}

const LEGACY = { roleAssignmentMode: "LegacyRegistryPermissions", deletesPerMinute: undefined } as const;

/** An image of two platforms, and two images of one platform that came before it. */
const WITHDRAWN: Content = { children: 2, singles: 2 };

export const countManifests = ({ children, singles }: Content): number => (children > 0 ? children + 1 : 0) + singles;

export const countRepositories = ({ releases, artifactsPerRelease }: Shape): number => releases * artifactsPerRelease;

export function sumManifests(shape: Shape): number {
  let sum = 0;
  for (let release = 0; release < shape.releases; release += 1)
    for (let artifact = 0; artifact < shape.artifactsPerRelease; artifact += 1)
      sum += countManifests(shape.contentOf(release, artifact));
  return sum;
}

const NIGHTS = { repositories: 5_000, releases: 500, withdrawn: 6, rest: 4_940, pairs: 2_880, alone: 120 };

/** 12,000 registry manifests in 5,000 repositories, 300 of them in 60 repositories withdrawn; smaller ones in proportion. */
export function aShapeOfNights(repositories: number): Shape {
  const releases = Math.max(2, Math.round(repositories / 10));
  const withdrawn = Math.max(1, Math.round((releases * NIGHTS.withdrawn) / NIGHTS.releases));
  const kept = releases - withdrawn;
  const part = (of: number): number => Math.round((kept * 10 * of) / NIGHTS.rest);
  const [pairs, alone] = [part(NIGHTS.pairs), part(NIGHTS.alone)];
  return {
    ...LEGACY,
    releases,
    artifactsPerRelease: 10,
    withdrawn,
    contentOf: (release, artifact) => {
      if (release >= kept) return WITHDRAWN;
      // Each release gets some of every kind.
      const place = artifact * kept + release;
      if (place < pairs) return { children: 0, singles: 2 };
      return place < pairs + alone ? { children: 0, singles: 1 } : { children: 2, singles: 0 };
    },
    text:
      `${kept} artifact manifests with 10 repositories each, ${pairs} of these with two tagged charts or images, ${alone} with one, ` +
      `the others with a tagged index over two platforms; ${withdrawn} artifact manifests that are withdrawn before night 2, whose ` +
      `${withdrawn * 10} repositories hold a tagged index over two platforms and two tagged images each`,
  };
}

/** All repositories are of the withdrawn kind; two of three artifact manifests go. */
export function aShapeOfDeletions(deletions: number, deletesPerMinute: number): Shape {
  const artifactsPerRelease = 10;
  const withdrawn = Math.ceil(deletions / (artifactsPerRelease * countManifests(WITHDRAWN)));
  const releases = withdrawn + Math.ceil(withdrawn / 2);
  return {
    ...LEGACY,
    deletesPerMinute,
    releases,
    artifactsPerRelease,
    withdrawn,
    contentOf: () => WITHDRAWN,
    text:
      `${releases} artifact manifests, of which ${withdrawn} are withdrawn before night 2, with 10 repositories each, each with a ` +
      `tagged index over two platforms and two tagged images; the registry takes ${deletesPerMinute} deletes a minute`,
  };
}

/** Five registry manifests in each repository: an image as buildx pushes it, or a chart in five versions. */
export function aShapeOfMillion(repositories: number): Shape {
  const artifactsPerRelease = 50;
  const releases = Math.max(2, Math.ceil(repositories / artifactsPerRelease));
  const withdrawn = Math.max(1, Math.round(releases / 100));
  return {
    ...LEGACY,
    releases,
    artifactsPerRelease,
    withdrawn,
    contentOf: (_release, artifact) => (artifact < 30 ? { children: 0, singles: 5 } : { children: 4, singles: 0 }),
    text:
      `${releases} artifact manifests with 50 repositories each: 30 with five tagged versions of a chart, 20 with a tagged index over ` +
      `two platforms and two attestations; ${withdrawn} artifact manifests are withdrawn before night 2`,
  };
}

/** The same with a registry that ignores wildcards in the scopes of tokens. */
export const withAbac = (shape: Shape): Shape => ({ ...shape, roleAssignmentMode: "AbacRepositoryPermissions" });
