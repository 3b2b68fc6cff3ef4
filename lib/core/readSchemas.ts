import { nameOf, publisherOf, toArmId, typeOf } from "./armId.ts";
import { demand, nameOrAny, readText, readTexts } from "./readText.ts";
import type { Reading, Scope } from "./readText.ts";
import type { ReferencePath } from "./referencePaths.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { SchemaReference } from "./resources.ts";
import { walkPath } from "./walkPath.ts";

const SCHEMA = "microsoft.hybridnetwork/publishers/configurationgroupschemas";

/** The configuration group schemas that an NSDV asks values for. A design that asks for none has no map of them. */
export function readSchemasOfDesign(design: Scope): readonly SchemaReference[] {
  const row = REFERENCE_PATHS.networkServiceDesignVersion.schemas;
  const [map] = walkPath(design.value, row.path.slice(0, row.path.indexOf(".<name>")));
  return map?.is === "missing" ? [] : readTexts(design, row).map(toSchema);
}

/** The schema of configuration group values: by id, and by names, which may differ and are all that a Secret one shows. */
export function readSchemasOfValues(values: Scope): readonly SchemaReference[] {
  const paths = REFERENCE_PATHS.configurationGroupValues;
  const [idType, id] = [readText(values, paths.idType), readText(values, paths.id)];
  const [publisher, schema] = [readText(values, paths.publisher), readText(values, paths.schema)];
  const given = isOpen(idType) ? demand(id) : id;
  const byId = given.is === "missing" ? [] : [toSchema(given)];
  const wrong = [idType, publisher, schema].filter(({ is }) => is === "unreadable").map(toSchema);
  const names = { by: "names", publisher: nameOrAny(publisher), schema: nameOrAny(schema) } as const;
  const isNamed = names.schema !== undefined || byId[0]?.by !== "id";
  return [...byId, ...wrong, ...(isNamed ? [names] : [])];
}

/**
 * Why the schema, and with it the publisher that the values are about, is not understood; empty where it is, or where the
 * reference is Secret. Names that are not those of the id mean that one of them was spoilt.
 */
export function listSchemaDoubts(values: Scope, schemas: readonly SchemaReference[]): readonly string[] {
  const paths = REFERENCE_PATHS.configurationGroupValues;
  const wrong = schemas.flatMap((schema) => (schema.by === "unreadable" ? [schema.text] : []));
  const id = schemas.find((schema) => schema.by === "id")?.id;
  if (id === undefined)
    return wrong.length > 0 || isSecret(readText(values, paths.idType)) ? wrong : [`${paths.id.path} is missing`];
  const disagrees = (row: ReferencePath, name: string): boolean =>
    (nameOrAny(readText(values, row))?.toLowerCase() ?? name) !== name;
  const differ = disagrees(paths.publisher, nameOf(publisherOf(id) ?? "")) || disagrees(paths.schema, nameOf(id));
  return differ ? [...wrong, `${paths.id.path} and the names beside it tell different schemas`] : wrong;
}

export const isOpen = (type: Reading): boolean => nameOrAny(type)?.toLowerCase() === "open";

export const isSecret = (type: Reading): boolean => nameOrAny(type)?.toLowerCase() === "secret";

function toSchema(reading: Reading): SchemaReference {
  if (reading.is !== "text")
    return { by: "unreadable", text: reading.is === "missing" ? `${reading.at} is missing` : reading.text };
  const id = toArmId(reading.text);
  return id && typeOf(id) === SCHEMA ? { by: "id", id } : { by: "unreadable", text: `${reading.at}: ${reading.text}` };
}
