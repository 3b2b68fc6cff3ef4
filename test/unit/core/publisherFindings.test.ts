import { describe, expect, it } from "@jest/globals";
import { hashName } from "../../../lib/core/hashName.ts";
import fc from "fast-check";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import { listPublisherFindings } from "../../../lib/core/publisherFindings.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import { shuffled } from "../../fakes/arbitraryManifests.ts";
import {
  aKnown,
  aKnownVersion,
  anArtifactManifest,
  anNfdv,
  anNsdv,
  artifactManifestId,
  aStore,
  nfdvId,
  nsdvId,
  NOW,
  PUBLISHER,
  STORE,
} from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import {
  aDesignGroup,
  aFunctionGroup,
  aFunctionOn,
  aGraph,
  aSchema,
  aServiceOn,
  aSiteNetworkService,
  evidenceOf,
  saying,
  SCHEMA,
  SIGHT,
  someValues,
  toCnf,
  toPairs,
} from "../../fakes/graphBuilders.ts";

function findingsOf(
  resources: readonly Resource[],
  known: readonly Known[] = [],
  publisher = "Contoso",
): readonly ObservedFinding[] {
  const graph = aGraph(resources, known);
  return listPublisherFindings(graph, createNeeds(graph), { publisher, sight: SIGHT });
}

const OTHER = PUBLISHER.replace("contoso", "fabrikam");
const seen = (text: string, subject?: string) => ({ text, ...(subject === undefined ? {} : { subject }), ...SIGHT });
const legacy = saying({
  form: "store",
  id: STORE,
  chart: true,
  artifact: { name: "web", version: "~2.1", chart: true },
});
const garbled = saying({ form: "unreadable", text: "parameters('id')" });

interface Case {
  readonly name: string;
  readonly kind: ObservedFinding["kind"];
  readonly subject: string;
  readonly opens: readonly Resource[];
  /** The same without what opens it. */
  readonly control: readonly Resource[];
}

