import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Adoption } from "../../../lib/core/adoption.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import type { Repository } from "../../../lib/core/registryManifest.ts";
import { listRepositoryFindings } from "../../../lib/core/repositoryFindings.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import type { StorePolicy } from "../../../lib/core/verdicts.ts";
import { aStorePolicy } from "../../fakes/aContext.ts";
import { arbitraryManifests, shuffled } from "../../fakes/arbitraryManifests.ts";
import {
  aKnown,
  aKnownVersion,
  aManifest,
  anAdoption,
  anArtifactManifest,
  anNfdv,
  aRepository,
  artifactManifestId,
  aStore,
  digest,
  edgeTag,
  PUBLISHER,
  REGISTRY,
  STORE,
  tagged,
} from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import {
  aContextOf,
  aFunctionOn,
  aGraph,
  evidenceOf,
  saying,
  SIGHT,
  toCnf,
  toPairs,
} from "../../fakes/graphBuilders.ts";

interface Given {
  readonly resources?: readonly Resource[];
  readonly known?: readonly Known[];
  readonly adoptions?: readonly Adoption[];
  readonly repository?: Partial<Repository>;
  readonly storeIds?: readonly string[];
  readonly policyOf?: (id: string) => StorePolicy | undefined;
}

/** Of `cnf/nginx` with one registry manifest that is tagged `2.0`, unless said otherwise. */
function findingsOf({ resources = PRESENT, known, adoptions, repository, ...context }: Given = {}) {
  const given = aRepository({ manifests: [aManifest({ tags: tagged("2.0") })], ...repository });
  return listRepositoryFindings(aContextOf(aGraph(resources, known, adoptions), context), given, SIGHT);
}

const PRESENT = [aStore(), anArtifactManifest()];
const GONE = { resources: [aStore()], known: [aKnown()] };
const withTags = (...tags: readonly string[]) => ({ manifests: [aManifest({ tags: tagged(...tags) })] });
const PATH = `${REGISTRY}/cnf/nginx`;
const UNMENTIONED = [["unmentionedUpload", PATH]];
const BLOCKED = [["blockedArtifact", `${PATH}@${digest(1)}`]];
const listing = (artifacts: readonly { name: string; version: string }[], unreadable: readonly string[] = []) =>
  anArtifactManifest({ details: { of: "artifactManifest", artifacts, unreadable } });

interface Case {
  readonly name: string;
  readonly opens: Given;
  readonly control: Given;
}

describe("an upload that no artifact manifest mentions", () => {
  it.each<Case>([
    { name: "a tag is not among the listed versions", opens: {}, control: { repository: withTags("1.0") } },
    {
      name: "the artifact manifest does not list the artifact",
      opens: { resources: [aStore(), listing([{ name: "redis", version: "2.0" }])] },
      control: { resources: [aStore(), listing([{ name: "nginx", version: "2.0" }])] },
    },
    {
      name: "no artifact manifest of the name was ever seen",
      opens: { resources: [aStore()] },
      control: { resources: [aStore()], repository: { manifests: [aManifest()] } },
    },
    {
      name: "the tag is an ordinary one",
      opens: { repository: withTags(edgeTag(digest(1)), "latest") },
      control: { repository: withTags(edgeTag(digest(1)), edgeTag(digest(2), ".sig")) },
    },
    {
      name: "every store is enrolled",
      opens: {},
      control: { policyOf: () => undefined },
    },
    {
      name: "the path is not legacy",
      opens: { resources: [aStore()] },
      control: { resources: [aStore(), listing([{ name: "cnf/nginx", version: "1.0" }])] },
    },
    {
      name: "some store is known",
      opens: { resources: [aStore()] },
      control: { resources: [aStore()], storeIds: [] },
    },
    {
      name: "only another artifact is listed in that version",
      opens: {
        resources: [
          aStore(),
          listing([
            { name: "nginx", version: "1.0" },
            { name: "redis", version: "2.0" },
          ]),
        ],
      },
      control: {
        resources: [
          aStore(),
          listing([
            { name: "nginx", version: "2.0" },
            { name: "redis", version: "1.0" },
          ]),
        ],
      },
    },
    {
      name: "every list of the registry can be read",
      opens: {},
      control: { resources: [aStore(), listing([{ name: "nginx", version: "1.0" }], ["42"])] },
    },
    {
      name: "the tag is none of a version with a plus",
      opens: { resources: [aStore(), listing([{ name: "nginx", version: "2.0+b" }])] },
      control: {
        resources: [aStore(), listing([{ name: "nginx", version: "2.0+b" }])],
        repository: withTags("2.0_b"),
      },
    },
  ])("is told of where $name", ({ opens, control }) => {
    expect(toPairs(findingsOf(opens))).toEqual(UNMENTIONED);
    expect(findingsOf(control)).toEqual([]);
  });

  it("is told of once per repository, with the tags that nothing lists", () => {
    const manifests = [
      aManifest({ tags: tagged("1.0", "beta") }),
      aManifest({ digest: digest(2), tags: tagged("alpha") }),
    ];
    expect(findingsOf({ repository: { manifests } })).toEqual([
      {
        kind: "unmentionedUpload",
        subject: PATH,
        scope: REGISTRY,
        publisherId: PUBLISHER,
        storeId: STORE,
        evidence: [
          {
            text: "artifact manifest (state Uploaded, provisioning state Succeeded)",
            subject: artifactManifestId("cnf"),
            ...SIGHT,
          },
          {
            text: "its artifact manifests list these tags as no version of the artifact:",
            subject: "cnf/nginx",
            ...SIGHT,
          },
          { text: "tag", subject: "cnf/nginx:alpha", ...SIGHT },
          { text: "tag", subject: "cnf/nginx:beta", ...SIGHT },
        ],
      },
    ]);
  });

  it("names twenty tags of many", () => {
    const tags = Array.from({ length: 25 }, (_, index) => `t${index}`);
    const evidence = evidenceOf(findingsOf({ repository: withTags(...tags) }), "unmentionedUpload");
    expect(evidence.filter(({ text }) => text === "tag")).toHaveLength(20);
    expect(evidence.at(-1)).toEqual({ text: "and 5 more" });
  });

  it("is not told of where one of the stores of its registry is not enrolled and could own it", () => {
    const second = `${STORE}2`;
    const policyOf = (id: string) => (id === STORE ? aStorePolicy() : undefined);
    const resources = [aStore(), aStore({ id: second })];
    expect(findingsOf({ resources, storeIds: [STORE, second], policyOf })).toEqual([]);
    expect(toPairs(findingsOf({ resources, storeIds: [STORE], policyOf }))).toEqual(UNMENTIONED);
  });
});

