import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { adoptedManifestId } from "../../../lib/core/adoption.ts";
import type { Graph } from "../../../lib/core/graph.ts";
import { ExpectedArtifacts, listDanglingFindings, listMissingFindings } from "../../../lib/core/missingArtifacts.ts";
import type { Repository } from "../../../lib/core/registryManifest.ts";
import type { Artifact, ArtifactReference, NamedArtifact, Resource } from "../../../lib/core/resources.ts";
import { shuffled } from "../../fakes/arbitraryManifests.ts";
import {
  aKnown,
  aManifest,
  anAdoption,
  anArtifactManifest,
  anNfdv,
  aRepository,
  artifactManifestId,
  aStore,
  nfdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
  tagged,
} from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import { aFunctionOn, aGraph, evidenceOf, saying, SIGHT, toCnf, toPairs } from "../../fakes/graphBuilders.ts";

const CNF = artifactManifestId("cnf");
const SCOPE = `artifacts:${REGISTRY}`;

const listing = (artifacts: readonly Artifact[], resource: Partial<Resource> = {}): Resource =>
  anArtifactManifest({ details: { of: "artifactManifest", artifacts, unreadable: [] }, ...resource });

const repository = (name: string, ...tags: readonly string[]): Repository =>
  aRepository({ name, manifests: [aManifest({ tags: tagged(...tags) })] });

function missingOf(graph: Graph, repositories: readonly Repository[]) {
  const expected = new ExpectedArtifacts({ graph, storeIds: [STORE] });
  for (const one of repositories) expected.see(one);
  return expected.listMissing();
}

const findingsOf = (resources: readonly Resource[], ...repositories: readonly Repository[]) =>
  listMissingFindings(missingOf(aGraph(resources), repositories), SIGHT);

