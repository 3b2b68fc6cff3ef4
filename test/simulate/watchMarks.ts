import type { StoredManifest } from "../sandbox/contracts.ts";
import type { MarksReport, NightReport } from "./nightReport.ts";
import type { ApiArtifact } from "./serviceApi.ts";
import { shortenIds } from "./words.ts";

export interface StandingMark {
  /** False as long as it was sighted only once. */
  readonly marked: boolean;
  /** Its name. */
  readonly artifactManifest: string;
}

/** By `registry/repository@digest`. */
export type Marks = ReadonlyMap<string, StandingMark>;

export const lastSegment = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

export const nameOf = (artifact: Pick<ApiArtifact, "registryId" | "repository" | "digest">): string =>
  `${lastSegment(artifact.registryId)}/${artifact.repository}@${artifact.digest}`;

/**
 * The marks that stand after a night. The service lists artifacts by the newest snapshot: what an incomplete one does not
 * show of a whole registry is not known to have changed.
 */
export function readMarks(
  artifacts: readonly ApiArtifact[],
  { before, complete }: { readonly before: Marks; readonly complete: boolean },
): Marks {
  const listed = new Set(artifacts.map(({ registryId }) => lastSegment(registryId)));
  const isUnseen = (name: string): boolean => !complete && !listed.has(name.slice(0, name.indexOf("/")));
  const unseen = [...before].filter(([name]) => isUnseen(name));
  const seen = artifacts.flatMap(({ mark, ...artifact }) => {
    if (!mark) return [];
    const standing = { marked: mark.deadline !== undefined, artifactManifest: lastSegment(mark.artifactManifestId) };
    return [[nameOf(artifact), standing] as const];
  });
  return new Map([...unseen, ...seen]);
}

/** The code of a keep-reason, and what it rests on. */
export const toReason = ({ code, by }: ApiArtifact["keep"][number]): string =>
  shortenIds(by === undefined ? code : `${code} ${by}`);

export interface MarksScene {
  readonly before: Marks;
  readonly artifacts: readonly ApiArtifact[];
  readonly deletions: NightReport["deletions"];
  /** What a registry, by its name, really holds in a repository. */
  readonly manifestsOf: (registry: string, repository: string) => readonly StoredManifest[];
}

export function toMarksReport(marks: Marks, scene: MarksScene): MarksReport {
  const cleared = [...scene.before.keys()].filter((name) => !marks.has(name)).sort();
  const deleted = new Set(
    scene.deletions.map(({ registry, repository, digest }) => `${registry}/${repository}@${digest}`),
  );
  const marked = [...marks.values()].filter((mark) => mark.marked).length;
  return {
    sighted: marks.size - marked,
    marked,
    added: [...marks.keys()].filter((name) => !scene.before.has(name)).sort(),
    cleared,
    spared: cleared
      .filter((name) => !deleted.has(name))
      .map((artifact) => ({ artifact, reasons: listReasons(artifact, scene) })),
  };
}

/** The service's keep-reasons; it lists none for what is tagged, or gone. */
function listReasons(artifact: string, { artifacts, manifestsOf }: MarksScene): readonly string[] {
  const listed = artifacts.find((candidate) => nameOf(candidate) === artifact);
  if (listed) return listed.keep.map(toReason);
  const [, registry = "", repository = "", digest] = /^([^/]+)\/(.+)@(.+)$/.exec(artifact) ?? [];
  const manifest = manifestsOf(registry, repository).find((candidate) => candidate.digest === digest);
  return manifest ? [["tagged", ...manifest.tags].join(" ")] : ["gone"];
}
