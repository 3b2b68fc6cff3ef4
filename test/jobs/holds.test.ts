import { beforeAll, describe, expect, it } from "@jest/globals";
import { createGetArtifact } from "../../functions/getArtifact.ts";
import { createLiftHold, createPlaceHold } from "../../functions/holds.ts";
import { type Answer, call } from "../unit/functions/aService.ts";
import { useJobBench } from "./jobBench.ts";
import type { ArmResource } from "../sandbox/estate.ts";
import { doOnceBefore, listOpen, looksAt, readPlanned, toResource, untilDue, untilPurge } from "./ripe.ts";
import { aStore, type Json, manifestId, OLD, registryIdOf, smallEstate, storeId } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** To the end of the day: the nights of 5 and 6 March are held, that of the 7th is not. */
const UNTIL = "2026-03-06";
const NGINX = ["old", "old amd64", "old arm64", "old signature"];
const DEADLINE = "2026-03-05T01:00:00Z";

const place = (world: World, scope: Json): Promise<Answer> => {
  const body = { scope, reason: "an audit", owner: "release team", until: UNTIL };
  return call(createPlaceHold(world.connect()), { path: "/api/holds", method: "PUT", body });
};

const lift = (world: World, { json }: Answer): Promise<Answer> =>
  call(createLiftHold(world.connect()), {
    method: "DELETE",
    params: { id: String(json["id"]) },
    body: { by: "release team", why: "the audit is over" },
  });

const digestOf = (world: World, alias: string): Json => ({ digest: world.registry().resolve(alias) });

const SCOPES: readonly { name: string; scope: (world: World) => Json; goes: readonly string[] }[] = [
  {
    name: "an index, with its children and its signature",
    scope: (world) => digestOf(world, "old"),
    goes: ["old chart"],
  },
  {
    name: "a child, and not its index",
    scope: (world) => digestOf(world, "old amd64"),
    goes: OLD.filter((alias) => alias !== "old amd64"),
  },
  {
    name: "a signature, with its subject and what that contains",
    scope: (world) => digestOf(world, "old signature"),
    goes: ["old chart"],
  },
  { name: "a repository", scope: () => ({ registry: registryIdOf(), repository: "old/chart" }), goes: NGINX },
  { name: "an artifact manifest that is gone", scope: () => ({ artifactManifest: manifestId("old") }), goes: [] },
  { name: "a store", scope: () => ({ store: storeId() }), goes: [] },
  { name: "something else", scope: () => ({ registry: registryIdOf(), repository: "old/chart2" }), goes: OLD },
];

describe("a hold over HTTP", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it("is what keeps: without one everything goes that is due", async () => {
    const world = await bench.fork(ripe);
    await world.stage("purge");
    expect(world.deleted()).toEqual(OLD);
  });

  it.each(SCOPES)("that was placed before the plan holds $name", async ({ scope, goes }) => {
    const world = await bench.fork(ripe);
    expect((await place(world, scope(world))).status).toBe(201);
    await world.stage("purge");
    expect(world.deleted()).toEqual(goes);
    const kept = OLD.filter((alias) => !goes.includes(alias));
    expect(await world.listMarks()).toEqual(Object.fromEntries(kept.map((alias) => [alias, DEADLINE])));
    expect(world.failures).toEqual([]);
  });

  it.each(SCOPES)("that was placed after the plan holds $name", async ({ scope, goes }) => {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    expect((await place(world, scope(world))).status).toBe(201);
    await world.drain();
    expect(world.deleted()).toEqual(goes);
    const kept = OLD.filter((alias) => !goes.includes(alias));
    expect(await world.listMarks()).toEqual(Object.fromEntries(kept.map((alias) => [alias, DEADLINE])));
    if (kept.length > 0) expect((await readPlanned(world))["contosoacr"]?.notes).toContain("a hold is in force until");
    expect(world.failures).toEqual([]);
  });

  it.each([
    { name: "keeps what it covers", held: "old chart", goes: NGINX },
    { name: "keeps nothing else", held: "live", goes: OLD },
  ])("that was placed during the last look at a digest $name", async ({ held, goes }) => {
    const world = await bench.fork(ripe);
    const count = doOnceBefore(world, looksAt(world, "old chart"), () => place(world, digestOf(world, held)));
    await world.stage("purge");
    expect([count(), world.deleted()]).toEqual([1, goes]);
  });

  it("pauses: once it is over, what it held goes without a new wait", async () => {
    const world = await bench.fork(ripe);
    await place(world, { store: storeId() });
    await world.stage("purge");
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual([]);
    expect(await world.listMarks()).toEqual(Object.fromEntries(OLD.map((alias) => [alias, DEADLINE])));
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });

  it("that is lifted holds no more", async () => {
    const world = await bench.fork(ripe);
    const placed = await place(world, { store: storeId() });
    await world.fire("purge");
    expect((await lift(world, placed)).status).toBe(204);
    await world.drain();
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });

  it("is told: in the plan, in the explanation, and in a finding before it ends", async () => {
    const world = await bench.fork(ripe);
    await place(world, digestOf(world, "old"));
    await world.stage("purge");
    const digest = world.registry().resolve("old");
    const [run] = await world.listRuns();
    const waiting = await Array.fromAsync(
      world.stores.plans.listWaiting(run?.planId ?? "", registryIdOf().toLowerCase()),
    );
    const until = "2026-03-07T00:00:00.000Z";
    expect(waiting.find((mark) => mark.digest === digest)).toMatchObject({ why: "held", until });
    const { json } = await call(createGetArtifact(world.connect()), {
      params: { registry: "contosoacr", path: `old/nginx@${digest}` },
    });
    expect(json).toMatchObject({
      decision: "marked",
      waiting: { why: "held", until },
      holds: [{ on: digest, owner: "release team", reason: "an audit", until }],
    });
    expect(json["text"]).toContain(`What holds it:\n  until ${until}, by release team on ${digest}: an audit\n`);
    await world.nextDay();
    await world.night();
    expect((await listOpen(world, "holdExpiring")).map(({ subject }) => subject)).toEqual([digest]);
  });
});

