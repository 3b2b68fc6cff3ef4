import { z } from "zod";
import type { ArmId } from "./armId.ts";
import { publisherOf, toArmId, typeOf } from "./armId.ts";
import type { ResourceDetails, ResourceKind, VersionReference } from "./resources.ts";
import { isVersion, toResourceKind } from "./resources.ts";

const Text = z.string().nullish();

/** `Open` references carry an id; of a `Secret` one a GET returns only names (API spec 2025-03-30, IdType). */
const VersionFields = z.object({
  networkServiceDesignVersionResourceReference: z.object({ id: Text }).nullish(),
  networkFunctionDefinitionVersionResourceReference: z.object({ id: Text }).nullish(),
  publisherName: Text,
  networkServiceDesignGroupName: Text,
  networkServiceDesignVersionName: Text,
  lastStateNetworkServiceDesignVersionName: Text,
  networkFunctionDefinitionGroupName: Text,
  networkFunctionDefinitionVersion: Text,
  configurationType: Text,
});

const ValueFields = z.object({
  configurationGroupSchemaResourceReference: z.object({ id: Text }).nullish(),
  configurationType: Text,
  configurationValue: Text,
});

/** Reads what an SNS, NF or CGV consumes. What cannot be read counts as every version that it could mean. */
export function readConsumer(kind: ResourceKind, properties: Record<string, unknown>): ResourceDetails {
  const digests = findDigests(properties);
  if (kind === "configurationGroupValues") return { of: "consumer", ...readValues(properties), digests };
  const parsed = VersionFields.safeParse(properties);
  if (!parsed.success)
    return {
      of: "consumer",
      versions: [unreadable(undefined, "its version reference")],
      digests,
      hasSecretValues: true,
    };
  const fields = parsed.data;
  const versions = kind === "siteNetworkService" ? readSiteNetworkService(fields) : readNetworkFunction(fields);
  return {
    of: "consumer",
    versions,
    digests,
    hasSecretValues: kind === "networkFunction" && fields.configurationType?.toLowerCase() !== "open",
  };
}

type Fields = z.infer<typeof VersionFields>;

function readSiteNetworkService(fields: Fields): VersionReference[] {
  const publisher = fields.publisherName ?? undefined;
  const group = fields.networkServiceDesignGroupName ?? undefined;
  const id = fields.networkServiceDesignVersionResourceReference?.id;
  const desired = toVersions(id, { publisher, group, version: fields.networkServiceDesignVersionName ?? undefined });
  // The last state is what a rollback returns to: it is needed as much as the desired one.
  const last = fields.lastStateNetworkServiceDesignVersionName;
  return last ? [...desired, toLastState(id, { publisher, group, version: last })] : desired;
}

/** The last state is given by version name only; publisher and group are the desired one's where names are missing. */
function toLastState(idText: string | null | undefined, names: Names): VersionReference {
  const parts = (idText ? toArmId(idText) : undefined)?.split("/") ?? [];
  return {
    by: "names",
    from: "fields",
    publisher: names.publisher ?? parts[8],
    group: names.group ?? parts[10],
    version: names.version,
  };
}

function readNetworkFunction(fields: Fields): VersionReference[] {
  return toVersions(fields.networkFunctionDefinitionVersionResourceReference?.id, {
    publisher: fields.publisherName ?? undefined,
    group: fields.networkFunctionDefinitionGroupName ?? undefined,
    version: fields.networkFunctionDefinitionVersion ?? undefined,
  });
}

interface Names {
  readonly publisher: string | undefined;
  readonly group: string | undefined;
  readonly version: string | undefined;
}

/** By id and by name fields, which may differ; without a readable id the names alone count, however few there are. */
function toVersions(idText: string | null | undefined, names: Names): VersionReference[] {
  const id = idText ? toArmId(idText) : undefined;
  const byNames: VersionReference = { by: "names", from: "fields", ...names };
  if (!id || !publisherOf(id)) return [byNames];
  const byId: VersionReference = { by: "id", id };
  if (names.version === undefined) return [byId];
  const parts = id.split("/");
  return [byId, { ...byNames, publisher: names.publisher ?? parts[8], group: names.group ?? parts[10] }];
}

