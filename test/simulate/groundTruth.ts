import type { SandboxArm, SandboxRegistry, StoredManifest } from "../sandbox/contracts.ts";
import type { ArmResource, Estate } from "../sandbox/estate.ts";

/** What a sandbox knows of itself. */
export interface TruthSource {
  readonly arm: Pick<SandboxArm, "all">;
  readonly registries: ReadonlyMap<string, Pick<SandboxRegistry, "repositories" | "manifests" | "deletions">>;
}

/**
 * The invariant, judged from the sandbox's own state and raw resource JSON, with none of the service's code: nothing tagged,
 * referenced, consumed, locked, or needed by something that stays was deleted.
 */
export class GroundTruth {
  readonly #sandbox: TruthSource;
  /** Raw JSON of every NFDV and NSDV that ever was, lower-case, by id: AOSM lets one be deleted while it is in use. */
  readonly #versions = new Map<string, Set<string>>();
  #resources: readonly ArmResource[] = [];
  #contents = new Map<string, ReadonlyMap<string, readonly StoredManifest[]>>();
  #seen = new Map<string, number>();
  readonly #freedBytes = new Map<string, number>();
  readonly violations: string[] = [];
  deletions = 0;

  constructor(sandbox: TruthSource, estate: Pick<Estate, "resources" | "registries">) {
    this.#sandbox = sandbox;
    this.#learn(estate.resources);
    for (const { name } of estate.registries) this.#seen.set(name, 0);
  }

