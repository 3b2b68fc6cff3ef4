import { readdirSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import type { FindingKind } from "../../../lib/core/findings.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import { learn } from "../../../lib/core/knowledge.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import { listPublisherFindings } from "../../../lib/core/publisherFindings.ts";
import { readResource } from "../../../lib/core/readResource.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import { createDefaultEstate } from "../../simulate/defaultEstate/createDefaultEstate.ts";
import { readScenario } from "../../support/scenarios.ts";
import type { ArmResource, Estate } from "../estate.ts";
import { listIds, readSharedQuery } from "./sharedQuery.fixture.ts";
import { toGraphRow } from "./tables.ts";

/** The queries for people and the findings of the service answer the same questions: they must give the same sets. */
const QUERIES = {
  unreferencedServiceDesign: "unreferencedServiceDesigns",
  unreferencedFunctionDefinition: "unreferencedFunctionDefinitions",
  unreferencedArtifactManifest: "unreferencedArtifactManifests",
  unreferencedSchema: "unreferencedSchemas",
  emptyGroup: "emptyGroups",
} as const satisfies Partial<Record<FindingKind, string>>;

const SIGHT = { snapshotId: "20260301T010000Z", at: "2026-03-01T01:00:00Z" };

function readAll(resources: readonly ArmResource[]): readonly Resource[] {
  return resources.flatMap((resource) => {
    const read = readResource(toGraphRow(resource, "tenant").row);
    return "resource" in read ? [read.resource] : [];
  });
}

function toNeeds(resources: readonly Resource[]) {
  const known = resources.flatMap((resource) => learn(resource, undefined, { at: SIGHT.at, complete: true }) ?? []);
  const graph = toGraph(resources, known);
  return { graph, needs: createNeeds(graph) };
}

/** The subjects of the service's findings of each kind. */
function listFindings(resources: readonly ArmResource[]): Readonly<Record<string, readonly string[]>> {
  const all = readAll(resources);
  const { graph, needs } = toNeeds(all);
  const publishers = new Set(all.filter(({ kind }) => kind === "publisher").map(({ name }) => name.toLowerCase()));
  const findings = [...publishers].flatMap((publisher) =>
    listPublisherFindings(graph, needs, { publisher, sight: SIGHT }),
  );
  const subjectsOf = (wanted: string): readonly string[] =>
    findings.filter(({ kind }) => kind === wanted).map(({ subject }) => subject);
  return Object.fromEntries(Object.keys(QUERIES).map((kind) => [kind, subjectsOf(kind).toSorted()]));
}

function listRows(resources: readonly ArmResource[]): Readonly<Record<string, readonly string[]>> {
  const find = (name: string): readonly string[] =>
    listIds(readSharedQuery(name), resources)
      .map((id) => id.toLowerCase())
      .sort();
  return Object.fromEntries(Object.entries(QUERIES).map(([kind, name]) => [kind, find(name)]));
}

/** What there is after every event that puts or deletes a resource. */
function atTheEnd({ resources, events }: Estate): readonly ArmResource[] {
  const byId = new Map(resources.map((resource) => [resource.id.toLowerCase(), resource]));
  for (const event of events) {
    if (event.type === "putResource") byId.set(event.resource.id.toLowerCase(), event.resource);
    if (event.type === "deleteResource") byId.delete(event.id.toLowerCase());
  }
  return [...byId.values()];
}

const SCENARIOS = new URL("../../scenarios/", import.meta.url);
const estates = [
  { name: "the default estate", estate: createDefaultEstate() },
  ...(await Promise.all(readdirSync(SCENARIOS).map(async (name) => ({ name, estate: await readScenario(name) })))),
];
const cases = estates.flatMap(({ name, estate }) => [
  { name: `${name}, at the start`, resources: estate.resources },
  { name: `${name}, at the end`, resources: atTheEnd(estate) },
]);

/**
 * A consumer or version that says only in part what it needs, or needs what is gone: a query takes it as it reads, the service for
 * all that it may mean.
 */
function isInDoubt({ details }: Resource, there: ReadonlySet<string>): boolean {
  if (details.of === "version") return details.references.some(({ form }) => form === "unreadable");
  if (details.of !== "consumer") return false;
  return details.versions.some(
    (reference) =>
      reference.by === "unreadable" ||
      (reference.by === "id" && !there.has(reference.id)) ||
      (reference.by === "names" && [reference.publisher, reference.group, reference.version].includes(undefined)),
  );
}

function hasDoubts(resources: readonly ArmResource[]): boolean {
  const all = readAll(resources);
  const there = new Set(all.map(({ id }) => id));
  return all.some((resource) => isInDoubt(resource, there));
}

const [clear, doubtful] = [false, true].map((wanted) =>
  cases.filter(({ resources }) => hasDoubts(resources) === wanted),
);

describe("queries for unused resources", () => {
  it.each(clear ?? [])("give the same sets as the findings: $name", ({ resources }) => {
    expect(listRows(resources)).toEqual(listFindings(resources));
  });

  it.each(doubtful ?? [])("find all that the service finds where it is in doubt: $name", ({ resources }) => {
    const [rows, findings] = [listRows(resources), listFindings(resources)];
    for (const kind of Object.keys(QUERIES))
      expect(rows[kind]).toEqual(expect.arrayContaining([...(findings[kind] ?? [])]));
  });

  it.each(Object.keys(QUERIES))("are compared on something: %s", (kind) => {
    const found = (clear ?? []).map(({ resources }) => listFindings(resources)[kind]?.length ?? 0);
    expect(Math.max(...found)).toBeGreaterThan(0);
    expect(doubtful?.length).toBeLessThan(cases.length / 4);
  });
});

describe("the queries of what references an artifact manifest", () => {
  const whole = readSharedQuery("versionsOfArtifactManifest");

  it.each(cases)("give the versions that the service protects it for: $name", ({ resources }) => {
    const all = readAll(resources);
    const { graph, needs } = toNeeds(all);
    for (const [id, known] of graph.artifactManifests) {
      const reasons = needs.ofArtifactManifest(known).filter(({ code }) => code === "referencedByVersion");
      const rows = listIds(whole.replace("<artifact manifest id>", id), resources).map((row) => row.toLowerCase());
      expect(rows.toSorted()).toEqual([...new Set(reasons.map(({ by }) => by ?? ""))].toSorted());
    }
  });
});
