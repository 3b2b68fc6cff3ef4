import { describe, expect, it } from "@jest/globals";
import { readVersion } from "../../../lib/core/readVersion.ts";
import { artifactManifestId, PUBLISHER, STORE } from "../../fakes/builders.ts";

const nfdv = (applications: unknown) =>
  readVersion("networkFunctionDefinitionVersion", {
    networkFunctionTemplate: { nfviType: "AzureArcKubernetes", networkFunctionApplications: applications },
  }).references;

const nsdv = (templates: unknown) =>
  readVersion("networkServiceDesignVersion", { resourceElementTemplates: templates }).references;

const application = (id: unknown, profile: object = {}, artifactType: unknown = "HelmPackage") => ({
  artifactType,
  name: "app",
  artifactProfile: { artifactStore: { id }, ...profile },
});

const template = (id: unknown, rest: object = {}) => ({
  name: "t",
  type: "ArmResourceDefinition",
  configuration: { templateType: "ArmTemplate", artifactProfile: { artifactStoreReference: { id }, ...rest } },
});

const HELM = { helmArtifactProfile: { helmPackageName: "chart", helmPackageVersionRange: "~1.0" } };
const ARM_TEMPLATE = { templateArtifactProfile: { templateName: "nf", templateVersion: "2.0" } };

