import type { ArmId } from "./armId.ts";
import { DAY_MS } from "./duration.ts";
import { linkResource, linkSeen } from "./evidence.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { PublisherView } from "./publisherView.ts";
import { listOwnIds, toPublisherFinding } from "./publisherView.ts";
import type { TagHold } from "./resources.ts";
import type { Sight } from "./sight.ts";

const WARNING_MS = 7 * DAY_MS;

/** Holds by tag on the publisher's stores and artifact manifests, present or past, from seven days before their end until then. */
export function listHoldFindings(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { stores, present, artifactManifests } = view.graph;
  const ids = listOwnIds(view, [...stores.keys(), ...present.keys(), ...artifactManifests.keys()]);
  return ids.flatMap((id): ObservedFinding[] => {
    // What is remembered of an artifact manifest holds the latest date ever seen: a hold stays in force after its tag is gone.
    const hold = artifactManifests.get(id)?.hold ?? (stores.get(id) ?? present.get(id))?.hold;
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
  const at = graph.artifactManifests.get(id)?.lastSeenAt ?? sight.at;
  return { text: "artifact manifest that is gone, last seen", subject: id, at };
}
