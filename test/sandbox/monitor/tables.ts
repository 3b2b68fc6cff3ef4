import type { Column, ColumnType, TableSchema } from "../kql/schema.ts";

/** Columns of every table. The service has more (`client_*`, `user_*`, `itemId`): nothing here fills them, so they are unknown names. */
const COMMON: Readonly<Record<string, ColumnType>> = {
  timestamp: "datetime",
  itemType: "string",
  customDimensions: "dynamic",
  operation_Id: "string",
  operation_Name: "string",
  operation_ParentId: "string",
  cloud_RoleName: "string",
  cloud_RoleInstance: "string",
  application_Version: "string",
  sdkVersion: "string",
  iKey: "string",
};
const COUNTED: Readonly<Record<string, ColumnType>> = { itemCount: "int", customMeasurements: "dynamic" };
/** Of a call, in or out; `success` is a text, `True` or `False`. */
const TIMED: Readonly<Record<string, ColumnType>> = {
  id: "string",
  name: "string",
  success: "string",
  resultCode: "string",
  duration: "real",
};

export const MONITOR_TABLE_NAMES = [
  "customEvents",
  "customMetrics",
  "traces",
  "exceptions",
  "requests",
  "dependencies",
] as const;
export type MonitorTable = (typeof MONITOR_TABLE_NAMES)[number];

const OWN: Readonly<Record<MonitorTable, Readonly<Record<string, ColumnType>>>> = {
  customEvents: { ...COUNTED, name: "string" },
  customMetrics: {
    name: "string",
    value: "real",
    valueSum: "real",
    valueCount: "int",
    valueMin: "real",
    valueMax: "real",
  },
  traces: { ...COUNTED, message: "string", severityLevel: "int" },
  exceptions: {
    ...COUNTED,
    type: "string",
    outerType: "string",
    outerMessage: "string",
    innermostType: "string",
    innermostMessage: "string",
    details: "dynamic",
    severityLevel: "int",
  },
  requests: { ...COUNTED, ...TIMED, url: "string", source: "string" },
  dependencies: { ...COUNTED, ...TIMED, type: "string", data: "string", target: "string" },
};

const toColumns = (types: Readonly<Record<string, ColumnType>>): Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

/**
 * The tables of Application Insights as a query on the component sees them.
 * https://learn.microsoft.com/previous-versions/azure/azure-monitor/app/convert-classic-resource#table-schemas
 */
export const MONITOR_TABLES: readonly TableSchema[] = MONITOR_TABLE_NAMES.map((name) => ({
  names: [name],
  columns: toColumns({ ...COMMON, ...OWN[name] }),
}));
