import type { DiffResource, FieldChange } from "./history.ts";
import type { RegistryDetails, Resource, ResourceDetails } from "./resources.ts";
import { describeDigests, describeReference, describeSchema, describeVersion } from "./describeReference.ts";

/** What each field of a resource says, as sorted texts without repetition; a field that says nothing is not there. */
export function toFacts(resource: Resource): ReadonlyMap<string, readonly string[]> {
  const fields = Object.entries({ ...toOwnFields(resource), ...toDetailFields(resource.details) });
  const said = fields.map(([field, texts]): [string, readonly string[]] => [field, toSaid(texts)]);
  return new Map(said.filter(([, texts]) => texts.length > 0));
}

/** Names the fields that differ, and of these only what differs; the order of lists does not matter. */
export const diffResource: DiffResource = (before, after) => {
  if (!before && !after) return undefined;
  const fields = diffFacts(before ? toFacts(before) : new Map(), after ? toFacts(after) : new Map());
  if (!before) return { change: "appeared", fields };
  if (!after) return { change: "disappeared", fields };
  return fields.length > 0 ? { change: "changed", fields } : undefined;
};

type Facts = ReadonlyMap<string, readonly string[]>;
type Texts = readonly (string | undefined)[];
type Fields = Readonly<Record<string, Texts>>;

function diffFacts(before: Facts, after: Facts): readonly FieldChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((field) => {
    const was = new Set(before.get(field));
    const is = new Set(after.get(field));
    const removed = [...was].filter((text) => !is.has(text));
    const added = [...is].filter((text) => !was.has(text));
    return removed.length + added.length > 0 ? [{ field, removed, added }] : [];
  });
}

const toSaid = (texts: Texts): readonly string[] => [...new Set(texts.filter((text) => text !== undefined))].sort();

const toOwnFields = ({ location, provisioningState, state, createdAt, hold }: Resource): Fields => ({
  location: [location],
  provisioningState: [provisioningState],
  state: [state],
  createdAt: [createdAt],
  hold: hold ? [`until ${hold.until ?? "further notice"}: ${hold.reason}`] : [],
});

function toDetailFields(details: ResourceDetails): Fields {
  switch (details.of) {
    case "store":
      return { storeType: [details.storeType], registry: [details.registryId] };
    case "artifactManifest":
      return {
        artifacts: details.artifacts.map(({ name, version }) => `${name}:${version}`),
        unreadable: details.unreadable,
      };
    case "version":
      return { references: details.references.map(describeReference), schemas: details.schemas.map(describeSchema) };
    case "consumer":
      return {
        versions: details.versions.map(describeVersion),
        values: details.values,
        schemas: details.schemas.map(describeSchema),
        digests: describeDigests(details.digests),
        secretValues: details.hasSecretValues ? ["there are some"] : [],
      };
    case "registry":
      return toRegistryFields(details);
    case "replication":
      return { status: [details.status] };
    case "other":
      return {};
    default:
      return details satisfies never;
  }
}

const toRegistryFields = (registry: RegistryDetails): Fields => ({
  loginServer: [registry.loginServer],
  sku: [registry.sku],
  roleAssignmentMode: [registry.roleAssignmentMode],
  publicNetworkAccess: [registry.publicNetworkAccess],
  policies: [
    registry.retentionDays === undefined ? undefined : `retention of ${registry.retentionDays} days`,
    registry.softDeleteDays === undefined ? undefined : `soft delete for ${registry.softDeleteDays} days`,
    ...registry.unreadablePolicies.map((text) => `not understood: ${text}`),
  ],
});
