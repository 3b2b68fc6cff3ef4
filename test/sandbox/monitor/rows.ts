import type { Row } from "../kql/values.ts";
import type { Envelope } from "./envelopes.ts";
import type { MonitorTable } from "./tables.ts";

const DAY_MS = 86_400_000;

/** A row with the table that it goes to. */
export interface TelemetryItem {
  readonly table: MonitorTable;
  readonly row: Row;
}

type Data = Envelope["data"];
type BaseData<Type extends Data["baseType"]> = Extract<Data, { baseType: Type }>["baseData"];

/** The row that Application Insights shows for an item that arrives at `receivedAt`. */
export function toTelemetryItem(envelope: Envelope, receivedAt: number): TelemetryItem {
  const { table, itemType, row } = toOwn(envelope.data);
  return { table, row: { ...toCommon(envelope, receivedAt), ...toCounted(envelope), ...row, itemType } };
}

function toCommon({ time, iKey, tags, data }: Envelope, receivedAt: number): Row {
  return {
    timestamp: toTimestamp(Date.parse(time), receivedAt),
    customDimensions: data.baseData.properties,
    operation_Id: tags["ai.operation.id"] ?? "",
    operation_Name: tags["ai.operation.name"] ?? "",
    operation_ParentId: tags["ai.operation.parentId"] ?? "",
    cloud_RoleName: tags["ai.cloud.role"] ?? "",
    cloud_RoleInstance: tags["ai.cloud.roleInstance"] ?? "",
    application_Version: tags["ai.application.ver"] ?? "",
    sdkVersion: tags["ai.internal.sdkVersion"] ?? "",
    iKey,
  };
}

/**
 * What is over two days old or over a day ahead gets the time of its arrival.
 * https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time#check-ingestion-time
 */
function toTimestamp(time: number, receivedAt: number): Date {
  const isKept = time >= receivedAt - 2 * DAY_MS && time <= receivedAt + DAY_MS;
  return new Date(isKept ? time : receivedAt);
}

/** A sampled item stands for several. */
function toCounted({ sampleRate, data: { baseData } }: Envelope): Row {
  if (!("measurements" in baseData)) return {};
  return { itemCount: Math.round(100 / sampleRate), customMeasurements: baseData.measurements };
}

function toOwn(data: Data): TelemetryItem & { readonly itemType: string } {
  switch (data.baseType) {
    case "EventData":
      return { table: "customEvents", itemType: "customEvent", row: { name: data.baseData.name } };
    case "MessageData":
      return { table: "traces", itemType: "trace", row: toMessage(data.baseData) };
    case "MetricData":
      return { table: "customMetrics", itemType: "customMetric", row: toMetric(data.baseData) };
    case "ExceptionData":
      return { table: "exceptions", itemType: "exception", row: toException(data.baseData) };
    case "RequestData":
      return { table: "requests", itemType: "request", row: toRequest(data.baseData) };
    case "RemoteDependencyData":
      return { table: "dependencies", itemType: "dependency", row: toDependency(data.baseData) };
    default:
      return data satisfies never;
  }
}

function toMessage({ message, severityLevel }: BaseData<"MessageData">): Row {
  return { message, severityLevel: severityLevel ?? null };
}

/** Only an aggregate of several measurements tells its bounds; the bounds of one are itself. */
function toMetric({ metrics: [{ name, value, count, min, max }] }: BaseData<"MetricData">): Row {
  const own = count === 1 ? value : null;
  return { name, value, valueSum: value, valueCount: count, valueMin: min ?? own, valueMax: max ?? own };
}

function toException({ exceptions, severityLevel }: BaseData<"ExceptionData">): Row {
  const [outer] = exceptions;
  const innermost = exceptions.at(-1) ?? outer;
  return {
    type: outer.typeName,
    outerType: outer.typeName,
    outerMessage: outer.message,
    innermostType: innermost.typeName,
    innermostMessage: innermost.message,
    details: exceptions.map(({ typeName, message, stack = "" }) => ({ type: typeName, message, rawStack: stack })),
    severityLevel: severityLevel ?? null,
  };
}

const toSuccess = (success: boolean): string => (success ? "True" : "False");

function toRequest(data: BaseData<"RequestData">): Row {
  const { id, name = "", success, responseCode, duration, url = "", source = "" } = data;
  return { id, name, success: toSuccess(success), resultCode: responseCode, duration, url, source };
}

function toDependency(data: BaseData<"RemoteDependencyData">): Row {
  const { id, name, success, resultCode, duration, type = "", target = "" } = data;
  return { id, name, success: toSuccess(success), resultCode, duration, type, data: data.data ?? "", target };
}
