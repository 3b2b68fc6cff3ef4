import type { DeleteAnswer, ListedManifest, ManifestContent, Newest } from "../../lib/ports.ts";
import { OCI_IMAGE, OCI_INDEX } from "./arbitraryRegistries.ts";
import { MemoryRegistry, toDigest, type Held } from "./memoryRegistry.ts";
import { listDeletable, listHurt, type Judged } from "./naiveCleaner.ts";

/** What somebody else does to the repository, before so many calls of the purge have been answered; numbers pick what is there. */
export interface Race {
  readonly afterCalls: number;
  readonly does: "tag" | "lock" | "pushIndex" | "pushReferrer";
  readonly target: number;
}

/** A registry that somebody else uses during a purge, and that judges each delete by what its caller had been shown. */
export class WatchedRegistry extends MemoryRegistry {
  readonly wrong: string[] = [];
  readonly gone = new Set<string>();
  readonly #watched: string;
  #now = "";
  #races: Race[] = [];
  #calls = 0;
  #listing: readonly Judged[] = [];
  #lastListed: ReadonlySet<string> = new Set();
  #goneNow = new Set<string>();
  readonly #looks = new Map<string, ListedManifest | undefined>();

  constructor(watched: string) {
    super();
    this.#watched = watched;
  }

  judged(): readonly Judged[] {
    return this.list(this.#watched).map(toJudged);
  }

  beginPurge(now: string, races: readonly Race[]): void {
    this.#now = now;
    this.#races = [...races];
    this.#calls = 0;
    this.#goneNow = new Set();
    this.#looks.clear();
  }

  /** Adds what was wrong; returns what a listing of the purge itself has shown to miss what went. */
  endPurge(): readonly string[] {
    this.#races = [];
    const seen = this.#listing.filter(({ digest }) => this.#goneNow.has(digest));
    const deletable = listDeletable(this.#listing, () => true);
    for (const { digest } of seen) if (!deletable.has(digest)) this.wrong.push(`${digest} was needed`);
    for (const digest of listHurt(this.#listing, this.#goneNow)) this.wrong.push(`${digest} misses what went`);
    return listHurt(
      this.judged().filter(({ digest }) => this.#lastListed.has(digest)),
      this.#goneNow,
    );
  }

  override async *listManifests(repository: string): AsyncGenerator<readonly ListedManifest[]> {
    this.#race();
    for await (const page of super.listManifests(repository)) {
      if (repository === this.#watched) this.#showListing(page);
      yield page;
    }
  }

  #showListing(page: readonly ListedManifest[]): void {
    this.#lastListed = new Set(page.map(({ digest }) => digest));
    // What the purge decides on is what it was shown before its first delete.
    if (this.#goneNow.size === 0) this.#listing = this.judged();
  }

  override async findManifest(repository: string, digest: string): Promise<ListedManifest | undefined> {
    this.#race();
    const found = await super.findManifest(repository, digest);
    if (repository === this.#watched) this.#looks.set(digest, found);
    return found;
  }

  override async readNewest(repository: string): Promise<Newest> {
    this.#race();
    const newest = await super.readNewest(repository);
    if (repository === this.#watched) for (const shown of newest.manifests) this.#looks.set(shown.digest, shown);
    return newest;
  }

  override async readBytes(repository: string, digest: string): Promise<ManifestContent> {
    this.#race();
    return super.readBytes(repository, digest);
  }

  override async deleteManifest(repository: string, digest: string): Promise<DeleteAnswer> {
    const answer = await super.deleteManifest(repository, digest);
    if (repository !== this.#watched) this.wrong.push(`${repository}@${digest} was asked to go`);
    return answer;
  }

  override remove(repository: string, digest: string): readonly string[] {
    const removed = super.remove(repository, digest);
    for (const one of removed) this.#judge(one);
    return removed;
  }

  /** A registry has no conditional delete: what came after the last look, or was pushed after the listing, cannot have been seen. */
  #judge(digest: string): void {
    this.gone.add(digest);
    this.#goneNow.add(digest);
    const shown = this.#looks.get(digest);
    if (!this.#listing.some((judged) => judged.digest === digest)) {
      if (shown) this.wrong.push(`${digest} was shown as pushed`);
      return;
    }
    if (!shown) this.wrong.push(`${digest} went without a look`);
    else if (shown.tags.length > 0) this.wrong.push(`${digest} was shown as tagged ${shown.tags.join()}`);
    else if (!shown.deleteEnabled) this.wrong.push(`${digest} was shown as locked`);
  }

  #race(): void {
    this.#calls += 1;
    const due = this.#races.filter(({ afterCalls }) => afterCalls < this.#calls);
    this.#races = this.#races.filter((race) => !due.includes(race));
    for (const race of due) this.#play(race);
  }

  #play({ does, target }: Race): void {
    const all = this.list(this.#watched);
    const held = all[target % all.length];
    if (!held) return;
    switch (does) {
      case "tag":
        return this.tag(this.#watched, { tag: `race-${target}`, digest: held.digest, at: this.#now });
      case "lock":
        held.locked = true;
        return;
      case "pushIndex":
        return this.#push({ mediaType: OCI_INDEX, manifests: [describe(held)] }, [`race-${target}`]);
      case "pushReferrer": {
        const config = { mediaType: OCI_IMAGE, digest: toDigest("config"), size: 500 };
        return this.#push({ mediaType: OCI_IMAGE, config, layers: [], subject: describe(held) }, []);
      }
      default:
        does satisfies never;
    }
  }

  #push(body: Body, tags: readonly string[]): void {
    const text = JSON.stringify({
      schemaVersion: 2,
      ...body,
      annotations: { at: this.#now, calls: String(this.#calls) },
    });
    this.push(this.#watched, { mediaType: body.mediaType, text, tags, locked: false, createdAt: this.#now });
  }
}

type Body = { readonly mediaType: string } & Readonly<Record<string, unknown>>;

const describe = ({ mediaType, digest, text }: Held) => ({ mediaType, digest, size: text.length });
const toJudged = ({ tags, ...held }: Held): Judged => ({ ...held, tags: [...tags.keys()] });