describe("the references of an NFDV", () => {
  it.each([
    {
      name: "a chart",
      profile: HELM,
      artifactType: "HelmPackage",
      artifact: { name: "chart", version: "~1.0", chart: true },
    },
    {
      name: "a VHD",
      profile: { vhdArtifactProfile: { vhdName: "v" } },
      artifactType: "VhdImageFile",
      artifact: { name: "v", version: undefined, chart: false },
    },
    {
      name: "an ARM template",
      profile: ARM_TEMPLATE,
      artifactType: "ArmTemplate",
      artifact: { name: "nf", version: "2.0", chart: false },
    },
    {
      name: "an image",
      profile: { imageArtifactProfile: { imageName: " i ", imageVersion: "1 " } },
      artifactType: "ImageFile",
      artifact: { name: "i", version: "1", chart: false },
    },
    { name: "a type that nobody knows yet", profile: {}, artifactType: "WasmModule", artifact: undefined },
  ])("name the artifact manifest and the artifact, for $name", ({ profile, artifactType, artifact }) => {
    expect(nfdv([application(artifactManifestId("cnf"), profile, artifactType)])).toEqual([
      { form: "artifactManifest", id: artifactManifestId("cnf"), artifact },
    ]);
  });

  const withVersion = (id: string, helmPackageVersion: unknown) => ({
    ...application(id, HELM),
    deployParametersMappingRuleProfile: { helmMappingRuleProfile: { helmPackageVersion } },
  });

  it.each([
    { name: "another version", given: "2.0.0", versions: ["~1.0", "2.0.0"] },
    { name: "the same text", given: "~1.0", versions: ["~1.0"] },
    { name: "an expression", given: "{deployParameters.version}", versions: ["~1.0", undefined] },
    { name: "an ARM expression", given: "[parameters('version')]", versions: ["~1.0", undefined] },
    { name: "blank", given: "", versions: ["~1.0", undefined] },
    { name: "null", given: null, versions: ["~1.0"] },
  ])("name a chart by its range and by its concrete version: $name", ({ given, versions }) => {
    expect(nfdv([withVersion(artifactManifestId("cnf"), given)])).toEqual(
      versions.map((version) => ({
        form: "artifactManifest",
        id: artifactManifestId("cnf"),
        artifact: { name: "chart", version, chart: true },
      })),
    );
  });

  it("name every artifact of an application with several profiles", () => {
    const profiles = { ...ARM_TEMPLATE, vhdArtifactProfile: { vhdName: "disk", vhdVersion: "1" } };
    expect(nfdv([application(STORE, profiles, "VhdImageFile")])).toMatchObject([
      { form: "store", chart: false, artifact: { name: "disk", version: "1" } },
      { form: "store", chart: false, artifact: { name: "nf", version: "2.0" } },
    ]);
  });

  it("may mean any artifact where the profile of the declared type is not there, beside one that is", () => {
    expect(nfdv([application(STORE, ARM_TEMPLATE, "VhdImageFile")])).toMatchObject([
      { form: "store", chart: false, artifact: undefined },
      { form: "store", chart: false, artifact: { name: "nf", version: "2.0" } },
    ]);
  });

  it.each([
    { name: "a profile that is a text", profile: { templateArtifactProfile: "nf:2.0" } },
    { name: "a name that is a number", profile: { templateArtifactProfile: { templateName: 7 } } },
    {
      name: "a version that is a list",
      profile: { templateArtifactProfile: { templateName: "nf", templateVersion: [] } },
    },
  ])("are unreadable beside what could be read, for $name", ({ profile }) => {
    expect(nfdv([application(artifactManifestId("cnf"), profile, "ArmTemplate")])).toEqual([
      expect.objectContaining({ form: "artifactManifest", id: artifactManifestId("cnf") }),
      { form: "unreadable", text: expect.stringContaining("networkFunctionApplications[0]") },
    ]);
  });

  it.each([
    { name: "other casing", id: artifactManifestId("cnf").toUpperCase() },
    { name: "a trailing blank", id: `${artifactManifestId("cnf")} ` },
    {
      name: "a blank before a slash",
      id: artifactManifestId("cnf").replace("/artifactmanifests", " /artifactManifests"),
    },
  ])("are read with $name", ({ id }) => {
    expect(nfdv([application(id)])).toMatchObject([{ form: "artifactManifest", id: artifactManifestId("cnf") }]);
  });

  it("are as many as there are applications", () => {
    expect(nfdv([application(artifactManifestId("a")), application(artifactManifestId("b"))])).toHaveLength(2);
    expect(nfdv([])).toEqual([]);
  });

  it.each([
    { name: "a Helm profile", profile: HELM, artifactType: "HelmPackage", chart: true },
    { name: "a Helm profile under another type", profile: HELM, artifactType: "ArmTemplate", chart: true },
    { name: "a Helm type without its profile", profile: {}, artifactType: "HelmPackage", chart: true },
    { name: "no type at all", profile: ARM_TEMPLATE, artifactType: undefined, chart: true },
    { name: "a type that nobody knows yet", profile: ARM_TEMPLATE, artifactType: "WasmModule", chart: true },
    { name: "a template", profile: ARM_TEMPLATE, artifactType: "armtemplate", chart: false },
  ])("to a store count as a chart's or not: $name", ({ profile, artifactType, chart }) => {
    const given = { ...application(STORE, profile), artifactType };
    const references = nfdv([given]);
    expect(references).not.toEqual([]);
    for (const reference of references) expect(reference).toMatchObject({ form: "store", id: STORE, chart });
  });

  it.each([
    {
      artifactType: "VhdImageFile",
      profile: { vhdArtifactProfile: { vhdName: "disk", vhdVersion: "1-0-0" } },
      artifact: { name: "disk", version: "1-0-0", chart: false },
    },
    {
      artifactType: "ImageFile",
      profile: { imageArtifactProfile: { imageName: "image", imageVersion: "3.0" } },
      artifact: { name: "image", version: "3.0", chart: false },
    },
    { artifactType: "ArmTemplate", profile: ARM_TEMPLATE, artifact: { name: "nf", version: "2.0", chart: false } },
    {
      artifactType: "ArmTemplate",
      profile: { templateArtifactProfile: { templateName: "nf" } },
      artifact: { name: "nf", version: undefined, chart: false },
    },
    {
      artifactType: "ArmTemplate",
      profile: { templateArtifactProfile: { templateName: "", templateVersion: "2.0" } },
      artifact: undefined,
    },
    {
      artifactType: "ArmTemplate",
      profile: { templateArtifactProfile: { templateName: "{deployParameters.name}", templateVersion: "2.0" } },
      artifact: undefined,
    },
    { artifactType: "ArmTemplate", profile: {}, artifact: undefined },
  ])("to a store name the artifact where the profile does: $artifactType $profile", (given) => {
    expect(nfdv([application(STORE, given.profile, given.artifactType)])).toEqual([
      { form: "store", id: STORE, chart: false, artifact: given.artifact },
    ]);
  });

  it.each([
    { name: "an id without a resource group", app: application(STORE.replace("/resourcegroups/rg", "")) },
    { name: "an id of something else", app: application(STORE.replace("/artifactstores/store", "")) },
    { name: "an expression", app: application("[parameters('storeId')]") },
    { name: "an empty id", app: application("") },
    { name: "an id that is no text", app: application(null) },
    { name: "no artifact profile", app: { artifactType: "HelmPackage" } },
    { name: "no store in its profile", app: { artifactProfile: HELM } },
    { name: "null", app: null },
  ])("that cannot be read are kept as such, beside those that can: $name", ({ app }) => {
    expect(nfdv([app, application(artifactManifestId("cnf"))])).toEqual([
      { form: "unreadable", text: expect.any(String) },
      { form: "artifactManifest", id: artifactManifestId("cnf"), artifact: undefined },
    ]);
  });

  it.each([
    { name: "no template", properties: {} },
    { name: "a template of null", properties: { networkFunctionTemplate: null } },
    { name: "no applications", properties: { networkFunctionTemplate: { nfviType: "AzureCore" } } },
    {
      name: "applications that are no list",
      properties: { networkFunctionTemplate: { networkFunctionApplications: {} } },
    },
  ])("are unreadable as a whole where the NFDV has $name", ({ properties }) => {
    expect(readVersion("networkFunctionDefinitionVersion", properties).references).toEqual([
      { form: "unreadable", text: expect.any(String) },
    ]);
  });
});

