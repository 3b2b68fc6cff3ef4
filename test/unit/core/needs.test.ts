import { describe, expect, it } from "@jest/globals";
import { hashDigest } from "../../../lib/core/findDigests.ts";
import { hashName } from "../../../lib/core/hashName.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import type { KnownArtifactManifest, KnownVersion } from "../../../lib/core/knowledge.ts";
import { createNeeds, isMeant } from "../../../lib/core/needs.ts";
import type { Needs } from "../../../lib/core/needs.ts";
import type { ArtifactReference, Resource, VersionReference } from "../../../lib/core/resources.ts";
import {
  aKnown,
  aKnownVersion,
  aNetworkFunction,
  anNfdv,
  artifactManifestId,
  digest,
  nfdvId,
  PUBLISHER,
  STORE,
} from "../../fakes/builders.ts";

const CNF = aKnown();
const OTHER = aKnown({ id: artifactManifestId("other"), artifacts: [{ name: "redis", version: "7" }] });
const FABRIKAM = PUBLISHER.replace("contoso", "fabrikam");
const ELSEWHERE = aKnown({ id: artifactManifestId("cnf", `${FABRIKAM}/artifactstores/store`) });
const NF = aNetworkFunction().id;

function needsOf(resources: readonly Resource[], versions: readonly KnownVersion[] = []): Needs {
  return createNeeds(toGraph(resources, [CNF, OTHER, ELSEWHERE, ...versions]));
}

const codesOf = (needs: Needs, known: KnownArtifactManifest): readonly string[] =>
  needs.ofArtifactManifest(known).map(({ code }) => code);

const version = (...references: readonly ArtifactReference[]): KnownVersion => aKnownVersion({ references });
const toCnf: ArtifactReference = { form: "artifactManifest", id: artifactManifestId("cnf"), artifact: undefined };

describe("a version that exists", () => {
  it("needs the artifact manifest that it references, and no other", () => {
    const needs = needsOf([anNfdv()], [version(toCnf)]);
    expect(needs.ofArtifactManifest(CNF)).toEqual([{ code: "referencedByVersion", by: nfdvId("1.0.0") }]);
    expect(codesOf(needs, OTHER)).toEqual([]);
    expect(codesOf(needs, ELSEWHERE)).toEqual([]);
  });

  it.each([{ state: "Deprecated" }, { state: "Preview" }, { state: undefined }])(
    "needs it in state $state too",
    ({ state }) => {
      expect(codesOf(needsOf([anNfdv({ state })], [version(toCnf)]), CNF)).toEqual(["referencedByVersion"]);
    },
  );

  it.each([
    { name: "a chart", reference: { chart: true, artifact: undefined } },
    {
      name: "a chart that names an artifact",
      reference: { chart: true, artifact: { name: "x", version: "1", chart: true } },
    },
    { name: "no artifact name", reference: { chart: false, artifact: undefined } },
  ])("protects the whole store by a legacy reference with $name", ({ reference }) => {
    const needs = needsOf([anNfdv()], [version({ form: "store", id: STORE, ...reference })]);
    const reason = { code: "legacyStoreReference", by: nfdvId("1.0.0") };
    expect(needs.ofStore(STORE)).toEqual([reason]);
    expect(needs.ofArtifactManifest(CNF)).toEqual([reason]);
    expect(needs.ofArtifactManifest(OTHER)).toEqual([reason]);
    expect(codesOf(needs, ELSEWHERE)).toEqual([]);
  });

  it.each([
    { name: "name and version", artifact: { name: "NGINX", version: "1.0" }, codes: ["legacyArtifactReference"] },
    { name: "the name only", artifact: { name: "nginx", version: undefined }, codes: ["legacyArtifactReference"] },
    { name: "another version", artifact: { name: "nginx", version: "2.0" }, codes: [] },
    { name: "another name", artifact: { name: "nginx2", version: "1.0" }, codes: [] },
  ])("protects every artifact manifest that lists its legacy artifact: by $name", ({ artifact, codes }) => {
    const needs = needsOf(
      [anNfdv()],
      [version({ form: "store", id: STORE, chart: false, artifact: { ...artifact, chart: false } })],
    );
    expect(codesOf(needs, CNF)).toEqual(codes);
    expect(codesOf(needs, OTHER)).toEqual([]);
    expect(codesOf(needs, ELSEWHERE)).toEqual([]);
    expect(needs.ofStore(STORE)).toEqual([]);
  });

  const legacyTo = (name: string, wanted: string | undefined, chart = false): KnownVersion =>
    version({ form: "store", id: STORE, chart, artifact: { name, version: wanted, chart } });

  it.each([
    { name: "in another casing", wanted: "1.0.0-RC", codes: ["legacyArtifactReference"] },
    { name: "another one", wanted: "1.0.0-RC2", codes: [] },
  ])("compares versions of legacy artifacts without case: $name", ({ wanted, codes }) => {
    const listing = aKnown({ artifacts: [{ name: "nginx", version: "1.0.0-rc" }] });
    expect(codesOf(createNeeds(toGraph([anNfdv()], [listing, legacyTo("nginx", wanted)])), listing)).toEqual(codes);
  });

  it.each([
    { name: "cannot be read in full", unreadable: true, codes: ["legacyArtifactReference"] },
    { name: "is known", unreadable: false, codes: [] },
  ])(
    "protects an artifact manifest of its store by any legacy artifact where its list $name",
    ({ unreadable, codes }) => {
      const listing = aKnown({ artifacts: [], unreadable });
      const needs = createNeeds(toGraph([anNfdv()], [listing, { ...ELSEWHERE, unreadable }, legacyTo("nginx", "1.0")]));
      expect(codesOf(needs, listing)).toEqual(codes);
      expect(codesOf(needs, ELSEWHERE)).toEqual([]);
    },
  );

  it("gives the legacy paths of its store, in lower case, and of no other", () => {
    const artifact = { name: "Release/Nginx", version: "1.0", chart: false };
    const needs = needsOf([anNfdv()], [version({ form: "store", id: STORE, chart: false, artifact })]);
    expect([...needs.legacyNames(STORE)]).toEqual(["release/nginx"]);
    expect([...needs.legacyNames(`${STORE}2`)]).toEqual([]);
  });

  it("protects everything by a reference that cannot be read", () => {
    const needs = needsOf([anNfdv()], [version({ form: "unreadable", text: "?" })]);
    for (const known of [CNF, OTHER, ELSEWHERE]) expect(codesOf(needs, known)).toEqual(["unreadableReference"]);
    expect(needs.ofStore("any")).toEqual([{ code: "unreadableReference", by: nfdvId("1.0.0") }]);
  });
});

