import {
  at,
  clean,
  idOf,
  isConsumerOf,
  isDesignVersionId,
  isFunctionVersionId,
  isSchemaId,
  isWrong,
  nameIn,
  publisherOf,
  segment,
} from "./naiveJson.ts";
import type { Meant, Wanted } from "./naiveMeant.ts";
import { EVERYTHING, fits, idMeans, joinMeant } from "./naiveMeant.ts";
import { valuesMean } from "./naiveValues.ts";
import type { Json, Raw } from "./raw.ts";

/** `seen` are the ids of all versions that any look saw. */
export function consumerMeans(consumer: Raw, seen: readonly string[]): Meant {
  const properties = consumer["properties"];
  if (isConsumerOf("configurationgroupvalues", idOf(consumer))) return configurationMeans(properties, seen);
  return isConsumerOf("networkfunctions", idOf(consumer))
    ? runsOn(properties, FUNCTION, seen)
    : joinMeant([runsOn(properties, DESIGN, seen), lastStateMeans(properties, seen)]);
}

interface Fields {
  readonly reference: string;
  readonly group: string;
  readonly version: string;
  readonly isId: (id: string) => boolean;
}

const FUNCTION: Fields = {
  reference: "networkFunctionDefinitionVersionResourceReference",
  group: "networkFunctionDefinitionGroupName",
  version: "networkFunctionDefinitionVersion",
  isId: isFunctionVersionId,
};

const DESIGN: Fields = {
  reference: "networkServiceDesignVersionResourceReference",
  group: "networkServiceDesignGroupName",
  version: "networkServiceDesignVersionName",
  isId: isDesignVersionId,
};

/** By id and by names: both count where both are there. */
function runsOn(properties: Json | undefined, fields: Fields, seen: readonly string[]): Meant {
  const [idType, given] = [at(properties, `${fields.reference}.idType`), at(properties, `${fields.reference}.id`)];
  const id = clean(given);
  const isReadable = fields.isId(id) || (given === undefined && nameIn(idType) !== "open");
  const names = [at(properties, "publisherName"), at(properties, fields.group), at(properties, fields.version)];
  if (!isReadable || isWrong(idType) || names.some(isWrong)) return EVERYTHING;
  const byId = fields.isId(id) ? idMeans(id, seen) : { versions: [], publishers: [] };
  const [publisher, group, version] = names.map(nameIn);
  if (id !== "" && version === undefined) return byId;
  return joinMeant([byId, namesMean({ publisher, group, version, id }, seen)]);
}

/** The last state is a version's name; publisher and group are those of the desired state. */
function lastStateMeans(properties: Json | undefined, seen: readonly string[]): Meant {
  const last = at(properties, "lastStateNetworkServiceDesignVersionName");
  if (last === undefined) return { versions: [], publishers: [] };
  if (isWrong(last)) return EVERYTHING;
  const publisher = nameIn(at(properties, "publisherName"));
  const group = nameIn(at(properties, DESIGN.group));
  const id = clean(at(properties, `${DESIGN.reference}.id`));
  return namesMean({ publisher, group, version: nameIn(last), id }, seen);
}

interface Names extends Wanted {
  /** Tells publisher and group where their names are missing. */
  readonly id: string;
}

/** Every seen version of those names, in any subscription; all of the publisher where one name is not told or none fits. */
function namesMean({ id, version, ...names }: Names, seen: readonly string[]): Meant {
  const publisher = names.publisher ?? (segment(id, 8) || undefined);
  const group = names.group ?? (segment(id, 10) || undefined);
  const versions = seen.filter((seenId) => fits(seenId, { publisher, group, version }));
  const isTold = publisher !== undefined && group !== undefined && version !== undefined;
  return { versions, publishers: isTold && versions.length > 0 ? [] : [publisher ?? "*"] };
}

function configurationMeans(properties: Json | undefined, seen: readonly string[]): Meant {
  const reference = at(properties, "configurationGroupSchemaResourceReference");
  const schema = clean(at(reference, "id"));
  const others = [
    at(reference, "idType"),
    at(properties, "publisherName"),
    at(properties, "configurationGroupSchemaName"),
  ];
  // Names do not tell of which subscription the publisher is.
  const publisher = isSchemaId(schema) && !others.some(isWrong) ? publisherOf(schema) : undefined;
  const value = at(properties, "configurationValue");
  const isShown = nameIn(at(properties, "configurationType")) === "open";
  const read = isShown && typeof value === "string" ? parse(value) : undefined;
  if (typeof read !== "object" || read === null) return { versions: [], publishers: [publisher ?? "*"] };
  return valuesMean(read, publisher, seen);
}

function parse(text: string): Json | undefined {
  try {
    const parsed: Json = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}
