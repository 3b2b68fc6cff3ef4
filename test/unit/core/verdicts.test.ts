import { describe, expect, it } from "@jest/globals";
import type { KeepReason } from "../../../lib/core/keepReasons.ts";
import type { Edges, RegistryManifest, Repository } from "../../../lib/core/registryManifest.ts";
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
  artifactManifestId,
  aStore,
  digest,
  edgeTag,
  nfdvId,
  REGISTRY,
  someEdges,
  STORE,
  tagged,
} from "../../fakes/builders.ts";

/** The verdict on the untagged registry manifest `digest(1)`, alone in `cnf/nginx` unless the repository says otherwise. */
function verdictOf(world: World = {}, repository: Partial<Repository> = {}): Verdict | undefined {
  const given = aRepository({ manifests: [aManifest()], ...repository });
  return decideVerdicts(aContext(world), given).find((verdict) => verdict.digest === digest(1));
}

const PRESENT = { resources: [aStore(), anArtifactManifest()] };
const SECOND = `${STORE}2`;
const second = aStore({ id: SECOND });

describe("an untagged registry manifest whose artifact manifest is gone", () => {
  it("is markable as decommissioned", () => {
    expect(verdictOf()).toEqual({
      digest: digest(1),
      class: "decommissioned",
      storeId: STORE,
      artifactManifestId: artifactManifestId("cnf"),
      keep: [],
    });
  });

  interface Guard {
    readonly name: string;
    readonly trips: { readonly world?: World; readonly repository?: Partial<Repository> };
    /** The same world without what trips the guard; default: the plain one. */
    readonly control?: { readonly world?: World; readonly repository?: Partial<Repository> };
    readonly keep: readonly KeepReason[];
  }

  const legacy = (artifact: { name: string; version: string; chart: boolean } | undefined) => ({
    resources: [aStore(), anNfdv()],
    known: [aKnown(), aKnownVersion({ references: [{ form: "store", id: STORE, chart: false, artifact }] })],
  });
  const consumer = (details: Parameters<typeof aNetworkFunction>[0], known = aKnownVersion()) => ({
    resources: [aStore(), aNetworkFunction(details)],
    known: [aKnown(), known],
  });
  const NF = aNetworkFunction().id;
  const beside = (manifest: Partial<RegistryManifest>) => ({
    manifests: [aManifest(), aManifest({ digest: digest(2), ...manifest })],
  });
  const edges = (given: Partial<Edges>) => someEdges(given);

  it.each<Guard>([
    {
      name: "its store is not enrolled",
      trips: { world: { policyOf: () => undefined } },
      keep: [{ code: "storeNotEnrolled", by: STORE }],
    },
    {
      name: "another store of the same registry is not enrolled",
      trips: {
        world: {
          resources: [aStore(), second],
          storeIds: [STORE, SECOND],
          policyOf: (id) => (id === STORE ? aStorePolicy() : undefined),
        },
      },
      control: { world: { resources: [aStore(), second], storeIds: [STORE, SECOND] } },
      keep: [{ code: "storeNotEnrolled", by: SECOND }],
    },
    {
      name: "its store is of another type",
      trips: {
        world: {
          resources: [aStore({ details: { of: "store", storeType: "AzureStorageAccount", registryId: REGISTRY } })],
        },
      },
      control: {
        world: {
          resources: [aStore({ details: { of: "store", storeType: "azureContainerRegistry", registryId: REGISTRY } })],
        },
      },
      keep: [{ code: "storeNotSupported", by: STORE }],
    },
    {
      name: "its store is not in the graph",
      trips: { world: { resources: [] } },
      keep: [{ code: "storeNotSupported", by: STORE }],
    },
    {
      name: "a version references its artifact manifest",
      trips: { world: { resources: [aStore(), anNfdv()], known: [aKnown(), aKnownVersion()] } },
      control: {
        world: {
          resources: [aStore(), anNfdv()],
          known: [
            aKnown(),
            aKnownVersion({
              references: [{ form: "artifactManifest", id: artifactManifestId("cnf2"), artifact: undefined }],
            }),
          ],
        },
      },
      keep: [{ code: "referencedByVersion", by: nfdvId("1.0.0") }],
    },
    {
      name: "a consumer runs on a deleted version that referenced it",
      trips: { world: consumer({ versions: [{ by: "id", source: "desired", id: nfdvId("1.0.0") }] }) },
      control: {
        world: consumer(
          { versions: [{ by: "id", source: "desired", id: nfdvId("1.0.0") }] },
          aKnownVersion({ references: [] }),
        ),
      },
      keep: [{ code: "consumerOfDeletedVersion", by: NF }],
    },
    {
      name: "a consumer runs on a version that was never seen",
      trips: { world: consumer({ versions: [{ by: "id", source: "desired", id: nfdvId("9.9.9") }] }) },
      control: { world: consumer({ versions: [] }) },
      keep: [{ code: "consumerOfUnknownVersion", by: NF }],
    },
    {
      name: "a consumer cannot be read",
      trips: { world: consumer({ versions: [{ by: "unreadable", publisherId: undefined, text: "?" }] }) },
      control: { world: consumer({ versions: [] }) },
      keep: [{ code: "unreadableConsumer", by: NF }],
    },
    {
      name: "a consumer names its digest",
      trips: { world: consumer({ digests: [digest(1)] }) },
      control: { world: consumer({ digests: [digest(2)] }) },
      keep: [{ code: "digestPinned", by: NF }],
    },
    {
      name: "a legacy reference means the whole store",
      trips: { world: legacy(undefined) },
      control: { world: { ...legacy(undefined), resources: [aStore()] } },
      keep: [{ code: "legacyStoreReference", by: nfdvId("1.0.0") }],
    },
    {
      name: "a legacy reference names an artifact of its artifact manifest",
      trips: { world: legacy({ name: "nginx", version: "1.0", chart: false }) },
      control: { world: legacy({ name: "nginx", version: "0.9", chart: false }) },
      keep: [{ code: "legacyArtifactReference", by: nfdvId("1.0.0") }],
    },
    {
      name: "a reference cannot be read",
      trips: {
        world: {
          resources: [aStore(), anNfdv()],
          known: [aKnown(), aKnownVersion({ references: [{ form: "unreadable", text: "?" }] })],
        },
      },
      control: { world: { resources: [aStore(), anNfdv()], known: [aKnown(), aKnownVersion({ references: [] })] } },
      keep: [{ code: "unreadableReference", by: nfdvId("1.0.0") }],
    },
    {
      name: "its artifact manifest's list could not be read",
      trips: { world: { known: [aKnown({ unreadable: true })] } },
      control: { world: { known: [aKnown({ unreadable: false })] } },
      keep: [{ code: "unreadableReference", by: artifactManifestId("cnf") }],
    },
    {
      name: "its artifact manifest was never in a complete snapshot",
      trips: { world: { known: [aKnown({ seenComplete: false })] } },
      control: { world: { known: [aKnown({ seenComplete: true })] } },
      keep: [{ code: "artifactManifestUnconfirmed", by: artifactManifestId("cnf") }],
    },
    {
      name: "it is locked",
      trips: { repository: { manifests: [aManifest({ locked: true })] } },
      control: { repository: { manifests: [aManifest({ locked: false })] } },
      keep: [{ code: "locked", by: digest(1) }],
    },
    {
      name: "its repository is locked",
      trips: { repository: { locked: true } },
      control: { repository: { locked: false } },
      keep: [{ code: "locked", by: "cnf/nginx" }],
    },
    {
      name: "its repository was not listed completely",
      trips: { repository: { incomplete: ["countMismatch: 2 listed, 3 counted"] } },
      control: { repository: { incomplete: [] } },
      keep: [{ code: "repositoryIncomplete", by: "countMismatch: 2 listed, 3 counted" }],
    },
    {
      name: "it was pushed before the store's upgrade",
      trips: { repository: { manifests: [aManifest({ createdAt: "2025-03-29T23:59:59.9999999Z" })] } },
      control: { repository: { manifests: [aManifest({ createdAt: "2025-03-30T00:00:00.0000000Z" })] } },
      keep: [{ code: "pushedBeforeUpgrade", by: "2025-03-29T23:59:59.9999999Z" }],
    },
    {
      name: "a tagged index contains it",
      trips: { repository: beside({ tags: tagged("1.0"), edges: edges({ children: [digest(1)] }) }) },
      control: { repository: beside({ tags: tagged("1.0"), edges: edges({ children: [digest(3)] }) }) },
      keep: [{ code: "child", by: digest(2) }],
    },
    {
      name: "a locked index without a tag contains it",
      trips: { repository: beside({ locked: true, edges: edges({ children: [digest(1)] }) }) },
      control: { repository: beside({ locked: false, edges: edges({ children: [digest(1)] }) }) },
      keep: [{ code: "child", by: digest(2) }],
    },
    {
      name: "it refers to a tagged subject",
      trips: {
        repository: {
          manifests: [
            aManifest({ edges: edges({ subject: digest(2) }) }),
            aManifest({ digest: digest(2), tags: tagged("1.0") }),
          ],
        },
      },
      control: { repository: { manifests: [aManifest({ edges: edges({ subject: digest(2) }) })] } },
      keep: [{ code: "referrer", by: digest(2) }],
    },
    {
      name: "a tagged referrer refers to it",
      trips: { repository: beside({ tags: tagged("sig"), edges: edges({ subject: digest(1) }) }) },
      control: { repository: beside({ edges: edges({ subject: digest(1) }) }) },
      keep: [{ code: "subject", by: digest(2) }],
    },
    {
      name: "another registry manifest of its repository is of an unknown type",
      trips: { repository: beside({ tags: tagged("x"), edges: edges({ understood: false }) }) },
      control: { repository: beside({ tags: tagged("x") }) },
      keep: [{ code: "notUnderstood", by: digest(2) }],
    },
    {
      name: "the edges of another one were not read",
      trips: { repository: beside({ edges: undefined }) },
      control: { repository: beside({}) },
      keep: [{ code: "notUnderstood", by: digest(2) }],
    },
    {
      name: "the push time of another one is missing",
      trips: { repository: beside({ tags: tagged("x"), createdAt: undefined }) },
      control: { repository: beside({ tags: tagged("x") }) },
      keep: [{ code: "notUnderstood", by: digest(2) }],
    },
    {
      name: "the push time of another one cannot be read",
      trips: { repository: beside({ tags: tagged("x"), createdAt: "yesterday" }) },
      control: { repository: beside({ tags: tagged("x") }) },
      keep: [{ code: "notUnderstood", by: digest(2) }],
    },
  ])("is kept where $name, and markable without that", ({ trips, control = {}, keep }) => {
    expect(verdictOf(trips.world, trips.repository)?.keep).toEqual(keep);
    expect(verdictOf(control.world, control.repository)).toMatchObject({ class: "decommissioned", keep: [] });
  });

  it("is kept for every reason that applies, sorted", () => {
    const manifests = [aManifest({ locked: true, createdAt: undefined })];
    const verdict = verdictOf({ policyOf: () => undefined }, { locked: true, manifests });
    expect(verdict?.keep.map(({ code }) => code)).toEqual(["locked", "locked", "notUnderstood", "storeNotEnrolled"]);
  });

  it.each([
    { name: "names as many as five that are not understood", count: 5, by: [2, 3, 4, 5, 6].map(digest) },
    { name: "counts the others", count: 3000, by: ["2995 more", ...[2, 3, 4, 5, 6].map(digest)] },
  ])("$name", ({ count, by }) => {
    const others = Array.from({ length: count }, (_, index) =>
      aManifest({ digest: digest(index + 2), edges: undefined }),
    );
    const verdict = verdictOf({}, { manifests: [aManifest(), ...others.toReversed()] });
    expect(verdict?.keep).toEqual(by.map((text) => ({ code: "notUnderstood", by: text })));
  });

  it("has no verdict where it is tagged", () => {
    expect(verdictOf({}, { manifests: [aManifest({ tags: tagged("1.0") })] })).toBeUndefined();
    expect(verdictOf({}, { manifests: [aManifest({ tags: tagged(edgeTag(digest(2))) })] })).toBeUndefined();
  });

  it("is markable together with the children and referrers that only it holds", () => {
    const manifests = [
      aManifest({ digest: digest(3) }),
      aManifest({ digest: digest(2), edges: edges({ subject: digest(1) }) }),
      aManifest({ edges: edges({ children: [digest(3)] }) }),
    ];
    expect(decideVerdicts(aContext(), aRepository({ manifests }))).toMatchObject([
      { digest: digest(1), keep: [] },
      { digest: digest(2), keep: [] },
      { digest: digest(3), keep: [] },
    ]);
  });

  it("keeps what hangs on one that is kept", () => {
    const manifests = [
      aManifest({ createdAt: "2025-01-01T00:00:00Z", edges: edges({ children: [digest(2)] }) }),
      aManifest({ digest: digest(2) }),
    ];
    expect(decideVerdicts(aContext(), aRepository({ manifests }))).toMatchObject([
      { digest: digest(1), keep: [{ code: "pushedBeforeUpgrade" }] },
      { digest: digest(2), keep: [{ code: "child", by: digest(1) }] },
    ]);
  });
});

