import type { ArmId } from "./armId.ts";
import { nameOf, publisherOf } from "./armId.ts";
import type { ObservedFinding } from "./findings.ts";
import type { Graph } from "./graph.ts";
import type { Needs } from "./needs.ts";
import type { Resource } from "./resources.ts";

/** The graph of one publisher: what the findings about its resources are read from. */
export interface PublisherView {
  readonly graph: Graph;
  readonly needs: Needs;
  /** Its name, in any casing; publishers of that name in every subscription are meant. */
  readonly publisher: string;
}

/** The resources of `among` that belong to the publisher, sorted by id: a graph holds versions of others too. */
export const listOwn = (view: PublisherView, among: ReadonlyMap<ArmId, Resource>): readonly Resource[] =>
  listOwnIds(view, among.keys()).flatMap((id) => among.get(id) ?? []);

/** The ids among `ids` of what the publisher is or holds, each once, sorted. */
export const listOwnIds = (view: PublisherView, ids: Iterable<ArmId>): readonly ArmId[] =>
  [...new Set(ids)].filter((id) => isOwn(view, id)).sort();

/** True for what the publisher is or holds, existing or not. */
export const isOwn = ({ publisher }: PublisherView, id: ArmId): boolean =>
  nameOf(publisherOf(id) ?? "") === publisher.toLowerCase();

/** Where findings about its resources belong. */
export const scopeOf = ({ publisher }: PublisherView): string => `publisher:${publisher.toLowerCase()}`;

/** A finding about a resource of the publisher. */
export function toPublisherFinding(
  view: PublisherView,
  subject: ArmId,
  { kind, evidence }: Pick<ObservedFinding, "kind" | "evidence">,
): ObservedFinding {
  return {
    kind,
    subject,
    scope: scopeOf(view),
    publisherId: publisherOf(subject),
    storeId: storeWithin(subject),
    evidence,
  };
}

/** The artifact store that `id` is, or is nested in. */
function storeWithin(id: ArmId): ArmId | undefined {
  const segments = id.split("/");
  return segments[9] === "artifactstores" ? segments.slice(0, 11).join("/") : undefined;
}
