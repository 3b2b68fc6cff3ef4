import { z } from "zod";
import { toArmId, typeOf } from "./armId.ts";
import { readConsumer } from "./readConsumer.ts";
import { readRegistry } from "./readRegistry.ts";
import { readText, toScope } from "./readText.ts";
import { readVersion } from "./readVersion.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { Artifact, Resource, ResourceDetails, ResourceKind } from "./resources.ts";
import { toResourceKind } from "./resources.ts";
import { readTagHold } from "./tagHold.ts";

/** A resource as Resource Graph and ARM return it. Unknown fields are ignored; the envelope must be as documented. */
export const RawResource = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  systemData: z.object({ createdAt: z.string().nullish() }).nullish(),
  sku: z.unknown().optional(),
  // Resource Graph may give an empty text where there are no tags.
  tags: z.union([z.record(z.string(), z.unknown()), z.literal("")]).nullish(),
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
  const { properties, tags } = parsed.data;
  const hold = readTagHold(tags || {});
  return {
    resource: {
      id,
      kind,
      name: parsed.data.name,
      location: parsed.data.location ?? "",
      provisioningState: toText(properties?.["provisioningState"]),
      state: toText(properties?.["versionState"] ?? properties?.["artifactManifestState"]),
      createdAt: parsed.data.systemData?.createdAt ?? undefined,
      ...(hold ? { hold } : {}),
      details: readDetails(kind, properties ?? {}, parsed.data.sku),
    },
  };
}

function readDetails(kind: ResourceKind, properties: Record<string, unknown>, sku: unknown): ResourceDetails {
  switch (kind) {
    case "artifactStore":
      return readStore(properties);
    case "artifactManifest":
      return readArtifacts(properties["artifacts"]);
    case "networkFunctionDefinitionVersion":
    case "networkServiceDesignVersion":
      return readVersion(kind, properties);
    case "siteNetworkService":
    case "networkFunction":
    case "configurationGroupValues":
      return readConsumer(kind, properties);
    case "registry":
      return readRegistry(properties, sku);
    case "replication":
      return { of: "replication", status: Status.safeParse(properties["status"]).data?.displayStatus };
    default:
      return { of: "other" };
  }
}

const Entry = z.object({ artifactName: z.string().trim().min(1), artifactVersion: z.string().trim() });
const Status = z.object({ displayStatus: z.string() });

function readStore(properties: Record<string, unknown>): ResourceDetails {
  const registry = readText(toScope(properties), REFERENCE_PATHS.artifactStore.registry);
  return {
    of: "store",
    storeType: toText(properties["storeType"]),
    registryId: registry.is === "text" ? toArmId(registry.text) : undefined,
  };
}

function readArtifacts(value: unknown): ResourceDetails {
  const artifacts: Artifact[] = [];
  const unreadable: string[] = [];
  const entries = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  for (const entry of entries) {
    const parsed = Entry.safeParse(entry);
    if (parsed.success) artifacts.push({ name: parsed.data.artifactName, version: parsed.data.artifactVersion });
    else unreadable.push(JSON.stringify(entry));
  }
  return { of: "artifactManifest", artifacts, unreadable };
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
