import pMap from "p-map";
import { withNeededLayers } from "../core/neededLayers.ts";
import { readEdges } from "../core/readEdges.ts";
import type { Edges } from "../core/registryManifest.ts";
import { listConcerned, listReach } from "../core/restoreReach.ts";
import { UpstreamError } from "../errors.ts";
import type { ManifestContent } from "../ports.ts";
import type { Deps } from "./deps.ts";
import type { RestoreSite } from "./openRestore.ts";
import { PastDeletes } from "./pastDeletes.ts";

export const AT_A_TIME = 8;

/**
 * Finds all that a restore concerns, and what of it is there: from the goals to what they hold and need, and to what went along
 * with any of it. Bytes come from the journal, or from the registry where it has them and the journal does not.
 */
export class RestoreWalk {
  readonly goals: readonly string[];
  readonly present = new Set<string>();
  readonly edges = new Map<string, Edges>();
  /** The bytes that the journal kept. */
  readonly contents = new Map<string, ManifestContent>();
  /** What is there and could not be read, and why. */
  readonly unread = new Map<string, string>();
  readonly deletes: PastDeletes;
  private readonly deps: Deps;
  private readonly site: RestoreSite;
  private readonly looked = new Set<string>();
  private readonly opened = new Set<string>();

  private constructor(deps: Deps, { site, goals, deletes }: Start) {
    this.deps = deps;
    this.site = site;
    this.goals = goals;
    this.deletes = deletes;
  }

  static async take(deps: Deps, site: RestoreSite, goals: readonly string[]): Promise<RestoreWalk> {
    const walk = new RestoreWalk(deps, { site, goals, deletes: await PastDeletes.open(deps, site) });
    await walk.goOn();
    if (walk.isLost()) {
      await walk.deletes.search(walk.reach.filter((digest) => !walk.present.has(digest)));
      await walk.openCascaded();
      await walk.goOn();
    }
    return walk;
  }

  /** What may be put. */
  get reach(): readonly string[] {
    return listReach(this);
  }

  private async goOn(): Promise<void> {
    const next = (): readonly string[] => listConcerned(this).filter((digest) => !this.looked.has(digest));
    for (let level = next(); level.length > 0; level = next()) {
      await pMap(level, (digest) => this.look(digest), { concurrency: AT_A_TIME });
      await this.deletes.read(level);
      await this.openCascaded();
    }
  }

  /** A goal is neither there nor in the table: only the whole journal can tell whether it ever was. */
  private isLost(): boolean {
    return this.goals.some((digest) => !this.present.has(digest) && !this.deletes.find(digest));
  }

  private async look(digest: string): Promise<void> {
    this.looked.add(digest);
    await this.open(digest);
    if (!(await this.site.reader.findManifest(this.site.repository, digest))) return;
    this.present.add(digest);
    if (!this.edges.has(digest)) await this.readHeld(digest);
  }

  private async openCascaded(): Promise<void> {
    await pMap(this.deletes.cascaded, (digest) => this.open(digest), { concurrency: AT_A_TIME });
  }

  private async open(digest: string): Promise<void> {
    if (this.opened.has(digest)) return;
    this.opened.add(digest);
    const content = await this.deps.journal.findBytes(digest);
    if (!content) return;
    this.contents.set(digest, content);
    this.edges.set(digest, toEdges(content));
  }

  private async readHeld(digest: string): Promise<void> {
    try {
      this.edges.set(digest, toEdges(await this.site.reader.readBytes(this.site.repository, digest)));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.unread.set(digest, error.message);
    }
  }
}

interface Start {
  readonly site: RestoreSite;
  readonly goals: readonly string[];
  readonly deletes: PastDeletes;
}

const toEdges = ({ mediaType, bytes }: ManifestContent): Edges => withNeededLayers(readEdges(mediaType, bytes), bytes);
