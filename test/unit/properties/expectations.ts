import { readResource } from "../../../lib/core/readResource.ts";
import type { Corruption } from "./corruptions.ts";
import { at, clean, idOf, isConsumerOf, isSchemaId, isVersionId, nameIn, segment, tell } from "./naiveJson.ts";
import type { Json, Raw } from "./raw.ts";
import { registryOf, STORES } from "./raw.ts";

/** One resource of the last look, and what became of it. */
export interface Spoilt {
  readonly raw: Raw;
  readonly corruption: Corruption;
}

const isValues = ({ raw }: Spoilt): boolean => isConsumerOf("configurationgroupvalues", idOf(raw));
const isFunction = ({ raw }: Spoilt): boolean => isConsumerOf("networkfunctions", idOf(raw));
const isService = ({ raw }: Spoilt): boolean => isConsumerOf("sitenetworkservices", idOf(raw));
const isConsumer = (spoilt: Spoilt): boolean => isValues(spoilt) || isFunction(spoilt) || isService(spoilt);
const lastKey = ({ corruption }: Spoilt): string => corruption.path.at(-1) ?? "";
const isMissing = ({ corruption: { after } }: Spoilt): boolean => after === undefined || after === null;

const isCut = ({ corruption: { harm } }: Spoilt): boolean => harm === "truncate" || harm === "parent";

/** A cut text that still is an id of the kind that belongs there, or a name. */
function isStillWhole(spoilt: Spoilt): boolean {
  const text = clean(spoilt.corruption.after);
  if (lastKey(spoilt) === "id") return isVersionId(text) || isSchemaId(text);
  return /(Name|^networkFunctionDefinitionVersion)$/.test(lastKey(spoilt)) && text !== "";
}

/** Where the resource, as it was before, had said the same thing twice and differently, or what nobody understands. */
export function wasOdd({ raw }: Spoilt): boolean {
  const read = readResource(raw);
  if (!("resource" in read)) return true;
  const { details } = read.resource;
  if (details.of === "artifactManifest") return details.unreadable.length > 0;
  if (details.of === "version") return details.references.some(({ form }) => form === "unreadable");
  return details.of === "consumer" && (details.versions.some(({ by }) => by === "unreadable") || disagrees(raw));
}

/** Names that differ from the id beside them: AOSM derives them from it. */
function disagrees(raw: Raw): boolean {
  const properties = raw["properties"];
  const [design, definition] = ["networkServiceDesign", "networkFunctionDefinition"];
  const id = clean(
    at(properties, `${design}VersionResourceReference.id`) ??
      at(properties, `${definition}VersionResourceReference.id`),
  );
  const names: readonly (readonly [Json | undefined, number])[] = [
    [at(properties, "publisherName"), 8],
    [at(properties, `${design}GroupName`) ?? at(properties, `${definition}GroupName`), 10],
    [at(properties, `${design}VersionName`) ?? at(properties, `${definition}Version`), 12],
  ];
  return (
    id !== "" && names.some(([name, position]) => (nameIn(name) ?? segment(id, position)) !== segment(id, position))
  );
}

interface Exception {
  readonly name: string;
  readonly applies: (spoilt: Spoilt) => boolean;
}

/**
 * What a consumer says is not remembered, so a spoilt one that reads as a whole one that says something else frees what it named.
 * Nothing can tell them apart within one look.
 */
