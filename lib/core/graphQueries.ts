import { isRecord } from "./isRecord.ts";
import type { ResourceKind } from "./resources.ts";
import { GRAPH_TYPES, toResourceKind } from "./resources.ts";

/** Which part of the tenant the publisher graph is read from. */
export type GraphScope =
  | { readonly of: "tenant" }
  | { readonly of: "managementGroups"; readonly names: readonly string[] }
  | { readonly of: "subscriptions"; readonly ids: readonly string[] };

/** The queries that make up the publisher graph, in the order in which they are asked. */
export const GRAPH_FAMILIES = ["structure", "artifactManifests", "versions", "consumers"] as const;
export type GraphFamily = (typeof GRAPH_FAMILIES)[number];

/** What one query asks for. Rows are as large as their columns: only what the service reads is asked for. */
export interface GraphQuery {
  /** Lower-case ARM types. */
  readonly types: readonly string[];
  /** Columns of the resource itself, beside `id`, `name`, `type` and `location`. */
  readonly columns: readonly string[];
  /** Fields of `properties`, each of which becomes a column of its own. */
  readonly properties: readonly string[];
}

const FAMILY_OF_KIND: Readonly<Record<ResourceKind, GraphFamily>> = {
  publisher: "structure",
  artifactStore: "structure",
  networkFunctionDefinitionGroup: "structure",
  networkServiceDesignGroup: "structure",
  configurationGroupSchema: "structure",
  site: "structure",
  registry: "structure",
  replication: "structure",
  artifactManifest: "artifactManifests",
  networkFunctionDefinitionVersion: "versions",
  networkServiceDesignVersion: "versions",
  siteNetworkService: "consumers",
  networkFunction: "consumers",
  configurationGroupValues: "consumers",
};

export const familyOf = (kind: ResourceKind): GraphFamily => FAMILY_OF_KIND[kind];

function typesOf(family: GraphFamily): readonly string[] {
  return GRAPH_TYPES.filter((type) => {
    const kind = toResourceKind(type);
    return kind !== undefined && familyOf(kind) === family;
  });
}

/** Every type of the graph is in exactly one of them. */
export const GRAPH_QUERIES: Readonly<Record<GraphFamily, GraphQuery>> = {
  structure: {
    types: typesOf("structure"),
    columns: ["sku", "tags"],
    properties: [
      "provisioningState",
      "versionState",
      "storeType",
      "storageResourceId",
      "replicationStrategy",
      "backingResourcePublicNetworkAccess",
      "loginServer",
      "roleAssignmentMode",
      "publicNetworkAccess",
      "policies",
      "status",
      "regionEndpointEnabled",
    ],
  },
  artifactManifests: {
    types: typesOf("artifactManifests"),
    columns: ["tags"],
    properties: ["provisioningState", "artifactManifestState", "artifacts"],
  },
  // Without deployParameters and schemaDefinition, which can be hundreds of kilobytes in each row.
  versions: {
    types: typesOf("versions"),
    columns: [],
    properties: [
      "provisioningState",
      "versionState",
      "networkFunctionTemplate",
      "resourceElementTemplates",
      "configurationGroupSchemaReferences",
    ],
  },
  // Whole: a digest or the name of a version may stand anywhere in them.
  consumers: { types: typesOf("consumers"), columns: ["properties"], properties: [] },
};

const PREFIX = "properties_";

/** The KQL text of a family's query, ordered by id so that pages neither overlap nor leave out. */
export function toKql(family: GraphFamily): string {
  const { types, columns, properties } = GRAPH_QUERIES[family];
  const asked = [
    "id, name, type, location",
    ...columns,
    ...properties.map((name) => `${PREFIX}${name} = properties.${name}`),
  ];
  return `resources | where type in~ (${quote(types)}) | project ${asked.join(", ")} | order by id asc`;
}

/** How many resources of Microsoft.HybridNetwork each subscription holds. */
export function toCountKql(): string {
  const types = GRAPH_TYPES.filter((type) => type.startsWith("microsoft.hybridnetwork/"));
  return `resources | where type in~ (${quote(types)}) | summarize count_ = count() by subscriptionId | order by subscriptionId asc`;
}

const quote = (types: readonly string[]): string => types.map((type) => `'${type}'`).join(", ");

/**
 * The resource that a row stands for, in the shape of an ARM GET: columns `properties_x` go back into `properties`, and a null
 * column is a field that is not there. What is not a row stays as it is, for the reader to refuse.
 */
export function fromRow(row: unknown): unknown {
  if (!isRecord(row)) return row;
  const resource: [string, unknown][] = [];
  const properties: [string, unknown][] = [];
  for (const [name, value] of Object.entries(row)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith(PREFIX)) properties.push([name.slice(PREFIX.length), value]);
    else resource.push([name, value]);
  }
  // Not by assignment: a column of the name __proto__ would be none.
  const folded: Record<string, unknown> = Object.fromEntries(resource);
  if (properties.length === 0) return folded;
  const whole = folded["properties"];
  return { ...folded, properties: { ...(isRecord(whole) ? whole : {}), ...Object.fromEntries(properties) } };
}