  /** By registry, what the deletions since the last call freed: blobs that only deleted registry manifests held. */
  takeFreedBytes(): Readonly<Record<string, number>> {
    const taken = Object.fromEntries(this.#freedBytes);
    this.#freedBytes.clear();
    return taken;
  }

  /** What everything looks like just before a purge; nothing but the purge changes it until `judge`. */
  capture(): void {
    this.#resources = this.#sandbox.arm.all();
    this.#learn(this.#resources);
    this.#contents = new Map(
      [...this.#sandbox.registries].map(([name, registry]) => [
        name,
        new Map(registry.repositories().map((repository) => [repository, registry.manifests(repository)])),
      ]),
    );
  }

  /** Judges what was deleted since the last time against what was captured. */
  judge(): void {
    for (const [name, registry] of this.#sandbox.registries) {
      const fresh = registry.deletions.slice(this.#seen.get(name) ?? 0);
      this.#seen.set(name, registry.deletions.length);
      this.deletions += fresh.length;
      const gone = new Set(fresh.map(({ repository, digest }) => `${repository}@${digest}`));
      for (const { repository, digest } of fresh) this.#judgeOne(name, repository, { digest, gone });
      if (fresh.length > 0) this.#freedBytes.set(name, this.#measureFreed(name, gone));
    }
  }

  /** Indexes that have a tag and miss a child that was there at the start of the last captured night. */
  listBrokenIndexes(): string[] {
    const broken: string[] = [];
    for (const [name, registry] of this.#sandbox.registries) {
      const deleted = new Set(registry.deletions.map(({ repository, digest }) => `${repository}@${digest}`));
      for (const repository of registry.repositories()) {
        for (const { digest, tags, children } of registry.manifests(repository)) {
          const missing = children.filter((child) => deleted.has(`${repository}@${child}`));
          if (tags.length > 0 && missing.length > 0)
            broken.push(`${name}/${repository}@${digest} misses ${missing.join(", ")}`);
        }
      }
    }
    return broken;
  }

  #learn(resources: readonly ArmResource[]): void {
    for (const resource of resources) {
      const id = resource.id.toLowerCase();
      if (!/\/network(functiondefinition|servicedesign)versions\/[^/]+$/.test(id)) continue;
      const texts = this.#versions.get(id) ?? new Set();
      texts.add(JSON.stringify(resource.properties).toLowerCase());
      this.#versions.set(id, texts);
    }
  }

  #measureFreed(registry: string, gone: ReadonlySet<string>): number {
    const held = [...(this.#contents.get(registry) ?? [])].flatMap(([repository, manifests]) =>
      manifests.map((manifest) => ({ layers: manifest.layers, stays: !gone.has(`${repository}@${manifest.digest}`) })),
    );
    const needed = new Set(held.flatMap(({ layers, stays }) => (stays ? layers.map(({ digest }) => digest) : [])));
    const freed = new Map(held.flatMap(({ layers }) => layers).map(({ digest, size }) => [digest, size]));
    return [...freed].reduce((sum, [digest, size]) => (needed.has(digest) ? sum : sum + size), 0);
  }

  #judgeOne(
    registry: string,
    repository: string,
    { digest, gone }: { digest: string; gone: ReadonlySet<string> },
  ): void {
    const all = this.#contents.get(registry)?.get(repository) ?? [];
    const manifest = all.find((candidate) => candidate.digest === digest);
    const blame = (why: string): void =>
      void this.violations.push(`${registry}/${repository}@${digest} was deleted although ${why}`);
    if (!manifest) return blame("it was not known before the purge");
    if (manifest.tags.length > 0) blame(`it was tagged ${manifest.tags.join(", ")}`);
    if (!manifest.attributes.deleteEnabled || !manifest.attributes.writeEnabled) blame("it was locked");
    for (const other of all) {
      if (other.digest === digest || gone.has(`${repository}@${other.digest}`)) continue;
      if (other.children.includes(digest)) blame(`the index ${other.digest} that stays contains it`);
      if (other.subject === digest) blame(`the referrer ${other.digest} that stays refers to it`);
      if (manifest.subject === other.digest) blame(`its subject ${other.digest} stays`);
    }
    for (const why of this.#listNeeds(registry, repository, digest)) blame(why);
  }

  /** Who needs the artifact manifest that the path's first segment names. */
  #listNeeds(registry: string, repository: string, digest: string): string[] {
    const prefix = repository.split("/")[0] ?? "";
    const storeIds = this.#resources
      .filter(
        ({ id, properties }) =>
          /\/artifactstores\/[^/]+$/i.test(id) &&
          String(properties["storageResourceId"]).toLowerCase().endsWith(`/registries/${registry}`),
      )
      .map(({ id }) => id.toLowerCase());
    const ids = storeIds.map((id) => `${id}/artifactmanifests/${prefix}`);
    const present = this.#resources.filter(({ id }) => ids.includes(id.toLowerCase()));
    const consumers = this.#resources.filter(({ id }) =>
      /\/(networkfunctions|sitenetworkservices|configurationgroupvalues)\/[^/]+$/i.test(id),
    );
    const needs = consumers
      .filter((consumer) => JSON.stringify(consumer).includes(digest))
      .map(({ id }) => `${id} names its digest`);
    // What a newer push replaced may go while its artifact manifest and everything that references it stay.
    if (present.length > 0) return needs;
    for (const [versionId, texts] of this.#versions) {
      if (![...texts].some((text) => ids.some((id) => text.includes(`"${id}"`)))) continue;
      if (this.#resources.some(({ id }) => id.toLowerCase() === versionId))
        needs.push(`${versionId} references ${prefix}`);
      for (const consumer of consumers)
        if (names(consumer, versionId)) needs.push(`${consumer.id} runs on ${versionId}`);
    }
    return needs;
  }
}

/** By id, or by publisher, group and version name all standing in it as texts of their own. */
function names(consumer: ArmResource, versionId: string): boolean {
  const text = JSON.stringify(consumer).toLowerCase();
  const parts = versionId.split("/");
  return (
    text.includes(`"${versionId}"`) ||
    [parts[8], parts[10], parts[12]].every(
      (part) => text.includes(`"${part ?? ""}"`) || text.includes(`\\"${part ?? ""}\\"`),
    )
  );
}
