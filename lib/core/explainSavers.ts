import type { ArmId } from "./armId.ts";
import { nameOf, parentOf } from "./armId.ts";
import type { DeletionFacts } from "./explainDeletion.ts";
import { judgeDeletion } from "./explainDeletion.ts";
import type { ArtifactDecision } from "./explainState.ts";
import type { Mark } from "./marks.ts";

export interface SaverFacts extends DeletionFacts {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
}

/** What a person can do so that it is not deleted, or is there again, concretely; empty where nothing need be done. */
export function listSavers(facts: SaverFacts, decision: ArtifactDecision): readonly string[] {
  switch (decision) {
    case "kept":
      return [];
    case "deleted":
      return listReturns(facts);
    case "sighted":
    case "marked":
    case "due":
      return listSteps(facts);
    case "unknown":
      return mayBeGone(facts) ? [...listReturns(facts), ...listSteps(facts)] : listSteps(facts);
    default:
      return decision satisfies never;
  }
}

/** True where a delete of it is on record, and nothing since shows it. */
function mayBeGone(facts: SaverFacts): boolean {
  const standing = judgeDeletion(facts);
  if (!standing || standing.is === "seenSince") return false;
  return standing.is !== "kept" || facts.manifest === undefined;
}

const listReturns = ({ registryId, repository, digest }: SaverFacts): readonly string[] => [
  `restore it: POST /api/restores with {"registry":"${nameOf(registryId)}","repository":"${repository}","digest":"${digest}"}, by and why. It needs RESTORER_CLIENT_ID, and every layer still in the registry; what is there it leaves as it is; under soft delete its answer says how to restore it in the registry`,
  "or push it again: the journal holds the exact bytes of the registry manifest, not those of its layers",
];

function listSteps({ registryId, repository, digest, mark }: SaverFacts): readonly string[] {
  const registry = nameOf(registryId);
  const image = `${repository}@${digest}`;
  return [
    `put a tag on it: any tag on ${image} in ${registry}`,
    ...(mark ? listStepsOfClass(mark) : []),
    `hold it: PUT /api/holds with the scope {"digest":"${digest}"}, an owner, a reason and an end`,
    `lock it: az acr repository update --name ${registry} --image ${image} --delete-enabled false --write-enabled false`,
  ];
}

function listStepsOfClass({ class: markClass, artifactManifestId }: Mark): readonly string[] {
  const storeId = parentOf(artifactManifestId) ?? artifactManifestId;
  const hold = `hold its store: put the ARM tag cleanup-hold-until with a date on the artifact store ${storeId}`;
  return markClass === "decommissioned" ? [`recreate artifact manifest ${artifactManifestId}`, hold] : [hold];
}