describe("an artifact that is listed and not in the registry", () => {
  interface Case {
    readonly name: string;
    readonly repositories: readonly Repository[];
  }

  it.each<Case>([
    { name: "no repository is there", repositories: [] },
    { name: "another tag is there", repositories: [repository("cnf/nginx", "2.0")] },
    { name: "another repository holds its tag", repositories: [repository("cnf2/nginx", "1.0")] },
    { name: "its registry manifest is untagged", repositories: [repository("cnf/nginx")] },
  ])("is told of where $name", ({ repositories }) => {
    expect(toPairs(findingsOf([aStore(), anArtifactManifest()], ...repositories))).toEqual([["missingArtifact", CNF]]);
  });

  it.each<Case>([
    { name: "under its prefix, in any casing", repositories: [repository("CNF/Nginx", "2.0", "1.0")] },
    { name: "without prefix, as before an upgrade", repositories: [repository("nginx", "1.0")] },
    {
      name: "perhaps, where the listing of its repository is torn",
      repositories: [aRepository({ incomplete: ["listingFailed: page 2"] })],
    },
  ])("is not told of where it is there: $name", ({ repositories }) => {
    expect(findingsOf([aStore(), anArtifactManifest()], ...repositories)).toEqual([]);
  });

  it("is there under the tag that Helm writes for a version with a plus", () => {
    const resources = [aStore(), listing([{ name: "web", version: "1.0.0+b" }])];
    expect(findingsOf(resources, repository("cnf/web", "1.0.0_b"))).toEqual([]);
    expect(findingsOf(resources, repository("cnf/web", "1.0.0"))).toHaveLength(1);
  });

  it.each([
    {
      name: "an artifact manifest that is uploading",
      resources: [aStore(), anArtifactManifest({ state: "UPLOADING" })],
    },
    {
      name: "a store that is not a registry",
      resources: [
        aStore({ details: { of: "store", storeType: "AzureStorageAccount", registryId: REGISTRY } }),
        anArtifactManifest(),
      ],
    },
    { name: "a store that is not known", resources: [anArtifactManifest()] },
    {
      name: "a store behind another registry",
      resources: [aStore(), anArtifactManifest({ id: artifactManifestId("cnf", `${STORE}2`) })],
    },
  ])("is not told of in $name", ({ resources }) => {
    expect(findingsOf(resources)).toEqual([]);
    expect(findingsOf([aStore(), anArtifactManifest()])).toHaveLength(1);
  });

  it("may only be told of once every path under which it may be was seen, or is known to be absent", () => {
    const graph = aGraph([aStore(), anArtifactManifest()]);
    const expected = new ExpectedArtifacts({ graph, storeIds: [STORE] }, true);
    expected.see(repository("CNF/nginx", "2.0"));
    expected.seeAbsent("other");
    expect(expected.isReadWhole).toBe(false);
    expected.seeAbsent("nginx");
    expect(expected.isReadWhole).toBe(true);
  });

  it("may be told of at once where the registry lists its repositories itself", () => {
    const expected = new ExpectedArtifacts({ graph: aGraph([aStore(), anArtifactManifest()]), storeIds: [STORE] });
    expect(expected.isReadWhole).toBe(true);
  });

  it("names all that is missing, once per artifact manifest", () => {
    const artifacts = [
      { name: "web", version: "2.0" },
      { name: "nginx", version: "1.0" },
      { name: "web", version: "1.0" },
    ];
    expect(findingsOf([aStore(), listing(artifacts)], repository("cnf/nginx", "1.0"))).toEqual([
      {
        kind: "missingArtifact",
        subject: CNF,
        scope: SCOPE,
        publisherId: PUBLISHER,
        storeId: STORE,
        evidence: [
          { text: "artifact manifest (state Uploaded, provisioning state Succeeded)", subject: CNF, ...SIGHT },
          { text: "created", subject: CNF, at: "2025-06-01T00:00:00Z" },
          { text: "lists an artifact that is not in the registry:", subject: "web:1.0", ...SIGHT },
          { text: "lists an artifact that is not in the registry:", subject: "web:2.0", ...SIGHT },
        ],
      },
    ]);
  });

  it("does not depend on the order in which repositories and resources come", () => {
    const resources = [
      aStore(),
      listing([{ name: "web", version: "2.0" }]),
      listing([], { id: artifactManifestId("a") }),
    ];
    const more = ["b", "c"].map((name) => anArtifactManifest({ id: artifactManifestId(name) }));
    const repositories = [repository("b/nginx", "1.0"), repository("c/nginx", "0.9"), repository("web", "1.0")];
    const expected = findingsOf([...resources, ...more], ...repositories);
    expect(expected.map(({ subject }) => subject)).toEqual([artifactManifestId("c"), CNF]);
    checkLaw(
      fc.property(shuffled([...resources, ...more]), shuffled(repositories), (given, seen) => {
        expect(findingsOf(given, ...seen)).toEqual(expected);
      }),
      50,
    );
  });
});

const named = (name: string, version?: string): NamedArtifact => ({ name, version, chart: false });
const chart = (name: string, version?: string): NamedArtifact => ({ name, version, chart: true });
const inStore = (artifact: NamedArtifact | undefined): ArtifactReference => ({
  form: "store",
  id: STORE,
  chart: artifact?.chart ?? true,
  artifact,
});
const saysOf = (reference: ArtifactReference): Resource => anNfdv({ details: saying(reference) });

function danglingOf(resources: readonly Resource[], ...repositories: readonly Repository[]) {
  const graph = aGraph(resources, [aKnown({ id: artifactManifestId("old"), lastSeenAt: "2026-02-20T01:00:00Z" })]);
  return listDanglingFindings(graph, missingOf(graph, repositories), SIGHT);
}

const NGINX = repository("cnf/nginx", "1.0");
const WEB = [
  { name: "web", version: "2.1.3" },
  { name: "nginx", version: "1.0" },
];

