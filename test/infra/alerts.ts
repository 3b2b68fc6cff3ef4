import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENTS, METRICS } from "../../lib/telemetry.ts";
import type { Deployed } from "./bicep/deploy.ts";
import type { Value } from "./bicep/values.ts";
import { asObject } from "./bicep/values.ts";
import type { Infra } from "./infra.ts";
import { ofType } from "./infra.ts";
import { readPath, toPlain } from "./read.ts";
import { readAlertRules } from "../sandbox/monitor/alertRule.ts";

const readText = (infra: Infra, path: string): string => readFileSync(join(infra.folder, path), "utf8");

const listQueries = (infra: Infra, folder: string): string[] =>
  readdirSync(join(infra.folder, folder))
    .filter((file) => file.endsWith(".kql"))
    .map((file) => file.slice(0, -".kql".length));

const readRules = (infra: Infra): [string, Value][] => {
  const rules: Value = JSON.parse(readText(infra, "alerts/rules.json"));
  return Object.entries(asObject(rules));
};

const FIGURES = [
  "displayName",
  "description",
  "severity",
  "evaluationFrequency",
  "windowSize",
  "autoMitigate",
] as const;
const CRITERIA = ["operator", "threshold", "timeAggregation", "failingPeriods", "dimensions"] as const;

/** What the template gives where a rule says nothing. */
const NONE: Partial<Record<(typeof CRITERIA)[number], Value>> = { dimensions: [] };

/** Each rule carries its query and its figures as they are in infra/alerts, is on, and tells the action group. */
export function findAlertProblems(infra: Infra): string[] {
  const deployed = ofType([infra.plain], "Microsoft.Insights/scheduledQueryRules");
  const rules = readRules(infra);
  const names = rules.map(([name]) => name).sort();
  const queries = listQueries(infra, "alerts").sort();
  return [
    ...(names.join() === queries.join() ? [] : [`rules ${names.join()}, queries ${queries.join()}`]),
    ...(deployed.length === names.length ? [] : [`${deployed.length} of ${names.length} rules are deployed`]),
    ...rules.flatMap(([name, rule]) => compareRule(infra, name, { rule, deployed: findRule(deployed, name) })),
  ];
}

const findRule = (deployed: readonly Deployed[], name: string): Deployed | undefined =>
  deployed.find((rule) => rule.name.startsWith(`alert-${name}-`));

function compareRule(
  infra: Infra,
  name: string,
  { rule, deployed }: { rule: Value; deployed: Deployed | undefined },
): string[] {
  if (!deployed) return [`${name} is not deployed`];
  const properties = readPath(deployed.body, "properties");
  const criterion = readPath(properties, "criteria.allOf.0");
  const same = (a: Value | undefined, b: Value | undefined): boolean => toPlain(a) === toPlain(b);
  return [
    ...(toPlain(readPath(criterion, "query")) === readText(infra, `alerts/${name}.kql`)
      ? []
      : [`${name}: another query`]),
    ...FIGURES.filter((field) => !same(readPath(properties, field), readPath(rule, field))).map(
      (field) => `${name}: ${field}`,
    ),
    ...CRITERIA.filter((field) => !same(readPath(criterion, field), readPath(rule, field) ?? NONE[field])).map(
      (field) => `${name}: ${field}`,
    ),
    ...(same(readPath(properties, "overrideQueryTimeRange"), readPath(rule, "overrideQueryTimeRange"))
      ? []
      : [`${name}: range`]),
    ...(/actionGroups/.test(toPlain(readPath(properties, "actions.actionGroups.0"))) ? [] : [`${name} tells nobody`]),
  ];
}

/** Figures that Azure Monitor would refuse, fields that it has not, and rules that would miss what happens between two looks. */
export function findFigureProblems(folder: string): string[] {
  try {
    readAlertRules(JSON.parse(readFileSync(join(folder, "alerts/rules.json"), "utf8")));
    return [];
  } catch (error) {
    return String(error).split("\n");
  }
}

const FIELDS = new Set<string>(Object.values(EVENTS).flat());
const ATTRIBUTES = new Set<string>(Object.values(METRICS).flatMap(({ by }) => [...by]));
const NAMES = new Set([...Object.keys(EVENTS), ...Object.keys(METRICS)]);

/** Names of events, metrics and fields that the app does not emit, in rules and in the workbook. */
export function findUnknownTelemetry(infra: Infra): string[] {
  const rules = listQueries(infra, "alerts").map((name): [string, string] => [
    name,
    readText(infra, `alerts/${name}.kql`),
  ]);
  const workbook = [...readText(infra, "workbook.json").matchAll(/"query": "((?:[^"\\]|\\.)*)"/g)];
  const pictures = workbook.map(([, text], index): [string, string] => [`workbook ${index}`, JSON.parse(`"${text}"`)]);
  if (pictures.length === 0) return ["the workbook has no query"];
  return [...rules, ...pictures].flatMap(([name, query]) => findUnknown(query).map((word) => `${name}: ${word}`));
}

function findUnknown(query: string): string[] {
  const code = query.replaceAll(/^\s*\/\/.*$/gm, "");
  const names = [
    ...code.matchAll(/\bname == "(\w+)"/g),
    ...code.matchAll(/\bname in \("(\w+)"(?:, "(\w+)")*\)/g),
  ].flatMap(([, ...found]) => found.filter((name) => name !== undefined));
  const fields = [...code.matchAll(/customDimensions\.(\w+)/g)].map(([, field]) => field ?? "");
  return [
    ...(names.length === 0 ? ["asks for no event and no metric by name"] : []),
    ...names.filter((name) => !NAMES.has(name)),
    ...fields.filter((field) => !FIELDS.has(field) && !ATTRIBUTES.has(field)),
  ];
}

/** The shared queries are those of infra/queries, all of them, word for word. */
export function findQueryProblems(infra: Infra): string[] {
  const deployed = ofType([infra.plain], "Microsoft.ResourceGraph/queries").map(
    ({ name, body }) => `${name}: ${toPlain(readPath(body, "properties.query"))}`,
  );
  const wanted = listQueries(infra, "queries").map(
    (name) => `cleanup-${name}: ${readText(infra, `queries/${name}.kql`)}`,
  );
  return [
    ...wanted.filter((query) => !deployed.includes(query)),
    ...deployed.filter((query) => !wanted.includes(query)),
  ];
}
