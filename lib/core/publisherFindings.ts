import { listLostReferences } from "./brokenReferences.ts";
import { sortFindings } from "./evidence.ts";
import type { ObservedFinding } from "./findings.ts";
import type { Graph } from "./graph.ts";
import { listHoldFindings } from "./holdFindings.ts";
import type { Needs } from "./needs.ts";
import { listReferenceFindings } from "./referenceFindings.ts";
import type { Sight } from "./sight.ts";
import { listUnusedFindings } from "./unusedFindings.ts";

export interface PublisherLook {
  /** Its name, in any casing; publishers of that name in every subscription are meant. */
  readonly publisher: string;
  readonly sight: Sight;
}

/**
 * Everything that the graph alone tells of one publisher's resources, holds that are about to end among it: the whole scope
 * `publisher:<name>`. Absence may be believed only where the graph is complete. Sorted.
 */
export function listPublisherFindings(
  graph: Graph,
  needs: Needs,
  { publisher, sight }: PublisherLook,
): readonly ObservedFinding[] {
  const view = { graph, needs, publisher };
  return sortFindings([
    ...listUnusedFindings(view, sight),
    ...listReferenceFindings(view, sight),
    ...listLostReferences(view, sight),
    ...listHoldFindings(view, sight),
  ]);
}
