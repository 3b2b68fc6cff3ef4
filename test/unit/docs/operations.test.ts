import { globSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { FINDING_KINDS } from "../../../lib/core/findings.ts";
import { EVENTS, METRICS } from "../../../lib/telemetry.ts";
import { PLATFORM_SETTINGS } from "../../infra/settings.ts";
import { logAnalyticsDialect } from "../../sandbox/kql/dialects.ts";
import { createKql } from "../../sandbox/kql/kql.ts";
import { MONITOR_TABLES } from "../../sandbox/monitor/tables.ts";
import { blockOf, find, listBody, PROJECT, read, unquote } from "./markdown.ts";

const PAGE = "docs/operations.md";
const text = read(PAGE);
const rules = globSync("infra/alerts/*.kql", { cwd: PROJECT }).map((path) => basename(path, ".kql"));

/** What stands in the fenced blocks of a language, without the indentation of the list that a block is in. */
const blocksOf = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\n(.*?)^ *\`\`\``, "gms"))].map(([, block = ""]) =>
    block.replaceAll(/^ +/gm, ""),
  );
const matchesOf = (pattern: RegExp, source = text): string[] =>
  [...source.matchAll(pattern)].map(([, found = ""]) => found);
const without = (found: readonly string[], known: readonly string[]): string[] =>
  [...new Set(found)].filter((name) => !known.includes(name));

