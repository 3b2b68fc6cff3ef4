import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createDefaultEstate } from "../../simulate/defaultEstate/createDefaultEstate.ts";
import type { ArmResource } from "../estate.ts";
import { listIds, readSharedQuery } from "./sharedQuery.fixture.ts";
import { anyResources } from "./anyResources.fixture.ts";

/** What the queries should find, computed without KQL: loops over the resources as ARM returns them. */
type Find = (all: readonly ArmResource[]) => string[];

const lower = (value: unknown): string => (typeof value === "string" ? value.trim().toLowerCase() : "");

/** A text deep in a resource, lower case; empty where there is none. */
function at(value: unknown, ...path: string[]): string {
  let current = value;
  for (const name of path) current = typeof current === "object" && current !== null ? Reflect.get(current, name) : "";
  return lower(current);
}

/** The name that follows a type in an id. */
function segment(id: string, type: string): string {
  const parts = id.toLowerCase().split("/");
  const index = parts.indexOf(type.toLowerCase());
  return index < 0 ? "" : (parts[index + 1] ?? "");
}

function ofType(all: readonly ArmResource[], type: string): ArmResource[] {
  return all.filter(({ id }) => id.toLowerCase().split("/").at(-2) === type.toLowerCase());
}

/** Every text in a JSON value, keys and texts that are JSON themselves included. */
function listTexts(value: unknown): string[] {
  if (typeof value === "string") return [lower(value), ...listTexts(parse(value))];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [lower(key), ...listTexts(item)]);
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Every text in a JSON value, JSON within texts left alone. */
function listPlainTexts(value: unknown): string[] {
  if (typeof value === "string") return [lower(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(listPlainTexts) : [];
}

interface Names {
  readonly reference: string;
  readonly groupType: string;
  readonly groupField: string;
  readonly versionFields: readonly string[];
}

/** Whether a consumer names the version by id, or by names that stand in fields or, publisher and group, in its id. */
function names(consumer: ArmResource, version: string, { reference, groupType, groupField, versionFields }: Names) {
  const { properties } = consumer;
  const wanted = at(properties, reference, "id");
  if (wanted === lower(version)) return true;
  const publisher = at(properties, "publisherName") || segment(wanted, "publishers");
  const group = at(properties, groupField) || segment(wanted, groupType);
  if (publisher !== segment(version, "publishers") || group !== segment(version, groupType)) return false;
  return versionFields.some((field) => at(properties, field) === version.toLowerCase().split("/").at(-1));
}

const DESIGN_NAMES: Names = {
  reference: "networkServiceDesignVersionResourceReference",
  groupType: "networkServiceDesignGroups",
  groupField: "networkServiceDesignGroupName",
  versionFields: ["networkServiceDesignVersionName", "lastStateNetworkServiceDesignVersionName"],
};
const DEFINITION_NAMES: Names = {
  reference: "networkFunctionDefinitionVersionResourceReference",
  groupType: "networkFunctionDefinitionGroups",
  groupField: "networkFunctionDefinitionGroupName",
  versionFields: ["networkFunctionDefinitionVersion"],
};

const findDesigns: Find = (all) => {
  const services = ofType(all, "siteNetworkServices");
  const designs = ofType(all, "networkServiceDesignVersions").map(({ id }) => id);
  return designs.filter((id) => !services.some((service) => names(service, id, DESIGN_NAMES)));
};

function mentions({ properties }: ArmResource, version: string): boolean {
  if (at(properties, "configurationType") !== "open") return false;
  const schema = at(properties, "configurationGroupSchemaResourceReference", "id");
  const publishers = [segment(schema, "publishers"), at(properties, "publisherName")];
  if (!publishers.includes(segment(version, "publishers"))) return false;
  return listTexts(properties["configurationValue"]).includes(segment(version, "networkFunctionDefinitionVersions"));
}

const findDefinitions: Find = (all) => {
  const functions = ofType(all, "networkFunctions");
  const values = ofType(all, "configurationGroupValues");
  const definitions = ofType(all, "networkFunctionDefinitionVersions").map(({ id }) => id);
  return definitions.filter(
    (id) => !functions.some((item) => names(item, id, DEFINITION_NAMES)) && !values.some((item) => mentions(item, id)),
  );
};

const listVersions = (all: readonly ArmResource[]): ArmResource[] => [
  ...ofType(all, "networkFunctionDefinitionVersions"),
  ...ofType(all, "networkServiceDesignVersions"),
];

const findArtifactManifests: Find = (all) => {
  const referenced = new Set(listVersions(all).flatMap(({ properties }) => listPlainTexts(properties)));
  const manifests = ofType(all, "artifactManifests").map(({ id }) => id);
  return manifests.filter((id) => {
    const store = id.toLowerCase().split("/").slice(0, -2).join("/");
    return !referenced.has(lower(id)) && !referenced.has(store);
  });
};

const findSchemas: Find = (all) => {
  const referenced = new Set<string>();
  for (const { properties } of ofType(all, "networkServiceDesignVersions"))
    for (const reference of Object.values(Object(properties["configurationGroupSchemaReferences"])))
      referenced.add(at(reference, "id"));
  const byNames = new Set<string>();
  for (const { properties } of ofType(all, "configurationGroupValues")) {
    const id = at(properties, "configurationGroupSchemaResourceReference", "id");
    referenced.add(id);
    const publisher = at(properties, "publisherName") || segment(id, "publishers");
    byNames.add(`${publisher} ${at(properties, "configurationGroupSchemaName")}`);
  }
  const isNamed = (id: string) =>
    byNames.has(`${segment(id, "publishers")} ${segment(id, "configurationGroupSchemas")}`);
  const schemas = ofType(all, "configurationGroupSchemas").map(({ id }) => id);
  return schemas.filter((id) => !referenced.has(lower(id)) && !isNamed(id));
};

const findEmptyGroups: Find = (all) => {
  const versions = listVersions(all).map(({ id }) => id.toLowerCase());
  const groups = [...ofType(all, "networkFunctionDefinitionGroups"), ...ofType(all, "networkServiceDesignGroups")];
  return groups.map(({ id }) => id).filter((id) => !versions.some((version) => version.startsWith(`${lower(id)}/`)));
};

const FINDS: { query: string; find: Find }[] = [
  { query: "unreferencedServiceDesigns", find: findDesigns },
  { query: "unreferencedFunctionDefinitions", find: findDefinitions },
  { query: "unreferencedArtifactManifests", find: findArtifactManifests },
  { query: "unreferencedSchemas", find: findSchemas },
  { query: "emptyGroups", find: findEmptyGroups },
];

describe.each(FINDS)("$query finds what loops over the resources find", ({ query, find }) => {
  const ask = (resources: readonly ArmResource[]) => listIds(readSharedQuery(query), resources);

  it("in the default estate", () => {
    const { resources } = createDefaultEstate();
    expect(ask(resources)).toEqual(find(resources).sort());
  });

  it("in any estate", () => {
    let found = 0;
    let held = 0;
    fc.assert(
      fc.property(anyResources, (resources) => {
        const expected = find(resources).sort();
        expect(ask(resources)).toEqual(expected);
        found += expected.length;
        held += resources.flatMap((resource) => find([resource])).length - expected.length;
      }),
      { numRuns: 300 },
    );
    // The estates were worth asking: some subjects were found, and some were held back by others.
    expect(Math.min(found, held)).toBeGreaterThan(0);
  });
});
