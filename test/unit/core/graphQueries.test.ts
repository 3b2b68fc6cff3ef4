import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  familyOf,
  fromRow,
  GRAPH_FAMILIES,
  GRAPH_QUERIES,
  toCountKql,
  toKql,
  type GraphFamily,
} from "../../../lib/core/graphQueries.ts";
import { readResource } from "../../../lib/core/readResource.ts";
import { REFERENCE_PATHS } from "../../../lib/core/referencePaths.ts";
import { GRAPH_TYPES, toResourceKind, type ResourceKind } from "../../../lib/core/resources.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import {
  artifactManifestId,
  consumerId,
  digest,
  nfdvId,
  nsdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { ArmResourceSchema, type ArmResource } from "../../sandbox/estate.ts";
import { argDialect } from "../../sandbox/kql/dialects.ts";
import { createKql } from "../../sandbox/kql/kql.ts";
import { RESOURCE_GRAPH_TABLES, toGraphRow } from "../../sandbox/resourceGraph/tables.ts";

const SCHEMA = `${PUBLISHER}/configurationgroupschemas/schema`;
const open = (id: string) => ({ idType: "Open", id });
const states = { provisioningState: "Succeeded", versionState: "Active" };

/** One resource of each kind, with everything in it that the service reads, and what it must not ask for. */
const RESOURCES: Readonly<Record<ResourceKind, Record<string, unknown>>> = {
  publisher: { id: PUBLISHER, properties: { provisioningState: "Succeeded", scope: "Private" } },
  artifactStore: {
    id: STORE,
    tags: { "cleanup-hold-until": "2026-06-01", "cleanup-hold-reason": "audit" },
    properties: {
      provisioningState: "Succeeded",
      storeType: "AzureContainerRegistry",
      storageResourceId: REGISTRY,
      replicationStrategy: "SingleReplication",
      backingResourcePublicNetworkAccess: "Disabled",
    },
  },
  artifactManifest: {
    id: artifactManifestId("cnf"),
    tags: { "cleanup-hold-until": "2026-06-01", "cleanup-hold-reason": "audit" },
    properties: {
      provisioningState: "Succeeded",
      artifactManifestState: "Uploaded",
      artifacts: [{ artifactName: "nginx", artifactType: "OCIArtifact", artifactVersion: "1.0.0" }, { broken: true }],
    },
  },
  networkFunctionDefinitionGroup: { id: `${PUBLISHER}/networkFunctionDefinitionGroups/g`, properties: states },
  networkFunctionDefinitionVersion: {
    id: nfdvId("1.0.0"),
    properties: {
      ...states,
      deployParameters: "{}",
      networkFunctionTemplate: {
        nfviType: "AzureArcKubernetes",
        networkFunctionApplications: [
          {
            artifactType: "HelmPackage",
            artifactProfile: {
              artifactStore: { id: STORE },
              helmArtifactProfile: { helmPackageName: "chart", helmPackageVersionRange: "~1.0.0" },
            },
          },
        ],
      },
    },
  },
  networkServiceDesignGroup: { id: `${PUBLISHER}/networkServiceDesignGroups/g`, properties: states },
  networkServiceDesignVersion: {
    id: nsdvId("1.0.0"),
    properties: {
      ...states,
      configurationGroupSchemaReferences: { main: { id: SCHEMA } },
      resourceElementTemplates: [
        {
          type: "ArmResourceDefinition",
          configuration: {
            artifactProfile: {
              artifactStoreReference: { id: artifactManifestId("nsd") },
              artifactName: "template",
              artifactVersion: "1.0.0",
            },
          },
        },
      ],
    },
  },
  configurationGroupSchema: { id: SCHEMA, properties: { ...states, schemaDefinition: "{}" } },
  configurationGroupValues: {
    id: consumerId("configurationGroupValues", "v"),
    properties: {
      provisioningState: "Succeeded",
      configurationType: "Open",
      configurationValue: JSON.stringify({ nfdvName: "1.0.0", image: `x@${digest(7)}` }),
      configurationGroupSchemaResourceReference: open(SCHEMA),
    },
  },
  site: { id: consumerId("sites", "s"), properties: { provisioningState: "Succeeded" } },
  siteNetworkService: {
    id: consumerId("siteNetworkServices", "s"),
    properties: {
      provisioningState: "Succeeded",
      networkServiceDesignVersionResourceReference: open(nsdvId("1.0.0")),
      lastStateNetworkServiceDesignVersionName: "0.9.0",
      desiredStateConfigurationGroupValueReferences: { main: { id: consumerId("configurationGroupValues", "v") } },
      unheardOf: { note: digest(8) },
    },
  },
  networkFunction: {
    id: consumerId("networkFunctions", "n"),
    properties: {
      provisioningState: "Succeeded",
      configurationType: "Secret",
      networkFunctionDefinitionVersionResourceReference: { idType: "Secret" },
      publisherName: "contoso",
      networkFunctionDefinitionGroupName: "nfdg",
      networkFunctionDefinitionVersion: "1.0.0",
      roleOverrideValues: [`{"image":"x@${digest(9)}"}`],
    },
  },
  registry: {
    id: REGISTRY,
    sku: { name: "Premium", tier: "Premium" },
    tags: { "cleanup-hold-until": "2026-06-01" },
    properties: {
      provisioningState: "Succeeded",
      loginServer: "contosoacr.azurecr.io",
      roleAssignmentMode: "AbacRepositoryPermissions",
      publicNetworkAccess: "Disabled",
      policies: {
        retentionPolicy: { status: "enabled", days: 7 },
        softDeletePolicy: { status: "disabled", retentionDays: 7 },
      },
    },
  },
  replication: {
    id: `${REGISTRY}/replications/northeurope`,
    properties: { provisioningState: "Succeeded", status: { displayStatus: "online" }, regionEndpointEnabled: true },
  },
};

