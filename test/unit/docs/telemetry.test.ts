import { globSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { EVENTS, METRICS, SPANS } from "../../../lib/telemetry.ts";
import { find, listBody, PROJECT, read } from "./markdown.ts";

const PAGE = "docs/telemetry.md";
const sources = globSync("lib/**/*.ts", { cwd: PROJECT })
  .filter((path) => path !== "lib/telemetry.ts")
  .map(read)
  .join("\n");

const codesOf = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
const listEntries = <Value>(table: Readonly<Record<string, Value>>) =>
  Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1));
const byName = (rows: string[][]): string[][] => [...rows].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));

describe("telemetry.md", () => {
  it("lists every event with its fields, and no others", () => {
    const listed = byName(listBody(PAGE, "Events")).map(([name, , fields]) => [...codesOf(name), codesOf(fields)]);
    expect(listed).toEqual(listEntries(EVENTS));
  });

  it("lists every metric with its kind, unit and attributes, and no others", () => {
    const listed = byName(listBody(PAGE, "Metrics")).map(([name, is, unit, by]) => {
      const [metric] = codesOf(name);
      return [metric, { is, unit: codesOf(unit)[0], by: codesOf(by) }];
    });
    expect(listed).toEqual(listEntries(METRICS));
  });

  it("lists every span with its attributes, and no others", () => {
    const listed = byName(listBody(PAGE, "Traces")).map(([name, , attributes]) => [
      ...codesOf(name),
      codesOf(attributes),
    ]);
    expect(listed).toEqual(listEntries(SPANS));
  });
});

describe("what is listed", () => {
  it("is told by the code, every event", () => {
    expect(find(sources, /\bevent\("(\w+)"/g)).toEqual(Object.keys(EVENTS).sort());
  });

  it("is told by the code, every metric", () => {
    const told = [...find(sources, /\bmeasure\("(\w+)"/g), ...find(sources, /counterOf\("(\w+)"\)/g)];
    expect([...new Set(told)].sort()).toEqual(Object.keys(METRICS).sort());
  });

  it("is told by the code, every span", () => {
    const told = [...find(sources, /\bspan\("(\w+)"/g), ...find(sources, /startSpan\("(\w+)"/g)];
    expect([...new Set(told)].sort()).toEqual(Object.keys(SPANS).sort());
  });
});