/** Of one rule, from its heading to the next one. */
const sectionOf = (rule: string): string =>
  text.split(/^#{2,3} /m).find((section) => section.startsWith(`${rule}\n`)) ?? "";

interface Figures {
  readonly severity: number;
  readonly evaluationFrequency: string;
  readonly windowSize: string;
  readonly autoMitigate: boolean;
  readonly dimensions?: readonly { readonly name: string }[];
}

/** `PT15M` as `15 minutes`. */
function toWords(duration: string): string {
  const [, count = "?", unit = "?"] = /^PT?(\d+)([DHM])$/.exec(duration) ?? [];
  const word = unit === "D" ? "day" : unit === "H" ? "hour" : "minute";
  return `${count} ${word}${count === "1" ? "" : "s"}`;
}

describe("operations.md: alerts", () => {
  const chapter = blockOf(PAGE, "\n## Alerts\n", "\n## ");

  it("has a section of its own for every alert rule, and none that claims to be one", () => {
    expect(rules.length).toBeGreaterThan(5);
    expect(matchesOf(/^### (.+)$/gm, chapter).sort()).toEqual([...rules].sort());
    expect(matchesOf(/^#+ (.+)$/gm).filter((heading) => rules.includes(heading)).length).toBe(rules.length);
  });

  it("lists every rule with the figures that it has", () => {
    const figures: Record<string, Figures> = JSON.parse(read("infra/alerts/rules.json"));
    const listed = listBody(PAGE, "Alerts").map((cells) => cells.map((cell) => unquote(cell) || cell));
    expect(listed).toEqual(
      Object.entries(figures).map(([name, rule]) => [
        name,
        String(rule.severity),
        toWords(rule.evaluationFrequency),
        toWords(rule.windowSize),
        rule.autoMitigate ? "yes" : "no",
        (rule.dimensions ?? []).map(({ name }) => name).join(", "),
      ]),
    );
  });

  it("is where every rule sends whoever it wakes", () => {
    const links = find(read("infra/alerts/rules.json"), /See docs\/operations\.md#(\w+)"/g);
    expect(links).toEqual(rules.map((rule) => rule.toLowerCase()).sort());
  });

  it.each(rules)("says of %s all that whoever it wakes asks", (rule) => {
    const questions = matchesOf(/^- \*\*(.+?)\*\*/gm, sectionOf(rule));
    expect(questions).toEqual(["It means", "It does not mean", "Look", "Do", "It goes quiet", "Nobody needs to do"]);
    expect(sectionOf(rule)).toContain("/api/");
    expect(sectionOf(rule)).toContain("```kql");
  });

  it("says what to do with every finding that an alert tells of", () => {
    const told = Object.entries(FINDING_KINDS).filter(([, { severity }]) => severity !== "info");
    const listed = listBody(PAGE, "newFindings").map(([kind]) => unquote(kind));
    expect([...listed].sort()).toEqual(told.map(([kind]) => kind).sort());
  });
});

/** `METHOD /api/route` as the app registers them, each as a pattern of what fits it. */
const routes = read("functions/main.ts")
  .split("app.http(")
  .slice(1)
  .map((options) => {
    const [method = "?"] = matchesOf(/methods: \["(\w+)"\]/g, options);
    const [route = "?"] = matchesOf(/route: "([^"]+)"/g, options);
    const path = route.replaceAll(/\{\*\w+\}/g, ".+").replaceAll(/\{\w+\}/g, "[^/]+");
    return new RegExp(`^${method} /api/${path}$`);
  });

/** Of a command without `-X` the method is GET. */
const listCalls = (): string[] => {
  const named = matchesOf(/\b((?:GET|PUT|POST|DELETE) \/api\/[^\s`"?),;]+)/g);
  const asked = text
    .split("\n")
    .filter((line) => line.includes("$APP/api/"))
    .map((line) => `${/-X (\w+)/.exec(line)?.[1] ?? "GET"} ${/\$APP(\/api\/[^"?]+)/.exec(line)?.[1] ?? "?"}`);
  return [...named, ...asked];
};

describe("operations.md: what it names", () => {
  it("are routes that exist, with that method", () => {
    const calls = listCalls();
    expect(calls.length).toBeGreaterThan(30);
    expect(calls.filter((call) => !routes.some((route) => route.test(call)))).toEqual([]);
  });

  it("are settings of the app, or of what it stands on", () => {
    const known = [
      ...listBody("README.md", "Settings").map(([name]) => unquote(name)),
      ...Object.keys(PLATFORM_SETTINGS),
    ];
    const named = [...matchesOf(/`([A-Z][A-Z_]{2,})(?:=[^`\n]*)?`/g), ...matchesOf(/^ +([A-Z][A-Z_]+): '/gm)];
    expect(named.length).toBeGreaterThan(10);
    expect(without(named, known)).toEqual([]);
  });

  it("are parameters of the template", () => {
    const known = matchesOf(/^param (\w+) /gm, read("infra/main.bicep"));
    const named = blocksOf("bicep").flatMap((block) => matchesOf(/^param (\w+) =/gm, block));
    expect(named.length).toBeGreaterThan(3);
    expect(without([...named, ...matchesOf(/parameters? `(\w+)`/g)], known)).toEqual([]);
  });

  it("are findings that the service tells of", () => {
    const named = [...matchesOf(/[?&]kind=(\w+)/g), ...matchesOf(/findings? `(\w+)`/g)];
    expect(named.length).toBeGreaterThan(5);
    expect(without(named, Object.keys(FINDING_KINDS))).toEqual([]);
  });
});

describe("operations.md: queries", () => {
  const queries = blocksOf("kql").map((query, index) => ({ number: index + 1, first: query.split("\n")[0], query }));
  const kql = createKql({ tables: MONITOR_TABLES, dialect: logAnalyticsDialect });

  it.each(queries)("are taken by Log Analytics: number $number, of $first", ({ query }) => {
    expect(() => kql.compile(query, Date.parse("2026-03-13T09:00:00Z"))).not.toThrow();
  });

  it("ask for what the app tells", () => {
    const all = queries.map(({ query }) => query).join("\n");
    const fields = [...Object.values(EVENTS).flat(), ...Object.values(METRICS).flatMap(({ by }) => [...by])];
    expect(without(matchesOf(/customDimensions\.(\w+)/g, all), fields)).toEqual([]);
    expect(
      without(
        [
          ...matchesOf(/\bname == "(\w+)"/g, all),
          ...matchesOf(/\bname in \(([^)]+)\)/g, all).flatMap((list) => matchesOf(/"(\w+)"/g, list)),
        ],
        [...Object.keys(EVENTS), ...Object.keys(METRICS)],
      ),
    ).toEqual([]);
  });
});

describe("operations.md: cost", () => {
  const toNumber = (cell = ""): number => Number(cell.replaceAll(/[$, ]/g, ""));
  const rows = ["A small estate", "A large estate"].flatMap((estate) =>
    listBody(PAGE, estate).map(([what = "", quantity = "", price = "", cost = ""]) => ({
      estate,
      what,
      quantity,
      price,
      cost,
    })),
  );

  it.each(rows.filter(({ price }) => price.startsWith("$")))("multiplies truly: $estate, $what", (row) => {
    const [, price = "", per = "1"] = /^\$([\d.]+)(?: per ([\d,]+))?/.exec(row.price) ?? [];
    expect(toNumber(row.cost)).toBeCloseTo((toNumber(row.quantity) * Number(price)) / toNumber(per), 2);
  });

  it.each(["A small estate", "A large estate"])("adds up truly: %s", (estate) => {
    const own = rows.filter((row) => row.estate === estate);
    const sum = own.filter(({ what }) => what !== "Sum").reduce((total, { cost }) => total + (toNumber(cost) || 0), 0);
    expect(own.length).toBeGreaterThan(5);
    expect(toNumber(own.find(({ what }) => what === "Sum")?.cost)).toBeCloseTo(sum, 2);
  });
});
