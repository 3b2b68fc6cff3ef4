import type { PlanItem } from "../core/planPurge.ts";
import { toIso } from "../core/duration.ts";
import type { DeleteAnswer, ManifestContent } from "../ports.ts";
import type { Deletion } from "../stores/deletionStore.ts";
import type { Site } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";

/** Undefined where nobody knows what happened: the breaker then counts it as deleted, and the next run looks anew. */
function toStored(answer: DeleteAnswer): Deletion["outcome"] {
  if (answer.is === "deleted" || answer.is === "alreadyGone") return answer.is;
  return answer.is === "unknown" ? undefined : "kept";
}

/** Intent before, outcome after, both in the journal that people read and in the table that the breaker counts. */
export class JournaledDelete {
  private readonly deps: Deps;
  private readonly site: Site;
  private readonly intents = new Map<string, Deletion>();

  constructor(deps: Deps, site: Site) {
    this.deps = deps;
    this.site = site;
  }

  /** Bytes first, then the record: an intent on record can always be restored while the layers exist. */
  async intend(planned: PlanItem): Promise<void> {
    const { repository, digest, size, freedBytes } = planned;
    const { registryId, runId, planId } = this.site;
    const content = await this.keepBytes(repository, digest);
    const intentAt = toIso(this.deps.clock.now().getTime());
    await this.deps.journal.append(this.site.journalFile, {
      what: "intent",
      at: intentAt,
      runId,
      planId,
      registryId,
      ...planned,
      mediaType: content.mediaType,
    });
    const deletion: Deletion = {
      registryId,
      repository,
      digest,
      runId,
      size,
      freedBytes,
      intentAt,
      outcome: undefined,
      outcomeAt: undefined,
    };
    await this.deps.deletions.put(deletion);
    this.intents.set(digest, deletion);
  }

  /** The inventory has kept them, if it was what read them; bytes never change in a digest's life. */
  private async keepBytes(repository: string, digest: string): Promise<ManifestContent> {
    const kept = await this.deps.journal.findBytes(digest);
    if (kept) return kept;
    const content = await this.site.reader.readBytes(repository, digest);
    await this.deps.journal.saveBytes(digest, content);
    return content;
  }

  async conclude({ repository, digest }: PlanItem, answer: DeleteAnswer): Promise<void> {
    const { registryId, runId } = this.site;
    const outcomeAt = toIso(this.deps.clock.now().getTime());
    const intent = this.intents.get(digest);
    // First: what is on record and was not told of would be a deletion that no alert counts.
    await this.tell({ repository, digest }, answer, intent?.freedBytes ?? 0);
    const why = whyOf(answer);
    const record = { what: "outcome", at: outcomeAt, runId, registryId, repository, digest, outcome: answer.is, why };
    await this.deps.journal.append(this.site.journalFile, record);
    if (intent) await this.deps.deletions.put({ ...intent, outcome: toStored(answer), outcomeAt });
  }

  private async tell(
    place: Pick<PlanItem, "repository" | "digest">,
    answer: DeleteAnswer,
    bytes: number,
  ): Promise<void> {
    const { telemetry, log } = this.deps;
    const { runId, planId, registryId } = this.site;
    const about = { runId, planId, registryId, ...place, answer: answer.is };
    log.info("registry manifest delete answered", about);
    if (answer.is === "alreadyGone") return;
    if (answer.is !== "deleted") return telemetry.event("deleteRefused", { ...about, why: whyOf(answer) });
    telemetry.measure("deletions", 1, {});
    telemetry.measure("deletedBytes", bytes, {});
    await telemetry.event("manifestDeleted", { ...about, bytes });
  }
}

const whyOf = (answer: DeleteAnswer): string | undefined => ("why" in answer ? answer.why : undefined);
