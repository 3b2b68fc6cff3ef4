import fc from "fast-check";
import { aGroupValue, aNetworkFunction, aSiteNetworkService } from "./sharedQuery.fixture.ts";
import { aResource, nfdvOn, nsdvOn } from "./testSandbox.ts";

// Few names, so that consumers meet what they name about as often as they miss it.
const publisher = fc.constantFrom("Contoso", "contoso2");
const group = fc.constantFrom("Core", "core2");
const version = fc.constantFrom("1.0.0", "1.0.0-RC", "11.0.0");
const publisherPath = fc
  .tuple(fc.constantFrom("Rg1", "Rg2"), publisher)
  .map(([rg, name]) => `/subscriptions/s1/resourceGroups/${rg}/providers/Microsoft.HybridNetwork/publishers/${name}`);
const child = (...types: string[]) =>
  fc
    .tuple(publisherPath, ...types.map((type) => (type.endsWith("Versions") ? version : group)))
    .map(([path, ...ids]) => [path, ...ids.flatMap((id, index) => [types[index] ?? "", id])].join("/"));
const designId = child("networkServiceDesignGroups", "networkServiceDesignVersions");
const definitionId = child("networkFunctionDefinitionGroups", "networkFunctionDefinitionVersions");
const manifestId = child("artifactStores", "artifactManifests");
const schemaId = child("configurationGroupSchemas");

/** The same text as somebody else would write it. */
const respelt = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    text,
    text.map((id) => id.toLowerCase()),
    text.map((id) => `${id.toUpperCase()} `),
  );
const recased = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    text,
    text.map((name) => name.toUpperCase()),
  );
const reference = (id: fc.Arbitrary<string>) => fc.record({ id: respelt(id) }, { requiredKeys: [] });

const consumed = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ publisherName: recased(publisher), ...fields }, { requiredKeys: [] });
const service = consumed({
  networkServiceDesignVersionResourceReference: reference(designId),
  networkServiceDesignGroupName: recased(group),
  networkServiceDesignVersionName: recased(version),
  lastStateNetworkServiceDesignVersionName: version,
}).map(aSiteNetworkService);
const networkFunction = consumed({
  networkFunctionDefinitionVersionResourceReference: reference(definitionId),
  networkFunctionDefinitionGroupName: recased(group),
  networkFunctionDefinitionVersion: recased(version),
}).map(aNetworkFunction);
const configuration = fc
  .tuple(fc.constantFrom("nfdvName", "note", "1.0.0"), recased(version), fc.nat({ max: 3 }))
  .map(([key, text, depth]) => {
    let json = JSON.stringify({ [key]: [text] });
    for (let level = 0; level < depth; level += 1) json = JSON.stringify({ inner: json });
    return json;
  });
const groupValue = consumed({
  configurationType: fc.constantFrom("Open", "Secret"),
  configurationGroupSchemaResourceReference: reference(schemaId),
  configurationGroupSchemaName: recased(group),
  configurationValue: configuration,
}).map(aGroupValue);

const storeOf = (id: string): string => id.slice(0, id.lastIndexOf("/artifactManifests/"));
const target = respelt(fc.oneof(manifestId, manifestId.map(storeOf)));
const design = fc
  .tuple(designId, target, fc.dictionary(fc.constantFrom("a", "b"), reference(schemaId)))
  .map(([id, artifact, schemas]) => {
    const base = nsdvOn(id, artifact);
    return { ...base, properties: { ...base.properties, configurationGroupSchemaReferences: schemas } };
  });
const definition = fc.tuple(definitionId, target).map(([id, artifact]) => nfdvOn(id, artifact));
const plain = fc
  .oneof(manifestId, schemaId, child("networkServiceDesignGroups"), child("networkFunctionDefinitionGroups"))
  .map((id) => aResource(id));

/** Some versions, artifact manifests, schemas, groups and consumers, one per id as in ARM. */
export const anyResources = fc.uniqueArray(fc.oneof(service, networkFunction, groupValue, design, definition, plain), {
  selector: ({ id }) => id.toLowerCase(),
  maxLength: 14,
});
