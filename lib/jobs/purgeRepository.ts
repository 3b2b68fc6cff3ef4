import pMap from "p-map";
import { measureFreed } from "../core/freedBytes.ts";
import type { PlanItem } from "../core/planPurge.ts";
import { decideStays } from "../core/protection.ts";
import type { Repository } from "../core/registryManifest.ts";
import { decideVerdicts } from "../core/verdicts.ts";
import { SafetyStopError } from "../errors.ts";
import type { ListedManifest } from "../ports.ts";
import type { ItemOutcome, Order, Site } from "./deleteManifest.ts";
import { deleteManifest } from "./deleteManifest.ts";
import type { Deps } from "./deps.ts";
import type { FreshContext } from "./freshContext.ts";
import type { RepositorySource } from "./readRepository.ts";
import { readAllEdges, readRepository } from "./readRepository.ts";

/** More at a time bring a registry into a bad state (facts: three incidents of another team). */
const DELETES_AT_A_TIME = 5;

export interface RepositoryPurge {
  readonly gone: number;
  readonly notes: readonly string[];
  /** Set where the registry asked to slow down: what is left goes on later. */
  readonly throttled: { readonly retryAfterMs: number | undefined } | undefined;
}

export interface RepositoryOrder {
  readonly fresh: FreshContext;
  readonly items: readonly PlanItem[];
  readonly allowance: Allowance;
}

/** How many deletes the rate still allows; one order that is larger than the whole rate may use all of it. */
export interface Allowance {
  readonly perMinute: number;
  left: number;
}

/** Re-lists the repository, decides again from fresh facts, and deletes what is both planned and still eligible. */
export async function purgeRepository(deps: Deps, site: Site, order: RepositoryOrder): Promise<RepositoryPurge> {
  const name = order.items[0]?.repository ?? "";
  const source = { reader: site.reader, edges: deps.edges, registryId: site.registryId };
  const now = await readRepository(source, name);
  const { eligible, notes } = selectEligible(order, now);
  const run = new RepositoryRun(deps, site, { repository: now, eligible, allowance: order.allowance });
  await run.deleteInWaves();
  if (run.gone.size > 0) await verifyAfter(site, { before: now, gone: run.gone, source });
  for (const digest of run.gone) await deps.marks.clear({ registryId: site.registryId, repository: name, digest });
  return { gone: run.gone.size, notes: [...notes, ...run.notes], throttled: run.throttled };
}

/** The plan's items that every rule still lets go, and why each other one is kept. */
function selectEligible(
  { fresh, items }: RepositoryOrder,
  now: Repository,
): { eligible: readonly PlanItem[]; notes: readonly string[] } {
  const verdicts = new Map(decideVerdicts(fresh.context, now).map((verdict) => [verdict.digest, verdict]));
  const listed = new Map(now.manifests.map((manifest) => [manifest.digest, manifest]));
  const notes: string[] = [];
  const allowed = items.filter((item) => {
    const why = whyKept(item);
    if (why !== undefined) notes.push(`${item.repository}@${item.digest} kept: ${why}`);
    return why === undefined;
  });
  const stays = decideStays(now.manifests, new Set(allowed.map(({ digest }) => digest)));
  for (const { repository, digest } of allowed)
    if (stays.has(digest)) notes.push(`${repository}@${digest} kept: ${stays.get(digest)?.code ?? ""}`);
  return { eligible: allowed.filter(({ digest }) => !stays.has(digest)), notes };

  function whyKept(item: PlanItem): string | undefined {
    const verdict = verdicts.get(item.digest);
    const manifest = listed.get(item.digest);
    if (!manifest) return now.incomplete.length > 0 ? now.incomplete.join("; ") : "no longer listed";
    if (!verdict) return "tagged";
    if (verdict.keep.length > 0)
      return verdict.keep.map(({ code, by }) => `${code}${by === undefined ? "" : ` ${by}`}`).join("; ");
    if (verdict.class !== item.class || verdict.artifactManifestId !== item.artifactManifestId)
      return "its class or artifact manifest changed";
    if (manifest.createdAt !== item.pushedAt) return "pushed again";
    return fresh.stores.get(item.storeId)?.createdAt === item.storeCreatedAt
      ? undefined
      : "its artifact store was re-created";
  }
}

