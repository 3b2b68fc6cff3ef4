import { z } from "zod";

/**
 * The estate: one JSON file that says what the sandbox holds at the start and what happens to it while time passes.
 * `estate.schema.json` is generated from these schemas; README.md beside this file explains them with examples.
 */

const ARM_ID = /^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+(\/providers\/[^/]+(\/[^/]+\/[^/]+)+)?)?$/i;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const OFFSET = /^[+-](?=\d)(\d+w)?(\d+d)?(\d+h)?(\d+m)?$/;
const REPOSITORY = /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

const Instant = z.iso.datetime({ offset: true }).describe("An instant, ISO 8601 with offset or Z");
const When = z
  .union([Instant, z.string().regex(OFFSET)], { error: "Expected an instant, or an offset such as `+3d2h`" })
  .describe("An instant, or an offset from `startsAt` such as `+3d2h` or `-90d`");
const Duration = z
  .string()
  .regex(/^(?=\d)(\d+w)?(\d+d)?(\d+h)?(\d+m)?$/)
  .describe("A duration such as `36h` or `1d12h`");
const ResourceId = z.string().regex(ARM_ID).describe("An ARM resource id");
const RepositoryName = z.string().regex(REPOSITORY).max(255);
const Tag = z.string().regex(/^\w[\w.-]{0,127}$/);
const Reference = z.string().min(1).describe("The alias of a registry manifest of the same registry, or a digest");

export const ArmResourceSchema = z.strictObject({
  id: ResourceId,
  location: z.string().default("westeurope"),
  tags: z.record(z.string(), z.string()).optional(),
  managedBy: z.string().optional(),
  sku: z.record(z.string(), z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  systemData: z.record(z.string(), z.unknown()).optional(),
  layout: z
    .enum(["2025-03-30", "legacy"])
    .default("2025-03-30")
    .describe("Artifact manifests only: `legacy` ones are deleted without a reference check and untag nothing"),
});

const Attributes = z.strictObject({
  deleteEnabled: z.boolean().optional(),
  writeEnabled: z.boolean().optional(),
  readEnabled: z.boolean().optional(),
  listEnabled: z.boolean().optional(),
});

const Layer = z.strictObject({
  size: z.int().min(0),
  seed: z
    .string()
    .optional()
    .describe("Layers with the same seed and size are the same blob, also across repositories"),
});

const Child = z.strictObject({
  ref: Reference,
  platform: z
    .string()
    .regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/)
    .optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** The short form: the sandbox builds the real manifest JSON from it, deterministically. */
const ShortManifest = z.strictObject({
  alias: z.string().min(1).optional().describe("A name, unique in the registry, by which other entries point here"),
  mediaType: z.string().default("application/vnd.oci.image.manifest.v1+json"),
  artifactType: z.string().optional(),
  configMediaType: z.string().optional(),
  seed: z.string().optional().describe("Makes the digest differ where all else is equal; default: the alias"),
  layers: z.array(Layer).optional(),
  children: z.array(Child).optional().describe("Makes it an index (OCI) or a manifest list (Docker)"),
  subject: Reference.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  tags: z.array(Tag).default([]),
  pushedAt: When.default("-90d"),
  attributes: Attributes.optional(),
});

/** The long form: real manifest JSON, stored as `JSON.stringify(manifest)`. */
const RawManifest = z.strictObject({
  alias: z.string().min(1).optional(),
  manifest: z.record(z.string(), z.unknown()),
  mediaType: z.string(),
  tags: z.array(Tag).default([]),
  pushedAt: When.default("-90d"),
  attributes: Attributes.optional(),
});

export const RegistryManifestSchema = z.union([RawManifest, ShortManifest]);

export const RepositorySchema = z.strictObject({
  name: RepositoryName,
  attributes: Attributes.optional(),
  manifests: z.array(RegistryManifestSchema),
});

export const RegistrySchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9]{5,50}$/),
  resourceId: ResourceId,
  location: z.string().default("westeurope"),
  sku: z.enum(["Basic", "Standard", "Premium"]).default("Premium"),
  roleAssignmentMode: z
    .enum(["LegacyRegistryPermissions", "AbacRepositoryPermissions"])
    .default("LegacyRegistryPermissions"),
  provisioningState: z.string().default("Succeeded"),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  retentionPolicy: z
    .strictObject({ status: z.enum(["enabled", "disabled"]), days: z.int().min(0).max(365) })
    .optional(),
  softDeletePolicy: z
    .strictObject({ status: z.enum(["enabled", "disabled"]), retentionDays: z.int().min(1).max(90) })
    .optional(),
  replications: z
    .array(
      z.strictObject({
        location: z.string(),
        provisioningState: z.string().default("Succeeded"),
        status: z.string().default("online"),
      }),
    )
    .default([]),
  deletesPerMinute: z
    .int()
    .min(1)
    .optional()
    .describe("How many DELETE requests the registry takes in each whole minute; default: no limit"),
  repositories: z.array(RepositorySchema).default([]),
});

const FaultTarget = z
  .string()
  .regex(/^(identity|arm|resourceGraph|monitor|registry:[a-zA-Z0-9]+)$/)
  .describe("Which server: `identity`, `arm`, `resourceGraph`, `monitor` or `registry:<name>`");

