import type { ArmId } from "./armId.ts";
import { publisherOf } from "./armId.ts";
import { parseJson } from "./parseJson.ts";
import { readMentions } from "./readMentions.ts";
import { isOpen, isSecret, listSchemaDoubts, readSchemasOfValues } from "./readSchemas.ts";
import { readText } from "./readText.ts";
import type { Scope } from "./readText.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { ConsumerDetails, SchemaReference, VersionReference } from "./resources.ts";

const PATHS = REFERENCE_PATHS.configurationGroupValues;

export interface ConfigurationValues extends Pick<ConsumerDetails, "versions" | "schemas" | "hasSecretValues"> {
  /** The publisher of their schema, where it is known by id. */
  readonly publisherId: ArmId | undefined;
}

/**
 * The versions that configuration group values name, and their schema. Secret values could name any version of the schema's
 * publisher. Values that are spoilt, or whose schema is not understood, could name any version of any publisher.
 */
export function readConfigurationValues(scope: Scope): ConfigurationValues {
  const schemas = readSchemasOfValues(scope);
  const doubts = listSchemaDoubts(scope, schemas);
  const publisherId = doubts.length === 0 ? findPublisher(schemas) : undefined;
  const value = readValue(scope, publisherId);
  return { ...value, versions: [...value.versions, ...doubts.map((text) => toUnreadable(text))], schemas, publisherId };
}

function readValue(
  scope: Scope,
  publisherId: ArmId | undefined,
): Pick<ConsumerDetails, "versions" | "hasSecretValues"> {
  const [type, value] = [readText(scope, PATHS.configurationType), readText(scope, PATHS.value)];
  if (isSecret(type))
    return { versions: [toUnreadable(`${PATHS.value.path} is Secret`, publisherId)], hasSecretValues: true };
  const parsed = isOpen(type) && value.is === "text" ? parseJson(value.text) : undefined;
  if (typeof parsed !== "object" || parsed === null)
    return { versions: [toUnreadable(`${PATHS.value.path} is not shown or not understood`)], hasSecretValues: true };
  return { versions: readMentions(parsed, publisherId), hasSecretValues: false };
}

const toUnreadable = (text: string, publisherId?: ArmId): VersionReference => ({ by: "unreadable", publisherId, text });

const findPublisher = (schemas: readonly SchemaReference[]): ArmId | undefined =>
  schemas.flatMap((schema) => (schema.by === "id" ? (publisherOf(schema.id) ?? []) : []))[0];
