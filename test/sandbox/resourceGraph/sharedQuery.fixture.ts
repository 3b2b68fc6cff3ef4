import { readFileSync } from "node:fs";
import type { ArmResource } from "../estate.ts";
import { argDialect } from "../kql/dialects.ts";
import { createKql, type CompiledQuery } from "../kql/kql.ts";
import { RESOURCE_GRAPH_TABLES, toGraphRow } from "./tables.ts";
import { aResource } from "./testSandbox.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const kql = createKql({ tables: RESOURCE_GRAPH_TABLES, dialect: argDialect });
const compiled = new Map<string, CompiledQuery>();

export const readSharedQuery = (name: string): string =>
  readFileSync(new URL(`../../../infra/queries/${name}.kql`, import.meta.url), "utf8");

/** The ids that a query finds among these resources, in its own order. Fails where Resource Graph would refuse the query. */
export function listIds(query: string, resources: readonly ArmResource[]): string[] {
  const rows = resources.map((resource) => toGraphRow(resource, "tenant").row);
  const ready = compiled.get(query) ?? kql.compile(query, NOW);
  compiled.set(query, ready);
  return ready.run(new Map([["resources", rows]])).map(({ id }) => (typeof id === "string" ? id : ""));
}

/** What stands between `/subscriptions/…` and the name in the id of a resource outside any publisher. */
const CONSUMERS = "/subscriptions/s2/resourceGroups/Sites/providers/Microsoft.HybridNetwork";

export const publisherId = (name: string, group = "Rg1"): string =>
  `/subscriptions/s1/resourceGroups/${group}/providers/Microsoft.HybridNetwork/publishers/${name}`;

type Properties = Record<string, unknown>;
let count = 0;
const aConsumer = (type: string, properties: Properties): ArmResource =>
  aResource(`${CONSUMERS}/${type}/consumer${(count += 1)}`, properties);

export const aSiteNetworkService = (properties: Properties): ArmResource =>
  aConsumer("siteNetworkServices", properties);
export const aNetworkFunction = (properties: Properties): ArmResource => aConsumer("networkFunctions", properties);
export const aGroupValue = (properties: Properties): ArmResource => aConsumer("configurationGroupValues", properties);