/** What a matching request gets instead of, or on top of, its normal answer. */
export const FaultSchema = z.strictObject({
  target: FaultTarget,
  method: z.string().optional(),
  path: z.string().optional().describe("A regular expression over the decoded path and query; default: every request"),
  for: Duration.optional().describe("How long the fault lasts; default: until `times` is used up, or for ever"),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).default(0).describe("How many matching requests pass unharmed first"),
  effect: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("status"),
      status: z.int(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    }),
    z.strictObject({ kind: z.literal("throttle"), retryAfterSeconds: z.int().min(0) }),
    z.strictObject({ kind: z.literal("reset") }),
    z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0) }),
    z
      .strictObject({ kind: z.literal("truncate") })
      .describe("A listing page keeps its first half and loses its `Link`: it looks complete"),
    z
      .strictObject({ kind: z.literal("dropRows"), share: z.number().min(0).max(1) })
      .describe("Resource Graph silently omits this share of its rows, `totalRecords` included"),
    z
      .strictObject({ kind: z.literal("clockSkew"), ms: z.int() })
      .describe("The answer is as always, but for a `Date` header that is this many milliseconds ahead (or behind)"),
    z
      .strictObject({ kind: z.literal("stale") })
      .describe("Resource Graph goes on showing what it showed when the fault began"),
  ]),
});

export const ManagementGroupSchema = z.strictObject({
  name: z.string().regex(/^[\w().-]{1,90}$/),
  subscriptions: z.array(z.string()).default([]).describe("Ids of the subscriptions that stand directly in the group"),
  parent: z.string().optional().describe("The name of the group above; default: the tenant's root group"),
});

const inRegistry = { registry: z.string(), repository: RepositoryName };
const at = { at: When, note: z.string().optional() };

/** Events happen in file order among those with the same instant. */
export const EventSchema = z.discriminatedUnion("type", [
  z.strictObject({ ...at, type: z.literal("putResource"), resource: ArmResourceSchema }),
  z.strictObject({
    ...at,
    type: z.literal("patchResource"),
    id: ResourceId,
    properties: z.record(z.string(), z.unknown()).optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({
    ...at,
    type: z.literal("deleteResource"),
    id: ResourceId,
    force: z
      .boolean()
      .default(false)
      .describe("Skip AOSM's reference check, as a resource provider's own clean-up would"),
  }),
  z.strictObject({ ...at, type: z.literal("push"), ...inRegistry, manifest: RegistryManifestSchema }),
  z.strictObject({ ...at, type: z.literal("tag"), ...inRegistry, tag: Tag, ref: Reference }),
  z.strictObject({ ...at, type: z.literal("untag"), ...inRegistry, tag: Tag }),
  z.strictObject({
    ...at,
    type: z.literal("lock"),
    ...inRegistry,
    ref: Reference.optional(),
    tag: Tag.optional(),
    attributes: Attributes.default({ deleteEnabled: false }),
  }),
  z.strictObject({ ...at, type: z.literal("unlock"), ...inRegistry, ref: Reference.optional(), tag: Tag.optional() }),
  z.strictObject({ ...at, type: z.literal("deleteManifest"), ...inRegistry, ref: Reference }),
  z.strictObject({ ...at, type: z.literal("fault"), fault: FaultSchema }),
  z
    .strictObject({
      ...at,
      type: z.literal("request"),
      method: z.enum(["GET", "POST", "PUT", "DELETE"]),
      path: z.string().startsWith("/api/"),
      body: z.unknown().optional(),
    })
    .describe("An operator's call to the service's own HTTP API"),
  z.strictObject({ ...at, type: z.literal("clockJump"), by: Duration }),
]);

export const EstateSchema = z.strictObject({
  $schema: z.string().optional(),
  title: z.string(),
  description: z.string().optional(),
  startsAt: Instant,
  nights: z.int().min(1).max(400).default(30),
  settings: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("App settings to run with; a value that is not a string is passed as JSON text"),
  resources: z.array(ArmResourceSchema),
  managementGroups: z.array(ManagementGroupSchema).default([]),
  registries: z.array(RegistrySchema).default([]),
  events: z.array(EventSchema).default([]),
});

export type Estate = z.infer<typeof EstateSchema>;
export type ArmResource = z.infer<typeof ArmResourceSchema>;
export type EstateRegistry = z.infer<typeof RegistrySchema>;
export type ManagementGroup = z.infer<typeof ManagementGroupSchema>;
export type EstateManifest = z.infer<typeof RegistryManifestSchema>;
export type EstateEvent = z.infer<typeof EventSchema>;
export type Fault = z.infer<typeof FaultSchema>;
export type Attributes = z.infer<typeof Attributes>;

/** Throws one error that lists every problem with its path in the file. */
export function parseEstate(value: unknown, source: string): Estate {
  const result = EstateSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => listProblems(issue, []));
  throw new Error(`The estate ${source} is not valid:\n${problems.join("\n")}`);
}

/** Where a value may have several forms, the problems of the form that it comes closest to. */
function listProblems(issue: z.core.$ZodIssue, parentPath: readonly PropertyKey[]): string[] {
  const path = [...parentPath, ...issue.path];
  const forms = issue.code === "invalid_union" ? issue.errors.toSorted((a, b) => a.length - b.length) : [];
  const closest = forms[0] ?? [];
  if (closest.every((problem) => problem.path.length === 0 && problem.code !== "unrecognized_keys"))
    return [`  ${path.join(".") || "(root)"}: ${issue.message}`];
  return closest.flatMap((problem) => listProblems(problem, path));
}

/** The instant that `when` names, in milliseconds since the epoch; offsets count from `startsAt`. */
export function toInstant(when: string, startsAt: string): number {
  if (!OFFSET.test(when)) return Date.parse(when);
  const sign = when.startsWith("-") ? -1 : 1;
  return Date.parse(startsAt) + sign * toMilliseconds(when.slice(1));
}

/** A duration such as `1d12h` in milliseconds. */
export function toMilliseconds(duration: string): number {
  const unitMs: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000 };
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+)([wdhm])/g))
    total += Number(count) * (unitMs[unit ?? ""] ?? Number.NaN);
  return total;
}

export const isDigest = (reference: string): boolean => DIGEST.test(reference);
