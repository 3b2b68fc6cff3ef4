import { describe, expect, it } from "@jest/globals";
import type { RegistryManifest, Repository } from "../../../lib/core/registryManifest.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import { decideVerdicts } from "../../../lib/core/verdicts.ts";
import type { Verdict } from "../../../lib/core/verdicts.ts";
import { aContext, aStorePolicy } from "../../fakes/aContext.ts";
import type { World } from "../../fakes/aContext.ts";
import {
  aKnown,
  aKnownVersion,
  aManifest,
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  aRepository,
  aStore,
  digest,
  nfdvId,
  someEdges,
  STORE,
  tagged,
} from "../../fakes/builders.ts";

/** The verdict on the untagged registry manifest `digest(1)` of `cnf/nginx`. */
const verdictOf = (world: World, repository: Partial<Repository>): Verdict | undefined =>
  decideVerdicts(aContext(world), aRepository(repository)).find((verdict) => verdict.digest === digest(1));

const PRESENT = { resources: [aStore(), anArtifactManifest()] };

describe("an untagged registry manifest that a newer push replaced", () => {
  const OLD = { createdAt: "2026-01-05T10:00:00.0000000Z" };
  const current = (manifest: Partial<RegistryManifest> = {}): RegistryManifest =>
    aManifest({
      digest: digest(9),
      createdAt: "2026-02-01T10:00:00.0000000Z",
      tags: [{ name: "1.0", movedAt: "2026-02-01T10:00:01.0000000Z" }],
      ...manifest,
    });
  const replaced = { manifests: [aManifest(OLD), current()] };
  const optedIn = { ...PRESENT, policyOf: () => aStorePolicy({ purgeSuperseded: true }) };
  const withConsumer = (details: Parameters<typeof aNetworkFunction>[0]) => ({
    ...optedIn,
    resources: [...PRESENT.resources, anNfdv(), aNetworkFunction(details)],
    known: [aKnown(), aKnownVersion()],
  });
  const running = { versions: [{ by: "id", source: "desired", id: nfdvId("1.0.0") }] } as const;

  it("is superseded, and markable where its store opted in, though a version references the artifact manifest", () => {
    expect(verdictOf(withConsumer(running), replaced)).toMatchObject({ class: "superseded", keep: [] });
  });

  it.each<{ readonly name: string; readonly world: World; readonly keep: readonly string[] }>([
    { name: "the store did not opt in", world: PRESENT, keep: ["supersededNotOptedIn"] },
    {
      name: "a consumer names its digest",
      world: withConsumer({ ...running, digests: [digest(1)] }),
      keep: ["digestPinned"],
    },
    {
      name: "a consumer has secret values",
      world: withConsumer({ ...running, hasSecretValues: true }),
      keep: ["secretValuesMayPinDigest"],
    },
    {
      name: "its artifact manifest is being changed",
      world: { ...optedIn, resources: [aStore(), anArtifactManifest({ state: "Validating" })] },
      keep: ["artifactManifestNotSettled"],
    },
    {
      name: "a chart references the whole store",
      world: {
        ...optedIn,
        resources: [...PRESENT.resources, anNfdv()],
        known: [
          aKnown(),
          aKnownVersion({ references: [{ form: "store", id: STORE, chart: true, artifact: undefined }] }),
        ],
      },
      keep: ["legacyStoreReference"],
    },
  ])("is kept where $name", ({ world, keep }) => {
    expect(verdictOf(world, replaced)).toMatchObject({ class: "superseded", keep: keep.map((code) => ({ code })) });
  });

  interface Doubt {
    readonly name: string;
    readonly manifests: readonly RegistryManifest[];
    /** What the artifact manifest lists; default: `1.0`. */
    readonly versions?: readonly string[];
  }

  it.each<Doubt>([
    {
      name: "it is newer than the tag's last move",
      manifests: [aManifest({ createdAt: "2026-03-01T00:00:00Z" }), current()],
    },
    {
      name: "the newer push carries a tag that is not listed",
      manifests: [aManifest(OLD), current({ tags: [{ name: "latest", movedAt: "2026-02-01T10:00:01Z" }] })],
    },
    {
      name: "nobody knows when the tag moved",
      manifests: [aManifest(OLD), current({ tags: tagged("1.0") })],
    },
    {
      name: "another listed version has no tag: it may be that one's digest",
      manifests: [aManifest(OLD), current()],
      versions: ["1.0", "1.1"],
    },
    {
      name: "another listed version's tag moved before it was pushed",
      manifests: [
        aManifest(OLD),
        current(),
        current({ digest: digest(8), tags: [{ name: "1.1", movedAt: "2026-01-01T00:00:00Z" }] }),
      ],
      versions: ["1.0", "1.1"],
    },
    { name: "nothing is tagged", manifests: [aManifest(OLD), current({ tags: [] })] },
  ])("is not superseded where $name", ({ manifests, versions = ["1.0"] }) => {
    const known = [aKnown({ artifacts: versions.map((version) => ({ name: "nginx", version })) })];
    expect(verdictOf({ ...optedIn, known }, { manifests })).toMatchObject({
      class: undefined,
      keep: [{ code: "artifactManifestPresent" }],
    });
  });

  it.each([
    { version: "1.0+b", tag: "1.0_b", superseded: true },
    { version: "1.0+b", tag: "1.0-b", superseded: false },
    { version: "1.0_b", tag: "1.0_b", superseded: true },
  ])("has the tag that Helm writes for a version: $tag for $version: $superseded", ({ version, tag, superseded }) => {
    const world = { ...optedIn, known: [aKnown({ artifacts: [{ name: "nginx", version }] })] };
    const manifests = [aManifest(OLD), current({ tags: [{ name: tag, movedAt: "2026-02-01T10:00:01Z" }] })];
    expect(verdictOf(world, { manifests })?.class).toBe(superseded ? "superseded" : undefined);
  });

  it("takes children and referrers along that hang only on it, whenever they were pushed", () => {
    const late = "2026-03-01T00:00:00Z";
    const manifests = [
      aManifest({ ...OLD, edges: someEdges({ children: [digest(2)] }) }),
      aManifest({ digest: digest(2), createdAt: late }),
      aManifest({ digest: digest(3), createdAt: late, edges: someEdges({ subject: digest(2) }) }),
      current(),
    ];
    expect(decideVerdicts(aContext(optedIn), aRepository({ manifests }))).toMatchObject([
      { digest: digest(1), class: "superseded", keep: [] },
      { digest: digest(2), class: "superseded", keep: [] },
      { digest: digest(3), class: "superseded", keep: [] },
    ]);
  });

  it("does not take along what hangs on something newer too, even if that is untagged itself", () => {
    const late = "2026-03-01T00:00:00Z";
    const manifests = [
      aManifest({ createdAt: late }),
      aManifest({ ...OLD, digest: digest(2), edges: someEdges({ children: [digest(1)] }) }),
      aManifest({ createdAt: late, digest: digest(3), edges: someEdges({ children: [digest(1)] }) }),
      current(),
    ];
    expect(verdictOf(optedIn, { manifests })).toMatchObject({
      class: undefined,
      keep: [{ code: "artifactManifestPresent" }],
    });
  });

  it("leaves a child that the current index shares", () => {
    const manifests = [
      aManifest({ ...OLD, edges: someEdges({ children: [digest(2), digest(3)] }) }),
      aManifest({ ...OLD, digest: digest(2) }),
      aManifest({ ...OLD, digest: digest(3) }),
      current({ edges: someEdges({ children: [digest(2)] }) }),
    ];
    expect(decideVerdicts(aContext(optedIn), aRepository({ manifests }))).toMatchObject([
      { digest: digest(1), keep: [] },
      { digest: digest(2), keep: [{ code: "child", by: digest(9) }] },
      { digest: digest(3), keep: [] },
    ]);
  });

  it("is decommissioned from when its artifact manifest is gone", () => {
    const gone: readonly Resource[] = [aStore()];
    expect(verdictOf({ ...optedIn, resources: gone }, replaced)).toMatchObject({ class: "decommissioned", keep: [] });
  });
});
