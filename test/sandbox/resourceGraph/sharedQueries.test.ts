import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { createDefaultEstate } from "../../simulate/defaultEstate/createDefaultEstate.ts";
import { argDialect } from "../kql/dialects.ts";
import { createKql } from "../kql/kql.ts";
import { RESOURCE_GRAPH_TABLES, toGraphRow } from "./tables.ts";

const { resources, startsAt } = createDefaultEstate();
const kql = createKql({ tables: RESOURCE_GRAPH_TABLES, dialect: argDialect });
const rows = resources.map((resource) => toGraphRow(resource, "tenant").row);

const readQuery = (name: string): string =>
  readFileSync(new URL(`../../../infra/queries/${name}.kql`, import.meta.url), "utf8");

function listIds(query: string): string[] {
  const compiled = kql.compile(query, Date.parse(startsAt));
  return compiled.run(new Map([["resources", rows]])).map(({ id }) => (typeof id === "string" ? id : ""));
}

const idsOf = (type: RegExp, matches: (text: string, id: string) => boolean): string[] =>
  resources
    .filter(
      ({ id, properties }) => type.test(id) && matches(JSON.stringify(properties).toLowerCase(), id.toLowerCase()),
    )
    .map(({ id }) => id)
    .sort();

const VERSION = /\/network(FunctionDefinition|ServiceDesign)Versions\/[^/]+$/i;
const SERVICE_DESIGN = /\/networkServiceDesignVersions\/[^/]+$/i;

describe("the queries that operators run in Resource Graph Explorer", () => {
  it("find exactly the versions that reference an artifact manifest", () => {
    const manifest = resources.find(({ id }) => /\/artifactManifests\/smf-2-1-0$/i.test(id));
    const id = manifest?.id ?? "";
    const expected = idsOf(VERSION, (text) => text.includes(`"${id.toLowerCase()}"`));
    expect(expected.length).toBeGreaterThan(0);
    const query = readQuery("versionsOfArtifactManifest").replace("<artifact manifest id>", id);
    expect(listIds(query).sort()).toEqual(expected);
  });

  it("find the service designs that no service wants", () => {
    const services = resources.filter(({ id }) => /\/siteNetworkServices\/[^/]+$/i.test(id));
    const wanted = services.map(({ properties }) =>
      JSON.stringify(properties["networkServiceDesignVersionResourceReference"]).toLowerCase(),
    );
    const expected = idsOf(SERVICE_DESIGN, (_, id) => !wanted.some((text) => text.includes(`"${id}"`)));
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(idsOf(SERVICE_DESIGN, () => true).length);
    expect(listIds(readQuery("unreferencedServiceDesigns")).sort()).toEqual(expected);
  });
});
