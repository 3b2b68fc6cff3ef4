import { z } from "zod";
import type { ArmId } from "./armId.ts";
import { nameOf, toArmId, typeOf } from "./armId.ts";
import { readArtifacts } from "./readArtifacts.ts";
import { readConsumer } from "./readConsumer.ts";
import { readRegistry } from "./readRegistry.ts";
import { readText, toScope } from "./readText.ts";
import { readVersion } from "./readVersion.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { Resource, ResourceDetails, ResourceKind } from "./resources.ts";
import { toResourceKind } from "./resources.ts";
import { readTagHold } from "./tagHold.ts";

/** A resource as Resource Graph and ARM return it. Unknown fields are ignored; the envelope must be as documented. */
export const RawResource = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().nullish(),
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
  if (contradicts(id, parsed.data))
    return { unreadable: `a resource whose name or type is not that of its id "${id}"` };
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

/**
 * Whether `name` or `type`, where given, is not what the id says: then one of them was spoilt, and the id may be another's. ARM
 * gives the last name of the id or, of nested resources, all names with slashes between.
 */
function contradicts(id: ArmId, { name, type }: RawResource): boolean {
  const [givenName, givenType] = [normalise(name), normalise(type ?? "")];
  const isOther = givenName !== "" && givenName !== nameOf(id) && givenName !== namesOf(id);
  return isOther || (givenType !== "" && givenType !== typeOf(id));
}

const namesOf = (id: ArmId): string =>
  id
    .split("/")
    .slice(8)
    .filter((_, index) => index % 2 === 0)
    .join("/");

const normalise = (text: string): string =>
  text
    .toLowerCase()
    .split("/")
    .map((segment) => segment.trim())
    .join("/");

function readDetails(kind: ResourceKind, properties: Record<string, unknown>, sku: unknown): ResourceDetails {
  switch (kind) {
    case "artifactStore":
      return readStore(properties);
    case "artifactManifest":
      return readArtifacts(properties);
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

const Status = z.object({ displayStatus: z.string() });

const REGISTRY = "microsoft.containerregistry/registries";

function readStore(properties: Record<string, unknown>): ResourceDetails {
  const registry = readText(toScope(properties), REFERENCE_PATHS.artifactStore.registry);
  const id = registry.is === "text" ? toArmId(registry.text) : undefined;
  return {
    of: "store",
    storeType: toText(properties["storeType"]),
    registryId: id !== undefined && typeOf(id) === REGISTRY ? id : undefined,
  };
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
