import { listStoreIds } from "../core/backingRegistry.ts";
import type { KnownArtifactManifest } from "../core/knowledge.ts";
import { pathPrefixOf } from "../core/knowledge.ts";
import { nameOf } from "../core/armId.ts";
import type { Resource } from "../core/resources.ts";
import { UpstreamError } from "../errors.ts";
import type { Inventory } from "./absences.ts";
import type { Deps } from "./deps.ts";

const PAGE = 100;

/** The repositories of a registry, and who names them. */
export interface RepositoryNames {
  /** Page by page, in lexical order. */
  readonly pages: AsyncIterable<readonly string[]>;
  /** Why the catalogue does not name them; undefined where it does. */
  readonly refused: UpstreamError | undefined;
}

/**
 * From the catalogue; where the observer may not read that, but perhaps single repositories (on ABAC registries these are two roles),
 * from the lists of artifact manifests, from legacy references and from what was seen before. What none of them names is then not
 * seen.
 */
export async function openNames(deps: Deps, inventory: Inventory, after: string | undefined): Promise<RepositoryNames> {
  const pages = inventory.reader.listRepositories(after)[Symbol.asyncIterator]();
  try {
    const first = await pages.next();
    return { pages: resume(first, pages), refused: undefined };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { pages: listKnown(deps, inventory, after), refused: error };
  }
}

const isRefusal = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.service === "registry" && (error.status === 401 || error.status === 403);

async function* resume<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  for (let next = first; !next.done; next = await rest.next()) yield next.value;
}

async function* listKnown(
  deps: Deps,
  { header, registryId }: Inventory,
  after: string | undefined,
): AsyncGenerator<readonly string[]> {
  const names = new Set<string>();
  const last = await deps.snapshots.findComplete(registryId, header.id);
  if (last) for await (const { name } of deps.snapshots.listRepositories(last.header.id, registryId)) names.add(name);
  const storeIds = await readStoreIds(deps, header.id, registryId);
  for (const storeId of storeIds) {
    for await (const known of deps.knowledge.listUnder("artifactManifests", storeId)) addPaths(names, known);
    for await (const resource of deps.snapshots.listUnder(header.id, "artifactManifests", storeId))
      addListed(names, resource);
  }
  for await (const version of deps.snapshots.listResources(header.id, "versions")) addNamed(names, version, storeIds);
  const sorted = [...names].filter((name) => after === undefined || name > after).sort();
  for (let start = 0; start < sorted.length; start += PAGE) yield sorted.slice(start, start + PAGE);
}

async function readStoreIds(deps: Deps, snapshotId: string, registryId: string): Promise<readonly string[]> {
  const stores: Resource[] = [];
  for await (const resource of deps.snapshots.listResources(snapshotId, "structure"))
    if (resource.kind === "artifactStore") stores.push(resource);
  const remembered: string[] = [];
  for await (const store of deps.knowledge.listStores())
    if (store.registryId === registryId) remembered.push(store.storeId);
  return [...new Set([...listStoreIds(stores, registryId), ...remembered])];
}

function addPaths(names: Set<string>, known: KnownArtifactManifest): void {
  for (const { name } of known.artifacts) names.add(toPath(pathPrefixOf(known), name));
}

function addListed(names: Set<string>, { id, details }: Resource): void {
  if (details.of !== "artifactManifest") return;
  // Under its prefix, or, as before the upgrade of its store, without.
  for (const { name } of details.artifacts) names.add(toPath(nameOf(id), name)).add(name.toLowerCase());
}

/** What legacy references name lies without a prefix; under those that list it, it is asked for anyway. */
function addNamed(names: Set<string>, { details }: Resource, storeIds: readonly string[]): void {
  for (const reference of details.of === "version" ? details.references : [])
    if (reference.form === "store" && reference.artifact && storeIds.includes(reference.id))
      names.add(reference.artifact.name.toLowerCase());
}

/** Registries know names in lower case only. */
const toPath = (artifactManifest: string, artifact: string): string => `${artifactManifest}/${artifact}`.toLowerCase();
