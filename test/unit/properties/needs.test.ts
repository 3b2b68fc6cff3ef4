import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import type { Graph } from "../../../lib/core/graph.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import { isConsumer, isVersion } from "../../../lib/core/resources.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import type { Estate } from "./arbitraryEstate.ts";
import { arbitraryEstate } from "./arbitraryEstate.ts";
import type { Outlook } from "./lookAround.ts";
import { lookAround } from "./lookAround.ts";
import { listAsked, listNeeded } from "./naiveNeeds.ts";

function listNeededIn(graph: Graph): readonly string[] {
  const needs = createNeeds(graph);
  const known = [...graph.artifactManifests.values()];
  return known
    .filter((manifest) => needs.ofArtifactManifest(manifest).length > 0)
    .map(({ id }) => id)
    .sort();
}

const expectedOf = (estate: Estate): readonly string[] => [...listNeeded(estate)].sort();

describe("an artifact manifest of any tenant", () => {
  it("is needed exactly where a naive search through everything ever seen finds something that may need it", () => {
    const property = fc.property(arbitraryEstate, (estate) => {
      expect(listNeededIn(lookAround(estate).graph)).toEqual(expectedOf(estate));
    });
    checkLaw(property, 600);
  });
});

describe("the law would notice", () => {
  const sample = fc.sample(arbitraryEstate, { numRuns: 300, seed: 1 });

  it("because a fair share of the estates has both needed and unneeded artifact manifests", () => {
    const shares = sample.map((estate) => listNeeded(estate).length / listAsked(estate.flat()).length);
    expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(90);
    expect(shares.filter((share) => share === 0).length).toBeGreaterThan(20);
    expect(shares.filter((share) => share === 1).length).toBeGreaterThan(20);
  });

  test.each<{ readonly name: string; readonly spoil: (outlook: Outlook) => Graph }>([
    {
      name: "a graph without its consumers",
      spoil: ({ resources, known }) =>
        toGraph(
          resources.filter(({ kind }) => !isConsumer(kind)),
          known.values(),
        ),
    },
    {
      name: "a memory without the versions that are gone",
      spoil: ({ resources, known, graph }) =>
        toGraph(
          resources,
          [...known.values()].filter(({ id, of }) => of !== "version" || graph.presentVersions.has(id)),
        ),
    },
    {
      name: "a graph without the versions that exist",
      spoil: ({ resources, known, graph }) =>
        toGraph(
          resources.filter(({ kind }) => !isVersion(kind)),
          [...known.values()].filter(({ id }) => !graph.presentVersions.has(id)),
        ),
    },
    {
      name: "versions whose references that cannot be read were left out",
      spoil: ({ resources, known }) => toGraph(resources, [...known.values()].map(withoutUnreadable)),
    },
    {
      name: "artifact manifests without the artifacts that they listed earlier",
      spoil: ({ resources, known }) => toGraph(resources, [...known.values()].map(withoutArtifacts)),
    },
  ])("$name needs less than it should", ({ spoil }) => {
    const missed = sample.filter((estate) => {
      const needed = new Set(listNeededIn(spoil(lookAround(estate))));
      return listNeeded(estate).some((id) => !needed.has(id));
    });
    expect(missed.length).toBeGreaterThan(0);
  });
});

const withoutUnreadable = (known: Known): Known =>
  known.of === "version"
    ? { ...known, references: known.references.filter(({ form }) => form !== "unreadable") }
    : known;

const withoutArtifacts = (known: Known): Known =>
  known.of === "artifactManifest" ? { ...known, artifacts: [] } : known;