describe("the references of an NSDV", () => {
  it("name the artifact manifest", () => {
    expect(nsdv([template(` ${artifactManifestId("NSD")} `, { artifactName: "t", artifactVersion: "1" })])).toEqual([
      {
        form: "artifactManifest",
        id: artifactManifestId("nsd"),
        artifact: { name: "t", version: "1", chart: false },
      },
    ]);
  });

  it.each([
    { name: "with name and version", rest: { artifactName: "nf", artifactVersion: "1.0" }, version: "1.0" },
    { name: "with the name only", rest: { artifactName: "nf" }, version: undefined },
  ])("to a store name the artifact: $name", ({ rest, version }) => {
    expect(nsdv([template(STORE, rest)])).toEqual([
      { form: "store", id: STORE, chart: false, artifact: { name: "nf", version, chart: false } },
    ]);
  });

  it("to a store without an artifact name could mean any artifact of it", () => {
    expect(nsdv([template(STORE)])).toEqual([{ form: "store", id: STORE, chart: false, artifact: undefined }]);
  });

  it.each([
    { name: "the key of an NFDV", given: { configuration: { artifactProfile: { artifactStore: { id: "store" } } } } },
    { name: "an id that cannot be read", given: template("artifactStores/store") },
    { name: "no configuration", given: { name: "t", type: "Unknown" } },
    { name: "a text", given: "t" },
    { name: "null", given: null },
  ])("that cannot be read are kept as such: $name", ({ given }) => {
    expect(nsdv([given])).toEqual([{ form: "unreadable", text: expect.any(String) }]);
  });

  it.each([
    { name: "no templates", templates: undefined },
    { name: "templates of null", templates: null },
    { name: "templates that are no list", templates: {} },
  ])("are unreadable as a whole where the NSDV has $name", ({ templates }) => {
    expect(nsdv(templates)).toEqual([{ form: "unreadable", text: expect.any(String) }]);
  });

  it.each([
    { name: "unknown", templateType: "HelmPackage" },
    { name: "not said", templateType: undefined },
  ])("to a store protect all of it where the type of the template is $name", ({ templateType }) => {
    const { configuration, ...rest } = template(STORE, { artifactName: "nf" });
    expect(nsdv([{ ...rest, configuration: { ...configuration, templateType } }])).toMatchObject([
      { form: "store", chart: true },
    ]);
  });

  it.each([
    { name: "one that is read", schemas: { a: { id: ` ${PUBLISHER}/configurationGroupSchemas/S ` } }, by: ["id"] },
    { name: "one of another type", schemas: { a: { id: STORE } }, by: ["unreadable"] },
    { name: "one without an id", schemas: { a: {}, b: null }, by: ["unreadable", "unreadable"] },
    { name: "a map that is a list", schemas: [], by: ["unreadable"] },
    { name: "an empty map", schemas: {}, by: [] },
    { name: "no map", schemas: undefined, by: [] },
  ])("to schemas are as many as the map has: $name", ({ schemas, by }) => {
    const properties = { resourceElementTemplates: [], configurationGroupSchemaReferences: schemas };
    expect(readVersion("networkServiceDesignVersion", properties).schemas.map((schema) => schema.by)).toEqual(by);
  });
});

describe("an id that stands somewhere else in a version", () => {
  const CNF = artifactManifestId("cnf");
  const toCnf = { form: "artifactManifest", id: CNF, artifact: undefined };
  const toStore = { form: "store", id: STORE, chart: false, artifact: undefined };
  const FIRST = {
    form: "artifactManifest",
    id: artifactManifestId("first"),
    artifact: { name: "t", version: "1", chart: false },
  };

  const withValues = (parameterValues: unknown) => {
    const { configuration, ...rest } = template(FIRST.id, { artifactName: "t", artifactVersion: "1" });
    return nsdv([{ ...rest, configuration: { ...configuration, parameterValues } }]);
  };

  it.each([
    { name: "none", values: "{}", others: [] },
    { name: "of an artifact manifest", values: JSON.stringify({ artifactManifestId: CNF }), others: [toCnf] },
    { name: "of a store", values: JSON.stringify({ store: STORE }), others: [toStore] },
    { name: "of both", values: JSON.stringify([CNF, STORE]), others: [toStore, toCnf] },
    { name: "of one that the table knows", values: JSON.stringify({ a: FIRST.id.toUpperCase() }), others: [] },
  ])("is a reference too: $name", ({ values, others }) => {
    expect(withValues(values)).toEqual([FIRST, ...others]);
  });

  it("is found in any field of an NFDV", () => {
    const properties = { networkFunctionTemplate: { networkFunctionApplications: [] }, deployParameters: `"${CNF}"` };
    expect(readVersion("networkFunctionDefinitionVersion", properties).references).toEqual([toCnf]);
  });
});