describe("findings about a publisher's resources", () => {
  it.each<Case>([
    {
      name: "a service design that no site network service uses",
      kind: "unreferencedServiceDesign",
      subject: nsdvId("1.0.0"),
      opens: [anNsdv(), aServiceOn(nsdvId("2.0.0"))],
      control: [anNsdv(), aServiceOn()],
    },
    {
      name: "a service design that only the last state of a service names is used",
      kind: "unreferencedServiceDesign",
      subject: nsdvId("1.0.0"),
      opens: [anNsdv()],
      control: [
        anNsdv(),
        aSiteNetworkService({
          versions: [{ by: "names", source: "lastState", publisher: "contoso", group: "nsdg", version: "1.0.0" }],
        }),
      ],
    },
    {
      name: "a function definition that no network function uses",
      kind: "unreferencedFunctionDefinition",
      subject: nfdvId("1.0.0"),
      opens: [anNfdv(), aFunctionOn(nfdvId("2.0.0"))],
      control: [anNfdv(), aFunctionOn()],
    },
    {
      name: "a function definition that no configuration value mentions",
      kind: "unreferencedFunctionDefinition",
      subject: nfdvId("1.0.0"),
      opens: [
        anNfdv(),
        someValues({ versions: [{ by: "mention", publisherId: PUBLISHER, texts: ["9.9.9"].map(hashName).sort() }] }),
      ],
      control: [
        anNfdv(),
        someValues({ versions: [{ by: "mention", publisherId: PUBLISHER, texts: ["1.0.0"].map(hashName).sort() }] }),
      ],
    },
    {
      name: "an artifact manifest that nothing references",
      kind: "unreferencedArtifactManifest",
      subject: artifactManifestId("cnf"),
      opens: [aStore(), anArtifactManifest(), anNfdv()],
      control: [aStore(), anArtifactManifest(), anNfdv({ details: saying(toCnf()) })],
    },
    {
      name: "a schema that nothing uses",
      kind: "unreferencedSchema",
      subject: SCHEMA,
      opens: [aSchema(), anNsdv()],
      control: [aSchema(), anNsdv({ details: { of: "version", references: [], schemas: [{ by: "id", id: SCHEMA }] } })],
    },
    {
      name: "a schema that no configuration values follow",
      kind: "unreferencedSchema",
      subject: SCHEMA,
      opens: [aSchema(), someValues()],
      control: [aSchema(), someValues({ schemas: [{ by: "names", publisher: "contoso", schema: "cgs" }] })],
    },
    {
      name: "a definition group without a version",
      kind: "emptyGroup",
      subject: aFunctionGroup().id,
      opens: [aFunctionGroup(), anNsdv()],
      control: [aFunctionGroup(), anNfdv()],
    },
    {
      name: "a design group without a version",
      kind: "emptyGroup",
      subject: aDesignGroup().id,
      opens: [aDesignGroup(), anNfdv()],
      control: [aDesignGroup(), anNsdv()],
    },
    {
      name: "a version that references the store",
      kind: "legacyReference",
      subject: nfdvId("1.0.0"),
      opens: [anNfdv({ details: legacy })],
      control: [anNfdv({ details: saying(toCnf()) })],
    },
    {
      name: "a version with a reference that cannot be read",
      kind: "unreadableReference",
      subject: nsdvId("1.0.0"),
      opens: [anNsdv({ details: garbled })],
      control: [anNsdv({ details: saying(toCnf()) })],
    },
    {
      name: "an artifact manifest with a list that cannot be read",
      kind: "unreadableReference",
      subject: artifactManifestId("cnf"),
      opens: [anArtifactManifest({ details: { of: "artifactManifest", artifacts: [], unreadable: ["42"] } })],
      control: [anArtifactManifest()],
    },
    {
      name: "an artifact store whose registry cannot be read",
      kind: "unreadableReference",
      subject: STORE,
      opens: [
        aStore({ details: { of: "store", storeType: "AzureContainerRegistry", registryId: undefined } }),
        anArtifactManifest(),
      ],
      control: [aStore(), anArtifactManifest()],
    },
    {
      name: "an artifact store, unless it is in a storage account",
      kind: "unreadableReference",
      subject: STORE,
      opens: [aStore({ details: { of: "store", storeType: undefined, registryId: undefined } })],
      control: [aStore({ details: { of: "store", storeType: "AzureStorageAccount", registryId: undefined } })],
    },
    {
      name: "a version in use whose artifact manifest went with its store",
      kind: "danglingReference",
      subject: nfdvId("1.0.0"),
      opens: [anNfdv({ details: saying(toCnf()) }), aFunctionOn()],
      control: [aStore(), anNfdv({ details: saying(toCnf()) }), aFunctionOn()],
    },
    {
      name: "an artifact manifest that is not seen either",
      kind: "danglingReference",
      subject: nfdvId("1.0.0"),
      opens: [anNfdv({ details: saying(toCnf()) }), aFunctionOn()],
      control: [anArtifactManifest(), anNfdv({ details: saying(toCnf()) }), aFunctionOn()],
    },
    {
      name: "an artifact manifest of its own, as those of other publishers are not all in the graph",
      kind: "danglingReference",
      subject: nfdvId("1.0.0"),
      opens: [anNfdv({ details: saying(toCnf()) }), aFunctionOn()],
      control: [
        anNfdv({ details: saying({ ...toCnf(), id: artifactManifestId("cnf", STORE.replace(PUBLISHER, OTHER)) }) }),
        aFunctionOn(),
      ],
    },
    {
      name: "only a version in use is told of for its artifact manifest",
      kind: "danglingReference",
      subject: nfdvId("1.0.0"),
      opens: [anNfdv({ details: saying(toCnf()) }), aFunctionOn()],
      control: [anNfdv({ details: saying(toCnf()) })],
    },
  ])("opens for $name", ({ kind, subject, opens, control }) => {
    expect(toPairs(findingsOf(opens))).toContainEqual([kind, subject]);
    expect(toPairs(findingsOf(control))).not.toContainEqual([kind, subject]);
  });

  it("belong to the publisher's scope, publisher and store", () => {
    expect(findingsOf([aStore(), anArtifactManifest()])).toEqual([
      expect.objectContaining({
        kind: "unreferencedArtifactManifest",
        scope: "publisher:contoso",
        publisherId: PUBLISHER,
        storeId: STORE,
      }),
    ]);
  });

  it("leave out versions of other publishers that reach into its stores, and find them when asked for", () => {
    const foreign = anNfdv({ id: nfdvId("1.0.0", OTHER), details: legacy });
    expect(findingsOf([aStore(), foreign])).toEqual([]);
    expect(toPairs(findingsOf([aStore(), foreign], [], "fabrikam"))).toEqual([
      ["legacyReference", foreign.id],
      ["unreferencedFunctionDefinition", foreign.id],
    ]);
  });

  it("cover publishers of the name in every subscription", () => {
    const twin = PUBLISHER.replace("sub1", "sub9");
    expect(toPairs(findingsOf([anNfdv(), anNfdv({ id: nfdvId("1.0.0", twin) })]))).toHaveLength(2);
  });

  it("do not depend on the order of what was read", () => {
    const consumers = [aFunctionOn(), aServiceOn()];
    const resources = [
      aStore(),
      anArtifactManifest(),
      anArtifactManifest({ id: artifactManifestId("vnf") }),
      aSchema(),
      anNfdv({ details: legacy }),
      anNfdv({ id: nfdvId("2.0.0"), details: garbled }),
      anNsdv(),
      aDesignGroup(),
    ];
    const expected = findingsOf([...resources, ...consumers]);
    expect(expected.map(({ kind }) => kind)).toEqual(expected.map(({ kind }) => kind).toSorted());
    expect(expected.length).toBeGreaterThan(2);
    checkLaw(
      fc.property(shuffled([...resources, ...consumers]), (given) => {
        expect(findingsOf(given)).toEqual(expected);
      }),
      50,
    );
  });
});

