import { HttpRequest, InvocationContext } from "@azure/functions";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createRestore } from "../../functions/restores.ts";
import { collect } from "../fakes/collect.ts";
import { useJobBench } from "./jobBench.ts";
import { allowRestores, askToRestore, itemsOf, purgeOld, untilSharedPurge } from "./restoring.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const NGINX = ["old", "old amd64", "old arm64", "old signature"];
const MONTH_AFTER = "2026-04-04T05:00:00Z";

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

const purge = (): Promise<World> => purgeOld(bench, ripe);

const stored = (world: World) =>
  world
    .registry()
    .manifests("old/nginx")
    .map(({ digest, mediaType, bytes }) => ({ digest, mediaType, bytes }));
const puts = (world: World) => world.registry().calls.filter(({ method }) => method === "PUT");
const listHeld = async (world: World) => {
  const digests = new Map(NGINX.map((alias) => [world.registry().resolve(alias), alias]));
  const holds = await collect(world.stores.holds.list());
  return Object.fromEntries(
    holds.flatMap(({ scope, until }) =>
      scope.of === "digest" ? [[digests.get(scope.digest) ?? scope.digest, until]] : [],
    ),
  );
};

describe("restoring what a purge deleted", () => {
  it("puts the children, the index, its tag and then its signature, byte for byte", async () => {
    const before = stored(await bench.fork(ripe));
    const world = await purge();
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true, heldUntil: MONTH_AFTER } });
    const items = itemsOf(world, answer, OLD);
    expect(items.slice(0, 2).toSorted()).toEqual(["restored old amd64", "restored old arm64"]);
    expect(items.slice(2)).toEqual(["restored old", "tagged old [1.0]", "restored old signature"]);
    expect(stored(world)).toEqual(before);
    expect(world.content()).toContain("old/nginx: old [1.0]");
    expect(world.content("contosoacr").some((line) => line.startsWith("old/chart"))).toBe(false);
  });

  it("writes down who wanted it and why, and holds all of it for a month", async () => {
    const world = await purge();
    await askToRestore(world, { tag: "1.0" });
    const journal = await world.readJournal();
    const [before, records] = ["restoring", "restored"].map((of) => journal.filter(({ what }) => what === of));
    expect(records).toHaveLength(5);
    expect(before?.map(({ digest }) => digest)).toEqual(records?.map(({ digest }) => digest));
    expect(records?.[0]).toMatchObject({ by: "the operator on duty", why: "a rollback", repository: "old/nginx" });
    expect(await listHeld(world)).toEqual(Object.fromEntries(NGINX.map((alias) => [alias, MONTH_AFTER])));
  });

  it("says in the log of its own invocation what was put", async () => {
    const world = await purge();
    const digest = world.registry().resolve("old");
    const logs: string[] = [];
    const context = new InvocationContext({ logHandler: (_level, ...args) => void logs.push(args.join(" ")) });
    const body = {
      registry: "contosoacr",
      repository: "old/nginx",
      digest,
      by: "the operator on duty",
      why: "a rollback",
    };
    const request = new HttpRequest({
      method: "POST",
      url: "https://service.example/api/restores",
      body: { string: JSON.stringify(body) },
    });
    expect(await createRestore(world.connect())(request, context)).toMatchObject({ jsonBody: { complete: true } });
    const restored = logs.filter((line) => line.startsWith("registry manifest restored"));
    expect(restored).toHaveLength(5);
    expect(restored.join()).toContain(digest);
  });

  it("puts nothing twice where it is asked for again", async () => {
    const world = await purge();
    await askToRestore(world, { tag: "1.0" });
    const before = puts(world).length;
    const again = await askToRestore(world, { tag: "1.0" });
    expect(again).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, again, OLD)).toEqual(["there old"]);
    expect(puts(world)).toHaveLength(before);
  });

  it("puts the tag back that AOSM took away", async () => {
    const world = await purge();
    const answer = await askToRestore(world, {});
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(world.content()).toContain("old/nginx: old [1.0]");
  });

  it("puts the tags back that it carried last, where they are free", async () => {
    const world = await purge();
    const intent = (await world.readJournal()).find(({ digest }) => digest === world.registry().resolve("old"));
    const record = { ...intent, lastTags: ["1.0", "golden"] };
    await world.connect().journal.append("2026-03-06/20260306T050000Z-purge/contosoacr", record);
    const answer = await askToRestore(world, {});
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(world.content()).toContain("old/nginx: old [1.0]");
  });

  it("leaves a hold of a person that ends later as it is", async () => {
    const world = await purge();
    const scope = { of: "digest", digest: world.registry().resolve("old") } as const;
    const hold = {
      scope,
      reason: "a trial",
      owner: "core team",
      until: "2026-12-01T00:00:00Z",
      at: "2026-03-01T00:00:00Z",
    };
    await world.stores.holds.put(hold);
    await askToRestore(world, { tag: "1.0" });
    expect(await listHeld(world)).toMatchObject({ old: hold.until, "old amd64": MONTH_AFTER });
  });

  /** Restored, and then somebody takes the tag away: everything speaks for another delete. */
  async function untag(): Promise<World> {
    const world = await purge();
    await askToRestore(world, { tag: "1.0" });
    world.registry().untag("old/nginx", "1.0");
    return world;
  }

  it("keeps what was restored while it is held, also without a tag", async () => {
    const world = await untag();
    await world.nextDay();
    await world.nights(6);
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(OLD);
    expect(Object.keys(await world.listMarks())).toEqual(NGINX);
  });

  it("would lose it again without the hold", async () => {
    const world = await untag();
    for (const { id } of await collect(world.stores.holds.list())) await world.stores.holds.remove(id);
    await world.nextDay();
    await world.nights(6);
    expect(world.deleted()).toEqual([...OLD, ...NGINX].toSorted());
  });
});

describe("putting a tag back in the grace window", () => {
  it("saves the index and all that hangs on it", async () => {
    const world = allowRestores(await bench.fork(ripe));
    const answer = await askToRestore(world, { tag: "rollback" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, OLD)).toEqual(["tagged old [rollback]"]);
    expect(Object.keys(await world.listMarks())).toEqual(OLD.filter((alias) => alias !== "old"));
    await world.stage("purge");
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(["old chart"]);
  });

  it("holds and unmarks what is there where no tag is asked for", async () => {
    const world = allowRestores(await bench.fork(ripe));
    const answer = await askToRestore(world, {});
    expect(itemsOf(world, answer, OLD)).toEqual(["there old"]);
    expect(Object.keys(await world.listMarks())).not.toContain("old");
    expect(await listHeld(world)).toEqual({ old: "2026-04-04T03:00:00Z" });
    expect(puts(world)).toEqual([]);
  });
});
