import { describe, expect, it } from "@jest/globals";
import { readVersionReferences } from "../../../lib/core/readVersion.ts";
import { artifactManifestId, STORE } from "../../fakes/builders.ts";

const nfdv = (applications: unknown) =>
  readVersionReferences("networkFunctionDefinitionVersion", {
    networkFunctionTemplate: { nfviType: "AzureArcKubernetes", networkFunctionApplications: applications },
  });

const nsdv = (templates: unknown) =>
  readVersionReferences("networkServiceDesignVersion", { resourceElementTemplates: templates });

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
    { name: "a chart", profile: HELM, artifactType: "HelmPackage" },
    { name: "a VHD", profile: { vhdArtifactProfile: { vhdName: "v" } }, artifactType: "VhdImageFile" },
    { name: "an ARM template", profile: ARM_TEMPLATE, artifactType: "ArmTemplate" },
    { name: "an image", profile: { imageArtifactProfile: { imageName: "i" } }, artifactType: "ImageFile" },
    { name: "a type that nobody knows yet", profile: {}, artifactType: "WasmModule" },
  ])("name the artifact manifest, for $name", ({ profile, artifactType }) => {
    expect(nfdv([application(artifactManifestId("cnf"), profile, artifactType)])).toEqual([
      { form: "artifactManifest", id: artifactManifestId("cnf") },
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
    expect(nfdv([application(id)])).toEqual([{ form: "artifactManifest", id: artifactManifestId("cnf") }]);
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
    expect(nfdv([given])).toMatchObject([{ form: "store", id: STORE, chart }]);
  });

  it.each([
    {
      artifactType: "VhdImageFile",
      profile: { vhdArtifactProfile: { vhdName: "disk", vhdVersion: "1-0-0" } },
      artifact: { name: "disk", version: "1-0-0" },
    },
    {
      artifactType: "ImageFile",
      profile: { imageArtifactProfile: { imageName: "image", imageVersion: "3.0" } },
      artifact: { name: "image", version: "3.0" },
    },
    { artifactType: "ArmTemplate", profile: ARM_TEMPLATE, artifact: { name: "nf", version: "2.0" } },
    {
      artifactType: "ArmTemplate",
      profile: { templateArtifactProfile: { templateName: "nf" } },
      artifact: { name: "nf", version: undefined },
    },
    {
      artifactType: "ArmTemplate",
      profile: { templateArtifactProfile: { templateName: "", templateVersion: "2.0" } },
      artifact: undefined,
    },
    { artifactType: "ArmTemplate", profile: { templateArtifactProfile: "nf:2.0" }, artifact: undefined },
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
      { form: "artifactManifest", id: artifactManifestId("cnf") },
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
    expect(readVersionReferences("networkFunctionDefinitionVersion", properties)).toEqual([
      { form: "unreadable", text: expect.any(String) },
    ]);
  });
});

describe("the references of an NSDV", () => {
  it("name the artifact manifest", () => {
    expect(nsdv([template(` ${artifactManifestId("NSD")} `, { artifactName: "t", artifactVersion: "1" })])).toEqual([
      { form: "artifactManifest", id: artifactManifestId("nsd") },
    ]);
  });

  it.each([
    { name: "with name and version", rest: { artifactName: "nf", artifactVersion: "1.0" }, version: "1.0" },
    { name: "with the name only", rest: { artifactName: "nf" }, version: undefined },
  ])("to a store name the artifact: $name", ({ rest, version }) => {
    expect(nsdv([template(STORE, rest)])).toEqual([
      { form: "store", id: STORE, chart: false, artifact: { name: "nf", version } },
    ]);
  });

  it("to a store without an artifact name could mean any artifact of it", () => {
    expect(nsdv([template(STORE)])).toEqual([{ form: "store", id: STORE, chart: false, artifact: undefined }]);
  });

  it.each([
    { name: "the key of an NFDV", given: { configuration: { artifactProfile: { artifactStore: { id: STORE } } } } },
    { name: "an id that cannot be read", given: template("artifactStores/store") },
    { name: "no configuration", given: { name: "t", type: "Unknown" } },
    { name: "a text", given: "t" },
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
});
