import { beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { collect } from "../fakes/collect.ts";
import { useJobBench } from "./jobBench.ts";
import type { Guard } from "./portGate.ts";
import { addFault, listOpen, readPlanned, startByHand, withdraw } from "./ripe.ts";
import {
  anArtifactManifest,
  anIndex,
  aRegistry,
  aRepository,
  aStore,
  anImage,
  enforceSettings,
  manifestId,
  OLD,
  OLD_REPOSITORIES,
  registryIdOf,
  smallEstate,
} from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** Two stores with a registry each; in both, the artifact manifest `old` holds the same bytes. */
const twinEstate = () =>
  smallEstate({
    resources: [aStore("other", "otheracr"), anArtifactManifest("old", ["chart", "nginx"], "other")],
    registries: [
      aRegistry("contosoacr", [
        ...OLD_REPOSITORIES,
        aRepository("live/nginx", anIndex("live")),
        aRepository("live/chart", [anImage("live chart", ["1.0"])]),
      ]),
      aRegistry("otheracr", OLD_REPOSITORIES),
    ],
  });

const BOTH = enforceSettings("store", "other");

async function untilDue(world: World): Promise<void> {
  await withdraw(world, manifestId("old"), manifestId("old", "other"));
  await world.nights(2);
}

const listDeleted = (world: World): readonly (readonly string[])[] =>
  ["contosoacr", "otheracr"].map((name) => world.deleted(name));

const idOf = (name: string): string => registryIdOf(name).toLowerCase();

/** The parts that the newest snapshot was sealed without, by name; `open` where it is not sealed. */
async function listMissingParts(world: World): Promise<readonly string[] | "open"> {
  const [newest] = await collect(world.stores.snapshots.list());
  if (newest?.state !== "sealed") return "open";
  const parts = await world.stores.snapshots.listParts(newest.id);
  return parts.filter(({ reasons }) => reasons.some(({ code }) => code === "partMissing")).map(({ name }) => name);
}

describe("a bound plan", () => {
  let ripe: World;
  beforeAll(async () => {
    const live = async (world: World) => {
      await untilDue(world);
      await world.stage("snapshot");
      await world.stage("mark");
    };
    ripe = await bench.prepare(twinEstate(), live, BOTH);
  });

  /** A plan of the first registry only, from a run that may not delete. */
  async function planFirst(world: World): Promise<string> {
    const settings = world.settings;
    world.settings = enforceSettings("store");
    await world.moveTo(world.at(5));
    const runId = await startByHand(world, { mode: "report" });
    world.settings = settings;
    expect(listDeleted(world)).toEqual([[], []]);
    return (await world.stores.runs.find(runId))?.planId ?? "";
  }

  it("does not cross registries that hold the same bytes", async () => {
    const world = await bench.fork(ripe);
    const planId = await planFirst(world);
    expect(await collect(world.stores.plans.listItems(planId, registryIdOf().toLowerCase()))).toHaveLength(5);
    await startByHand(world, { boundTo: planId });
    expect(listDeleted(world)).toEqual([OLD, []]);
  });

  it("is what held the other registry back: a free run purges both", async () => {
    const world = await bench.fork(ripe);
    await planFirst(world);
    await startByHand(world);
    expect(listDeleted(world)).toEqual([OLD, OLD]);
  });

  it("stops a run where it is not known", async () => {
    const world = await bench.fork(ripe);
    await world.moveTo(world.at(5));
    const runId = await startByHand(world, { boundTo: "unknown" });
    expect(await world.stores.runs.find(runId)).toMatchObject({
      state: "stopped",
      errors: ["there is no plan unknown"],
    });
    expect(listDeleted(world)).toEqual([[], []]);
  });
});

describe("one registry that cannot be worked with", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(twinEstate(), untilDue, BOTH);
  });

  it("is purged like the other one where nothing is wrong", async () => {
    const world = await bench.fork(ripe);
    await world.night();
    expect(listDeleted(world)).toEqual([OLD, OLD]);
  });

  it.each([
    { name: "that is down", effect: { kind: "reset" }, match: {} },
    { name: "whose catalogue fails", effect: { kind: "status", status: 503 }, match: { path: "^/acr/v1/_catalog" } },
    { name: "whose listings fail", effect: { kind: "status", status: 500 }, match: { path: "/_manifests" } },
    { name: "that forbids reading", effect: { kind: "status", status: 403 }, match: { path: "^/acr/v1/" } },
  ])("$name stops itself, not the other, and keeps its marks", async ({ effect, match }) => {
    const world = await bench.fork(ripe);
    const marks = await world.listMarks("otheracr");
    addFault(world, effect, { registry: "otheracr", ...match });
    await world.night();
    expect(listDeleted(world)).toEqual([OLD, []]);
    expect(await world.listMarks("otheracr")).toEqual(marks);
    expect(await listOpen(world, "incompleteSnapshot")).toMatchObject([
      { subject: registryIdOf("otheracr").toLowerCase() },
    ]);
    expect(world.failures).toEqual([]);
  });

  it("is missing by name from the snapshot where its message can never be worked on", async () => {
    const world = await bench.fork(ripe);
    let isBroken = true;
    const broken: Guard = async ({ method, args }, proceed) => {
      if (isBroken && method === "getResource" && args[0] === idOf("otheracr")) throw new TypeError("a bug");
      return proceed();
    };
    world.addGuard(broken);
    await world.stage("snapshot");
    expect(world.box.poison).toMatchObject([{ queue: "inventory-registry" }]);
    isBroken = false;
    expect(await listMissingParts(world)).toEqual([idOf("otheracr")]);
    await world.stage("mark");
    await world.stage("purge");
    expect(listDeleted(world)).toEqual([OLD, []]);
    expect(new Set(world.failures)).toEqual(new Set(["a bug"]));
  });

  it("is missing by name from the snapshot where its message is lost, an hour later", async () => {
    const world = await bench.fork(ripe);
    await world.fire("snapshot");
    expect(world.box.take()).toMatchObject({ queue: "inventory-registry", body: { registryId: idOf("contosoacr") } });
    await world.drain();
    expect(await listMissingParts(world)).toBe("open");
    await world.stage("mark");
    expect(await listMissingParts(world)).toEqual([idOf("contosoacr")]);
    await world.stage("purge");
    expect(listDeleted(world)).toEqual([[], OLD]);
  });

  it("is not waited for in vain within the hour", async () => {
    const world = await bench.fork(ripe);
    await world.fire("snapshot");
    const lost = world.box.take();
    await world.drain();
    expect(lost).toMatchObject({ queue: "inventory-registry" });
    await world.moveTo(world.at(1) + 50 * 60_000);
    const runId = await startByHand(world, { stage: "mark" });
    expect((await world.stores.runs.find(runId))?.state).toBe("stopped");
  });
});