describe("what is decommissioned and still tagged", () => {
  it.each<Case>([
    { name: "its artifact manifest is gone", opens: GONE, control: { repository: withTags("1.0") } },
    {
      name: "an ordinary tag is left",
      opens: GONE,
      control: { ...GONE, repository: withTags(edgeTag(digest(2), ".sig")) },
    },
    { name: "its store is enrolled", opens: GONE, control: { ...GONE, policyOf: () => undefined } },
  ])("is blocked where $name", ({ opens, control }) => {
    expect(toPairs(findingsOf(opens))).toEqual(BLOCKED);
    expect(findingsOf(control)).toEqual([]);
  });

  it.each([
    {
      name: "a version references its artifact manifest",
      given: { resources: [aStore(), anNfdv({ details: saying(toCnf()) })], known: [aKnown()] },
    },
    {
      name: "a consumer runs on a gone version that did",
      given: { resources: [aStore(), aFunctionOn()], known: [aKnown(), aKnownVersion()] },
    },
    {
      name: "its artifact manifest was never in a complete snapshot",
      given: { resources: [aStore()], known: [aKnown({ seenComplete: false })] },
    },
    {
      name: "another artifact manifest of the same path is there",
      given: {
        resources: [
          aStore(),
          aStore({ id: `${STORE}2` }),
          anArtifactManifest({ id: artifactManifestId("cnf", `${STORE}2`) }),
        ],
        known: [aKnown()],
        storeIds: [STORE, `${STORE}2`],
      },
    },
  ])("is not called blocked where $name", ({ given }) => {
    expect(toPairs(findingsOf({ ...given, repository: withTags("1.0") }))).toEqual([]);
    expect(toPairs(findingsOf({ ...GONE, repository: withTags("1.0") }))).toEqual(BLOCKED);
  });

  it("names the artifact manifest, when it was last seen, and which tags block", () => {
    expect(evidenceOf(findingsOf({ ...GONE, repository: withTags("latest", "1.0") }), "blockedArtifact")).toEqual([
      {
        text: "artifact manifest that is gone, last seen",
        subject: artifactManifestId("cnf"),
        at: "2026-02-20T01:00:00Z",
      },
      { text: "still tagged:", subject: `cnf/nginx@${digest(1)}`, ...SIGHT },
      { text: "tag", subject: "cnf/nginx:1.0", ...SIGHT },
      { text: "tag", subject: "cnf/nginx:latest", ...SIGHT },
    ]);
  });

  it("names who adopted the prefix, when and why", () => {
    const adopted = { resources: [aStore()], adoptions: [anAdoption({ prefix: "cnf" })] };
    expect(evidenceOf(findingsOf(adopted), "blockedArtifact")[0]).toEqual({
      text: "prefix adopted by ops@contoso.example (left over from the first release):",
      subject: artifactManifestId("cnf"),
      at: "2026-03-01T09:00:00Z",
    });
    expect(toPairs(findingsOf({ resources: [aStore()] }))).toEqual(UNMENTIONED);
  });
});

describe("findings about tags", () => {
  it("are only about what carries an ordinary tag, and do not depend on the order of the listing", () => {
    const law = fc.property(
      arbitraryManifests.chain((manifests) => fc.tuple(fc.constant(manifests), shuffled(manifests))),
      fc.constantFrom<Given>(GONE, {}, { resources: [aStore()] }),
      ([manifests, mixed], given) => {
        const findings = findingsOf({ ...given, repository: { manifests } });
        expect(findingsOf({ ...given, repository: { manifests: mixed } })).toEqual(findings);
        const ordinary = manifests.some(({ tags }) => tags.some(({ name }) => !name.startsWith("sha256-")));
        if (!ordinary) expect(findings).toEqual([]);
      },
    );
    checkLaw(law);
  });
});