describe("a hold by the tags of a store that are lost when it is put again", () => {
  /** Held from the start; what the tags ask for is over with the night of the 6th. */
  const tagged = (tags: Json): ArmResource => toResource({ ...aStore("store", "contosoacr"), tags });
  const retag = (world: World, tags: Json): void => world.change(({ arm }) => arm.put(tagged(tags)));
  const HELD: Json = { "cleanup-hold-until": UNTIL, "cleanup-hold-reason": "an audit" };

  const ENDLESS: Json = { "cleanup-hold-until": "until the audit is over" };
  const LONG: Json = { "cleanup-hold-until": "2026-06-30" };

  let held: World;
  beforeAll(async () => {
    held = await bench.prepare(smallEstate(), async (world) => {
      retag(world, HELD);
      await untilDue(world);
    });
  });

  it("stays in force until its date, is told of, and ends then", async () => {
    const world = await bench.fork(held);
    retag(world, {});
    await world.night();
    expect(world.deleted()).toEqual([]);
    expect(await readPlanned(world)).toEqual({ contosoacr: { state: "done", notes: "" } });
    expect((await listOpen(world, "holdExpiring")).map(({ subject }) => subject)).toEqual([storeId().toLowerCase()]);
    const digest = world.registry().resolve("old");
    const { json } = await call(createGetArtifact(world.connect()), {
      params: { registry: "contosoacr", path: `old/nginx@${digest}` },
    });
    const until = "2026-03-07T00:00:00.000Z";
    expect(json["holds"]).toEqual([{ on: storeId().toLowerCase(), reason: "an audit", until }]);
    await world.nights(2);
    expect(world.deleted()).toEqual(OLD);
    expect(world.failures).toEqual([]);
  });

  it("would be over with its tags: without any ever seen, everything goes that night", async () => {
    const world = await bench.open(smallEstate());
    await untilDue(world);
    retag(world, {});
    await world.night();
    expect(world.deleted()).toEqual(OLD);
  });

  it.each([
    { name: "is not shortened by a later tag", before: LONG, now: { "cleanup-hold-until": "2026-03-04" }, goes: [] },
    { name: "lasts, without a date, as long as its tags", before: ENDLESS, now: ENDLESS, goes: [] },
    { name: "ends, without a date, once a complete snapshot shows no tags", before: ENDLESS, now: {}, goes: OLD },
  ])("$name", async ({ before, now, goes }) => {
    const world = await bench.open(smallEstate());
    retag(world, before);
    await untilDue(world);
    retag(world, now);
    await world.night();
    expect(world.deleted()).toEqual(goes);
  });

  it("counts at the last look where no snapshot but only an earlier look has seen them", async () => {
    const world = await bench.open(smallEstate());
    await untilPurge(world);
    await world.fire("purge");
    retag(world, HELD);
    await world.drain();
    expect(world.deleted()).toEqual([]);
    retag(world, {});
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual([]);
  });

  it.each([
    { name: "outlives the store itself, also where one of its name is created again", tags: LONG, goes: [] },
    { name: "is what keeps then: what was never held goes after a new grace window", tags: {}, goes: OLD },
  ])("$name", async ({ tags, goes }) => {
    const world = await bench.open(smallEstate());
    retag(world, tags);
    await untilDue(world);
    world.change(({ arm }) => void arm.remove(storeId(), { force: true }));
    await world.night();
    const again = { ...aStore("store", "contosoacr"), systemData: { createdAt: "2026-03-06T00:00:00Z" } };
    world.change(({ arm }) => arm.put(toResource(again)));
    await world.nights(5);
    expect(world.deleted()).toEqual(goes);
  });
});
