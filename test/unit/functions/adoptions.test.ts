import { describe, expect, it, test } from "@jest/globals";
import { createAdopt, createListAdoptions, createRemoveAdoption } from "../../../functions/adoptions.ts";
import { lapseAdoptions } from "../../../lib/jobs/adopt.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { readPublishers } from "../../../lib/jobs/loadGraph.ts";
import {
  aKnown,
  anArtifactManifest,
  aResource,
  artifactManifestId,
  aStore,
  nfdvId,
  NOW,
  PUBLISHER,
  STORE,
} from "../../fakes/builders.ts";
import type { Answer, Seen } from "./aService.ts";
import { aHeader, aPart, aService, call, seeSnapshot, SNAPSHOT } from "./aService.ts";

const BODY = { store: STORE.toUpperCase(), prefix: "cnf", reason: "backlog of the first months", by: "ann" };
/** Of another publisher, in the same registry. */
const SIBLING = `${PUBLISHER.replace("contoso", "fabrikam")}/artifactstores/sibling`;

const LEGACY = aResource({
  id: nfdvId("1.0.0"),
  kind: "networkFunctionDefinitionVersion",
  name: "1.0.0",
  details: {
    of: "version",
    references: [{ form: "store", id: STORE, chart: true, artifact: { name: "cnf/chart", version: "1", chart: true } }],
    schemas: [],
  },
});

async function aServiceThatSaw(seen: Seen = {}): Promise<Deps> {
  const deps = aService();
  await seeSnapshot(deps, { resources: [aStore()], ...seen });
  return deps;
}

const adopt = (deps: Deps, body: unknown = BODY): Promise<Answer> =>
  call(createAdopt(deps), { path: "/api/adoptions", method: "POST", body });
const remove = (deps: Deps, id: string): Promise<Answer> =>
  call(createRemoveAdoption(deps), { method: "DELETE", params: { id } });

describe("adopting a prefix over HTTP", () => {
  it("stores who, why and when, and answers with where it stands", async () => {
    const deps = await aServiceThatSaw();
    const { status, headers, json } = await adopt(deps);
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`https://service.example/api/adoptions/${String(json["id"])}`);
    const adoption = { storeId: STORE, prefix: "cnf", reason: BODY.reason, by: "ann", at: NOW };
    expect(json).toMatchObject(adoption);
    expect(await deps.adoptions.find(STORE, "cnf")).toMatchObject(adoption);
    expect((await adopt(deps)).status).toBe(409);
  });

  test.each<{ name: string; seen?: Seen; body?: object; status: number; says: string }>([
    {
      name: "an artifact manifest that exists",
      seen: { resources: [aStore(), anArtifactManifest()] },
      status: 409,
      says: "exists",
    },
    { name: "one that is remembered", seen: { known: [aKnown()] }, status: 409, says: "was there until" },
    {
      name: "one of another store of the same registry",
      seen: {
        resources: [aStore(), aStore({ id: SIBLING, name: "sibling" })],
        known: [aKnown({ id: artifactManifestId("cnf", SIBLING) })],
      },
      status: 409,
      says: "sibling",
    },
    {
      name: "a legacy path",
      seen: { known: [aKnown({ id: artifactManifestId("old"), artifacts: [{ name: "cnf/a", version: "1" }] })] },
      status: 409,
      says: "legacy path",
    },
    {
      name: "a path that a legacy reference to a chart names",
      seen: { resources: [aStore(), LEGACY] },
      status: 409,
      says: "legacy reference",
    },
    {
      name: "a snapshot that is not processed",
      seen: { header: { processedAt: undefined } },
      status: 409,
      says: "no snapshot has been processed",
    },
    {
      name: "a graph that is not complete",
      seen: { parts: [aPart({ complete: false })] },
      status: 409,
      says: "not complete",
    },
    { name: "a store that the snapshot does not show", seen: { resources: [] }, status: 409, says: "does not show" },
    { name: "a store that is not enrolled", body: { store: SIBLING }, status: 400, says: "STORES" },
    { name: "a store that is none", body: { store: "store" }, status: 400, says: "resource id" },
    { name: "two segments", body: { prefix: "cnf/nginx" }, status: 400, says: "path segment" },
    { name: "no reason", body: { reason: "" }, status: 400, says: "reason" },
    { name: "a field that does not exist", body: { force: true }, status: 400, says: "force" },
  ])("is refused for $name, and stores nothing", async ({ seen, body, status, says }) => {
    const deps = await aServiceThatSaw(seen);
    const answer = await adopt(deps, { ...BODY, ...body });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(says);
    expect(await Array.fromAsync(deps.adoptions.list())).toEqual([]);
  });
});

describe("adoptions", () => {
  it("are listed, those that lapsed too, and removed by their id", async () => {
    const deps = await aServiceThatSaw();
    const { json } = await adopt(deps);
    await deps.adoptions.lapse(STORE, "cnf", NOW);
    const listed = await call(createListAdoptions(deps), {});
    expect(listed.json).toMatchObject({ adoptions: [{ id: json["id"], lapsedAt: NOW }] });
    expect((await remove(deps, "unknown")).status).toBe(404);
    expect((await remove(deps, String(json["id"]))).status).toBe(204);
    expect((await call(createListAdoptions(deps), {})).json).toEqual({ adoptions: [] });
  });

  it("lapse for good once an artifact manifest of their name appears, and not before", async () => {
    const deps = await aServiceThatSaw();
    await adopt(deps);
    expect(await lapseAdoptions(deps, (await readPublishers(deps, aHeader(), [STORE])).graph, NOW)).toEqual([]);
    await deps.snapshots.putResources(SNAPSHOT, [anArtifactManifest()]);
    const { graph } = await readPublishers(deps, aHeader(), [STORE]);
    expect(await lapseAdoptions(deps, graph, NOW)).toMatchObject([{ prefix: "cnf", lapsedAt: NOW }]);
    expect(await lapseAdoptions(deps, graph, "2026-03-03T01:00:00Z")).toEqual([]);
    expect(await deps.adoptions.find(STORE, "cnf")).toMatchObject({ lapsedAt: NOW });
  });
});
