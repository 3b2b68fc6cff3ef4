import { at, clean, isArtifactManifestId, isFunctionVersionId, isStoreId, isWrong, idOf, nameIn } from "./naiveJson.ts";
import type { Json, Raw } from "./raw.ts";

/** An artifact manifest that is asked about, with every entry that any look saw in its list. */
export interface Asked {
  readonly id: string;
  readonly storeId: string;
  readonly artifacts: readonly { readonly name: string; readonly version: string }[];
}

/** Whether what a version once said may mean the artifact manifest. */
export function mayReference(version: Raw, asked: Asked): boolean {
  if (names(version["properties"], asked.id)) return true;
  const isFunction = isFunctionVersionId(idOf(version));
  const items = at(
    version["properties"],
    isFunction ? "networkFunctionTemplate.networkFunctionApplications" : "resourceElementTemplates",
  );
  // A list that is not there, or is none, could have held any reference.
  if (!Array.isArray(items)) return true;
  const list: readonly Json[] = items;
  return list.some((item) => (isFunction ? applicationMeans(item, asked) : elementMeans(item, asked)));
}

/** Whether a text at any depth is the id. */
function names(value: Json | undefined, id: string): boolean {
  if (typeof value === "string") return clean(value) === id;
  return typeof value === "object" && value !== null && Object.values(value).some((item: Json) => names(item, id));
}

const SECTIONS = ["helm", "vhd", "image", "template"] as const;
const FIELDS = {
  helm: ["helmPackageName", "helmPackageVersionRange"],
  vhd: ["vhdName", "vhdVersion"],
  image: ["imageName", "imageVersion"],
  template: ["templateName", "templateVersion"],
} as const;
const TYPES: Readonly<Record<string, (typeof SECTIONS)[number]>> = {
  helmpackage: "helm",
  vhdimagefile: "vhd",
  imagefile: "image",
  armtemplate: "template",
};

function applicationMeans(item: Json, asked: Asked): boolean {
  const store = at(item, "artifactProfile.artifactStore.id");
  const declared = TYPES[nameIn(at(item, "artifactType")) ?? ""];
  const concrete = at(item, "deployParametersMappingRuleProfile.helmMappingRuleProfile.helmPackageVersion");
  const there = SECTIONS.filter((section) => {
    const isThere = at(item, `artifactProfile.${section}ArtifactProfile`) !== undefined;
    return isThere || section === declared || (section === "helm" && concrete !== undefined);
  });
  const named = there.map((section) =>
    FIELDS[section].map((key) => at(item, `artifactProfile.${section}ArtifactProfile.${key}`)),
  );
  if ([at(item, "artifactType"), concrete, ...named.flat()].some(isWrong)) return true;
  // A chart brings images along that are named nowhere; so may an application of a type that nobody knows.
  const isWhole = there.includes("helm") || declared === undefined || there.length === 0;
  return storeMeans(store, asked, () => isWhole || named.some(([name, version]) => lists(asked, name, version)));
}

function elementMeans(item: Json, asked: Asked): boolean {
  const type = at(item, "configuration.templateType");
  const name = at(item, "configuration.artifactProfile.artifactName");
  const version = at(item, "configuration.artifactProfile.artifactVersion");
  if ([type, name, version].some(isWrong)) return true;
  const isWhole = nameIn(type) !== "armtemplate";
  const store = at(item, "configuration.artifactProfile.artifactStoreReference.id");
  return storeMeans(store, asked, () => isWhole || lists(asked, name, version));
}

/** By the artifact manifest's id, or legacy by the id of its store; what is neither could mean anything. */
function storeMeans(store: Json | undefined, asked: Asked, legacyMeans: () => boolean): boolean {
  const id = clean(store);
  if (isArtifactManifestId(id)) return id === asked.id;
  if (isStoreId(id)) return id === asked.storeId && legacyMeans();
  return true;
}

/** Whether the list has, or once had, an artifact of that name and version; what is not told fits all. */
function lists({ artifacts }: Asked, name: Json | undefined, version: Json | undefined): boolean {
  const [wantedName, wantedVersion] = [nameIn(name), nameIn(version)];
  if (wantedName === undefined) return true;
  return artifacts.some(
    (artifact) => artifact.name === wantedName && (wantedVersion === undefined || artifact.version === wantedVersion),
  );
}
