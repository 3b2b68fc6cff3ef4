import { describe, expect, it } from "@jest/globals";
import { holdOf, isNews, learn, pathPrefixOf, storeOf } from "../../../lib/core/knowledge.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import type { ArtifactReference, NamedArtifact, Resource } from "../../../lib/core/resources.ts";
import {
  aKnown,
  aKnownStore,
  aKnownVersion,
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  artifactManifestId,
  aStore,
  NOW,
  STORE,
} from "../../fakes/builders.ts";

const COMPLETE = { at: NOW, complete: true };
const INCOMPLETE = { at: NOW, complete: false };

const listing = (...versions: readonly string[]): Resource =>
  anArtifactManifest({
    details: {
      of: "artifactManifest",
      artifacts: versions.map((version) => ({ name: "nginx", version })),
      unreadable: [],
    },
  });

const holdIn = (known: Known | undefined): unknown => (known && known.of !== "version" ? holdOf(known) : "nothing");

const entriesOf = (known: Known | undefined): unknown =>
  known?.of === "artifactManifest" ? known.artifacts : undefined;

describe("what is learnt of an artifact manifest", () => {
  it("is its list and when it was first and last seen", () => {
    expect(learn(listing("1.0"), undefined, COMPLETE)).toEqual(
      aKnown({ firstSeenAt: NOW, lastSeenAt: NOW, seenComplete: true }),
    );
  });

  it("keeps the first sighting and moves the last", () => {
    const before = aKnown({ firstSeenAt: "2026-01-01T01:00:00Z", lastSeenAt: "2026-02-01T01:00:00Z" });
    expect(learn(listing("1.0"), before, COMPLETE)).toMatchObject({
      firstSeenAt: "2026-01-01T01:00:00Z",
      lastSeenAt: NOW,
    });
  });

  it("is the union of every list that it ever had", () => {
    const before = learn(listing("1.0", "2.0"), undefined, COMPLETE);
    expect(entriesOf(learn(listing("3.0", "2.0"), before, COMPLETE))).toEqual([
      { name: "nginx", version: "1.0" },
      { name: "nginx", version: "2.0" },
      { name: "nginx", version: "3.0" },
    ]);
    expect(entriesOf(learn(listing(), before, COMPLETE))).toHaveLength(2);
  });

  it("changes nothing but the date when the same is seen again", () => {
    const before = learn(listing("2.0", "1.0"), undefined, COMPLETE);
    expect(learn(listing("1.0", "2.0"), before, COMPLETE)).toEqual(before);
  });

  it("is nothing new where all that is listed is remembered, in whatever order that is held", () => {
    const list = ["b", "a"].map((name) => ({ name, version: "1.0" }));
    const before = aKnown({ artifacts: list });
    const details = { of: "artifactManifest", artifacts: list.toReversed(), unreadable: [] } as const;
    const known = learn(anArtifactManifest({ details }), before, COMPLETE);
    expect(known && isNews(known, before)).toBe(false);
    const more = { ...details, artifacts: [...list, { name: "c", version: "1.0" }] };
    const learned = learn(anArtifactManifest({ details: more }), before, COMPLETE);
    expect(learned && isNews(learned, before)).toBe(true);
  });

  it.each([
    { name: "complete first", sightings: [COMPLETE, INCOMPLETE], seenComplete: true },
    { name: "complete later", sightings: [INCOMPLETE, COMPLETE], seenComplete: true },
    { name: "never complete", sightings: [INCOMPLETE, INCOMPLETE], seenComplete: false },
  ])("remembers for good that a complete snapshot had it: $name", ({ sightings, seenComplete }) => {
    let known: Known | undefined;
    for (const sighting of sightings) known = learn(listing("1.0"), known, sighting);
    expect(known).toMatchObject({ seenComplete });
  });

  const endingAt = (until: string | undefined): Resource => ({ ...listing("1.0"), hold: { until, reason: "audit" } });

  it.each([
    { name: "a later one", holds: ["2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"], until: "2026-06-01T00:00:00Z" },
    { name: "an earlier one", holds: ["2026-06-01T00:00:00Z", "2026-05-01T00:00:00Z"], until: "2026-06-01T00:00:00Z" },
    { name: "one without end", holds: ["2026-06-01T00:00:00Z", undefined], until: undefined },
    { name: "a date, after one without end", holds: [undefined, "2026-06-01T00:00:00Z"], until: undefined },
  ])("remembers the longest hold, after $name", ({ holds, until }) => {
    let known: Known | undefined;
    for (const hold of holds) known = learn(endingAt(hold), known, INCOMPLETE);
    expect(holdIn(known)).toEqual({ until, reason: "audit" });
  });

  it.each([
    { name: "a date", hold: { until: "2026-06-01T00:00:00Z", reason: "audit" } },
    { name: "no tags any more", hold: undefined },
  ])("lets $name replace a hold without end in a complete snapshot, and only there", ({ hold }) => {
    const before = learn(endingAt(undefined), undefined, COMPLETE);
    const mended: Resource = hold ? { ...listing("1.0"), hold } : listing("1.0");
    expect(holdIn(learn(mended, before, COMPLETE))).toEqual(hold);
    expect(holdIn(learn(mended, before, INCOMPLETE))).toEqual({ until: undefined, reason: "audit" });
  });

  it("moves no date back, and lifts no hold, when an older snapshot is learned late", () => {
    const before = learn(endingAt(undefined), undefined, COMPLETE);
    const late = learn(listing("2.0"), before, { at: "2026-01-01T01:00:00Z", complete: true });
    expect(late).toMatchObject({ firstSeenAt: "2026-01-01T01:00:00Z", lastSeenAt: NOW });
    expect(holdIn(late)).toEqual({ until: undefined, reason: "audit" });
    expect(entriesOf(late)).toHaveLength(2);
  });

  it("keeps a date that was seen before a hold without end", () => {
    const dated = learn(endingAt("2030-01-01T00:00:00Z"), undefined, COMPLETE);
    const endless = learn(endingAt(undefined), dated, COMPLETE);
    expect(holdIn(endless)).toEqual({ until: undefined, reason: "audit" });
    expect(holdIn(learn(listing("1.0"), endless, COMPLETE))).toEqual({
      until: "2030-01-01T00:00:00Z",
      reason: "audit",
    });
  });

  it.each([
    { name: "readable and settled in a complete snapshot", state: "Uploaded", sighting: COMPLETE, unreadable: false },
    { name: "readable in an incomplete snapshot", state: "Uploaded", sighting: INCOMPLETE, unreadable: true },
    { name: "readable while it may still change", state: "Uploading", sighting: COMPLETE, unreadable: true },
  ])(
    "a list that could not be read counts as such until it is $name: $unreadable",
    ({ state, sighting, unreadable }) => {
      const before = aKnown({ unreadable: true });
      expect(learn({ ...listing("1.0"), state }, before, sighting)).toMatchObject({ unreadable });
    },
  );

  it("remembers a hold whose tags are gone, and none where there never was one", () => {
    const before = learn(endingAt("2026-06-01T00:00:00Z"), undefined, COMPLETE);
    expect(learn(listing("1.0"), before, COMPLETE)).toMatchObject({ hold: { until: "2026-06-01T00:00:00Z" } });
    expect(learn(listing("1.0"), undefined, COMPLETE)).toMatchObject({ hold: undefined });
  });

  it("tells its store and the first part of its repositories' paths", () => {
    expect(storeOf(aKnown())).toBe(STORE);
    expect(pathPrefixOf(aKnown())).toBe("cnf");
  });
});

