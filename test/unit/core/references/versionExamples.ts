import { expect } from "@jest/globals";
import { artifactManifestId, PUBLISHER, REGISTRY, STORE } from "../../../fakes/builders.ts";
import type { Example, Form, Kind } from "./exampleKit.ts";
import { casings, inReferences, named, noIds, partly, unreadable, wrong, WRONG } from "./exampleKit.ts";

const MANIFEST = artifactManifestId("cnf");
const SCHEMA = `${PUBLISHER}/configurationgroupschemas/s`;

const APPLICATION = "networkFunctionTemplate.networkFunctionApplications[]";
const PROFILE = `${APPLICATION}.artifactProfile`;
const CONFIGURATION = "resourceElementTemplates[].configuration";
const VERSION_OF_CHART = `${APPLICATION}.deployParametersMappingRuleProfile.helmMappingRuleProfile.helmPackageVersion`;

interface NameRow {
  readonly path: string;
  readonly form: Form;
  readonly artifact: (text: string | undefined) => unknown;
}

const names = (kind: Kind, { path, form, artifact }: NameRow): Example[] => [
  { kind, path, form, value: " other ", read: inReferences({ artifact: artifact("other") }) },
  ...[undefined, null, "", "  ", "{deployParameters.x}", "[parameters('x')]"].map((value) => ({
    kind,
    path,
    form,
    value,
    read: inReferences({ artifact: artifact(undefined) }),
  })),
  ...wrong({ kind, path, form }, inReferences(unreadable, { artifact: artifact(undefined) })),
];

const store = (kind: Kind, path: string, form: Form): Example[] => [
  ...casings(MANIFEST).map((value) => ({
    kind,
    path,
    form,
    value,
    read: inReferences({ form: "artifactManifest", id: MANIFEST }),
  })),
  ...casings(STORE).map((value) => ({ kind, path, form, value, read: inReferences({ form: "store", id: STORE }) })),
  ...[...noIds(STORE), undefined, null].map((value) => ({ kind, path, form, value, read: inReferences(unreadable) })),
  ...wrong({ kind, path, form }, inReferences(unreadable)),
];

const nfdvKind = "networkFunctionDefinitionVersion" as const;
const nsdvKind = "networkServiceDesignVersion" as const;

/** Where an NFDV or NSDV says what it needs. */
export const VERSIONS: readonly Example[] = [
  ...(["chart", "vhd", "image", "template"] as const).flatMap((form) =>
    store(nfdvKind, `${PROFILE}.artifactStore.id`, form),
  ),
  ...(["HelmPackage", "WasmModule", "", undefined, null] as const).map((value) => ({
    kind: nfdvKind,
    path: `${APPLICATION}.artifactType`,
    form: "vhd" as const,
    value,
    read: inReferences({ form: "store", chart: true }),
  })),
  ...["VhdImageFile", "vhdimagefile", "ImageFile", "ArmTemplate"].map((value) => ({
    kind: nfdvKind,
    path: `${APPLICATION}.artifactType`,
    form: "vhd" as const,
    value,
    read: inReferences({ form: "store", chart: false }),
  })),
  ...wrong(
    { kind: nfdvKind, path: `${APPLICATION}.artifactType`, form: "vhd" },
    inReferences(unreadable, { chart: true }),
  ),
  ...names(nfdvKind, {
    path: `${PROFILE}.helmArtifactProfile.helmPackageName`,
    form: "chart",
    artifact: (name) => named(name, "~1.0", true),
  }),
  ...names(nfdvKind, {
    path: `${PROFILE}.helmArtifactProfile.helmPackageVersionRange`,
    form: "chart",
    artifact: (range) => named("chart", range, true),
  }),
  ...["2.0.0", " 2.0.0 "].map((value) => ({
    kind: nfdvKind,
    path: VERSION_OF_CHART,
    form: "chart" as const,
    value,
    read: inReferences({ artifact: named("chart", "~1.0", true) }, { artifact: named("chart", "2.0.0", true) }),
  })),
  ...["", "{deployParameters.version}"].map((value) => ({
    kind: nfdvKind,
    path: VERSION_OF_CHART,
    form: "chart" as const,
    value,
    read: inReferences({ artifact: named("chart", undefined, true) }),
  })),
  ...[undefined, null].map((value) => ({
    kind: nfdvKind,
    path: VERSION_OF_CHART,
    form: "chart" as const,
    value,
    read: { references: [partly({ artifact: named("chart", "~1.0", true) })] },
  })),
  ...wrong({ kind: nfdvKind, path: VERSION_OF_CHART, form: "chart" }, inReferences(unreadable)),
  ...(["vhd", "image", "template"] as const).flatMap((form) => [
    ...names(nfdvKind, {
      path: `${PROFILE}.${form}ArtifactProfile.${form}Name`,
      form,
      artifact: (name) => named(name, "1.0"),
    }),
    ...names(nfdvKind, {
      path: `${PROFILE}.${form}ArtifactProfile.${form}Version`,
      form,
      artifact: (version) => named(form, version),
    }),
  ]),
  ...store(nsdvKind, `${CONFIGURATION}.artifactProfile.artifactStoreReference.id`, "design"),
  ...names(nsdvKind, {
    path: `${CONFIGURATION}.artifactProfile.artifactName`,
    form: "design",
    artifact: (name) => named(name, "1.0"),
  }),
  ...names(nsdvKind, {
    path: `${CONFIGURATION}.artifactProfile.artifactVersion`,
    form: "design",
    artifact: (version) => named("design", version),
  }),
  ...["ArmTemplate", "armtemplate", "Unknown", "", undefined, null].map((value) => ({
    kind: nsdvKind,
    path: `${CONFIGURATION}.templateType`,
    form: "design" as const,
    value,
    read: inReferences({ form: "store", chart: value?.toLowerCase() !== "armtemplate" }),
  })),
  ...wrong(
    { kind: nsdvKind, path: `${CONFIGURATION}.templateType`, form: "design" },
    inReferences(unreadable, { chart: true }),
  ),
  ...casings(SCHEMA).map((value) => ({
    kind: nsdvKind,
    path: "configurationGroupSchemaReferences.<name>.id",
    form: "design" as const,
    value,
    read: { schemas: [{ by: "id", id: SCHEMA }] },
  })),
  ...[...noIds(SCHEMA), STORE, undefined, null, ...WRONG].map((value) => ({
    kind: nsdvKind,
    path: "configurationGroupSchemaReferences.<name>.id",
    form: "design" as const,
    value,
    read: { schemas: [{ by: "unreadable", text: expect.any(String) }] },
  })),
];

/** Where a store says which registry is behind it. */
export const STORES: readonly Example[] = [
  ...casings(REGISTRY).map((value) => ({ value, registryId: REGISTRY })),
  ...["contosoacr.azurecr.io", "", undefined, null, ...WRONG].map((value) => ({ value, registryId: undefined })),
].map(({ value, registryId }) => ({
  kind: "artifactStore" as const,
  path: "storageResourceId",
  form: "store" as const,
  value,
  read: { registryId },
}));
