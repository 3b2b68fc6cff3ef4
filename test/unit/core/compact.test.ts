import { describe, expect, it } from "@jest/globals";
import { compactKnown, compactResource, TextPool } from "../../../lib/core/compact.ts";
import type { Artifact, Resource } from "../../../lib/core/resources.ts";
import { aKnown, aKnownVersion, anArtifactManifest, anNfdv } from "../../fakes/builders.ts";

const listing = (artifacts: readonly Artifact[]): Resource =>
  anArtifactManifest({ details: { of: "artifactManifest", artifacts, unreadable: [] } });

const NGINX = { name: "nginx", version: "1.0" };
const REDIS = { name: "redis", version: "2.0" };

const artifactsOf = ({ details }: Resource): readonly Artifact[] =>
  details.of === "artifactManifest" ? details.artifacts : [];

describe("what is remembered of an artifact manifest that is there", () => {
  it.each([
    { name: "in the same order", remembered: [NGINX, REDIS] },
    { name: "in another order", remembered: [REDIS, NGINX] },
  ])("shares its list where both say the same, $name", ({ remembered }) => {
    const present = listing([NGINX, REDIS]);
    const known = compactKnown(aKnown({ artifacts: remembered }), present, new TextPool());
    expect(known).toMatchObject({ artifacts: [NGINX, REDIS] });
    expect("artifacts" in known && known.artifacts).toBe(artifactsOf(present));
  });

  it.each([
    { name: "more is remembered", remembered: [NGINX, REDIS], present: [NGINX] },
    { name: "less is remembered", remembered: [NGINX], present: [NGINX, REDIS] },
    { name: "another version is remembered", remembered: [{ name: "nginx", version: "0.9" }], present: [NGINX] },
    { name: "it lists one twice, and lacks another", remembered: [NGINX, REDIS], present: [NGINX, NGINX] },
  ])("stays as it is remembered where $name", ({ remembered, present }) => {
    const before = aKnown({ artifacts: remembered });
    expect(compactKnown(before, listing(present), new TextPool())).toEqual(before);
  });

  it("stays as it is remembered where it is gone", () => {
    const before = aKnown({ artifacts: [NGINX] });
    expect(compactKnown(before, undefined, new TextPool())).toEqual(before);
  });
});

describe("what is compacted", () => {
  it.each([
    { name: "an artifact manifest", resource: listing([NGINX, REDIS]) },
    { name: "a version", resource: anNfdv() },
  ])("says the same: $name", ({ resource }) => {
    expect(compactResource(resource, new TextPool())).toEqual(resource);
  });

  it("says the same of a version that is remembered", () => {
    const known = aKnownVersion();
    expect(compactKnown(known, anNfdv(), new TextPool())).toEqual(known);
  });
});
