import { DAY_MS } from "../core/duration.ts";
import type { Deps } from "./deps.ts";

/**
 * What was confirmed is believed for this long, so that seven nights' worth of confirmations passes. What is pushed again since is
 * listed, as anything that is pushed.
 */
const BELIEVED_MS = 7 * DAY_MS;

/** Of a registry manifest, or, without a digest, of a whole repository. */
export const toGoneKey = (repository: string, digest = ""): string => `${repository}@${digest}`;

/** Reads what runs since the last complete inventory, of the time `since`, confirmed as gone from a registry. */
export async function openGoneMemory(deps: Deps, registryId: string, since: string): Promise<GoneMemory> {
  const stored = await deps.absences.listOfRegistry(registryId);
  const from = Math.max(Date.parse(since), deps.clock.now().getTime() - BELIEVED_MS);
  const believed = [...stored].filter(([, at]) => Date.parse(at) >= from).map(([key]) => key);
  return new GoneMemory(new Set(stored.keys()), new Set(believed));
}

/** What is known as gone from one registry, while its inventory is compared with the last complete one. */
export class GoneMemory {
  private readonly stored: ReadonlySet<string>;
  private readonly believed: Set<string>;
  private readonly added: string[] = [];

  constructor(stored: ReadonlySet<string>, believed: Set<string>) {
    this.stored = stored;
    this.believed = believed;
  }

  has(key: string): boolean {
    return this.believed.has(key);
  }

  /** The registry itself says that it is gone. */
  add(key: string): void {
    this.added.push(key);
  }

  /** It is there again: its next absence must be confirmed anew. */
  forget(key: string): void {
    this.believed.delete(key);
  }

  /** For the next run; that needs none of it where this inventory is complete, and so what the next is compared with. */
  async store(deps: Deps, registryId: string, complete: boolean): Promise<void> {
    const over = [...this.stored].filter((key) => complete || !this.believed.has(key));
    if (over.length > 0) await deps.absences.removeOfRegistry(registryId, over);
    if (!complete) await deps.absences.addOfRegistry(registryId, this.added, deps.clock.now().toISOString());
  }
}