function readValues(properties: Record<string, unknown>): { versions: VersionReference[]; hasSecretValues: boolean } {
  const parsed = ValueFields.safeParse(properties);
  const schema = parsed.data?.configurationGroupSchemaResourceReference?.id;
  const schemaId = schema ? toArmId(schema) : undefined;
  const publisherId = schemaId && publisherOf(schemaId);
  const value = parsed.success ? parseJson(parsed.data.configurationValue) : undefined;
  if (!parsed.success || parsed.data.configurationType?.toLowerCase() !== "open" || value === undefined)
    return { versions: [unreadable(publisherId, "its configuration value")], hasSecretValues: true };
  return { versions: readMentions(value, publisherId), hasSecretValues: false };
}

/** Names under which AOSM's own designs put an NFDV into a CGV value (`nfdvName` beside `publisherName` and `nfdgName`). */
const VERSION_KEY = /^(nfdvname|nfdversion|networkfunctiondefinitionversion(name)?)$/i;
const GROUP_KEY = /^(nfdgname|networkfunctiondefinitiongroup(name)?)$/i;
const PUBLISHER_KEY = /^publishername$/i;

/** ARM names are at most 64 characters in Microsoft.HybridNetwork: a longer text names nothing. */
const MAX_NAME = 64;

/** A text in a value, with the group and publisher names that stand beside it or above it. */
interface Leaf {
  readonly key: string;
  readonly text: string;
  readonly group: string | undefined;
  readonly publisher: string | undefined;
}

/**
 * A version under a known key is meant by its names. Any other text could be a version too, under a name that a design
 * chose freely: it is a mention, which means every version of that name of the schema's publisher.
 */
function readMentions(value: unknown, publisherId: ArmId | undefined): VersionReference[] {
  const leaves = listLeaves(value, { key: "", group: undefined, publisher: publisherId?.split("/")[8] });
  const ids = leaves.map(({ text }) => toArmId(text)).filter((id) => id !== undefined && isVersionId(id));
  const named = leaves.filter(({ key }) => VERSION_KEY.test(key));
  const others = leaves.filter(({ key, group }) => !VERSION_KEY.test(key) || group === undefined);
  return [
    ...ids.map((id): VersionReference => ({ by: "id", id: id ?? "" })),
    ...named.map(({ text, group, publisher }): VersionReference => ({
      by: "names",
      from: "value",
      publisher,
      group,
      version: text,
    })),
    {
      by: "mention",
      publisherId,
      texts: [
        ...new Set(others.map(({ text }) => text.toLowerCase()).filter((text) => text.length <= MAX_NAME)),
      ].sort(),
    },
  ];
}

function listLeaves(value: unknown, above: Omit<Leaf, "text">): Leaf[] {
  if (typeof value === "number" || typeof value === "boolean") return [{ ...above, text: String(value) }];
  if (typeof value === "string") {
    // Values are passed on as JSON texts inside JSON texts.
    const nested = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
    return [{ ...above, text: value }, ...(nested === undefined ? [] : listLeaves(nested, above))];
  }
  if (Array.isArray(value)) return value.flatMap((item) => listLeaves(item, above));
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const named = (pattern: RegExp): string | undefined => {
    const found: unknown = entries.find(([key, item]) => pattern.test(key) && typeof item === "string")?.[1];
    return typeof found === "string" ? found : undefined;
  };
  const group = named(GROUP_KEY) ?? above.group;
  const publisher = named(PUBLISHER_KEY) ?? above.publisher;
  return entries.flatMap(([key, item]) => listLeaves(item, { key, group, publisher }));
}

const isVersionId = (id: ArmId): boolean => {
  const kind = toResourceKind(typeOf(id));
  return kind !== undefined && isVersion(kind);
};

/** Digests anywhere in a resource: a workload pinned by digest needs exactly that registry manifest. */
function findDigests(properties: Record<string, unknown>): string[] {
  const found = JSON.stringify(properties)
    .toLowerCase()
    .match(/sha256:[0-9a-f]{64}/g);
  return [...new Set(found ?? [])].sort();
}

function parseJson(text: string | null | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller treats an unreadable value as a mention of every version
  }
}

const unreadable = (publisherId: ArmId | undefined, text: string): VersionReference => ({
  by: "unreadable",
  publisherId,
  text,
});
