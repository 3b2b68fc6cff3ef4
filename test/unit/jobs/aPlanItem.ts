import type { PlanItem } from "../../../lib/core/planPurge.ts";
import { aMark } from "../../fakes/builders.ts";

/** What a plan makes of `aMark`. */
export function aPlanItem(item: Partial<PlanItem> = {}): PlanItem {
  const { repository, digest, storeId, artifactManifestId, pushedAt, storeCreatedAt, size } = aMark();
  return {
    repository,
    digest,
    class: "decommissioned",
    storeId,
    artifactManifestId,
    pushedAt,
    storeCreatedAt,
    deadline: "2026-03-01T01:00:00Z",
    lastTags: [],
    size,
    freedBytes: 0,
    how: "delete",
    cascadedFrom: undefined,
    after: [],
    ...item,
  };
}