describe("an untagged registry manifest on another path", () => {
  it.each([
    {
      name: "no artifact manifest of that name was ever seen",
      path: "cnf2/nginx",
      class: "unattributed",
      keep: [{ code: "unattributed" }],
    },
    { name: "it stands at the root", path: "redis", class: "unattributed", keep: [{ code: "unattributed" }] },
    { name: "its path is listed without a prefix", path: "nginx", class: undefined, keep: [{ code: "legacyPath" }] },
    {
      name: "its artifact manifest does not list it",
      path: "cnf/redis",
      class: undefined,
      keep: [{ code: "notListed", by: artifactManifestId("cnf") }],
    },
  ])("is kept where $name", ({ path, class: given, keep }) => {
    const attribution = { storeId: STORE, artifactManifestId: undefined };
    expect(verdictOf({}, { name: path })).toEqual({ digest: digest(1), class: given, ...attribution, keep });
  });

  it("is kept where no store is known for its registry", () => {
    expect(verdictOf({ storeIds: [] })?.keep).toContainEqual({ code: "storeUnknown" });
  });

  it("belongs to no store where two share the registry", () => {
    const world = { resources: [aStore(), second], storeIds: [STORE, SECOND] };
    expect(verdictOf(world, { name: "vnf/nginx" })).toMatchObject({ class: "unattributed", storeId: undefined });
  });
});

describe("an untagged registry manifest whose artifact manifest exists", () => {
  it("is kept, and has no class", () => {
    expect(verdictOf(PRESENT)).toMatchObject({
      class: undefined,
      keep: [{ code: "artifactManifestPresent", by: artifactManifestId("cnf") }],
    });
  });

  it.each([
    { state: "Uploading", provisioningState: "Succeeded" },
    { state: "Quarantined", provisioningState: "Succeeded" },
    { state: undefined, provisioningState: "Succeeded" },
    { state: "Uploaded", provisioningState: "Deleting" },
    { state: "Uploaded", provisioningState: undefined },
  ])("is kept for its state $state, $provisioningState too", (state) => {
    const world = { resources: [aStore(), anArtifactManifest(state)] };
    expect(verdictOf(world)?.keep.map(({ code }) => code)).toEqual([
      "artifactManifestNotSettled",
      "artifactManifestPresent",
    ]);
  });
});
