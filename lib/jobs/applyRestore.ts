import type { RestorePlan, RestoreStep, RestoreTag } from "../core/planRestore.ts";
import { UpstreamError } from "../errors.ts";
import type { ListedManifest, ManifestContent } from "../ports.ts";
import type { Deps } from "./deps.ts";
import type { Gathered, RestoreSite } from "./gatherRestore.ts";
import { isForbidden, readTagNames } from "./gatherRestore.ts";
import { RESTORER_ROLES } from "./openRestore.ts";
import type { RestoreItem } from "./restoreItem.ts";
import { isDone, toRefusedItem } from "./restoreItem.ts";
import type { RestorePlace, RestoreWord } from "./restoreRecords.ts";
import { journalRestore, protectRestored } from "./restoreRecords.ts";

export interface RestoreOrder {
  readonly plan: RestorePlan;
  readonly gathered: Gathered;
  readonly word: RestoreWord;
}

/**
 * Carries a plan out step by step: hold, look, journal, put, read back, journal. What a failed step leaves out is not put;
 * the others go on. To repeat it after any end puts only what is not there.
 */
export async function applyRestore(
  deps: Deps,
  site: RestoreSite,
  order: RestoreOrder,
): Promise<readonly RestoreItem[]> {
  const run = new RestoreRun(deps, site, order);
  for (const step of order.plan.steps) await run.take(step);
  await run.settleGoals();
  return [...run.items, ...order.plan.refused.map(toRefusedItem)];
}

type Look = { readonly is: "there" } | { readonly is: "absent"; readonly content: ManifestContent };

class RestoreRun {
  readonly items: RestoreItem[] = [];
  private readonly deps: Deps;
  private readonly site: RestoreSite;
  private readonly order: RestoreOrder;
  private readonly failed = new Set<string>();
  private readonly place: RestorePlace;
  private stop: string | undefined;

  constructor(deps: Deps, site: RestoreSite, order: RestoreOrder) {
    this.deps = deps;
    this.site = site;
    this.order = order;
    this.place = { ...site, ...order.word };
  }

  async take(step: RestoreStep): Promise<void> {
    const about =
      step.do === "put" ? { digest: step.digest, because: step.because } : { digest: step.digest, tag: step.tag };
    const hindrance = this.findHindrance(step);
    if (hindrance !== undefined) return this.note({ ...about, outcome: "notTried", why: hindrance });
    try {
      this.note({ ...about, outcome: await this.attempt(step) });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.note({ ...about, outcome: "failed", why: error.message });
    }
  }

  /** A goal that was there all along gets its hold, too. */
  async settleGoals(): Promise<void> {
    const { plan, gathered } = this.order;
    const settled = new Set([...plan.steps, ...plan.refused].map(({ digest }) => digest));
    for (const digest of gathered.view.goals.filter((goal) => !settled.has(goal))) {
      await protectRestored(this.deps, this.place, digest);
      this.note({ digest, outcome: "there" });
    }
  }

  private note(item: RestoreItem): void {
    this.items.push(item);
    if (!isDone(item)) this.failed.add(item.digest);
  }

  private findHindrance(step: RestoreStep): string | undefined {
    this.stop ??= this.order.word.isStillAllowed() ? undefined : "the lease on the registry was lost";
    if (this.stop !== undefined) return this.stop;
    const edges = this.order.gathered.view.kept.get(step.digest);
    const needed =
      step.do === "tag"
        ? [step.digest]
        : [...(edges?.children ?? []), ...(edges?.subject === undefined ? [] : [edges.subject])];
    const lacking = needed.filter((digest) => this.failed.has(digest));
    return lacking.length > 0 ? `what it needs was not restored: ${lacking.join(", ")}` : undefined;
  }

  /** The hold comes first: whatever happens then, nothing that was restored is without one. */
  private async attempt(step: RestoreStep): Promise<RestoreItem["outcome"]> {
    await protectRestored(this.deps, this.place, step.digest);
    const found = await this.look(step);
    if (found.is === "there") return "there";
    await journalRestore(this.deps, this.place, { what: "restoring", step });
    await this.write(step.do === "put" ? step.digest : step.tag, found.content);
    await journalRestore(this.deps, this.place, { what: "restored", step });
    return step.do === "put" ? "restored" : "tagged";
  }

  private async look(step: RestoreStep): Promise<Look> {
    const { reader, repository } = this.site;
    const now = await reader.findManifest(repository, step.digest);
    const kept = this.order.gathered.contents.get(step.digest);
    if (step.do === "tag") return this.lookAtTag(step, now);
    if (now) return { is: "there" };
    if (kept) return { is: "absent", content: kept };
    throw toFailure(`put ${repository}@${step.digest}`, "the journal does not keep its bytes");
  }

  /** Right before it is put: a tag is never moved. */
  private async lookAtTag({ digest, tag }: RestoreTag, now: ListedManifest | undefined): Promise<Look> {
    const { reader, repository } = this.site;
    if (now?.tags.includes(tag)) return { is: "there" };
    if ((await readTagNames(this.site)).has(tag))
      throw toFailure(`put the tag ${tag} on ${repository}@${digest}`, "it stands on something else by now");
    return { is: "absent", content: await reader.readBytes(repository, digest) };
  }

  private async write(reference: string, content: ManifestContent): Promise<void> {
    const { reader, writer, repository } = this.site;
    try {
      await writer.putManifest(repository, reference, content);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      const { operation, status } = error;
      this.stop = `the restorer needs ${RESTORER_ROLES}`;
      throw new UpstreamError({ service: "registry", operation, status, detail: this.stop, cause: error });
    }
    const now = await reader.readBytes(repository, reference);
    if (now.mediaType !== content.mediaType || !isSame(now.bytes, content.bytes))
      throw toFailure(`read back ${repository} ${reference}`, "it is not what was put");
  }
}

const toFailure = (operation: string, detail: string): UpstreamError =>
  new UpstreamError({ service: "registry", operation, detail });

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
