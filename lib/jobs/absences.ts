import pMap from "p-map";
import type { IncompleteReason, IncompleteText } from "../core/completeness.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { RegistryReader } from "../ports.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";
import type { GoneMemory } from "./goneMemory.ts";
import { toGoneKey } from "./goneMemory.ts";

const READS_AT_A_TIME = 4;
/** More absences than this are not confirmed in one run; what was confirmed is remembered, so that the next run goes on. */
const MAX_CONFIRMATIONS = 5000;

/** One registry while its inventory is taken. */
export interface Inventory {
  readonly header: SnapshotHeader;
  readonly registryId: string;
  readonly reader: RegistryReader;
}

/** What need not be asked for. */
export interface Explained {
  /** `repository@digest` of what this service deleted, or may have deleted. */
  readonly ours: ReadonlySet<string>;
  readonly gone: GoneMemory;
}

/** Confirms, one direct read each and within a budget, that what is no longer listed is gone. */
export class Absences {
  private readonly deps: Deps;
  private readonly inventory: Inventory;
  private readonly explained: Explained;
  private budget = MAX_CONFIRMATIONS;
  private isOver = false;

  constructor(deps: Deps, inventory: Inventory, explained: Explained) {
    this.deps = deps;
    this.inventory = inventory;
    this.explained = explained;
  }

  async check(before: Repository, now: Repository | undefined): Promise<IncompleteReason[]> {
    const { gone } = this.explained;
    const missing = this.listMissing(before, now);
    if (!now) return this.checkRepository(before, missing.length);
    gone.forget(toGoneKey(before.name));
    const unexplained = missing.filter(({ digest }) => !gone.has(toGoneKey(before.name, digest)));
    if (now.incomplete.length > 0) return this.carry(now, unexplained, []);
    const asked = unexplained.slice(0, this.budget);
    const over = asked.length < unexplained.length ? this.tooMany() : [];
    const hidden = await this.listHidden(before.name, asked);
    if (hidden.length === 0) return over;
    const detail: IncompleteText = `manifestHidden: ${hidden.length} still there, such as ${hidden[0]?.digest ?? ""}`;
    return this.carry({ ...now, incomplete: [...now.incomplete, detail] }, hidden, [
      { code: "manifestHidden", repository: before.name, detail },
      ...over,
    ]);
  }

  /** What is not listed any more, though this service did not delete it. */
  private listMissing(before: Repository, now: Repository | undefined): readonly RegistryManifest[] {
    const { ours, gone } = this.explained;
    const listed = new Set(now?.manifests.map(({ digest }) => digest));
    for (const digest of listed) gone.forget(toGoneKey(before.name, digest));
    return before.manifests.filter(({ digest }) => !listed.has(digest) && !ours.has(`${before.name}@${digest}`));
  }

  private async listHidden(
    repository: string,
    asked: readonly RegistryManifest[],
  ): Promise<readonly RegistryManifest[]> {
    this.budget -= asked.length;
    const { reader } = this.inventory;
    const answers = await pMap(
      asked,
      async (manifest) => ({ manifest, found: await reader.findManifest(repository, manifest.digest) }),
      { concurrency: READS_AT_A_TIME },
    );
    for (const { manifest, found } of answers)
      if (!found) this.explained.gone.add(toGoneKey(repository, manifest.digest));
    return answers.filter(({ found }) => found !== undefined).map(({ manifest }) => manifest);
  }

  /** What is known and not listed stays in the snapshot: the next one must find it too, or prove that it is gone. */
  private async carry(
    now: Repository,
    missing: readonly RegistryManifest[],
    reasons: IncompleteReason[],
  ): Promise<IncompleteReason[]> {
    await this.deps.snapshots.putRepositories(this.inventory.header.id, [
      { ...now, manifests: [...now.manifests, ...missing] },
    ]);
    return reasons;
  }

  private async checkRepository({ name }: Repository, missing: number): Promise<IncompleteReason[]> {
    const { gone } = this.explained;
    if (missing === 0 || gone.has(toGoneKey(name))) return [];
    if (this.budget === 0) return this.tooMany();
    this.budget -= 1;
    const found = await this.inventory.reader.findRepository(name);
    // No `repository` field: a catalogue that hides one repository proves nothing about the others.
    if (found) return [{ code: "repositoryHidden", subject: `${this.inventory.registryId} ${name}` }];
    gone.add(toGoneKey(name));
    return [];
  }

  /** Told once. */
  private tooMany(): IncompleteReason[] {
    if (this.isOver) return [];
    this.isOver = true;
    return [{ code: "tooManyAbsent", subject: this.inventory.registryId, detail: `more than ${MAX_CONFIRMATIONS}` }];
  }
}
