import type { TableData } from "../kql/scope.ts";
import type { Row } from "../kql/values.ts";
import type { TelemetryItem } from "./rows.ts";
import { MONITOR_TABLE_NAMES, type MonitorTable } from "./tables.ts";

/** What Azure Monitor holds, and from when on a query sees it. */
export interface TelemetryLog {
  add(item: TelemetryItem, receivedAt: number): void;
  /** Every row that was taken, in the order of arrival, whether a query sees it yet or not. */
  rows(table: MonitorTable): readonly Row[];
  /** What a query at that instant sees: rows whose `timestamp` lies in the `rangeMs` before it, as far as they have come in. */
  at(instant: number, rangeMs?: number): TableData;
}

interface Arrival extends TelemetryItem {
  readonly time: number;
  readonly visibleFrom: number;
}

export function createTelemetryLog(ingestionDelayMs: number): TelemetryLog {
  const arrivals: Arrival[] = [];
  const pick = (table: MonitorTable, isSeen: (arrival: Arrival) => boolean): Row[] =>
    arrivals.filter((arrival) => arrival.table === table && isSeen(arrival)).map(({ row }) => row);
  return {
    add(item, receivedAt) {
      const { timestamp } = item.row;
      if (!(timestamp instanceof Date)) throw new TypeError(`A row of ${item.table} has no timestamp`);
      arrivals.push({ ...item, time: timestamp.getTime(), visibleFrom: receivedAt + ingestionDelayMs });
    },
    rows: (table) => pick(table, () => true),
    at(instant, rangeMs = Infinity) {
      const isSeen = ({ time, visibleFrom }: Arrival): boolean =>
        visibleFrom <= instant && time <= instant && time > instant - rangeMs;
      return new Map(MONITOR_TABLE_NAMES.map((table) => [table, pick(table, isSeen)]));
    },
  };
}