interface Work {
  readonly repository: Repository;
  readonly eligible: readonly PlanItem[];
  readonly allowance: Allowance;
}

/** One pass over a repository: parents first; an item whose parent did not go stays, its siblings go on. */
class RepositoryRun {
  readonly gone = new Set<string>();
  readonly notes: string[] = [];
  throttled: { readonly retryAfterMs: number | undefined } | undefined;
  private readonly deps: Deps;
  private readonly site: Site;
  private readonly work: Work;
  private readonly freed: ReadonlyMap<string, number>;

  constructor(deps: Deps, site: Site, work: Work) {
    this.deps = deps;
    this.site = site;
    this.work = work;
    this.freed = measureFreed(
      work.repository.manifests,
      work.eligible.map(({ digest }) => digest),
    );
  }

  async deleteInWaves(): Promise<void> {
    const eligible = new Set(this.work.eligible.map(({ digest }) => digest));
    let open = this.work.eligible.filter(
      ({ cascadedFrom }) => cascadedFrom === undefined || !eligible.has(cascadedFrom),
    );
    for (;;) {
      const ready = open.filter(({ after }) => after.every((digest) => this.gone.has(digest) || !eligible.has(digest)));
      if (ready.length === 0 || this.throttled) return;
      open = open.filter((item) => !ready.includes(item));
      await pMap(ready, (item) => this.deleteOne(item), { concurrency: DELETES_AT_A_TIME });
    }
  }

  private async deleteOne(item: PlanItem): Promise<void> {
    const cascade = this.work.eligible.filter(({ cascadedFrom }) => cascadedFrom === item.digest);
    if (this.throttled) return;
    const { allowance } = this.work;
    if (allowance.left < Math.min(1 + cascade.length, allowance.perMinute)) {
      this.throttled = { retryAfterMs: undefined };
      return;
    }
    allowance.left -= 1 + cascade.length;
    const order: Order = { item, cascade, freed: this.freed };
    await this.settle(order, await deleteManifest(this.deps, this.site, order));
  }

  private async settle({ item, cascade }: Order, outcome: ItemOutcome): Promise<void> {
    const name = `${item.repository}@${item.digest}`;
    switch (outcome.is) {
      case "gone":
        for (const { repository, digest } of [item, ...cascade]) {
          // A child goes only after its parent reads as gone, not only after a friendly answer.
          if ((await this.site.reader.findManifest(repository, digest)) === undefined) this.gone.add(digest);
          else this.notes.push(`${repository}@${digest} was deleted but still reads`);
        }
        return;
      case "kept":
        this.notes.push(`${name} kept: ${outcome.why}`);
        return;
      case "throttled":
        this.throttled = outcome;
        return;
      case "forbidden":
        throw new SafetyStopError(`the purger may not delete in this registry: ${outcome.why}`);
      default:
        outcome satisfies never;
    }
  }
}

interface After {
  readonly before: Repository;
  readonly gone: ReadonlySet<string>;
  readonly source: RepositorySource;
}

/** There is no conditional delete: look afterwards whether something that was pushed meanwhile misses what went. */
async function verifyAfter({ reader }: Site, { before, gone, source }: After): Promise<void> {
  if (!(await reader.findRepository(before.name))) return; // with its last registry manifest the repository goes too
  const known = new Set(before.manifests.map(({ digest }) => digest));
  const pushed: ListedManifest[] = [];
  for await (const page of reader.listManifests(before.name))
    pushed.push(...page.filter(({ digest }) => !known.has(digest)));
  for (const [digest, { children, subject }] of await readAllEdges(source, before.name, pushed)) {
    const missing = [...children, ...(subject === undefined ? [] : [subject])].filter((needed) => gone.has(needed));
    if (missing.length > 0)
      throw new SafetyStopError(
        `${before.name}@${digest} was pushed while ${missing.join(", ")}, which it needs, was deleted`,
      );
  }
}
