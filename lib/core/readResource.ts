import { z } from "zod";
import { toArmId, typeOf } from "./armId.ts";
import { readConsumer } from "./readConsumer.ts";
import { readVersionReferences } from "./readVersion.ts";
import type { Artifact, Resource, ResourceDetails, ResourceKind } from "./resources.ts";
import { toResourceKind } from "./resources.ts";

/** A resource as Resource Graph and ARM return it. Unknown fields are ignored; the envelope must be as documented. */
export const RawResource = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  systemData: z.object({ createdAt: z.string().nullish() }).nullish(),
});
export type RawResource = z.infer<typeof RawResource>;

export type ReadResult = { readonly resource: Resource } | { readonly unreadable: string };

/**
 * Turns a raw resource into what decisions need. An envelope that is not understood is `unreadable`, which makes the snapshot
 * incomplete; a reference inside a resource that is not understood is kept as such and protects what it could mean.
 */
export function readResource(raw: unknown): ReadResult {
  const parsed = RawResource.safeParse(raw);
  if (!parsed.success) return { unreadable: `a row that is not a resource: ${parsed.error.issues[0]?.message ?? ""}` };
  const id = toArmId(parsed.data.id);
  if (!id) return { unreadable: `a resource with the id "${parsed.data.id}"` };
  const kind = toResourceKind(typeOf(id));
  if (!kind) return { unreadable: `a resource of the unknown type "${typeOf(id)}"` };
  const properties = parsed.data.properties ?? {};
  return {
    resource: {
      id,
      kind,
      name: parsed.data.name,
      location: parsed.data.location ?? "",
      provisioningState: toText(properties["provisioningState"]),
      state: toText(properties["versionState"] ?? properties["artifactManifestState"]),
      createdAt: parsed.data.systemData?.createdAt ?? undefined,
      details: readDetails(kind, properties),
    },
  };
}

function readDetails(kind: ResourceKind, properties: Record<string, unknown>): ResourceDetails {
  switch (kind) {
    case "artifactStore":
      return {
        of: "store",
        storeType: toText(properties["storeType"]),
        registryId: toArmId(toText(properties["storageResourceId"]) ?? ""),
      };
    case "artifactManifest":
      return readArtifacts(properties["artifacts"]);
    case "networkFunctionDefinitionVersion":
    case "networkServiceDesignVersion":
      return { of: "version", references: readVersionReferences(kind, properties) };
    case "siteNetworkService":
    case "networkFunction":
    case "configurationGroupValues":
      return readConsumer(kind, properties);
    case "registry":
      return readRegistry(properties);
    default:
      return { of: "other" };
  }
}

function readArtifacts(value: unknown): ResourceDetails {
  const artifacts: Artifact[] = [];
  const unreadable: string[] = [];
  const entries = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  for (const entry of entries) {
    const parsed = z.object({ artifactName: z.string().min(1), artifactVersion: z.string() }).safeParse(entry);
    if (parsed.success) artifacts.push({ name: parsed.data.artifactName, version: parsed.data.artifactVersion });
    else unreadable.push(JSON.stringify(entry));
  }
  return { of: "artifactManifest", artifacts, unreadable };
}

function readRegistry(properties: Record<string, unknown>): ResourceDetails {
  const Policies = z.object({ retentionPolicy: z.object({ status: z.string(), days: z.number() }) });
  const retention = Policies.safeParse(properties["policies"]).data?.retentionPolicy;
  return {
    of: "registry",
    loginServer: toText(properties["loginServer"]),
    roleAssignmentMode: toText(properties["roleAssignmentMode"]),
    retentionDays: retention?.status.toLowerCase() === "enabled" ? retention.days : undefined,
  };
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