describe("a chart of a legacy reference, narrowed by choice", () => {
  const artifact = { name: "nginx", version: "~1.0", chart: true };
  const chart: ArtifactReference = { form: "store", id: STORE, chart: true, artifact };
  const listing = (tag: string): KnownArtifactManifest => aKnown({ artifacts: [{ name: "nginx", version: tag }] });
  const narrow = (tag: string): Needs => {
    const graph = toGraph([anNfdv()], [listing(tag), OTHER, version(chart)]);
    return createNeeds(graph, { isNarrow: (storeId) => storeId === STORE });
  };

  it.each([
    { name: "a version in its range", tag: "1.0.7", codes: ["legacyArtifactReference"] },
    { name: "a version that is no semver", tag: "latest", codes: ["legacyArtifactReference"] },
    { name: "a version outside its range", tag: "1.1.0", codes: [] },
    { name: "a prerelease in its range", tag: "1.0.7-RC", codes: ["legacyArtifactReference"] },
  ])("protects the artifact manifest that lists $name, and no other: $codes", ({ tag, codes }) => {
    expect(codesOf(narrow(tag), listing(tag))).toEqual(codes);
    expect(codesOf(narrow(tag), OTHER)).toEqual([]);
  });

  it("protects the whole store where nobody chose so", () => {
    const needs = createNeeds(toGraph([anNfdv()], [listing("1.1.0"), OTHER, version(chart)]));
    expect(codesOf(needs, OTHER)).toEqual(["legacyStoreReference"]);
  });
});

describe("many consumers that say the same", () => {
  it("are named by the first five and counted beyond", () => {
    const unseen = aNetworkFunction({ versions: [{ by: "id", source: "desired", id: nfdvId("9.9.9") }] });
    const ids = Array.from({ length: 8 }, (_, index) => `${NF}-${index}`);
    const reasons = needsOf(ids.map((id): Resource => ({ ...unseen, id }))).ofStore(STORE);
    expect(reasons.map(({ by }) => by)).toEqual([...ids.slice(0, 5), "3 more"]);
  });
});

describe("a version that is gone", () => {
  it("needs nothing by itself", () => {
    const all: readonly ArtifactReference[] = [
      toCnf,
      { form: "store", id: STORE, chart: true, artifact: undefined },
      { form: "unreadable", text: "?" },
    ];
    expect(codesOf(needsOf([], [version(...all)]), CNF)).toEqual([]);
  });
});

