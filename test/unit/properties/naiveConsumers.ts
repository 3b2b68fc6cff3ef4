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
import { EVERYTHING, fits, idMeans, joinMeant, NOTHING } from "./naiveMeant.ts";
import { valuesMean } from "./naiveValues.ts";
import type { Json, Raw } from "./raw.ts";

/** `seen` are the ids of all versions that any look saw. */
export function consumerMeans(consumer: Raw, seen: readonly string[]): Meant {
  const properties = consumer["properties"];
  if (isConsumerOf("configurationgroupvalues", idOf(consumer))) return configurationMeans(properties, seen);
  return isConsumerOf("networkfunctions", idOf(consumer))
    ? joinMeant([runsOn(properties, FUNCTION, seen), spoiltValuesMean(properties)])
    : joinMeant([runsOn(properties, DESIGN, seen), lastStateMeans(properties, seen)]);
}

/** What values that are no JSON, or in which a digest breaks off, once named may be decommissioned: all of the publisher. */
function spoiltValuesMean(properties: Json | undefined): Meant {
  const values = at(properties, "deploymentValues");
  const isCut = /sha256:(?![0-9a-f]{64})/i.test(JSON.stringify(values ?? ""));
  if (values === undefined || (typeof values === "string" && parse(values) !== undefined && !isCut)) return NOTHING;
  const id = clean(at(properties, `${FUNCTION.reference}.id`));
  const name = nameIn(at(properties, "publisherName")) ?? segment(id, 8);
  const isTold = isFunctionVersionId(id) && name === segment(id, 8);
  return { versions: [], publishers: [isTold ? publisherOf(id) : "*"] };
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
  const byId = fields.isId(id) ? idMeans(id, seen) : NOTHING;
  const [publisher, group, version] = names.map(nameIn);
  if (id !== "" && version === undefined) return byId;
  return joinMeant([byId, namesMean({ publisher, group, version, id }, seen)]);
}

/** The last state is a version's name; publisher and group are those of the desired state. */
function lastStateMeans(properties: Json | undefined, seen: readonly string[]): Meant {
  const last = at(properties, "lastStateNetworkServiceDesignVersionName");
  if (last === undefined) return NOTHING;
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

/**
 * Every seen version of those names, in any subscription; all of the publisher where one name is not told or none fits. One fit
 * anywhere answers, so that publishers of that name elsewhere are not protected, and the name of no publisher protects none.
 */
function namesMean({ id, version, ...names }: Names, seen: readonly string[]): Meant {
  const publisher = names.publisher ?? (segment(id, 8) || undefined);
  const group = names.group ?? (segment(id, 10) || undefined);
  const versions = seen.filter((seenId) => fits(seenId, { publisher, group, version }));
  const isTold = publisher !== undefined && group !== undefined && version !== undefined;
  return { versions, publishers: isTold && versions.length > 0 ? [] : [publisher ?? "*"] };
}

function configurationMeans(properties: Json | undefined, seen: readonly string[]): Meant {
  const reference = at(properties, "configurationGroupSchemaResourceReference");
  const [idType, given] = [at(reference, "idType"), at(reference, "id")];
  const schema = clean(given);
  const names = [at(properties, "publisherName"), at(properties, "configurationGroupSchemaName")];
  const isDenied = names.some(
    (name, index) => (nameIn(name) ?? segment(schema, 8 + 2 * index)) !== segment(schema, 8 + 2 * index),
  );
  const isUnderstood =
    ![idType, ...names].some(isWrong) &&
    (isSchemaId(schema) ? !isDenied : given === undefined && nameIn(idType) === "secret");
  // Names do not tell of which subscription the publisher is.
  const publisher = isUnderstood && isSchemaId(schema) ? publisherOf(schema) : undefined;
  return joinMeant([isUnderstood ? NOTHING : EVERYTHING, settingsMean(properties, publisher, seen)]);
}

/** Secret ones are about the schema's publisher; spoilt ones could have named any. */
function settingsMean(properties: Json | undefined, publisher: string | undefined, seen: readonly string[]): Meant {
  const type = nameIn(at(properties, "configurationType"));
  if (type === "secret") return { versions: [], publishers: [publisher ?? "*"] };
  const value = at(properties, "configurationValue");
  const read = type === "open" && typeof value === "string" ? parse(value) : undefined;
  return typeof read !== "object" || read === null ? EVERYTHING : valuesMean(read, publisher, seen);
}

function parse(text: string): Json | undefined {
  try {
    const parsed: Json = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}