export const SAYS_SOMETHING_ELSE: readonly Exception[] = [
  {
    name: "an id or a name of a consumer that is cut to a shorter one",
    applies: (spoilt) => isConsumer(spoilt) && isCut(spoilt) && isStillWhole(spoilt),
  },
  {
    name: "a site network service that lost its last state looks like one that never had any",
    applies: (spoilt) => lastKey(spoilt) === "lastStateNetworkServiceDesignVersionName" && isMissing(spoilt),
  },
  {
    name: "a network function that lost its values looks like one that never had any",
    applies: (spoilt) => isFunction(spoilt) && lastKey(spoilt) === "deploymentValues" && isMissing(spoilt),
  },
  {
    name: "a consumer that lost its reference looks like one that is told by names alone, which another subscription may fit",
    applies: (spoilt) =>
      lastKey(spoilt).endsWith("VersionResourceReference") &&
      (isMissing(spoilt) || spoilt.corruption.harm === "object"),
  },
  {
    name: "the id of a store's registry that is cut to that of another",
    applies: (spoilt) =>
      lastKey(spoilt) === "storageResourceId" &&
      isCut(spoilt) &&
      /\/registries\/[^/]+$/.test(clean(spoilt.corruption.after)),
  },
];

/** Parts of an application that most do not have. */
const OPTIONAL = ["deployParametersMappingRuleProfile", "helmMappingRuleProfile", "helmPackageVersion"];

const PROFILE_OF: ReadonlyMap<string, string> = new Map([
  ["helmpackage", "helm"],
  ["vhdimagefile", "vhd"],
  ["imagefile", "image"],
  ["armtemplate", "template"],
]);

/** The profile of another kind of artifact than the application declares. */
function isSecondProfile({ raw, corruption: { path } }: Spoilt): boolean {
  const application = path.slice(0, -2).join(".");
  const declared = nameIn(at(raw, `${application}.artifactType`)) ?? "";
  const kind = /^(helm|vhd|image|template)ArtifactProfile$/.exec(path.at(-1) ?? "")?.[1];
  return kind !== undefined && PROFILE_OF.get(declared) !== kind;
}

/** Nothing remembers the whole resource, so one that says less is as good as any other. */
export const NEVER_SEEN_WHOLE: readonly Exception[] = [
  {
    name: "a text that is cut to a shorter one, but for what the id, name and type of a row say thrice",
    applies: (spoilt) => isCut(spoilt) && spoilt.corruption.path.length > 1,
  },
  {
    name: "an entry of a list that is not there",
    applies: ({ corruption }) => corruption.harm === "drop" && /^\d+$/.test(corruption.path.at(-1) ?? ""),
  },
  {
    name: "a list that is empty",
    applies: ({ corruption }) => corruption.harm === "list" && Array.isArray(corruption.before),
  },
  {
    name: "a part of an application that need not be there",
    applies: (spoilt) =>
      (OPTIONAL.includes(lastKey(spoilt)) && (isMissing(spoilt) || spoilt.corruption.harm === "object")) ||
      (isMissing(spoilt) && isSecondProfile(spoilt)),
  },
  {
    name: "an artifact manifest that is not uploaded yet need not have a list",
    applies: (spoilt) => {
      const state = nameIn(at(spoilt.raw["properties"], "artifactManifestState"));
      return lastKey(spoilt) === "artifacts" && isMissing(spoilt) && state !== "uploaded";
    },
  },
];

const VERSION_NAMES = ["networkFunctionDefinitionVersion", "networkServiceDesignVersionName"];

/**
 * Whether a spoilt resource must keep what is markable in a registry. Of two things only the publisher is held whose version the
 * id names: values of a network function that break off may have named any digest of it, and a version's name that is not told
 * beside the id may have fitted versions of other subscriptions, though the id means none of those.
 */
export function speaksFor(spoilt: Spoilt, registry: string): boolean {
  const { raw, corruption } = spoilt;
  const isUntold = VERSION_NAMES.includes(lastKey(spoilt)) && tell(corruption.after).is === "open";
  if (lastKey(spoilt) !== "deploymentValues" && !isUntold) return true;
  const reference = isFunction(spoilt) ? "networkFunctionDefinitionVersion" : "networkServiceDesignVersion";
  const id = clean(at(raw["properties"], `${reference}ResourceReference.id`));
  const store = STORES.find((one) => registry.startsWith(`${registryOf(one).toLowerCase()}/`)) ?? "";
  return id === "" || clean(store).startsWith(`${id.split("/").slice(0, 9).join("/")}/`);
}
