import pMap from "p-map";
import type { IncompleteReason, IncompleteText } from "../core/completeness.ts";
import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import type { RegistryReader } from "../ports.ts";
import type { SnapshotHeader } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

const READS_AT_A_TIME = 4;
const MAX_CONFIRMATIONS = 5000;

/** One registry while its inventory is taken. */
export interface Inventory {
  readonly header: SnapshotHeader;
  readonly registryId: string;
  readonly reader: RegistryReader;
}

/** Confirms, one direct read each and within a budget, that what is no longer listed is gone. */
export class Absences {
  private readonly deps: Deps;
  private readonly inventory: Inventory;
  private readonly ours: ReadonlySet<string>;
  private confirmed = 0;

  constructor(deps: Deps, inventory: Inventory, ours: ReadonlySet<string>) {
    this.deps = deps;
    this.inventory = inventory;
    this.ours = ours;
  }

  async check(before: Repository, now: Repository | undefined): Promise<IncompleteReason[]> {
    const listed = new Set(now?.manifests.map(({ digest }) => digest));
    const missing = before.manifests.filter(
      ({ digest }) => !listed.has(digest) && !this.ours.has(`${before.name}@${digest}`),
    );
    if (!now) return this.checkRepository(before, missing.length);
    if (now.incomplete.length > 0) return this.carry(now, missing, []);
    if (this.confirmed + missing.length > MAX_CONFIRMATIONS) return [this.tooMany()];
    this.confirmed += missing.length;
    const { reader } = this.inventory;
    const answers = await pMap(
      missing,
      async (manifest) => ({ manifest, found: await reader.findManifest(before.name, manifest.digest) }),
      {
        concurrency: READS_AT_A_TIME,
      },
    );
    const hidden = answers.filter(({ found }) => found !== undefined).map(({ manifest }) => manifest);
    if (hidden.length === 0) return [];
    const detail: IncompleteText = `manifestHidden: ${hidden.length} still there, such as ${hidden[0]?.digest ?? ""}`;
    return this.carry({ ...now, incomplete: [...now.incomplete, detail] }, hidden, [
      { code: "manifestHidden", repository: before.name, detail },
    ]);
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

  private async checkRepository(before: Repository, missing: number): Promise<IncompleteReason[]> {
    if (missing === 0) return [];
    this.confirmed += 1;
    if (this.confirmed > MAX_CONFIRMATIONS) return [this.tooMany()];
    const found = await this.inventory.reader.findRepository(before.name);
    // No `repository` field: a catalogue that hides one repository proves nothing about the others.
    return found ? [{ code: "repositoryHidden", subject: `${this.inventory.registryId} ${before.name}` }] : [];
  }

  private tooMany(): IncompleteReason {
    return { code: "tooManyAbsent", subject: this.inventory.registryId, detail: `more than ${MAX_CONFIRMATIONS}` };
  }
}