const KINDS = GRAPH_TYPES.map((type) => toResourceKind(type)).filter((kind) => kind !== undefined);
const kql = createKql({ tables: RESOURCE_GRAPH_TABLES, dialect: argDialect });
const resources: readonly ArmResource[] = Object.values(RESOURCES).map((resource) => ArmResourceSchema.parse(resource));

/** The rows that Resource Graph would answer, with all resources in it. */
function ask(query: string): readonly Record<string, unknown>[] {
  const rows = resources.map((resource) => toGraphRow(resource, "tenant").row);
  return kql.compile(query, 0).run(new Map([["resources", rows]]));
}

const nameOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

describe("the families of the graph", () => {
  it.each(GRAPH_TYPES)("have the type %s in exactly one of them", (type) => {
    const having = GRAPH_FAMILIES.filter((family) => GRAPH_QUERIES[family].types.includes(type));
    expect(having).toEqual([familyOf(toResourceKind(type) ?? "publisher")]);
    expect(GRAPH_QUERIES[having[0] ?? "structure"].types.filter((other) => other === type)).toHaveLength(1);
  });

  it("have no type that the graph does not have", () => {
    const types = GRAPH_FAMILIES.flatMap((family) => GRAPH_QUERIES[family].types);
    expect(types.toSorted()).toEqual(GRAPH_TYPES.toSorted());
  });

  it.each<{ family: GraphFamily; kinds: ResourceKind[] }>([
    { family: "artifactManifests", kinds: ["artifactManifest"] },
    { family: "versions", kinds: ["networkFunctionDefinitionVersion", "networkServiceDesignVersion"] },
    { family: "consumers", kinds: ["configurationGroupValues", "siteNetworkService", "networkFunction"] },
  ])("are asked for one by one: $family", ({ family, kinds }) => {
    expect(ask(toKql(family)).map(({ type }) => toResourceKind(String(type)))).toEqual(expect.arrayContaining(kinds));
    expect(ask(toKql(family))).toHaveLength(kinds.length);
  });

  it.each(GRAPH_FAMILIES)("give their rows in the order of the ids: %s", (family) => {
    const ids = ask(toKql(family)).map(({ id }) => String(id));
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).toEqual(ids.toSorted());
  });

  it("do not ask for what is large and never read", () => {
    const text = JSON.stringify(ask(toKql("versions"))) + JSON.stringify(ask(toKql("structure")));
    expect(text).not.toMatch(/deployParameters|schemaDefinition/);
  });
});

