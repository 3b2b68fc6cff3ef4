import type { HoldBook } from "../core/holdsOn.ts";
import { describeHold, listHoldsOn } from "../core/holdsOn.ts";
import { isSeen } from "../core/keepReasons.ts";
import type { PlanItem } from "../core/planPurge.ts";
import { endOfGrace } from "../core/planPurge.ts";
import { decideStays } from "../core/protection.ts";
import type { Repository } from "../core/registryManifest.ts";
import { decideVerdicts } from "../core/verdicts.ts";
import { findStoreSettings } from "../config.ts";
import type { StoredMark } from "../stores/markStore.ts";
import type { Deps } from "./deps.ts";
import type { FreshContext } from "./freshContext.ts";

export interface Selection {
  readonly eligible: readonly PlanItem[];
  /** Why each other item of the plan is kept. */
  readonly notes: readonly string[];
  /** Digests that were seen alive: their marks must begin anew. */
  readonly restarts: readonly string[];
}

interface Facts {
  readonly fresh: FreshContext;
  readonly items: readonly PlanItem[];
  readonly now: Repository;
}

/** The plan's items that every rule still lets go, from fresh facts, the stored mark and the settings as they are now. */
export async function selectEligible(deps: Deps, facts: Facts): Promise<Selection> {
  const { items, now, fresh } = facts;
  const marks = await deps.marks.ofRepository(now.registryId, now.name);
  const holds = { tags: fresh.tagHolds, holds: await Array.fromAsync(deps.holds.list()) };
  const judge = createJudge(deps, { fresh, now, marks, holds });
  const notes: string[] = [];
  const restarts: string[] = [];
  const allowed = items.filter((item) => {
    const kept = judge(item);
    if (kept) notes.push(`${item.repository}@${item.digest} kept: ${kept.why}`);
    if (kept?.restart) restarts.push(item.digest);
    return kept === undefined;
  });
  const stays = decideStays(now.manifests, new Set(allowed.map(({ digest }) => digest)));
  for (const { repository, digest } of allowed) {
    const reason = stays.get(digest);
    if (reason) notes.push(`${repository}@${digest} kept: ${reason.code} ${reason.by ?? ""}`);
  }
  return { eligible: allowed.filter(({ digest }) => !stays.has(digest)), notes, restarts };
}

interface Scene {
  readonly fresh: FreshContext;
  readonly now: Repository;
  readonly marks: ReadonlyMap<string, StoredMark>;
  /** By tag as ARM has store and artifact manifest now, or as an earlier look remembered it; by people as they stand now. */
  readonly holds: HoldBook;
}

interface Kept {
  readonly why: string;
  readonly restart: boolean;
}

function createJudge(deps: Deps, { fresh, now, marks, holds }: Scene): (item: PlanItem) => Kept | undefined {
  const verdicts = new Map(decideVerdicts(fresh.context, now).map((verdict) => [verdict.digest, verdict]));
  const listed = new Map(now.manifests.map((manifest) => [manifest.digest, manifest]));
  return (item) => {
    const mark = marks.get(item.digest)?.mark;
    if (mark?.deadline === undefined || mark.deadline !== item.deadline)
      return keep("its mark was cleared or began anew");
    const settings = findStoreSettings(deps.config, item.storeId);
    if (settings?.mode !== "enforce") return keep("its artifact store is not enforced");
    if (!(deps.clock.now().getTime() >= endOfGrace(mark, settings.graceMs)))
      return keep("its grace window is not over");
    const [hold] = listHoldsOn(holds, { ...item, registryId: now.registryId }, deps.clock.now().getTime());
    if (hold) return keep(`a hold is in force ${describeHold(hold)}`);
    const manifest = listed.get(item.digest);
    if (!manifest) return keep(now.incomplete.length > 0 ? now.incomplete.join("; ") : "no longer listed");
    const verdict = verdicts.get(item.digest);
    if (!verdict) return restart("tagged");
    if (verdict.keep.length > 0)
      return {
        why: verdict.keep.map(({ code, by }) => [code, by].filter(Boolean).join(" ")).join("; "),
        restart: verdict.keep.some(isSeen),
      };
    if (verdict.class !== item.class || verdict.artifactManifestId !== item.artifactManifestId)
      return restart("its class or artifact manifest changed");
    if (manifest.createdAt !== item.pushedAt) return restart("pushed again");
    return fresh.stores.get(item.storeId)?.createdAt === item.storeCreatedAt
      ? undefined
      : restart("its artifact store was re-created");
  };
}

const keep = (why: string): Kept => ({ why, restart: false });
const restart = (why: string): Kept => ({ why, restart: true });
