import pMap from "p-map";
import type { PlanItem } from "../core/planPurge.ts";
import type { RegistryManifest } from "../core/registryManifest.ts";
import type { ListedManifest, Newest, RegistryReader } from "../ports.ts";

const LOOKS_AT_A_TIME = 8;

/** What a purge knows of the repository in which it deletes. */
export interface Known {
  /** By digest, as listed when it was decided what goes. */
  readonly listed: ReadonlyMap<string, RegistryManifest>;
  /** What is known to have gone since. */
  readonly gone: ReadonlySet<string>;
}

/** The item, and what its delete takes along. */
export interface Order {
  readonly item: PlanItem;
  readonly cascade: readonly PlanItem[];
}

/** What is no longer as it was when the delete was decided. */
export type Change =
  | { readonly is: "gone"; readonly cascaded: readonly string[] }
  /** `restart`: it was seen alive, so its mark must begin anew. */
  | { readonly is: "kept"; readonly why: string; readonly restart: boolean }
  /** Something was pushed that may need it: what may go must be decided anew, from a new listing. */
  | { readonly is: "pushed"; readonly why: string };

export interface Look {
  /** Undefined where everything is still what was planned. */
  readonly change: Change | undefined;
  /** When the look began, by `performance.now()`. */
  readonly lookedAt: number;
}

/** The repository as it was listed, and when that began, by `performance.now()`. */
export interface Listing extends Known {
  readonly listedAt: number;
}

/** What was looked at must not be older than this when a delete is asked for: what is tagged a second before is seen. */
export const MAX_LOOK_AGE_MS = 800;

/**
 * The last looks before the deletes in one repository. Each digest that goes is read by itself; what was pushed meanwhile, be it a
 * referrer that would go along or an index that contains what goes, is seen in one page for all of them.
 */
export class LastLook {
  private readonly reader: RegistryReader;
  private readonly repository: string;
  private readonly known: Known;
  private newest: Newest | undefined;
  private newestAt: number;

  constructor(reader: RegistryReader, repository: string, { listedAt, ...known }: Listing) {
    this.reader = reader;
    this.repository = repository;
    this.known = known;
    this.newestAt = listedAt;
  }

  /** Whether what was pushed meanwhile is known up to this moment. */
  get isFresh(): boolean {
    return isFresh(this.newestAt);
  }

  /** Looks at what was pushed meanwhile. */
  async refresh(): Promise<void> {
    const lookedAt = performance.now();
    const newest = await this.reader.readNewest(this.repository);
    // One that began later, and was answered sooner, has shown more.
    if (lookedAt <= this.newestAt) return;
    this.newest = newest;
    this.newestAt = lookedAt;
  }

  /** Reads the item, and what goes with it. */
  async look({ item, cascade }: Order): Promise<Look> {
    const lookedAt = performance.now();
    const found = await pMap(
      [...cascade, item],
      async ({ digest }) => (await this.reader.findManifest(this.repository, digest)) ?? [],
      { concurrency: LOOKS_AT_A_TIME },
    );
    const byDigest = new Map(found.flat().map((manifest) => [manifest.digest, manifest]));
    const change = judgeOne(item, byDigest.get(item.digest)) ?? judgeReferrers(cascade, byDigest);
    return { change, lookedAt };
  }

  /** What the newest page says against it: that it came to life, or that something was pushed. */
  judgeNewest({ item, cascade }: Order): Change | undefined {
    const manifests = this.newest?.manifests ?? [];
    const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
    const shown = byDigest.get(item.digest);
    return (shown && judgeOne(item, shown)) ?? judgeReferrers(cascade, byDigest) ?? findPushed(manifests, this.known);
  }

  /** Whether it has gone for certain: the page does not show it, or it does not read any more. */
  async isGone(digest: string): Promise<boolean> {
    const { manifests, isWhole } = this.newest ?? { manifests: [], isWhole: false };
    if (isWhole && !manifests.some((manifest) => manifest.digest === digest)) return true;
    return (await this.reader.findManifest(this.repository, digest)) === undefined;
  }
}

export const isFresh = (lookedAt: number): boolean => performance.now() - lookedAt <= MAX_LOOK_AGE_MS;

/** Undefined where it is still what was planned: there, untagged, unlocked, and of the same push. */
function judgeOne({ pushedAt }: PlanItem, now: ListedManifest | undefined): Change | undefined {
  if (!now) return { is: "gone", cascaded: [] };
  if (now.tags.length > 0) return { is: "kept", why: `tagged ${now.tags.join(", ")}`, restart: true };
  if (now.createdAt !== pushedAt) return { is: "kept", why: "pushed again", restart: true };
  return now.deleteEnabled && now.writeEnabled ? undefined : { is: "kept", why: "locked", restart: true };
}

/** One that is gone already is no change. */
function judgeReferrers(cascade: readonly PlanItem[], shown: ReadonlyMap<string, ListedManifest>): Change | undefined {
  for (const planned of cascade) {
    const change = judgeOne(planned, shown.get(planned.digest));
    if (change?.is === "kept")
      return { is: "kept", why: `its referrer ${planned.digest}: ${change.why}`, restart: false };
  }
  return undefined;
}

function findPushed(manifests: readonly ListedManifest[], known: Known): Change | undefined {
  const pushed = manifests.find((manifest) => isPushed(manifest, known));
  return pushed && { is: "pushed", why: `${pushed.digest} was pushed since the repository was listed` };
}

/** A listing may lag behind a delete: what went and is listed as it was is not there again. */
function isPushed({ digest, createdAt, tags }: ListedManifest, { listed, gone }: Known): boolean {
  const before = listed.get(digest);
  return before === undefined || before.createdAt !== createdAt || (gone.has(digest) && tags.length > 0);
}
