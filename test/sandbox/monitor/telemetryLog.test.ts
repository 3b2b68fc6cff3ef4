import { describe, expect, it } from "@jest/globals";
import { aTelemetryLog, MINUTE_MS, NOW } from "./telemetryLog.fixture.ts";
import { createTelemetryLog } from "./telemetryLog.ts";

const at = (minute: number): number => NOW + minute * MINUTE_MS;
const names = (log: ReturnType<typeof aTelemetryLog>, minute: number, rangeMinutes?: number): unknown[] =>
  [...(log.at(at(minute), rangeMinutes && rangeMinutes * MINUTE_MS).get("customEvents") ?? [])].map(
    (row) => row["name"],
  );

describe("what a query sees", () => {
  it("is what has a timestamp in the range, its start left out", () => {
    const log = aTelemetryLog([
      { minute: 0, name: "start" },
      { minute: 1, name: "middle" },
      { minute: 5, name: "end" },
      { minute: 6, name: "later" },
    ]);
    expect(names(log, 5, 5)).toEqual(["middle", "end"]);
    expect(names(log, 5)).toEqual(["start", "middle", "end"]);
  });

  it("lacks what has not come in yet, though it has happened", () => {
    const log = aTelemetryLog([{ minute: 1, late: 6, name: "late" }]);
    expect(names(log, 6)).toEqual([]);
    expect(names(log, 7)).toEqual(["late"]);
    expect(log.rows("customEvents")).toHaveLength(1);
  });

  it("lacks what has not happened yet, though it has come in", () => {
    const log = aTelemetryLog([{ minute: 8, late: -3, name: "ahead" }]);
    expect(names(log, 7)).toEqual([]);
    expect(names(log, 8)).toEqual(["ahead"]);
  });

  it("lags behind the arrival by the delay of the ingestion", () => {
    const log = createTelemetryLog(2 * MINUTE_MS);
    log.add({ table: "traces", row: { timestamp: new Date(NOW), message: "m" } }, NOW);
    expect(log.at(at(1)).get("traces")).toEqual([]);
    expect(log.at(at(2)).get("traces")).toHaveLength(1);
  });

  it("has every table, empty where nothing came", () => {
    const tables = ["customEvents", "customMetrics", "traces", "exceptions", "requests", "dependencies"];
    expect([...createTelemetryLog(0).at(NOW).keys()]).toEqual(tables);
  });

  it("takes no row without a timestamp", () => {
    expect(() => createTelemetryLog(0).add({ table: "traces", row: { message: "m" } }, NOW)).toThrow("no timestamp");
  });
});
