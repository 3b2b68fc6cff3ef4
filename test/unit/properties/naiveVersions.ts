import { at, clean, isArtifactManifestId, isFunctionVersionId, isStoreId, isWrong, idOf, nameIn } from "./naiveJson.ts";
import type { Json, Raw } from "./raw.ts";

/** An artifact manifest that is asked about, with every entry that any look saw in its list. */
export interface Asked {
  readonly id: string;
  readonly storeId: string;
  readonly artifacts: readonly { readonly name: string; readonly version: string }[];
  /** What else it lists is not known. */
  readonly mayListMore: boolean;
}

/** Whether what a version once said may mean the artifact manifest. */
export function mayReference(version: Raw, asked: Asked): boolean {
  const text = flatten(version["properties"]);
  if (holds(text, asked.id)) return true;
  const isFunction = isFunctionVersionId(idOf(version));
  const items = at(
    version["properties"],
    isFunction ? "networkFunctionTemplate.networkFunctionApplications" : "resourceElementTemplates",
  );
  // A list that is not there, or is none, could have held any reference.
  if (!Array.isArray(items)) return true;
  const list: readonly Json[] = items;
  const stores = list.map((item) => clean(at(item, isFunction ? FUNCTION_STORE : DESIGN_STORE)));
  // A store that is named in some other place is meant as a whole.
  if (!stores.includes(asked.storeId) && holds(text.replaceAll(MANIFEST_ID, ""), asked.storeId)) return true;
  return list.some((item) => (isFunction ? applicationMeans(item, asked) : elementMeans(item, asked)));
}

const FUNCTION_STORE = "artifactProfile.artifactStore.id";
const DESIGN_STORE = "configuration.artifactProfile.artifactStoreReference.id";

const MANIFEST_ID = /\/artifactstores\/[a-z0-9]+\/artifactmanifests\/[a-z0-9]+/g;

/** All that is said, at any depth of JSON inside of texts, without the blanks around segments. */
const flatten = (value: Json | undefined): string =>
  JSON.stringify(value ?? "")
    .toLowerCase()
    .replaceAll("\\", "")
    .split("/")
    .map((part) => part.trim())
    .join("/");

/** Whether the text holds the id as a whole: `cnf` is not in `cnf2`. */
const holds = (text: string, id: string): boolean =>
  text
    .split(id)
    .slice(1)
    .some((rest) => !/^[a-z0-9]/.test(rest));

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
  const store = at(item, FUNCTION_STORE);
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
  const store = at(item, DESIGN_STORE);
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
function lists({ artifacts, mayListMore }: Asked, name: Json | undefined, version: Json | undefined): boolean {
  const [wantedName, wantedVersion] = [nameIn(name), nameIn(version)];
  if (wantedName === undefined || mayListMore) return true;
  return artifacts.some(
    (artifact) => artifact.name === wantedName && (wantedVersion === undefined || artifact.version === wantedVersion),
  );
}
