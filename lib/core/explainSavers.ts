import type { ArmId } from "./armId.ts";
import { nameOf, parentOf } from "./armId.ts";
import type { ArtifactDecision } from "./explainState.ts";
import type { Mark } from "./marks.ts";

export interface SaverFacts {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
  readonly mark: Mark | undefined;
}

/** What a person can do so that it is not deleted, concretely; empty where nothing need be done. */
export function listSavers(facts: SaverFacts, decision: ArtifactDecision): readonly string[] {
  switch (decision) {
    case "kept":
      return [];
    case "deleted":
      return ["push it again: the journal holds the exact bytes of the registry manifest, not those of its layers"];
    case "sighted":
    case "marked":
    case "due":
    case "unknown":
      return listSteps(facts);
    default:
      return decision satisfies never;
  }
}

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
