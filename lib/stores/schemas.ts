import { z } from "zod";
import type { IncompleteReason } from "../core/completeness.ts";
import { INCOMPLETE_REASONS } from "../core/completeness.ts";
import type { KeepReason } from "../core/keepReasons.ts";
import { KEEP_REASONS } from "../core/keepReasons.ts";
import type { KnownArtifactManifest, KnownStore, KnownVersion } from "../core/knowledge.ts";
import type { Edges, RegistryManifest } from "../core/registryManifest.ts";
import type {
  ArtifactReference,
  NamedArtifact,
  ReferenceSource,
  Resource,
  ResourceDetails,
  ResourceKind,
  SchemaReference,
  TagHold,
  VersionReference,
} from "../core/resources.ts";
import { maybe } from "./rows.ts";

/** How domain types are stored: one schema each, checked against the type by the compiler. */

const Text = maybe(z.string());
/** A key of `record`: stored codes that this version does not know are refused. */
export const keyOf = <T extends object>(record: T) =>
  z.custom<keyof T & string>((value) => typeof value === "string" && Object.hasOwn(record, value), {
    error: "is not a known code",
  });

const Artifact = z.object({ name: z.string(), version: z.string() });
const NamedArtifactSchema = z.object({
  name: z.string(),
  version: Text,
  chart: z.boolean(),
}) satisfies z.ZodType<NamedArtifact>;

const ArtifactReferenceSchema = z.discriminatedUnion("form", [
  z.object({ form: z.literal("artifactManifest"), id: z.string(), artifact: maybe(NamedArtifactSchema) }),
  z.object({ form: z.literal("store"), id: z.string(), chart: z.boolean(), artifact: maybe(NamedArtifactSchema) }),
  z.object({ form: z.literal("unreadable"), text: z.string() }),
]) satisfies z.ZodType<ArtifactReference>;

const SchemaReferenceSchema = z.discriminatedUnion("by", [
  z.object({ by: z.literal("id"), id: z.string() }),
  z.object({ by: z.literal("names"), publisher: Text, schema: Text }),
  z.object({ by: z.literal("unreadable"), text: z.string() }),
]) satisfies z.ZodType<SchemaReference>;

const Source = z.enum(["desired", "lastState", "value"]) satisfies z.ZodType<ReferenceSource>;

const VersionReferenceSchema = z.discriminatedUnion("by", [
  z.object({ by: z.literal("id"), source: Source, id: z.string() }),
  z.object({ by: z.literal("names"), source: Source, publisher: Text, group: Text, version: Text }),
  z.object({ by: z.literal("mention"), publisherId: Text, texts: z.array(z.string()) }),
  z.object({ by: z.literal("unreadable"), publisherId: Text, text: z.string() }),
]) satisfies z.ZodType<VersionReference>;

const TagHoldSchema = z.object({ until: Text, reason: z.string() }) satisfies z.ZodType<TagHold>;

const Details = z.discriminatedUnion("of", [
  z.object({ of: z.literal("store"), storeType: Text, registryId: Text }),
  z.object({ of: z.literal("artifactManifest"), artifacts: z.array(Artifact), unreadable: z.array(z.string()) }),
  z.object({
    of: z.literal("version"),
    references: z.array(ArtifactReferenceSchema),
    schemas: z.array(SchemaReferenceSchema),
  }),
  z.object({
    of: z.literal("consumer"),
    versions: z.array(VersionReferenceSchema),
    values: z.array(z.string()),
    schemas: z.array(SchemaReferenceSchema),
    digests: z.array(z.string()),
    hasSecretValues: z.boolean(),
  }),
  z.object({
    of: z.literal("registry"),
    loginServer: Text,
    sku: Text,
    roleAssignmentMode: Text,
    publicNetworkAccess: Text,
    retentionDays: maybe(z.number()),
    softDeleteDays: maybe(z.number()),
    unreadablePolicies: z.array(z.string()),
  }),
  z.object({ of: z.literal("replication"), status: Text }),
  z.object({ of: z.literal("other") }),
]) satisfies z.ZodType<ResourceDetails>;

export const KindSchema = z.enum([
  "publisher",
  "artifactStore",
  "artifactManifest",
  "networkFunctionDefinitionGroup",
  "networkFunctionDefinitionVersion",
  "networkServiceDesignGroup",
  "networkServiceDesignVersion",
  "configurationGroupSchema",
  "configurationGroupValues",
  "site",
  "siteNetworkService",
  "networkFunction",
  "registry",
  "replication",
]) satisfies z.ZodType<ResourceKind>;

export const ResourceSchema = z.object({
  id: z.string(),
  kind: KindSchema,
  name: z.string(),
  location: z.string(),
  provisioningState: Text,
  state: Text,
  createdAt: Text,
  hold: TagHoldSchema.exactOptional(),
  details: Details,
}) satisfies z.ZodType<Resource>;

export const KnownArtifactManifestSchema = z.object({
  of: z.literal("artifactManifest"),
  id: z.string(),
  artifacts: z.array(Artifact),
  unreadable: z.boolean(),
  seenComplete: z.boolean(),
  hold: maybe(TagHoldSchema),
  endlessHold: maybe(TagHoldSchema),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
}) satisfies z.ZodType<KnownArtifactManifest>;

export const KnownVersionSchema = z.object({
  of: z.literal("version"),
  id: z.string(),
  references: z.array(ArtifactReferenceSchema),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
}) satisfies z.ZodType<KnownVersion>;

export const KnownStoreSchema = z.object({
  of: z.literal("store"),
  id: z.string(),
  hold: maybe(TagHoldSchema),
  endlessHold: maybe(TagHoldSchema),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
}) satisfies z.ZodType<KnownStore>;

export const EdgesSchema = z.object({
  understood: z.boolean(),
  children: z.array(z.string()),
  subject: Text,
  layers: z.array(z.object({ digest: z.string(), size: z.number() })),
}) satisfies z.ZodType<Edges>;

export const RegistryManifestSchema = z.object({
  digest: z.string(),
  mediaType: Text,
  size: z.number(),
  createdAt: Text,
  tags: z.array(z.object({ name: z.string(), movedAt: Text })),
  lastTags: z.array(z.string()).default([]),
  locked: z.boolean(),
  edges: maybe(EdgesSchema),
}) satisfies z.ZodType<RegistryManifest>;

export const OptionalText = z.string().exactOptional();

export const KeepReasonSchema = z.object({
  code: keyOf(KEEP_REASONS),
  by: OptionalText,
}) satisfies z.ZodType<KeepReason>;

export const IncompleteReasonSchema = z.object({
  code: keyOf(INCOMPLETE_REASONS),
  subject: OptionalText,
  repository: OptionalText,
  detail: OptionalText,
}) satisfies z.ZodType<IncompleteReason>;

/** What a mark and an item of a plan both say of a registry manifest. */
export const MARKED_FIELDS = {
  repository: z.string(),
  digest: z.string(),
  class: z.enum(["decommissioned", "superseded"]),
  storeId: z.string(),
  artifactManifestId: z.string(),
  pushedAt: z.string(),
  storeCreatedAt: maybe(z.string()),
  size: z.number(),
};
