import type { SandboxRegistry } from "../contracts.ts";
import type { ArmResource } from "../estate.ts";
import type { ArmStore } from "./armStore.ts";
import { findParentId, nameOf, parseResourceId, toKey, typeOf } from "./resourceId.ts";

/** Azure Operator Service Manager's rules for deleting artifact manifests, from its clean-up page. */

const PUBLISHERS = "microsoft.hybridnetwork/publishers";
const ARTIFACT_MANIFEST = `${PUBLISHERS}/artifactstores/artifactmanifests`;
const VERSIONS = new Set([
  `${PUBLISHERS}/networkfunctiondefinitiongroups/networkfunctiondefinitionversions`,
  `${PUBLISHERS}/networkservicedesigngroups/networkservicedesignversions`,
]);
/** Where a version names an artifact manifest: NFDV and NSDV spell the member differently. */
const REFERENCE_MEMBERS = new Set(["artifactstore", "artifactstorereference"]);

/** An artifact that the deletion of an artifact manifest untags. */
interface Untagging {
  readonly repository: string;
  readonly tag: string;
}

function lowerTypeOf(resource: ArmResource): string {
  const id = parseResourceId(resource.id);
  return id ? typeOf(id).toLowerCase() : "";
}

/** Whether the rules apply: only to artifact manifests of the 2025-03-30 layout. */
export function isGuarded(resource: ArmResource): boolean {
  return lowerTypeOf(resource) === ARTIFACT_MANIFEST && resource.layout === "2025-03-30";
}

/** AOSM's refusal to delete the artifact manifest, or undefined where no version references it. The state of a version does not matter. */
export function refuseDeletion(manifest: ArmResource, all: readonly ArmResource[]): string | undefined {
  const key = toKey(manifest.id);
  const dependents = all.filter((other) => VERSIONS.has(lowerTypeOf(other)) && namesStore(other.properties, key));
  if (dependents.length === 0) return undefined;
  const ids = dependents.map(({ id }) => id).sort();
  return `The resource '${manifest.id}' has some resources attached to it. The dependent resources are: "${ids.join(", ")}"`;
}

/** Whether an `artifactStore` or `artifactStoreReference` at any depth has this id. */
function namesStore(value: unknown, key: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(
    ([name, member]) => (REFERENCE_MEMBERS.has(name.toLowerCase()) && hasId(member, key)) || namesStore(member, key),
  );
}

function hasId(value: unknown, key: string): boolean {
  if (typeof value !== "object" || value === null || !("id" in value)) return false;
  return typeof value.id === "string" && toKey(value.id) === key;
}

/** Untags what the artifact manifest lists, in the registry behind its store. Its registry manifests stay, untagged. */
export function untagArtifacts(
  manifest: ArmResource,
  store: Pick<ArmStore, "get">,
  registries: ReadonlyMap<string, Pick<SandboxRegistry, "untag">>,
): void {
  const id = parseResourceId(manifest.id);
  const parent = store.get((id && findParentId(id)) ?? "");
  const registryId = parent?.properties["storageResourceId"];
  const registry = typeof registryId === "string" ? registries.get(toKey(registryId)) : undefined;
  if (!registry || !id) return;
  for (const { repository, tag } of listArtifacts(manifest, nameOf(id))) registry.untag(repository, tag);
}

/** Repositories are lower case whatever the case of the artifact manifest's name. */
function listArtifacts(manifest: ArmResource, name: string): Untagging[] {
  const artifacts: unknown = manifest.properties["artifacts"];
  if (!Array.isArray(artifacts)) return [];
  return artifacts.filter(isArtifact).map(({ artifactName, artifactVersion }) => ({
    repository: `${name}/${artifactName}`.toLowerCase(),
    tag: artifactVersion,
  }));
}

function isArtifact(value: unknown): value is { artifactName: string; artifactVersion: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "artifactName" in value &&
    typeof value.artifactName === "string" &&
    "artifactVersion" in value &&
    typeof value.artifactVersion === "string"
  );
}
