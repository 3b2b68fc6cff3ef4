import { describe, expect, it, test } from "@jest/globals";
import type { HoldScope, HoldSubject } from "../../../lib/core/hold.ts";
import { covers, refuseHoldEnd, toScopeKey } from "../../../lib/core/hold.ts";
import { toHoldEnd } from "../../../lib/core/tagHold.ts";
import { artifactManifestId, digest, NOW, REGISTRY, STORE } from "../../fakes/builders.ts";

const CNF = artifactManifestId("cnf");
const SUBJECT: HoldSubject = {
  registryId: REGISTRY,
  repository: "cnf/nginx",
  digest: digest(1),
  artifactManifestId: CNF,
  storeId: STORE,
};
const OTHER_REGISTRY = `${REGISTRY}2`;

describe("a hold covers a registry manifest, or not", () => {
  test.each<{ name: string; scope: HoldScope; subject?: Partial<HoldSubject>; covered: boolean }>([
    { name: "its digest", scope: { of: "digest", digest: digest(1) }, covered: true },
    {
      name: "its digest, in another repository of another registry",
      scope: { of: "digest", digest: digest(1) },
      subject: {
        registryId: OTHER_REGISTRY,
        repository: "other/nginx",
        artifactManifestId: undefined,
        storeId: undefined,
      },
      covered: true,
    },
    { name: "another digest", scope: { of: "digest", digest: digest(2) }, covered: false },
    {
      name: "its repository",
      scope: { of: "repository", registryId: REGISTRY, repository: "cnf/nginx" },
      covered: true,
    },
    {
      name: "a repository whose name begins alike",
      scope: { of: "repository", registryId: REGISTRY, repository: "cnf/nginx2" },
      covered: false,
    },
    {
      name: "a repository above its own",
      scope: { of: "repository", registryId: REGISTRY, repository: "cnf" },
      covered: false,
    },
    {
      name: "a repository of that name in another registry",
      scope: { of: "repository", registryId: OTHER_REGISTRY, repository: "cnf/nginx" },
      covered: false,
    },
    { name: "its artifact manifest", scope: { of: "artifactManifest", id: CNF }, covered: true },
    { name: "another artifact manifest", scope: { of: "artifactManifest", id: `${CNF}2` }, covered: false },
    { name: "its store", scope: { of: "store", id: STORE }, covered: true },
    { name: "another store", scope: { of: "store", id: `${STORE}2` }, covered: false },
    { name: "a store that has the id of its artifact manifest", scope: { of: "store", id: CNF }, covered: false },
  ])("$name", ({ scope, subject, covered }) => {
    expect(covers({ scope }, { ...SUBJECT, ...subject })).toBe(covered);
  });
});

describe("the end of a hold", () => {
  it.each([
    { text: "2026-03-02T01:00:01Z", refused: undefined },
    { text: "2026-03-02T01:00:00Z", refused: "is not in the future" },
    { text: "2026-03-02T02:00:00+02:00", refused: "is not in the future" },
    { text: "2026-03-02", refused: undefined },
    { text: "2026-03-01", refused: "is not in the future" },
    { text: "2027-04-06T01:00:00Z", refused: undefined },
    { text: "2027-04-06T01:00:01Z", refused: "is more than 400 days away" },
    { text: "2027-04-06", refused: "is more than 400 days away" },
    { text: "+275760-09-13T00:00:00Z", refused: "is not in the future" },
  ])("is in the future and within 400 days, or refused: $text", ({ text, refused }) => {
    expect(refuseHoldEnd(toHoldEnd(text) ?? "", Date.parse(NOW))).toBe(refused);
  });
});

describe("the key of a scope", () => {
  it("is another one for every other scope", () => {
    const scopes: readonly HoldScope[] = [
      { of: "digest", digest: digest(1) },
      { of: "digest", digest: digest(2) },
      { of: "repository", registryId: REGISTRY, repository: "cnf/nginx" },
      { of: "repository", registryId: OTHER_REGISTRY, repository: "cnf/nginx" },
      { of: "repository", registryId: REGISTRY, repository: "cnf" },
      { of: "artifactManifest", id: CNF },
      { of: "store", id: CNF },
      { of: "store", id: STORE },
    ];
    expect(new Set(scopes.map(toScopeKey)).size).toBe(scopes.length);
  });
});
