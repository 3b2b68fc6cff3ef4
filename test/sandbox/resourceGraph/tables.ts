import { nameOf, parseResourceId, typeOf } from "../arm/resourceId.ts";
import type { ArmResource } from "../estate.ts";
import type { Column, ColumnType, TableSchema } from "../kql/schema.ts";
import type { Row, Value } from "../kql/values.ts";

const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  id: "string",
  name: "string",
  type: "string",
  tenantId: "string",
  kind: "string",
  location: "string",
  resourceGroup: "string",
  subscriptionId: "string",
  managedBy: "string",
  sku: "dynamic",
  plan: "dynamic",
  properties: "dynamic",
  tags: "dynamic",
  identity: "dynamic",
  zones: "dynamic",
  extendedLocation: "dynamic",
  apiVersion: "string",
};
const COLUMNS: readonly Column[] = Object.entries(COLUMN_TYPES).map(([name, type]) => ({ name, type }));

/** The tables of Resource Graph that the sandbox has: any other is an unknown name. */
export const RESOURCE_GRAPH_TABLES: readonly TableSchema[] = [
  { names: ["resources", "Resources"], columns: COLUMNS },
  { names: ["resourcecontainers", "ResourceContainers", "resourceContainers"], columns: COLUMNS },
];

/** A row with what decides whether the caller sees it. */
export interface GraphRow {
  readonly id: string;
  readonly table: "resources" | "resourcecontainers";
  readonly subscriptionId: string;
  readonly row: Row;
}

/** The row that Resource Graph shows for a resource: `type` and `resourceGroup` in lower case, the id as it is. */
export function toGraphRow(resource: ArmResource, tenantId: string): GraphRow {
  const id = parseResourceId(resource.id);
  if (!id) throw new Error(`Not a resource id: ${resource.id}`);
  const isSubscription = !id.provider && id.resourceGroup === undefined;
  const row: Row = {
    id: resource.id,
    name: isSubscription ? toValue(resource.properties["displayName"] ?? id.subscriptionId) : nameOf(id),
    type: typeOf(id).toLowerCase(),
    tenantId,
    kind: "",
    location: resource.location.toLowerCase().replaceAll(" ", ""),
    resourceGroup: (id.resourceGroup ?? "").toLowerCase(),
    subscriptionId: id.subscriptionId,
    managedBy: resource.managedBy ?? "",
    sku: toValue(resource.sku),
    plan: null,
    properties: toValue(isSubscription ? { state: "Enabled", ...resource.properties } : resource.properties),
    tags: toValue(resource.tags),
    identity: null,
    zones: null,
    extendedLocation: null,
    // The version with which Resource Graph itself reads, not the one with which the resource was made.
    apiVersion: id.provider.toLowerCase() === "microsoft.hybridnetwork" ? "2025-03-30" : "2024-11-01",
  };
  return {
    id: resource.id,
    table: id.provider ? "resources" : "resourcecontainers",
    subscriptionId: id.subscriptionId.toLowerCase(),
    row,
  };
}

/** JSON as a KQL value. */
function toValue(value: unknown): Value {
  if (value === undefined) return null;
  const parsed: Value = JSON.parse(JSON.stringify(value));
  return parsed;
}
