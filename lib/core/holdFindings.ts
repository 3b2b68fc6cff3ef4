import type { ArmId } from "./armId.ts";
import { parentOf, publisherOf } from "./armId.ts";
import { DAY_MS } from "./duration.ts";
import { linkResource, linkSeen, sortFindings } from "./evidence.ts";
import type { EvidenceLink, FindingScope, ObservedFinding } from "./findings.ts";
import type { Hold, HoldScope } from "./hold.ts";
import { describeScope } from "./hold.ts";
import { holdOf } from "./knowledge.ts";
import type { PublisherView } from "./publisherView.ts";
import { listOwnIds, toPublisherFinding } from "./publisherView.ts";
import type { TagHold } from "./resources.ts";
import type { Sight } from "./sight.ts";
import { longerHold } from "./tagHold.ts";

const WARNING_MS = 7 * DAY_MS;

/** Holds by tag on the publisher's stores and artifact manifests, present or past, from seven days before their end until then. */
export function listHoldFindings(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { stores, heldStores, present, artifactManifests } = view.graph;
  const ids = [stores, heldStores, present, artifactManifests].flatMap((byId) => [...byId.keys()]);
  return listOwnIds(view, ids).flatMap((id): ObservedFinding[] => {
    // What is remembered is the latest date ever seen: a hold stays in force after its tag is gone.
    const known = artifactManifests.get(id) ?? heldStores.get(id);
    const hold = longerHold(holdOf(known), (stores.get(id) ?? present.get(id))?.hold);
    if (!hold || !isExpiring(hold, Date.parse(sight.at))) return [];
    const evidence = [linkHeld(view, id, sight), linkSeen(sight, `held until ${hold.until ?? ""}: ${hold.reason}`)];
    return [toPublisherFinding(view, id, { kind: "holdExpiring", evidence })];
  });
}

/** One without end never expires. */
function isExpiring({ until }: TagHold, now: number): boolean {
  if (until === undefined) return false;
  const end = Date.parse(until);
  return end - WARNING_MS <= now && now < end;
}

function linkHeld({ graph }: PublisherView, id: ArmId, sight: Sight): EvidenceLink {
  const resource = graph.stores.get(id) ?? graph.present.get(id);
  if (resource) return linkResource(sight, resource);
  const store = graph.heldStores.get(id);
  const at = (store ?? graph.artifactManifests.get(id))?.lastSeenAt ?? sight.at;
  return { text: `artifact ${store ? "store" : "manifest"} that is gone, last seen`, subject: id, at };
}

const SCOPE = "holds";

/** Where findings about holds of people belong: they are read from what people said, not from a snapshot. */
export const isScopeOfHolds = (scope: FindingScope): boolean => scope === SCOPE || scope.startsWith(`${SCOPE}:`);

/** Holds of people from seven days before their end until then, at the instant `at`. Sorted. */
export function listExpiringHolds(holds: readonly Hold[], at: string): readonly ObservedFinding[] {
  const expiring = holds.filter((hold) => isExpiring(hold, Date.parse(at)));
  return sortFindings(expiring.map(toFinding));
}

function toFinding({ scope, owner, reason, until, at }: Hold): ObservedFinding {
  return {
    kind: "holdExpiring",
    subject: describeScope(scope),
    ...belonging(scope),
    evidence: [{ text: `held by ${owner} until ${until}: ${reason}`, at }],
  };
}

/** Whom the subject belongs to; a digest is held wherever it lies. */
function belonging(scope: HoldScope): Pick<ObservedFinding, "scope" | "publisherId" | "storeId"> {
  switch (scope.of) {
    case "digest":
      return { scope: SCOPE };
    case "repository":
      return { scope: `${SCOPE}:${scope.registryId}` };
    case "artifactManifest":
      return { scope: SCOPE, publisherId: publisherOf(scope.id), storeId: parentOf(scope.id) };
    case "store":
      return { scope: SCOPE, publisherId: publisherOf(scope.id), storeId: scope.id };
    default:
      return scope satisfies never;
  }
}
