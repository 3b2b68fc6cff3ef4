import { publisherOf } from "./armId.ts";
import { parseJson } from "./parseJson.ts";
import { readMentions } from "./readMentions.ts";
import { isOpen, readSchemasOfValues } from "./readSchemas.ts";
import { readText } from "./readText.ts";
import type { Scope } from "./readText.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { ConsumerDetails } from "./resources.ts";

/**
 * The versions that configuration group values name, and their schema. Values that are not shown or not understood could name
 * any version of the schema's publisher, of any publisher where that is not known by id.
 */
export function readConfigurationValues(
  scope: Scope,
): Pick<ConsumerDetails, "versions" | "schemas" | "hasSecretValues"> {
  const paths = REFERENCE_PATHS.configurationGroupValues;
  const schemas = readSchemasOfValues(scope);
  const ids = schemas.flatMap((schema) => (schema.by === "id" ? [publisherOf(schema.id)] : []));
  const publisherId = schemas.some(({ by }) => by === "unreadable") ? undefined : ids[0];
  const value = readText(scope, paths.value);
  const parsed = value.is === "text" && isOpen(readText(scope, paths.configurationType)) ? parseJson(value.text) : null;
  if (typeof parsed !== "object" || parsed === null)
    return {
      versions: [{ by: "unreadable", publisherId, text: `${paths.value.path} is not shown or not understood` }],
      schemas,
      hasSecretValues: true,
    };
  return { versions: readMentions(parsed, publisherId), schemas, hasSecretValues: false };
}