describe("a registry that must not be spoken to", () => {
  it("is never asked for anything", async () => {
    const settings = { ...BOTH, REGISTRY_HOST_SUFFIXES: "azurecr.io" };
    const world = await bench.open(twinEstate(), settings);
    await world.night();
    expect(world.registry().calls).toEqual([]);
    expect(world.registry("otheracr").calls).toEqual([]);
    expect(await listOpen(world, "incompleteSnapshot")).toHaveLength(2);
  });

  it("is not purged either, whatever was planned", async () => {
    const world = await bench.open(twinEstate(), BOTH);
    await untilDue(world);
    await world.stage("snapshot");
    await world.stage("mark");
    await world.fire("purge");
    world.settings = { ...BOTH, REGISTRY_HOST_SUFFIXES: "azurecr.io" };
    world.registry().clearCalls();
    world.registry("otheracr").clearCalls();
    await world.drain();
    expect([...world.registry().calls, ...world.registry("otheracr").calls]).toEqual([]);
    expect(listDeleted(world)).toEqual([[], []]);
    expect(Object.values(await readPlanned(world)).map(({ state }) => state)).toEqual(["stopped", "stopped"]);
  });
});

describe("a registry with a retention policy of its own", () => {
  const Answer = z.looseObject({ resource: z.looseObject({ properties: z.looseObject({}) }) });

  it.each([
    { days: 0, states: { contosoacr: "refused", otheracr: "planned" } },
    { days: 1, states: { contosoacr: "planned", otheracr: "planned" } },
  ])("of $days days, with a grace window of one: $states.contosoacr", async ({ days, states }) => {
    const world = await bench.open(twinEstate(), BOTH);
    await untilDue(world);
    await world.stage("snapshot");
    await world.stage("mark");
    const addPolicy: Guard = async ({ method, args }, proceed) => {
      const answer = await proceed();
      if (method !== "getResource" || args[0] !== registryIdOf().toLowerCase()) return answer;
      const { resource, ...rest } = Answer.parse(answer);
      const policies = { retentionPolicy: { status: "enabled", days } };
      return { ...rest, resource: { ...resource, properties: { ...resource.properties, policies } } };
    };
    world.addGuard(addPolicy);
    await world.fire("purge");
    const planned = await readPlanned(world);
    expect(Object.fromEntries(Object.entries(planned).map(([name, { state }]) => [name, state]))).toEqual(states);
    expect(planned["contosoacr"]?.notes.includes("retention")).toBe(states.contosoacr === "refused");
    await world.drain();
    expect(listDeleted(world)).toEqual([states.contosoacr === "refused" ? [] : OLD, OLD]);
    expect(await listOpen(world, "retentionPolicyActs")).toEqual([]);
    await world.nextDay();
    await world.stage("snapshot");
    await world.stage("mark");
    expect(await listOpen(world, "retentionPolicyActs")).toHaveLength(states.contosoacr === "refused" ? 1 : 0);
  });
});
