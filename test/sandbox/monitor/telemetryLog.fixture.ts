import type { TelemetryItem } from "./rows.ts";
import { createTelemetryLog, type TelemetryLog } from "./telemetryLog.ts";

/** Thursday, 1 January 2026. */
export const NOW = Date.parse("2026-01-01T00:00:00Z");
export const MINUTE_MS = 60_000;

/** An event that happens so many minutes after {@link NOW}, and comes in so many minutes later. */
export interface EventAt {
  readonly minute: number;
  readonly late?: number;
  readonly name?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

const toItem = ({ minute, name = "purged", dimensions = {} }: EventAt): TelemetryItem => ({
  table: "customEvents",
  row: { timestamp: new Date(NOW + minute * MINUTE_MS), name, customDimensions: dimensions },
});

/** A log of events alone, without a delay but their own. */
export function aTelemetryLog(events: readonly EventAt[]): TelemetryLog {
  const log = createTelemetryLog(0);
  for (const event of events) log.add(toItem(event), NOW + (event.minute + (event.late ?? 0)) * MINUTE_MS);
  return log;
}
