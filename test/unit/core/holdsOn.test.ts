import { describe, expect, it, test } from "@jest/globals";
import type { Hold } from "../../../lib/core/hold.ts";
import { listHoldsOn, toTagHolds } from "../../../lib/core/holdsOn.ts";
import type { KnownArtifactManifest, KnownStore } from "../../../lib/core/knowledge.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import {
  aHold,
  aKnown,
  aKnownStore,
  anArtifactManifest,
  artifactManifestId,
  aStore,
  digest,
  NOW,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { aGraph } from "../../fakes/graphBuilders.ts";

const CNF = artifactManifestId("cnf");
/** Of another publisher, in the same registry. */
const SIBLING = `${PUBLISHER.replace("contoso", "fabrikam")}/artifactstores/sibling`;
const SIBLING_CNF = artifactManifestId("cnf", SIBLING);
const SUBJECT = {
  registryId: REGISTRY,
  repository: "cnf/nginx",
  digest: digest(1),
  artifactManifestId: CNF,
  storeId: STORE,
};

const EARLY = { until: "2026-03-05T00:00:00Z", reason: "a test" };
const LATE = { until: "2026-05-01T00:00:00Z", reason: "an audit" };
const ENDLESS = { until: undefined, reason: "for good" };
const OVER = { until: NOW, reason: "an audit" };

interface Case {
  readonly name: string;
  readonly store?: Partial<Resource>;
  readonly sibling?: Partial<Resource>;
  readonly known?: readonly (KnownArtifactManifest | KnownStore)[];
  readonly present?: Partial<Resource>;
  readonly holds?: readonly Hold[];
  readonly held: readonly string[];
}

function listPlaces({ store, sibling, known = [aKnown()], present, holds = [] }: Case): readonly string[] {
  const stores = [aStore(store), aStore({ id: SIBLING, name: "sibling", ...sibling })];
  const graph = aGraph([...stores, ...(present ? [anArtifactManifest(present)] : [])], known);
  const tags = toTagHolds(graph, [STORE, SIBLING]);
  return listHoldsOn({ tags, holds }, SUBJECT, Date.parse(NOW)).map(({ on, until }) => `${on} ${until ?? "endless"}`);
}

describe("the holds on a registry manifest are", () => {
  test.each<Case>([
    { name: "none", held: [] },
    { name: "a tag of its store", store: { hold: EARLY }, held: [`${STORE} ${EARLY.until}`] },
    { name: "a tag of its artifact manifest that exists", present: { hold: EARLY }, held: [`${CNF} ${EARLY.until}`] },
    {
      name: "a tag of its artifact manifest that is gone",
      known: [aKnown({ hold: LATE })],
      held: [`${CNF} ${LATE.until}`],
    },
    {
      name: "the longer of what was seen and what is there",
      known: [aKnown({ hold: LATE })],
      present: { hold: EARLY },
      held: [`${CNF} ${LATE.until}`],
    },
    {
      name: "a tag that its store no longer has",
      known: [aKnown(), aKnownStore({ hold: LATE })],
      held: [`${STORE} ${LATE.until}`],
    },
    {
      name: "the longer of what its store had and has",
      store: { hold: EARLY },
      known: [aKnown(), aKnownStore({ hold: LATE })],
      held: [`${STORE} ${LATE.until}`],
    },
    {
      name: "a tag that another store no longer has, whose artifact manifest of that name may own the path",
      known: [aKnown(), aKnown({ id: SIBLING_CNF }), aKnownStore({ id: SIBLING, hold: EARLY })],
      held: [`${SIBLING} ${EARLY.until}`],
    },
    {
      name: "not a tag that its store once had, and that is over",
      known: [aKnown(), aKnownStore({ hold: OVER })],
      held: [],
    },
    { name: "not one that is over", store: { hold: OVER }, holds: [aHold({ until: NOW })], held: [] },
    {
      name: "one of a person beside those by tag, whichever ends first",
      store: { hold: ENDLESS },
      known: [aKnown({ hold: EARLY })],
      holds: [aHold()],
      held: [`${STORE} endless`, `${digest(1)} 2026-04-01T00:00:00.000Z`, `${CNF} ${EARLY.until}`],
    },
    {
      name: "not one that covers something else",
      holds: [aHold({ scope: { of: "digest", digest: digest(2) } })],
      held: [],
    },
    {
      name: "a tag of another store whose artifact manifest of that name may own the path",
      sibling: { hold: EARLY },
      known: [aKnown(), aKnown({ id: SIBLING_CNF })],
      held: [`${SIBLING} ${EARLY.until}`],
    },
    {
      name: "a tag of that other artifact manifest",
      known: [aKnown(), aKnown({ id: SIBLING_CNF, hold: EARLY })],
      held: [`${SIBLING_CNF} ${EARLY.until}`],
    },
    {
      name: "a person's hold of that other store",
      known: [aKnown(), aKnown({ id: SIBLING_CNF })],
      holds: [aHold({ scope: { of: "store", id: SIBLING } })],
      held: [`${SIBLING} 2026-04-01T00:00:00.000Z`],
    },
    {
      name: "none of another store of the registry that never had an artifact manifest of that name",
      sibling: { hold: EARLY },
      holds: [aHold({ scope: { of: "store", id: SIBLING } })],
      held: [],
    },
  ])("$name", (given) => {
    expect(listPlaces(given)).toEqual(given.held);
  });

  it("those of its store and artifact manifest alone where no registry is known to share them", () => {
    const graph = aGraph([aStore({ hold: EARLY })], [aKnown()]);
    const book = { tags: toTagHolds(graph, []), holds: [] };
    expect(listHoldsOn(book, SUBJECT, Date.parse(NOW))).toEqual([{ ...EARLY, on: STORE, owner: undefined }]);
    const nobodys = { ...SUBJECT, artifactManifestId: undefined, storeId: undefined };
    expect(listHoldsOn(book, nobodys, Date.parse(NOW))).toEqual([]);
  });
});
