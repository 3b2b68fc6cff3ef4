import type { SandboxRegistry, StoredManifest } from "../contracts.ts";
import { changeAttributes, type AllAttributes } from "./attributes.ts";
import type { ContentStore } from "./contentStore.ts";
import type { EstateContent } from "./estateContent.ts";
import { listLayers, parseContent } from "./manifestContent.ts";
import type { RegistryState } from "./registryState.ts";
import type { ManifestRecord, Repository } from "./repository.ts";

type OwnerActions = Pick<
  SandboxRegistry,
  "push" | "tag" | "untag" | "setAttributes" | "deleteManifest" | "resolve" | "repositories" | "manifests"
>;

/** What the sandbox does to a registry from inside: no rights, no locks, no faults, no entry among the deletions. */
export function createOwnerActions(state: RegistryState, content: EstateContent): OwnerActions {
  const { clock } = state;
  const catchUp = (): ContentStore => {
    state.catchUp();
    return state.store;
  };
  const resolve = (reference: string): string => content.aliases.resolve(reference);
  return {
    resolve,
    /** At the present instant: `pushedAt` is for what is there at the start. */
    push: (repository, manifest) => {
      state.catchUp();
      return content.push(repository, manifest, clock.now());
    },
    tag: (name, tag, reference) => {
      const repository = readRepository(state, name);
      repository.setTag(tag, readManifest(repository, resolve(reference)), clock.now());
    },
    untag: (name, tag) => catchUp().findRepository(name)?.removeTag(tag, clock.now()),
    setAttributes: (name, attributes, { ref, tag }) => {
      const repository = readRepository(state, name);
      const target = findTarget(repository, ref === undefined ? undefined : resolve(ref), tag);
      target.attributes = changeAttributes(target.attributes, attributes);
    },
    /** One that is already gone is no error. */
    deleteManifest: (name, reference) => {
      const repository = catchUp().findRepository(name);
      if (repository !== undefined) state.store.remove(repository, resolve(reference), clock.now());
    },
    repositories: () => catchUp().repositoryNames(),
    manifests: (name) => viewManifests(catchUp().findRepository(name)),
  };
}

/** The tag, else the registry manifest, else the repository itself. */
function findTarget(repository: Repository, digest?: string, tag?: string): { attributes: AllAttributes } {
  if (tag !== undefined) {
    const found = repository.tags.get(tag);
    if (found === undefined) throw new Error(`The repository ${repository.name} has no tag ${tag}`);
    return found;
  }
  return digest === undefined ? repository : readManifest(repository, digest);
}

function readRepository(state: RegistryState, name: string): Repository {
  state.catchUp();
  const repository = state.store.findRepository(name);
  if (repository === undefined) throw new Error(`The registry ${state.loginServer} has no repository ${name}`);
  return repository;
}

function readManifest(repository: Repository, digest: string): ManifestRecord {
  const record = repository.manifests.get(digest);
  if (record === undefined) throw new Error(`The repository ${repository.name} has no registry manifest ${digest}`);
  return record;
}

function viewManifests(repository: Repository | undefined): readonly StoredManifest[] {
  const digests = [...(repository?.manifests.keys() ?? [])].sort();
  return digests.flatMap((digest) => {
    const record = repository?.manifests.get(digest);
    return record === undefined ? [] : [viewManifest(record)];
  });
}

function viewManifest(record: ManifestRecord): StoredManifest {
  const content = parseContent(record.bytes);
  return {
    digest: record.digest,
    mediaType: record.mediaType,
    bytes: record.bytes,
    tags: [...record.tags].sort(),
    createdAt: record.createdAt,
    attributes: record.attributes,
    children: (content?.manifests ?? []).map((child) => child.digest),
    subject: record.subject,
    layers: listLayers(content).map(({ digest, size }) => ({ digest, size })),
  };
}
