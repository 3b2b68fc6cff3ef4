import { readdirSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { createDefaultEstate } from "../../simulate/defaultEstate/createDefaultEstate.ts";
import type { ArmResource } from "../estate.ts";
import {
  aGroupValue,
  aNetworkFunction,
  aSiteNetworkService,
  listIds,
  publisherId,
  readSharedQuery,
} from "./sharedQuery.fixture.ts";
import { aResource, nfdvOn, nsdvOn } from "./testSandbox.ts";

const CONTOSO = publisherId("Contoso");
const STORE = `${CONTOSO}/artifactStores/Store`;
const MANIFEST = `${STORE}/artifactManifests/Cnf`;
const DESIGN_GROUP = `${CONTOSO}/networkServiceDesignGroups/Core`;
const DESIGN = `${DESIGN_GROUP}/networkServiceDesignVersions/1.0.0`;
const DEFINITION_GROUP = `${CONTOSO}/networkFunctionDefinitionGroups/Amf`;
const DEFINITION = `${DEFINITION_GROUP}/networkFunctionDefinitionVersions/1.0.0`;
const SCHEMA = `${CONTOSO}/configurationGroupSchemas/Site`;

const FILES = readdirSync(new URL("../../../infra/queries/", import.meta.url));

interface Case {
  readonly name: string;
  readonly others: readonly ArmResource[];
  /** Whether the query finds the subject among the others. */
  readonly isFound: boolean;
}

function itFinds(query: string, subject: ArmResource, cases: readonly Case[]): void {
  it.each(cases)(`$name: found is $isFound`, ({ others, isFound }) => {
    expect(listIds(readSharedQuery(query), [...others, subject]).includes(subject.id)).toBe(isFound);
  });
}

describe("the queries for Resource Graph Explorer", () => {
  it.each(FILES)("%s begins with what a row means, and Resource Graph takes it", (file) => {
    const query = readSharedQuery(file.replace(/\.kql$/, ""));
    const comment = query.split("\n").findIndex((line) => !line.startsWith("// "));
    expect(comment).toBeGreaterThanOrEqual(1);
    expect(comment).toBeLessThanOrEqual(3);
    expect(listIds(query, [])).toEqual([]);
  });
});

describe("unreferencedServiceDesigns", () => {
  const desired = (id: string, names: Record<string, unknown> = {}) =>
    aSiteNetworkService({ networkServiceDesignVersionResourceReference: { idType: "Open", id }, ...names });
  const secret = (names: Record<string, unknown>) =>
    aSiteNetworkService({ networkServiceDesignVersionResourceReference: { idType: "Secret" }, ...names });
  const names = { publisherName: "contoso", networkServiceDesignGroupName: "CORE" };
  const other = DESIGN.replace("1.0.0", "2.0.0");

  itFinds("unreferencedServiceDesigns", aResource(DESIGN, { versionState: "Active" }), [
    { name: "no service at all", others: [], isFound: true },
    {
      name: "desired by id, in another case and with a blank",
      others: [desired(`${DESIGN.toUpperCase()} `)],
      isFound: false,
    },
    { name: "another version desired by id", others: [desired(other)], isFound: true },
    { name: "a longer version desired by id", others: [desired(`${DESIGN}0`)], isFound: true },
    {
      name: "desired by names",
      others: [secret({ ...names, networkServiceDesignVersionName: "1.0.0" })],
      isFound: false,
    },
    {
      name: "another version desired by names",
      others: [secret({ ...names, networkServiceDesignVersionName: "2.0.0" })],
      isFound: true,
    },
    {
      name: "desired by the names of another publisher",
      others: [secret({ ...names, publisherName: "fabrikam", networkServiceDesignVersionName: "1.0.0" })],
      isFound: true,
    },
    {
      name: "last state, by names",
      others: [desired(other, { ...names, lastStateNetworkServiceDesignVersionName: "1.0.0" })],
      isFound: false,
    },
    {
      name: "last state, where publisher and group stand in the id alone",
      others: [desired(other, { lastStateNetworkServiceDesignVersionName: "1.0.0" })],
      isFound: false,
    },
    {
      name: "last state of another group",
      others: [desired(other.replace("Core", "Edge"), { lastStateNetworkServiceDesignVersionName: "1.0.0" })],
      isFound: true,
    },
    { name: "a reference without id and names", others: [secret({})], isFound: true },
  ]);
});

describe("unreferencedFunctionDefinitions", () => {
  const runs = (id: string | undefined, names: Record<string, unknown> = {}) =>
    aNetworkFunction({ networkFunctionDefinitionVersionResourceReference: { id }, ...names });
  const names = { publisherName: "CONTOSO", networkFunctionDefinitionGroupName: "amf" };
  const value = (content: unknown, change: Record<string, unknown> = {}) =>
    aGroupValue({
      configurationType: "Open",
      configurationGroupSchemaResourceReference: { id: SCHEMA },
      configurationValue: JSON.stringify(content),
      ...change,
    });
  const mention = { nfdvName: "1.0.0" };
  const nested = (depth: number): unknown => (depth === 0 ? mention : { inner: JSON.stringify(nested(depth - 1)) });

  itFinds("unreferencedFunctionDefinitions", aResource(DEFINITION), [
    { name: "no consumer at all", others: [], isFound: true },
    { name: "run by id", others: [runs(DEFINITION.toLowerCase())], isFound: false },
    { name: "another version run by id", others: [runs(`${DEFINITION}-rc`)], isFound: true },
    {
      name: "run by names",
      others: [runs(undefined, { ...names, networkFunctionDefinitionVersion: "1.0.0" })],
      isFound: false,
    },
    {
      name: "run by name, where publisher and group stand in the id alone",
      others: [runs(`${DEFINITION}-rc`, { networkFunctionDefinitionVersion: "1.0.0" })],
      isFound: false,
    },
    {
      name: "another group run by names",
      others: [
        runs(undefined, {
          ...names,
          networkFunctionDefinitionGroupName: "smf",
          networkFunctionDefinitionVersion: "1.0.0",
        }),
      ],
      isFound: true,
    },
    { name: "mentioned in a value", others: [value(mention)], isFound: false },
    { name: "mentioned in a list in a value", others: [value({ versions: ["1.0.0"] })], isFound: false },
    { name: "mentioned in a text in a value", others: [value(nested(1))], isFound: false },
    { name: "mentioned three texts deep", others: [value(nested(3))], isFound: false },
    {
      name: "a longer version mentioned",
      others: [value({ nfdvName: "1.0.0-rc" }), value({ nfdvName: "11.0.0" })],
      isFound: true,
    },
    { name: "mentioned in a secret value", others: [value(mention, { configurationType: "Secret" })], isFound: true },
    {
      name: "mentioned in a value of another publisher",
      others: [
        value(mention, { configurationGroupSchemaResourceReference: { id: SCHEMA.replace("Contoso", "Fabrikam") } }),
      ],
      isFound: true,
    },
    {
      name: "mentioned in a value that gives its publisher by name",
      others: [value(mention, { configurationGroupSchemaResourceReference: undefined, publisherName: "contoso" })],
      isFound: false,
    },
  ]);

  it("compares versions regardless of case", () => {
    const query = readSharedQuery("unreferencedFunctionDefinitions");
    const version = aResource(DEFINITION.replace("1.0.0", "1.0.0-RC"));
    expect(listIds(query, [version, value({ nfdvName: "1.0.0-rc" })])).toEqual([]);
    expect(listIds(query, [version, value({ nfdvName: "1.0.0-rb" })])).toEqual([version.id]);
  });
});

describe("unreferencedArtifactManifests", () => {
  itFinds("unreferencedArtifactManifests", aResource(MANIFEST, { artifactManifestState: "Uploaded" }), [
    { name: "no version at all", others: [], isFound: true },
    { name: "referenced by a definition", others: [nfdvOn(DEFINITION, MANIFEST.toUpperCase())], isFound: false },
    { name: "referenced by a design, with a blank", others: [nsdvOn(DESIGN, `${MANIFEST} `)], isFound: false },
    {
      name: "an artifact manifest with a longer name referenced",
      others: [nfdvOn(DEFINITION, `${MANIFEST}2`)],
      isFound: true,
    },
    { name: "its whole store referenced", others: [nsdvOn(DESIGN, STORE.toLowerCase())], isFound: false },
    { name: "its whole store referenced, with a blank", others: [nsdvOn(DESIGN, `${STORE} `)], isFound: false },
    { name: "a store with a longer name referenced", others: [nsdvOn(DESIGN, `${STORE}2`)], isFound: true },
    { name: "named by what is no version", others: [aNetworkFunction({ store: MANIFEST })], isFound: true },
  ]);
});

describe("unreferencedSchemas", () => {
  const filled = (properties: Record<string, unknown>) => aGroupValue(properties);
  const designWith = (id: string) =>
    aResource(DESIGN, { configurationGroupSchemaReferences: { Other: { id: `${SCHEMA}s` }, Site: { id } } });

  itFinds("unreferencedSchemas", aResource(SCHEMA), [
    { name: "nothing else", others: [], isFound: true },
    { name: "referenced by a design", others: [designWith(SCHEMA.toUpperCase())], isFound: false },
    { name: "referenced by a design, with a blank", others: [designWith(`${SCHEMA} `)], isFound: false },
    { name: "another schema referenced by a design", others: [designWith(`${SCHEMA}2`)], isFound: true },
    { name: "named elsewhere in a design", others: [nsdvOn(DESIGN, SCHEMA)], isFound: true },
    {
      name: "filled by id",
      others: [filled({ configurationGroupSchemaResourceReference: { id: SCHEMA.toLowerCase() } })],
      isFound: false,
    },
    {
      name: "another schema filled by id",
      others: [filled({ configurationGroupSchemaResourceReference: { id: `${SCHEMA}2` } })],
      isFound: true,
    },
    {
      name: "filled by names",
      others: [filled({ publisherName: "contoso", configurationGroupSchemaName: "SITE" })],
      isFound: false,
    },
    {
      name: "filled by name, where the publisher stands in the id alone",
      others: [
        filled({
          configurationGroupSchemaResourceReference: { id: `${SCHEMA}2` },
          configurationGroupSchemaName: "Site",
        }),
      ],
      isFound: false,
    },
    {
      name: "filled by the names of another publisher",
      others: [filled({ publisherName: "fabrikam", configurationGroupSchemaName: "Site" })],
      isFound: true,
    },
  ]);
});

describe("emptyGroups", () => {
  itFinds("emptyGroups", aResource(DEFINITION_GROUP), [
    { name: "a definition group without a version", others: [], isFound: true },
    { name: "a definition group with a version", others: [aResource(DEFINITION.toLowerCase())], isFound: false },
    {
      name: "a group with a version only in a longer name",
      others: [aResource(DEFINITION.replace("Amf", "Amf2"))],
      isFound: true,
    },
    { name: "a version only of the other kind", others: [aResource(DESIGN.replace("Core", "Amf"))], isFound: true },
  ]);
  itFinds("emptyGroups", aResource(DESIGN_GROUP), [
    { name: "a design group without a version", others: [], isFound: true },
    { name: "a design group with a version", others: [aResource(DESIGN)], isFound: false },
  ]);
});

describe("the versions of an artifact manifest", () => {
  const resources = [
    nfdvOn(DEFINITION, MANIFEST),
    nsdvOn(DESIGN, MANIFEST.toUpperCase()),
    nfdvOn(`${DEFINITION}1`, `${MANIFEST}2`),
  ];
  const fill = (name: string): string => readSharedQuery(name).replace("<artifact manifest id>", MANIFEST);

  it("are all those that name it by its whole id", () => {
    expect(listIds(fill("versionsOfArtifactManifest"), resources)).toEqual([DEFINITION, DESIGN]);
  });

  it("are in the default estate too", () => {
    const { resources: all } = createDefaultEstate();
    const manifest = all.find(({ id }) => /\/artifactManifests\/smf-2-1-0$/i.test(id))?.id ?? "";
    const query = readSharedQuery("versionsOfArtifactManifest").replace("<artifact manifest id>", manifest);
    const versions = all.filter(({ id }) => /\/network(FunctionDefinition|ServiceDesign)Versions\/[^/]+$/i.test(id));
    const expected = versions.filter(({ properties }) =>
      JSON.stringify(properties).toLowerCase().includes(`"${manifest.toLowerCase()}"`),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(listIds(query, all)).toEqual(expected.map(({ id }) => id).sort());
  });

  it.each([
    { name: "a version that names it", asked: DEFINITION.toUpperCase(), found: [DEFINITION] },
    { name: "a version that names another", asked: `${DEFINITION}1`, found: [] },
  ])("are told of one alone: $name", ({ asked, found }) => {
    const query = fill("versionOfArtifactManifestById").replace("<network function definition version id>", asked);
    expect(listIds(query, resources)).toEqual(found);
  });
});
