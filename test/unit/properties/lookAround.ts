import type { ArmId } from "../../../lib/core/armId.ts";
import type { Graph } from "../../../lib/core/graph.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import { learn } from "../../../lib/core/knowledge.ts";
import { readResource } from "../../../lib/core/readResource.ts";
import { CONFIRMED_KINDS } from "../../../lib/core/resources.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import type { Estate } from "./arbitraryEstate.ts";
import { idOf } from "./naiveJson.ts";
import type { Look } from "./raw.ts";

/** What the product makes of successive looks: the graph of the last one, with what it remembers of them all. */
export interface Outlook {
  readonly graph: Graph;
  readonly resources: readonly Resource[];
  readonly known: ReadonlyMap<ArmId, Known>;
  /** Every row of the last look could be read, and ids of confirmed kinds that are missing in it are truly gone. */
  readonly complete: boolean;
}

/** `truth` says what is really there, which ARM would answer if it were asked whether something is gone. */
export function lookAround(estate: Estate, truth: Look = estate.at(-1) ?? []): Outlook {
  const known = new Map<ArmId, Known>();
  let resources: readonly Resource[] = [];
  let complete = true;
  let before: readonly Resource[] = [];
  for (const [index, look] of estate.entries()) {
    const read = look.map(readResource);
    before = resources;
    resources = read.flatMap((result) => ("resource" in result ? [result.resource] : []));
    complete = resources.length === read.length && (index < estate.length - 1 || !hides(before, resources, truth));
    for (const resource of resources) {
      const sighting = { at: `2026-03-0${index + 1}T01:00:00Z`, complete };
      const learned = learn(resource, known.get(resource.id), sighting);
      if (learned) known.set(resource.id, learned);
    }
  }
  return { graph: toGraph(resources, known.values()), resources, known, complete };
}

/** True where something that was seen before is missing now and still there: ARM would say so. */
function hides(before: readonly Resource[], now: readonly Resource[], truth: Look): boolean {
  const ids = new Set(now.map(({ id }) => id));
  const there = new Set(truth.map(idOf));
  return before.some(({ id, kind }) => CONFIRMED_KINDS.has(kind) && !ids.has(id) && there.has(id));
}