describe("the columns", () => {
  const paths = KINDS.flatMap((kind) =>
    Object.entries(REFERENCE_PATHS)
      .filter(([of]) => of === kind)
      .flatMap(([, named]) => Object.values(named).map(({ path }) => ({ kind, path }))),
  );

  it.each(paths)("hold every place where a reference may stand: $kind $path", ({ kind, path }) => {
    const { columns, properties } = GRAPH_QUERIES[familyOf(kind)];
    const [top = ""] = path.split(/\.|\[/);
    expect(columns.includes("properties") || properties.includes(top)).toBe(true);
  });
});

describe("a row", () => {
  it.each(KINDS)("reads like the resource itself: %s", (kind) => {
    const resource = RESOURCES[kind];
    const id = String(resource["id"]);
    const raw = { name: nameOf(id), location: "westeurope", ...resource };
    const row = ask(toKql(familyOf(kind))).find((found) => found["id"] === id);
    expect(row).toBeDefined();
    expect(readResource(fromRow(row))).toEqual(readResource(raw));
    expect(readResource(raw)).toMatchObject({ resource: { kind } });
  });

  it.each([
    {
      name: "columns of properties",
      row: { id: "a", properties_state: "Active", properties_list: [1] },
      resource: { id: "a", properties: { state: "Active", list: [1] } },
    },
    { name: "nulls", row: { id: "a", tags: null, properties_state: null }, resource: { id: "a" } },
    {
      name: "what stands deeper",
      row: { properties_policies: { properties_x: null } },
      resource: { properties: { policies: { properties_x: null } } },
    },
    { name: "whole properties", row: { properties: { x: null } }, resource: { properties: { x: null } } },
    {
      name: "both",
      row: { properties: { x: 1, y: 2 }, properties_y: 3 },
      resource: { properties: { x: 1, y: 3 } },
    },
    {
      name: "false, zero and empty text",
      row: { properties_a: false, properties_b: 0, properties_c: "" },
      resource: { properties: { a: false, b: 0, c: "" } },
    },
  ])("folds $name", ({ row, resource }) => {
    expect(fromRow(row)).toEqual(resource);
  });

  it.each([null, undefined, 7, "row", [["id"]]])(
    "that is none (%p) stays as it is, for the reader to refuse",
    (row) => {
      expect(fromRow(row)).toEqual(row);
      expect(readResource(fromRow(row))).toHaveProperty("unreadable");
    },
  );

  it("keeps every value that is not null, whatever its name", () => {
    const values = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.constant(null), fc.string()), {
      noNullPrototype: true,
    });
    const law = fc.property(values, (properties) => {
      const row = Object.fromEntries(Object.entries(properties).map(([name, value]) => [`properties_${name}`, value]));
      const kept = Object.entries(properties).filter(([, value]) => value !== null);
      expect(fromRow({ id: "a", ...row })).toEqual(
        kept.length === 0 ? { id: "a" } : { id: "a", properties: Object.fromEntries(kept) },
      );
    });
    checkLaw(law);
  });
});

describe("the count by subscription", () => {
  it("counts the resources of Microsoft.HybridNetwork, and not the registries", () => {
    const hybrid = resources.filter(({ id }) => !id.startsWith(REGISTRY));
    const inSub1 = hybrid.filter(({ id }) => id.startsWith("/subscriptions/sub1/")).length;
    expect(ask(toCountKql())).toEqual([
      { subscriptionId: "sub1", count_: inSub1 },
      { subscriptionId: "sub2", count_: hybrid.length - inSub1 },
    ]);
  });
});
