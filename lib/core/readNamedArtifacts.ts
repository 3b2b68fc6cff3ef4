import { hasParent, listUnreadable, nameOrAny, readText } from "./readText.ts";
import type { Scope } from "./readText.ts";
import type { ReferencePath } from "./referencePaths.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { NamedArtifact } from "./resources.ts";

/** What stands beside a store reference. */
export interface NamedArtifacts {
  /** Undefined stands for any artifact. Never empty. */
  readonly named: readonly (NamedArtifact | undefined)[];
  /** It may bring along images that are named nowhere. */
  readonly chart: boolean;
  readonly unreadable: readonly string[];
}

interface Profile {
  /** `artifactType`, lower-case. */
  readonly type: string;
  readonly name: ReferencePath;
  readonly version: ReferencePath;
  /** A second version of the same artifact. */
  readonly concrete?: ReferencePath;
}

const PATHS = REFERENCE_PATHS.networkFunctionDefinitionVersion;

const HELM: Profile = {
  type: "helmpackage",
  name: PATHS.chartName,
  version: PATHS.chartRange,
  concrete: PATHS.chartVersion,
};

const PROFILES: readonly Profile[] = [
  HELM,
  { type: "vhdimagefile", name: PATHS.vhdName, version: PATHS.vhdVersion },
  { type: "imagefile", name: PATHS.imageName, version: PATHS.imageVersion },
  { type: "armtemplate", name: PATHS.templateName, version: PATHS.templateVersion },
];

/**
 * The artifacts that an application of an NFDV names, one or more for each profile that is there. The profile of its declared
 * type counts as there: without it any artifact may be meant. An application of an unknown type counts as a chart.
 */
export function readNamedArtifacts(application: Scope): NamedArtifacts {
  const type = readText(application, PATHS.type);
  const declared = nameOrAny(type)?.toLowerCase();
  const profiles = PROFILES.filter((profile) => profile.type === declared || isThere(application, profile));
  const named = profiles.flatMap((profile) => readProfile(application, profile));
  const rows = profiles.flatMap(({ name, version, concrete }) => [name, version, ...(concrete ? [concrete] : [])]);
  return {
    named: named.length === 0 ? [undefined] : unique(named),
    chart: profiles.includes(HELM) || !PROFILES.some((profile) => profile.type === declared),
    unreadable: listUnreadable([type, ...rows.map((row) => readText(application, row))]),
  };
}

const isThere = (application: Scope, { name, concrete }: Profile): boolean =>
  hasParent(application, name) || (concrete !== undefined && readText(application, concrete).is !== "missing");

function readProfile(application: Scope, profile: Profile): readonly (NamedArtifact | undefined)[] {
  const name = nameOrAny(readText(application, profile.name));
  if (name === undefined) return [undefined];
  const chart = profile === HELM;
  const artifact = { name, version: nameOrAny(readText(application, profile.version)), chart };
  const concrete = profile.concrete && readText(application, profile.concrete);
  // A version that is only known at deployment may lie outside the range.
  return concrete?.is === "text" ? [artifact, { name, version: nameOrAny(concrete), chart }] : [artifact];
}

const unique = (named: readonly (NamedArtifact | undefined)[]): readonly (NamedArtifact | undefined)[] => [
  ...new Map(named.map((artifact) => [JSON.stringify(artifact), artifact])).values(),
];