describe("what is learnt of a store", () => {
  const LATE = { until: "2026-06-01T00:00:00Z", reason: "audit" };
  const ENDLESS = { until: undefined, reason: "audit" };

  it("is nothing as long as no tag has held it", () => {
    expect(learn(aStore(), undefined, COMPLETE)).toBeUndefined();
  });

  it("is the longest hold with a date, also when its tags are gone", () => {
    let known = learn(aStore({ hold: LATE }), undefined, COMPLETE);
    known = learn(aStore({ hold: { ...LATE, until: "2026-05-01T00:00:00Z" } }), known, COMPLETE);
    known = learn(aStore(), known, COMPLETE);
    expect(known).toEqual(aKnownStore({ hold: LATE }));
  });

  it("is a hold without end, until a complete snapshot shows it without", () => {
    const known = learn(aStore({ hold: ENDLESS }), undefined, COMPLETE);
    expect(holdIn(learn(aStore(), known, INCOMPLETE))).toEqual(ENDLESS);
    expect(holdIn(learn(aStore(), known, { ...COMPLETE, late: true }))).toEqual(ENDLESS);
    expect(holdIn(learn(aStore(), known, COMPLETE))).toBeUndefined();
    expect(holdIn(learn(aStore({ hold: LATE }), known, COMPLETE))).toEqual(LATE);
  });
});

describe("what is learnt of a version", () => {
  const referenceTo = (name: string, artifact?: NamedArtifact): ArtifactReference => ({
    form: "artifactManifest",
    id: artifactManifestId(name),
    artifact,
  });
  const referring = (...names: readonly string[]): Resource =>
    anNfdv({ details: { of: "version", references: names.map((name) => referenceTo(name)), schemas: [] } });

  it("is every reference that it ever had", () => {
    const before = aKnownVersion({ references: [referenceTo("old")] });
    expect(learn(referring("new"), before, COMPLETE)).toEqual(
      aKnownVersion({
        references: [referenceTo("new"), referenceTo("old")],
        lastSeenAt: NOW,
      }),
    );
  });

  it("is every artifact that it ever named beside one artifact manifest", () => {
    const naming = (version: string): Resource => {
      const artifact = { name: "nf", version, chart: true };
      return anNfdv({
        details: { of: "version", references: [referenceTo("cnf", artifact)], schemas: [] },
      });
    };
    const before = learn(naming("~1.0"), undefined, COMPLETE);
    expect(learn(naming("~2.0"), before, COMPLETE)).toMatchObject({
      references: [{ artifact: { version: "~1.0" } }, { artifact: { version: "~2.0" } }],
    });
  });

  it("does not depend on whether the snapshot was complete", () => {
    expect(learn(referring("cnf"), undefined, INCOMPLETE)).toEqual(learn(referring("cnf"), undefined, COMPLETE));
  });
});

describe("nothing is learnt", () => {
  it.each([
    { name: "a publisher", resource: aStore({ kind: "publisher", details: { of: "other" } }) },
    { name: "a consumer", resource: aNetworkFunction() },
  ])("of $name", ({ resource }) => {
    expect(learn(resource, undefined, COMPLETE)).toBeUndefined();
  });
});
