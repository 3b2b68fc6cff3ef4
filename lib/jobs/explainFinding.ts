import type { FindingExplanation } from "../core/explainFinding.ts";
import { explainFinding, listNamedResources } from "../core/explainFinding.ts";
import type { Deps } from "./deps.ts";
import { readFindingOwners, withOwners } from "./findingOwners.ts";

/** The stored finding with the histories of the resources that it names; undefined where there is none of that id. */
export async function explainStoredFinding(deps: Deps, id: string): Promise<FindingExplanation | undefined> {
  const finding = await deps.findings.find(id);
  if (!finding) return undefined;
  const histories = await deps.history.findAll(listNamedResources(finding));
  const ownersOf = await readFindingOwners(deps);
  return explainFinding(withOwners(finding, ownersOf(finding)), histories.values());
}
