import { describe, expect, it } from "@jest/globals";
import { listHoldFindings } from "../../../lib/core/holdFindings.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import { listPublisherFindings } from "../../../lib/core/publisherFindings.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import { aKnown, aKnownStore, anArtifactManifest, artifactManifestId, aStore, STORE } from "../../fakes/builders.ts";
import { aGraph, SIGHT, toPairs } from "../../fakes/graphBuilders.ts";

function holdsOf(resources: readonly Resource[], known: readonly Known[] = [], publisher = "contoso") {
  const graph = aGraph(resources, known);
  return listHoldFindings({ graph, needs: createNeeds(graph), publisher }, SIGHT);
}

const until = (text: string | undefined) => ({ until: text, reason: "audit" });
const held = (text: string | undefined): Resource => aStore({ hold: until(text) });

describe("a hold about to expire", () => {
  it.each([
    { name: "seven days before its end", until: "2026-03-09T01:00:00Z", opens: true },
    { name: "earlier than that", until: "2026-03-09T01:00:01Z", opens: false },
    { name: "a second before its end", until: "2026-03-02T01:00:01Z", opens: true },
    { name: "at its end", until: "2026-03-02T01:00:00Z", opens: false },
    { name: "without end", until: undefined, opens: false },
  ])("is told of or not: $name", ({ until: end, opens }) => {
    expect(toPairs(holdsOf([held(end)]))).toEqual(opens ? [["holdExpiring", STORE]] : []);
  });

  it("names what is held, until when and why", () => {
    expect(holdsOf([held("2026-03-05T00:00:00Z")])).toEqual([
      {
        kind: "holdExpiring",
        subject: STORE,
        scope: "publisher:contoso",
        publisherId: STORE.split("/artifactstores")[0],
        storeId: STORE,
        evidence: [
          { text: "artifact store (provisioning state Succeeded)", subject: STORE, ...SIGHT },
          { text: "held until 2026-03-05T00:00:00Z: audit", ...SIGHT },
        ],
      },
    ]);
  });

  it("is told of an artifact manifest that is gone, from memory", () => {
    const [finding] = holdsOf([], [aKnown({ hold: until("2026-03-05T00:00:00Z") })]);
    expect(finding?.subject).toBe(artifactManifestId("cnf"));
    expect(finding?.evidence[0]).toEqual({
      text: "artifact manifest that is gone, last seen",
      subject: artifactManifestId("cnf"),
      at: "2026-02-20T01:00:00Z",
    });
    expect(holdsOf([], [aKnown()])).toEqual([]);
  });

  it("is told of a store whose tag is gone, and of one that is gone itself, from memory", () => {
    const known = aKnownStore({ hold: until("2026-03-05T00:00:00Z"), lastSeenAt: "2026-02-20T01:00:00Z" });
    expect(toPairs(holdsOf([aStore()], [known]))).toEqual([["holdExpiring", STORE]]);
    expect(toPairs(holdsOf([aStore()]))).toEqual([]);
    const [finding] = holdsOf([], [known]);
    expect(finding?.evidence[0]).toEqual({
      text: "artifact store that is gone, last seen",
      subject: STORE,
      at: "2026-02-20T01:00:00Z",
    });
  });

  it("counts by the later date where the tag was shortened", () => {
    const tagged = anArtifactManifest({ hold: until("2026-03-03T00:00:00Z") });
    expect(holdsOf([tagged], [aKnown({ hold: until("2026-06-01T00:00:00Z") })])).toEqual([]);
    expect(toPairs(holdsOf([tagged], [aKnown()]))).toEqual([["holdExpiring", artifactManifestId("cnf")]]);
  });

  it("is no matter of another publisher", () => {
    expect(holdsOf([held("2026-03-05T00:00:00Z")], [], "fabrikam")).toEqual([]);
  });

  it("is one of the findings about the publisher", () => {
    const graph = aGraph([held("2026-03-05T00:00:00Z")]);
    const findings = listPublisherFindings(graph, createNeeds(graph), { publisher: "contoso", sight: SIGHT });
    expect(toPairs(findings)).toEqual([["holdExpiring", STORE]]);
  });
});