describe("a consumer", () => {
  const byId: VersionReference = { by: "id", source: "desired", id: nfdvId("1.0.0") };
  const byNames = (names: Partial<Extract<VersionReference, { by: "names" }>> = {}): VersionReference => ({
    by: "names",
    source: "desired",
    publisher: "contoso",
    group: "nfdg",
    version: "1.0.0",
    ...names,
  });
  const running = (...versions: readonly VersionReference[]): Resource => aNetworkFunction({ versions });

  it("of a version that exists adds nothing but that version's needs", () => {
    const needs = needsOf([running(byId), anNfdv()], [version(toCnf)]);
    expect(new Set(codesOf(needs, CNF))).toEqual(new Set(["referencedByVersion"]));
    expect(codesOf(needs, OTHER)).toEqual([]);
  });

  it.each([
    { name: "by id", reference: byId },
    { name: "by names in any casing", reference: byNames({ publisher: "CONTOSO", group: "NFDG" }) },
    {
      name: "by a version name in a value",
      reference: byNames({ source: "value", publisher: undefined, group: undefined }),
    },
    {
      name: "by a mention",
      reference: { by: "mention", publisherId: PUBLISHER, texts: ["x", "1.0.0"].map(hashName).sort() } as const,
    },
    {
      name: "by a mention of any publisher",
      reference: { by: "mention", publisherId: undefined, texts: ["1.0.0"].map(hashName).sort() } as const,
    },
  ])("keeps what a deleted version referenced: $name", ({ reference }) => {
    const needs = needsOf([running(reference)], [version(toCnf)]);
    expect(needs.ofArtifactManifest(CNF)).toEqual([{ code: "consumerOfDeletedVersion", by: NF }]);
    expect(codesOf(needs, OTHER)).toEqual([]);
  });

  it.each([
    { name: "another version by names", reference: byNames({ version: "1.0" }) },
    { name: "another group", reference: byNames({ group: "nfdg2" }) },
  ])("of a version that was never seen protects its publisher's stores: $name", ({ reference }) => {
    const needs = needsOf([running(reference)], [version(toCnf)]);
    for (const known of [CNF, OTHER])
      expect(needs.ofArtifactManifest(known)).toEqual([{ code: "consumerOfUnknownVersion", by: NF }]);
    expect(codesOf(needs, ELSEWHERE)).toEqual([]);
  });

  it("of an id that was never seen protects its publisher's stores", () => {
    const needs = needsOf([running({ by: "id", source: "desired", id: nfdvId("9.9.9") })], [version(toCnf)]);
    for (const known of [CNF, OTHER]) expect(codesOf(needs, known)).toEqual(["consumerOfUnknownVersion"]);
    expect(codesOf(needs, ELSEWHERE)).toEqual([]);
  });

  it("by names protects publishers of that name in every subscription", () => {
    const twin = aKnown({ id: artifactManifestId("cnf", `${PUBLISHER.replace("sub1", "sub9")}/artifactstores/s`) });
    const needs = needsOf([running(byNames({ version: "9.9.9" }))]);
    expect(codesOf(needs, twin)).toEqual(["consumerOfUnknownVersion"]);
  });

  it.each([
    { name: "no group", names: { group: undefined }, everywhere: false },
    { name: "no version", names: { version: undefined }, everywhere: false },
    { name: "no publisher", names: { publisher: undefined }, everywhere: true },
    { name: "nothing", names: { publisher: undefined, group: undefined, version: undefined }, everywhere: true },
  ])("whose own fields name $name could need more than what fits", ({ names, everywhere }) => {
    const needs = needsOf([running(byNames(names))], [version(toCnf)]);
    expect(codesOf(needs, CNF)).toEqual(["consumerOfDeletedVersion", "unreadableConsumer"]);
    expect(codesOf(needs, OTHER)).toEqual(["unreadableConsumer"]);
    expect(codesOf(needs, ELSEWHERE)).toEqual(everywhere ? ["unreadableConsumer"] : []);
  });

  it("by names in a value without a publisher, of a version that was never seen, protects everything", () => {
    const needs = needsOf(
      [running(byNames({ source: "value", publisher: undefined, version: "9.9.9" }))],
      [version(toCnf)],
    );
    for (const known of [CNF, OTHER, ELSEWHERE]) expect(codesOf(needs, known)).toEqual(["consumerOfUnknownVersion"]);
  });

  it.each([
    { name: "its publisher's stores", publisherId: PUBLISHER, elsewhere: [] },
    { name: "everything where the publisher is unknown", publisherId: undefined, elsewhere: ["unreadableConsumer"] },
  ])("that cannot be read protects $name", ({ publisherId, elsewhere }) => {
    const needs = needsOf([running({ by: "unreadable", publisherId, text: "?" })]);
    expect(needs.ofArtifactManifest(OTHER)).toEqual([{ code: "unreadableConsumer", by: NF }]);
    expect(codesOf(needs, ELSEWHERE)).toEqual(elsewhere);
  });

  it.each([
    { name: "texts that name no version", publisherId: PUBLISHER, texts: ["1.0", "1.0.0-rc"].map(hashName).sort() },
    { name: "a version of another publisher", publisherId: FABRIKAM, texts: ["1.0.0"].map(hashName).sort() },
  ])("mentions nothing by $name", ({ publisherId, texts }) => {
    const needs = needsOf([running({ by: "mention", publisherId, texts })], [version(toCnf)]);
    expect(codesOf(needs, CNF)).toEqual([]);
  });

  it("mentions a version of another publisher whose name stands in the value too", () => {
    const texts = ["contoso", "1.0.0"].map(hashName);
    const needs = needsOf([running({ by: "mention", publisherId: FABRIKAM, texts })], [version(toCnf)]);
    expect(codesOf(needs, CNF)).toEqual(["consumerOfDeletedVersion"]);
  });

  it("widens as far as the deleted version's reference did", () => {
    const chart: ArtifactReference = { form: "store", id: STORE, chart: true, artifact: undefined };
    const needs = needsOf([running(byId)], [version(chart, { form: "unreadable", text: "?" })]);
    expect(needs.ofStore(STORE)).toEqual([
      { code: "legacyStoreReference", by: NF },
      { code: "unreadableReference", by: NF },
    ]);
  });

  it("needs a version that it last ran on as much as the desired one", () => {
    const old = aKnownVersion({ id: nfdvId("0.9.0"), references: [toCnf] });
    const needs = needsOf([running(byId, byNames({ version: "0.9.0" })), anNfdv()], [version(), old]);
    expect(codesOf(needs, CNF)).toEqual(["consumerOfDeletedVersion"]);
  });

  it("pins a digest that it names", () => {
    const needs = needsOf([aNetworkFunction({ digests: [digest(1)] })]);
    expect(needs.ofDigest(digest(1))).toEqual([{ code: "digestPinned", by: NF }]);
    expect(needs.ofDigest(digest(2))).toEqual([]);
  });

  it("pins a digest that stands without its algorithm", () => {
    const needs = needsOf([aNetworkFunction({ digests: [hashDigest(digest(1).replace("sha256:", ""))] })]);
    expect(needs.ofDigest(digest(1))).toEqual([{ code: "digestPinned", by: NF }]);
    expect(needs.ofDigest(digest(2))).toEqual([]);
  });

  it.each([
    { name: "of a version by id: its publisher", versions: [byId], fabrikam: 0 },
    { name: "by names: any publisher", versions: [byNames()], fabrikam: 1 },
    { name: "of nothing known: any publisher", versions: [], fabrikam: 1 },
    {
      name: "of a known schema: its publisher",
      versions: [{ by: "unreadable", publisherId: PUBLISHER, text: "?" } as const],
      fabrikam: 0,
    },
  ])("with secret values may pin any digest, $name", ({ versions, fabrikam }) => {
    const needs = needsOf([aNetworkFunction({ versions, hasSecretValues: true })]);
    expect(needs.secretsOf(PUBLISHER)).toEqual([{ code: "secretValuesMayPinDigest", by: NF }]);
    expect(needs.secretsOf(FABRIKAM)).toHaveLength(fabrikam);
    expect(needsOf([aNetworkFunction({ versions })]).secretsOf(PUBLISHER)).toEqual([]);
  });
});

describe("a version that is meant", () => {
  it.each([
    { name: "a range with a prerelease in another casing", range: "1.0.0-RC", given: "1.0.0-rc", meant: true },
    { name: "a range that fits as it is written only", range: ">=1.0.0-RC <1.0.0", given: "1.0.0-beta", meant: true },
    { name: "a range that fits without case only", range: ">=1.0.0-beta <1.0.0", given: "1.0.0-RC", meant: true },
    { name: "another prerelease", range: "1.0.0-RC", given: "1.0.0-rc.1", meant: false },
  ])("may be one by $name", ({ range, given, meant }) => {
    expect(isMeant({ name: "chart", version: range, chart: true }, given)).toBe(meant);
  });
});
