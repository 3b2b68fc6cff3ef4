import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { findReferencedIds } from "../../../lib/core/findReferencedIds.ts";
import { artifactManifestId, nfdvId, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

const CNF = artifactManifestId("cnf");

describe("the ids of artifact manifests and stores", () => {
  it.each([
    { name: "a text that is the id", value: CNF },
    { name: "other casing", value: CNF.toUpperCase() },
    { name: "blanks around segments", value: ` ${CNF.replaceAll("/", " / ")} ` },
    { name: "a field at any depth", value: { a: [{ b: { c: CNF } }] } },
    { name: "the name of a field", value: { [CNF]: 1 } },
    { name: "a JSON text", value: JSON.stringify({ id: CNF }) },
    { name: "a JSON text inside of a JSON text", value: JSON.stringify({ a: JSON.stringify({ id: CNF }) }) },
    { name: "a JSON text with escaped slashes", value: JSON.stringify({ id: CNF }).replaceAll("/", "\\/") },
    {
      name: "a JSON text with escaped slashes inside of a JSON text",
      value: JSON.stringify({ a: JSON.stringify({ id: CNF }).replaceAll("/", "\\/") }),
    },
    { name: "a JSON text over several lines", value: JSON.stringify({ id: CNF }, undefined, 2) },
    { name: "an expression", value: `[concat('${CNF}', '-x')]` },
    { name: "an expression of AOSM", value: `{${CNF}}` },
    { name: "a list in a text", value: `${CNF},other` },
    { name: "an address", value: `https://management.azure.com${CNF}?api-version=2025-03-30` },
    { name: "what stands below it", value: `${CNF}/listCredential` },
    {
      name: "a resource group with brackets",
      value: CNF.replace("/rg/", "/rg(1)/"),
      id: CNF.replace("/rg/", "/rg(1)/"),
    },
  ])("are found in $name", ({ value, id = CNF }) => {
    expect(findReferencedIds(value)).toEqual([id]);
  });

  it.each([
    { name: "alone", value: STORE },
    { name: "with what is no artifact manifest", value: `${STORE}/artifacts/nginx` },
    { name: "with an artifact manifest whose name breaks off", value: `${STORE}/artifactManifests/` },
    { name: "with an artifact manifest that is an expression", value: `${STORE}/artifactManifests/{name}` },
  ])("are those of stores where no artifact manifest follows: $name", ({ value }) => {
    expect(findReferencedIds(value)).toEqual([STORE]);
  });

  it("are told apart by whole segments, sorted and once", () => {
    const value = [artifactManifestId("cnf2"), CNF, `${STORE}2`, { again: CNF }];
    expect(findReferencedIds(value)).toEqual([CNF, artifactManifestId("cnf2"), `${STORE}2`]);
  });

  it.each([
    { name: "nothing", value: undefined },
    { name: "a publisher", value: PUBLISHER },
    { name: "a version", value: nfdvId("1.0.0") },
    { name: "a registry", value: REGISTRY },
    { name: "a store without a resource group", value: STORE.replace("/resourcegroups/rg", "") },
    { name: "a store of another provider", value: STORE.replace("hybridnetwork", "fantasy") },
    { name: "a name that is missing", value: STORE.slice(0, -"store".length) },
    { name: "names only", value: "artifactStores/store/artifactManifests/cnf" },
  ])("are not found in $name", ({ value }) => {
    expect(findReferencedIds(value)).toEqual([]);
  });

  it("are found wherever one stands between other texts", () => {
    const others = fc.string({ unit: fc.constantFrom("/", "\\", '"', " ", "a", "subscriptions", STORE) });
    const property = fc.property(others, others, (before, after) => {
      expect(findReferencedIds({ text: `${before} "${CNF}" ${after}` })).toContain(CNF);
    });
    checkLaw(property);
  });
});

/** Texts on which an expression that can match one way or another takes time out of all proportion. */
const NASTY = [
  "/subscriptions",
  "/subscriptions/",
  " ",
  "/ ",
  "\\",
  "a",
  `${STORE}/`,
  STORE.slice(0, -5),
  "/subscriptions /",
];

test.each(NASTY.map((part) => ({ part })))("takes time in proportion to the text: $part", ({ part }) => {
  const measure = (length: number): number => {
    const text = part.repeat(Math.ceil(length / part.length));
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now();
      findReferencedIds(text);
      return performance.now() - start;
    });
    return Math.min(...times);
  };
  // Eight times the text would take 64 times as long if it were not so.
  expect(measure(800_000)).toBeLessThan(30 * Math.max(measure(100_000), 1));
});