describe("a dangling reference", () => {
  interface Case {
    readonly name: string;
    readonly reference: ArtifactReference;
    readonly manifest?: Resource;
    readonly opens: readonly Repository[];
    /** Default: the same reference with everything in the registry. */
    readonly control: { readonly reference?: ArtifactReference; readonly repositories: readonly Repository[] };
  }

  const whole = [repository("cnf/web", "2.1.3"), NGINX];

  it.each<Case>([
    {
      name: "the artifact manifest is not there",
      reference: { form: "artifactManifest", id: artifactManifestId("old"), artifact: undefined },
      opens: [NGINX],
      control: { reference: toCnf(), repositories: [NGINX] },
    },
    {
      name: "the artifact manifest does not list the artifact",
      reference: toCnf(named("redis", "1.0")),
      opens: [NGINX],
      control: { reference: toCnf(named("Nginx", "1.0")), repositories: [NGINX] },
    },
    {
      name: "the artifact manifest lists another version",
      reference: toCnf(named("nginx", "2.0")),
      opens: [NGINX, repository("cnf/nginx", "2.0")],
      control: { reference: toCnf(named("nginx")), repositories: [NGINX] },
    },
    {
      name: "no listed version is in the chart's range",
      reference: toCnf(chart("web", "~2.2.0")),
      manifest: listing(WEB),
      opens: whole,
      control: { reference: toCnf(chart("web", "~2.1.0")), repositories: whole },
    },
    {
      name: "the artifact is not in the registry",
      reference: toCnf(named("nginx", "1.0")),
      opens: [repository("cnf/nginx", "0.9")],
      control: { repositories: [NGINX] },
    },
    {
      name: "an image of the chart's artifact manifest is not in the registry",
      reference: toCnf(chart("web", "~2.1.0")),
      manifest: listing(WEB),
      opens: [repository("cnf/web", "2.1.3")],
      control: { repositories: whole },
    },
    {
      name: "the chart is not in the registry",
      reference: toCnf(chart("web", "~2.1.0")),
      manifest: listing(WEB),
      opens: [NGINX],
      control: { repositories: whole },
    },
    {
      name: "nothing is named, and some artifact is not in the registry",
      reference: toCnf(),
      manifest: listing(WEB),
      opens: [NGINX],
      control: { repositories: whole },
    },
    {
      name: "what a legacy reference names is not in the registry",
      reference: inStore(named("tool", "1.0")),
      opens: [repository("tool", "2.0")],
      control: { repositories: [repository("tool", "1.0")] },
    },
    {
      name: "no tag is in the range of a legacy chart",
      reference: inStore(chart("tool", "~2.1.0")),
      opens: [repository("tool", "2.2.0")],
      control: { repositories: [repository("tool", "2.1.9")] },
    },
    {
      name: "what a legacy reference names is under no prefix that lists it",
      reference: inStore(named("nginx", "1.0")),
      opens: [repository("vnf/nginx", "1.0")],
      control: { repositories: [NGINX] },
    },
  ])("is told of where $name", ({ reference, manifest = anArtifactManifest(), opens, control }) => {
    const resources = (said: ArtifactReference): Resource[] => [aStore(), manifest, saysOf(said), aFunctionOn()];
    expect(toPairs(danglingOf(resources(reference), ...opens))).toEqual([["danglingReference", nfdvId("1.0.0")]]);
    expect(danglingOf(resources(control.reference ?? reference), ...control.repositories)).toEqual([]);
  });

  it.each([
    { name: "nobody uses the version", users: [], reference: toCnf() },
    {
      name: "it leads into a store of another registry",
      reference: { ...toCnf(), id: `${STORE}2/artifactmanifests/cnf` },
    },
    { name: "it cannot be read", reference: { form: "unreadable", text: "?" } as const },
    { name: "it names a store and nothing in it", reference: inStore(undefined) },
    {
      name: "one of the listed versions is there and none is named",
      reference: toCnf(named("nginx")),
      artifacts: [
        { name: "nginx", version: "1.0" },
        { name: "nginx", version: "2.0" },
      ],
      repositories: [repository("cnf/nginx", "2.0")],
    },
    {
      name: "only another artifact than the named one is missing",
      reference: toCnf(named("nginx", "1.0")),
      artifacts: WEB,
      repositories: [NGINX],
    },
  ])(
    "is not told of where $name",
    ({ reference, users = [aFunctionOn()], artifacts = [{ name: "nginx", version: "1.0" }], repositories = [] }) => {
      const resources = [aStore(), listing(artifacts), saysOf(reference), ...users];
      expect(danglingOf(resources, ...repositories)).toEqual([]);
      const used = [aStore(), listing(artifacts), saysOf(toCnf()), aFunctionOn()];
      expect(danglingOf(used, ...repositories)).toHaveLength(1);
    },
  );

  it("is not told of where the list of the artifact manifest cannot be read in full", () => {
    const details = { of: "artifactManifest", artifacts: [], unreadable: ["42"] } as const;
    const resources = [aStore(), anArtifactManifest({ details }), saysOf(toCnf(named("web", "1"))), aFunctionOn()];
    expect(danglingOf(resources)).toEqual([]);
  });

  it("names the chain from the consumer to the artifact", () => {
    const resources = [aStore(), anArtifactManifest(), saysOf(toCnf(named("nginx", "1.0"))), aFunctionOn()];
    expect(danglingOf(resources)).toEqual([
      {
        kind: "danglingReference",
        subject: nfdvId("1.0.0"),
        scope: SCOPE,
        publisherId: PUBLISHER,
        evidence: [
          { text: "used by", subject: aFunctionOn().id, ...SIGHT },
          {
            text: "function definition (state Active, provisioning state Succeeded)",
            subject: nfdvId("1.0.0"),
            ...SIGHT,
          },
          { text: "first seen", subject: nfdvId("1.0.0"), at: SIGHT.at },
          { text: "references artifact manifest", subject: CNF, ...SIGHT },
          { text: "lists an artifact that is not in the registry:", subject: "nginx:1.0", ...SIGHT },
        ],
      },
    ]);
  });

  it.each([
    {
      name: "gone",
      artifactManifest: "old",
      link: {
        text: "references an artifact manifest that is gone, last seen",
        subject: artifactManifestId("old"),
        at: "2026-02-20T01:00:00Z",
      },
    },
    {
      name: "never seen",
      artifactManifest: "new",
      link: {
        text: "references an artifact manifest that is not there and was never seen by any snapshot",
        subject: artifactManifestId("new"),
        ...SIGHT,
      },
    },
  ])("says whether an artifact manifest was ever there: $name", ({ artifactManifest, link }) => {
    const reference = {
      form: "artifactManifest",
      id: artifactManifestId(artifactManifest),
      artifact: undefined,
    } as const;
    const findings = danglingOf([aStore(), saysOf(reference), aFunctionOn()]);
    expect(evidenceOf(findings, "danglingReference").at(-1)).toEqual(link);
  });

  it("does not call an adopted prefix an artifact manifest that was seen", () => {
    const adopted = anAdoption({ prefix: "new" });
    const reference = { form: "artifactManifest", id: adoptedManifestId(adopted), artifact: undefined } as const;
    const graph = aGraph([aStore(), saysOf(reference), aFunctionOn()], [], [adopted]);
    const findings = listDanglingFindings(graph, missingOf(graph, []), SIGHT);
    expect(evidenceOf(findings, "danglingReference").at(-1)?.text).toContain("never seen");
  });

  it("names the artifact of a legacy reference", () => {
    const findings = danglingOf([aStore(), saysOf(inStore(chart("tool", "~2.1"))), aFunctionOn()]);
    expect(evidenceOf(findings, "danglingReference").at(-1)).toEqual({
      text: "references, by its artifact store, tool:~2.1, which is not in the registry:",
      subject: STORE,
      ...SIGHT,
    });
  });
});
