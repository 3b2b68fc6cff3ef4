import type { ArmId } from "../core/armId.ts";
import type { EvidenceLink, ObservedFinding } from "../core/findings.ts";
import { publisherOf } from "../core/armId.ts";
import { findStoreSettings } from "../config.ts";
import type { StoreFacts } from "../stores/knowledgeStore.ts";
import type { Deps } from "./deps.ts";
import type { Marking } from "./marking.ts";
import type { Tenant } from "./tenant.ts";

/** Scope of findings about enrolled stores that are not there. */
const ENROLMENT_SCOPE = "enrolment";

/**
 * Remembers enrolled stores, and tells of those that a complete graph does not hold any more: they leave enrolment, and what is
 * remembered of them goes once no mark is left.
 */
export async function checkEnrolment(deps: Deps, marking: Marking, tenant: Tenant): Promise<void> {
  await rememberStores(deps, tenant);
  if (!marking.graphComplete) return;
  const gone = new Map<ArmId, ObservedFinding>();
  for (const { store } of deps.config.stores)
    if (store !== "*" && !tenant.stores.has(store)) gone.set(store, toFinding(store, []));
  for await (const facts of deps.knowledge.listStores()) {
    if (tenant.stores.has(facts.storeId) || !findStoreSettings(deps.config, facts.storeId)) continue;
    if (await isForgotten(deps, marking, facts)) await deps.knowledge.removeStore(facts.storeId);
    else gone.set(facts.storeId, toFinding(facts.storeId, [{ text: "its registry was", subject: facts.registryId }]));
  }
  await marking.reconcile(ENROLMENT_SCOPE, [...gone.values()]);
}

/** A store that is gone is told of until its last mark is gone, and for as long as snapshots are kept. */
async function isForgotten(deps: Deps, { sight }: Marking, facts: StoreFacts): Promise<boolean> {
  if (facts.goneSince === undefined) {
    await deps.knowledge.putStore({ ...facts, goneSince: sight.at });
    return false;
  }
  const age = Date.parse(sight.at) - Date.parse(facts.goneSince);
  return age > deps.config.snapshot.retentionMs && !(await hasMarks(deps, facts));
}

async function rememberStores(deps: Deps, tenant: Tenant): Promise<void> {
  for (const { id, details } of tenant.stores.values()) {
    if (details.of !== "store" || details.registryId === undefined || !findStoreSettings(deps.config, id)) continue;
    const known = await deps.knowledge.findStore(id);
    if (known?.registryId === details.registryId && known.goneSince === undefined) continue;
    if (known && known.registryId !== details.registryId) await clearMarks(deps, known);
    const facts = { enforcedSince: undefined, enforceDeadline: undefined, ...known };
    await deps.knowledge.putStore({ ...facts, storeId: id, registryId: details.registryId, goneSince: undefined });
  }
}

/** The store is backed by another registry now: what it had in the old one is not its own any more. */
async function clearMarks(deps: Deps, { registryId, storeId }: StoreFacts): Promise<void> {
  for await (const { mark, etag } of deps.marks.list(registryId))
    if (mark.storeId === storeId) await deps.marks.clear(mark, etag);
}

async function hasMarks(deps: Deps, { registryId, storeId }: StoreFacts): Promise<boolean> {
  for await (const { mark } of deps.marks.list(registryId)) if (mark.storeId === storeId) return true;
  return false;
}

function toFinding(storeId: ArmId, more: readonly EvidenceLink[]): ObservedFinding {
  return {
    kind: "storeGone",
    subject: storeId,
    scope: ENROLMENT_SCOPE,
    publisherId: publisherOf(storeId),
    storeId,
    evidence: [{ text: "enrolled in STORES, and not in the complete graph:", subject: storeId }, ...more],
  };
}