describe("the evidence about a publisher's resources", () => {
  it("names the state of an unused version, since when it is known, and what it keeps", () => {
    const evidence = evidenceOf(findingsOf([anNsdv({ details: saying(toCnf()) })]), "unreferencedServiceDesign");
    expect(evidence).toEqual([
      seen("no site network service that can be read names it, in its desired or its last state"),
      seen("service design (state Active, provisioning state Succeeded)", nsdvId("1.0.0")),
      { text: "first seen", subject: nsdvId("1.0.0"), at: NOW },
      { text: "keeps what it references needed:", subject: artifactManifestId("cnf") },
    ]);
  });

  const secret = someValues({
    versions: [{ by: "unreadable", publisherId: PUBLISHER, text: "its value" }],
    hasSecretValues: true,
  });

  it("says how many consumers with secret values may name an unused function definition", () => {
    const evidence = evidenceOf(findingsOf([anNfdv(), secret]), "unreferencedFunctionDefinition");
    expect(evidence).toContainEqual(seen("consumers with secret values that may name it: up to 1, such as", secret.id));
    expect(evidence).toContainEqual(seen("consumers that cannot be read and may use it: up to 1, such as", secret.id));
  });

  it("counts no configuration values among those that may use a service design", () => {
    const texts = evidenceOf(findingsOf([anNsdv(), secret]), "unreferencedServiceDesign").map(({ text }) => text);
    expect(texts.filter((text) => text.includes("up to"))).toEqual([]);
    const service = aSiteNetworkService({
      versions: [{ by: "unreadable", publisherId: undefined, text: "its version reference" }],
    });
    expect(evidenceOf(findingsOf([anNsdv(), service]), "unreferencedServiceDesign")).toContainEqual(
      seen("consumers that cannot be read and may use it: up to 1, such as", service.id),
    );
  });

  it("names the versions that are gone and once referenced an artifact manifest, and what it lists", () => {
    const evidence = evidenceOf(
      findingsOf([aStore(), anArtifactManifest()], [aKnown(), aKnownVersion()]),
      "unreferencedArtifactManifest",
    );
    expect(evidence).toEqual([
      {
        text: "referenced by a version that is gone, last seen",
        subject: nfdvId("1.0.0"),
        at: "2026-02-20T01:00:00Z",
      },
      seen("nothing references it: no version in any subscription, and no consumer of one that is gone"),
      seen("artifact manifest (state Uploaded, provisioning state Succeeded)", artifactManifestId("cnf")),
      { text: "first seen", subject: artifactManifestId("cnf"), at: "2026-01-01T01:00:00Z" },
      { text: "lists artifact", subject: "nginx:1.0" },
    ]);
  });

  it("names the versions that an empty group held", () => {
    expect(evidenceOf(findingsOf([aFunctionGroup()], [aKnownVersion()]), "emptyGroup")).toContainEqual({
      text: "held version",
      subject: nfdvId("1.0.0"),
      at: "2026-02-20T01:00:00Z",
    });
  });

  it("names the users of a legacy reference, and tells what it says now from what it said before", () => {
    const old = `${STORE}old`;
    const known = aKnownVersion({ references: [{ form: "store", id: old, chart: false, artifact: undefined }] });
    const evidence = evidenceOf(findingsOf([anNfdv({ details: legacy }), aFunctionOn()], [known]), "legacyReference");
    expect(evidence).toEqual([
      seen("used by", aFunctionOn().id),
      seen("function definition (state Active, provisioning state Succeeded)", nfdvId("1.0.0")),
      { text: "first seen", subject: nfdvId("1.0.0"), at: "2026-01-01T01:00:00Z" },
      seen("references the artifact store with a chart for web:~2.1,", STORE),
      { text: "no longer so, but still counted: references the artifact store,", subject: old },
    ]);
  });

  it("tells nothing of a version that references the store no longer", () => {
    const known = aKnownVersion({ references: [{ form: "store", id: STORE, chart: false, artifact: undefined }] });
    expect(toPairs(findingsOf([anNfdv({ details: saying(toCnf()) }), aStore()], [known]))).not.toContainEqual([
      "legacyReference",
      nfdvId("1.0.0"),
    ]);
  });

  it("names twenty of many, and how many more there are", () => {
    const artifacts = Array.from({ length: 23 }, (_, index) => ({ name: `a${index}`, version: "1" }));
    const evidence = evidenceOf(
      findingsOf([aStore(), anArtifactManifest({ details: { of: "artifactManifest", artifacts, unreadable: [] } })]),
      "unreferencedArtifactManifest",
    );
    expect(evidence.filter(({ text }) => text === "lists artifact")).toHaveLength(20);
    expect(evidence.at(-1)).toEqual({ text: "and 3 more" });
  });
});
