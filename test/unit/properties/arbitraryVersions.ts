import fc from "fast-check";
import { anyOf, named, seldom, wrongType } from "./arbitraryTexts.ts";
import type { Json, JsonObject, Raw } from "./raw.ts";
import { aRaw, ARTIFACT_MANIFESTS, partOf, SCHEMAS, STORES, toObject } from "./raw.ts";

/** The names and versions that artifact manifests list and legacy references use. */
export const ARTIFACT_NAMES: readonly string[] = ["nginx", "chart", "cnf/nginx"];
export const ARTIFACT_VERSIONS: readonly string[] = ["1.0.0", "2.0.0", "3.0.0-rc"];

/** Mostly within the publisher, sometimes into a store of another one; some legacy, a few that cannot be read. */
function target(versionId: string): fc.Arbitrary<Json | undefined> {
  const publisher = `${versionId.split("/").slice(0, 9).join("/")}/`;
  const own = (ids: readonly string[]): readonly string[] => ids.filter((id) => id.startsWith(publisher));
  const readable = fc.oneof(
    { weight: 5, arbitrary: anyOf(own(ARTIFACT_MANIFESTS)) },
    { weight: 1, arbitrary: anyOf(ARTIFACT_MANIFESTS) },
    { weight: 3, arbitrary: anyOf(own(STORES)) },
    { weight: 1, arbitrary: anyOf(STORES) },
  );
  const unreadable = fc.oneof(
    fc.constantFrom<Json | undefined>(undefined, null, "", "artifactManifests/cnf", publisher.slice(0, -1)),
    fc.constantFrom(`${publisher}artifactStores/`, versionId),
    wrongType,
  );
  return seldom(60, readable, unreadable);
}

const texts = { name: named(ARTIFACT_NAMES), version: named(ARTIFACT_VERSIONS) };

const chart = fc
  .record({ ...texts, range: fc.constantFrom("~1.0.0", "1.0.0", ">=1") })
  .map(({ name, range }): JsonObject => toObject({ helmPackageName: name, helmPackageVersionRange: range }));
const vhd = fc.record(texts).map(({ name, version }) => toObject({ vhdName: name, vhdVersion: version }));
const image = fc.record(texts).map(({ name, version }) => toObject({ imageName: name, imageVersion: version }));
const template = fc
  .record(texts)
  .map(({ name, version }) => toObject({ templateName: name, templateVersion: version }));

interface Kind {
  readonly artifactType: string;
  readonly profile: string;
  readonly content: fc.Arbitrary<JsonObject>;
}

/** The application kinds; the template's stands for those of AzureCore and of Nexus, which look the same. */
const KINDS: readonly Kind[] = [
  { artifactType: "HelmPackage", profile: "helmArtifactProfile", content: chart },
  { artifactType: "VhdImageFile", profile: "vhdArtifactProfile", content: vhd },
  { artifactType: "ImageFile", profile: "imageArtifactProfile", content: image },
  { artifactType: "ArmTemplate", profile: "templateArtifactProfile", content: template },
  { artifactType: "ArmTemplate", profile: "templateArtifactProfile", content: template },
];

function application(versionId: string): fc.Arbitrary<JsonObject> {
  return fc.constantFrom(...KINDS).chain(({ artifactType, profile, content }) =>
    fc
      .record({
        type: seldom(15, fc.constant(artifactType), named(["armtemplate", "Unheard", "HelmPackage"])),
        id: target(versionId),
        content: seldom(15, content, fc.constant(undefined)),
        second: seldom(15, fc.constant(undefined), image),
        concrete: seldom(15, fc.constant(undefined), named(ARTIFACT_VERSIONS)),
      })
      .map(({ type, id, content: main, second, concrete }) =>
        toObject({
          name: "application",
          artifactType: type,
          artifactProfile: toObject({
            artifactStore: toObject({ id }),
            ...(second ? { imageArtifactProfile: second } : {}),
            [profile]: main,
          }),
          deployParametersMappingRuleProfile: toObject({
            applicationEnablement: "Enabled",
            ...(concrete === undefined ? {} : { helmMappingRuleProfile: { helmPackageVersion: concrete } }),
          }),
        }),
      ),
  );
}

const state = fc.constantFrom("Preview", "Active", "Deprecated", "Validating", "Unheard");

/** What stands where a list belongs: mostly the list, rarely nothing or no list. */
const listOf = (item: fc.Arbitrary<JsonObject>): fc.Arbitrary<Json | undefined> =>
  seldom(80, fc.array(item, { maxLength: 2 }), fc.constantFrom<Json | undefined>(undefined, null, "x", { a: 1 }));

export function nfdv(id: string): fc.Arbitrary<Raw> {
  return fc.record({ state, applications: listOf(application(id)) }).map(({ state: versionState, applications }) =>
    aRaw(id, {
      versionState,
      networkFunctionTemplate: toObject({
        nfviType: "AzureArcKubernetes",
        networkFunctionApplications: applications,
      }),
    }),
  );
}

/** Values of a template: rarely with an id in them, at some depth of JSON inside of the text. */
const parameterValues: fc.Arbitrary<string> = seldom(
  12,
  fc.constant("{}"),
  fc.record({ id: anyOf([...ARTIFACT_MANIFESTS, ...STORES]), depth: fc.integer({ min: 0, max: 2 }) }).map(nest),
);

function nest({ id, depth }: { readonly id: string; readonly depth: number }): string {
  const text = JSON.stringify({ id });
  return depth === 0 ? text : JSON.stringify({ inner: nest({ id, depth: depth - 1 }) });
}

function resourceElement(versionId: string): fc.Arbitrary<JsonObject> {
  return fc
    .record({
      ...texts,
      values: parameterValues,
      id: target(versionId),
      type: seldom(10, fc.constantFrom("ArmTemplate", "armtemplate"), named(["Unheard", "HelmPackage"])),
    })
    .map(({ name, version, id, type, values }) => ({
      name: partOf(versionId, 12),
      type: "ArmResourceDefinition",
      configuration: toObject({
        templateType: type,
        parameterValues: values,
        artifactProfile: toObject({
          artifactStoreReference: toObject({ id }),
          artifactName: name,
          artifactVersion: version,
        }),
      }),
    }));
}

export function nsdv(id: string): fc.Arbitrary<Raw> {
  return fc
    .record({ state, elements: listOf(resourceElement(id)), schema: anyOf(SCHEMAS) })
    .map(({ state: versionState, elements, schema }) =>
      aRaw(
        id,
        toObject({
          versionState,
          resourceElementTemplates: elements,
          configurationGroupSchemaReferences: { schema: { id: schema } },
        }),
      ),
    );
}
