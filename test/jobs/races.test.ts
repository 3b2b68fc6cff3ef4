import { beforeAll, describe, expect, it } from "@jest/globals";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { useJobBench } from "./jobBench.ts";
import type { PortCall } from "./portGate.ts";
import { doOnceBefore, listOpen, looksAt, readPlanned, untilPurge } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const INDEX = "application/vnd.oci.image.index.v1+json";
const asks = (port: PortCall["port"], method: string, digest: string) => (call: PortCall) =>
  call.port === port && call.method === method && call.args.includes(digest);
const listAsked = (world: World, digest: string) =>
  world.registry().calls.filter(({ method, path }) => method === "DELETE" && path.includes(digest));

describe("a purge that something else races with", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  /** The night's purge is planned, and `act` happens just before the call that fits. */
  async function raceWith(find: (world: World) => (call: PortCall) => boolean, act: (world: World) => unknown) {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    const count = doOnceBefore(world, find(world), () => act(world));
    await world.drain();
    expect(count()).toBe(1);
    return world;
  }

  const lookAtIndex = (world: World) => looksAt(world, "old");

  it("sees a tag that comes a moment before the last look, and asks nothing of the registry", async () => {
    const world = await raceWith(lookAtIndex, (before) => before.registry().tag("old/nginx", "rollback", "old"));
    expect(world.deleted()).toEqual(["old chart"]);
    expect(listAsked(world, world.registry().resolve("old"))).toEqual([]);
    expect(world.failures).toEqual([]);
  });

  it("sees a tag on a child that comes a moment before the child's last look", async () => {
    const look = (world: World) => looksAt(world, "old arm64");
    const world = await raceWith(look, (before) => before.registry().tag("old/nginx", "arm", "old arm64"));
    expect(world.deleted()).toEqual(OLD.filter((alias) => alias !== "old arm64"));
    expect(world.failures).toEqual([]);
  });

  it("takes what another cleaner deleted after the last look for gone, and goes on with its children", async () => {
    const index = (world: World) => asks("purger", "deleteManifest", world.registry().resolve("old"));
    const world = await raceWith(index, (before) => before.registry().deleteManifest("old/nginx", "old"));
    expect(world.deleted()).toEqual(["old amd64", "old arm64", "old chart"]);
    expect(world.failures).toEqual([]);
    expect((await world.listRuns())[0]?.state).toBe("done");
  });

  it("notices an index that is pushed while its children are deleted, and stops for a person", async () => {
    const child = (world: World) => asks("purger", "deleteManifest", world.registry().resolve("old amd64"));
    const again = { alias: "again", mediaType: INDEX, children: [{ ref: "old amd64" }], tags: ["again"] };
    const world = await raceWith(child, (before) =>
      before.registry().push("old/nginx", RegistryManifestSchema.parse(again)),
    );
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr?.state).toBe("stopped");
    expect(contosoacr?.notes).toContain(world.registry().resolve("old amd64"));
    expect(await listOpen(world, "purgeStopped")).toMatchObject([{ severity: "critical" }]);
  });

  it("is not stopped by one that holds nothing of what is deleted", async () => {
    const child = (world: World) => asks("purger", "deleteManifest", world.registry().resolve("old amd64"));
    const other = { alias: "other", layers: [{ size: 10, seed: "other" }], tags: ["other"] };
    const world = await raceWith(child, (before) =>
      before.registry().push("old/nginx", RegistryManifestSchema.parse(other)),
    );
    expect(world.deleted()).toEqual(OLD);
    expect((await readPlanned(world))["contosoacr"]?.state).toBe("done");
  });
});

describe("an intent whose worker ended before it asked the registry", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  /** The worker ends between the intent of the index and its DELETE; after `change` another one goes on. */
  async function goOnAfter(change: (world: World) => void): Promise<World> {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    doOnceBefore(world, asks("purger", "deleteManifest", world.registry().resolve("old")), () => {
      throw new Error("the worker ended");
    });
    const first = world.box.take();
    if (!first) throw new Error("there is no message");
    await world.deliver(first);
    expect(world.failures).toEqual(["the worker ended"]);
    const intents = (await world.readJournal()).filter(({ what }) => what === "intent");
    expect(intents.map(({ digest }) => digest)).toContain(world.registry().resolve("old"));
    change(world);
    await world.drain();
    return world;
  }

  it.each([
    { name: "is tagged", change: (world: World) => world.registry().tag("old/nginx", "rollback", "old") },
    {
      name: "is locked",
      change: (world: World) => world.registry().setAttributes("old/nginx", { deleteEnabled: false }, { ref: "old" }),
    },
  ])("is decided anew, not replayed: what $name meanwhile stays", async ({ change }) => {
    const world = await goOnAfter(change);
    expect(world.deleted()).toEqual(["old chart"]);
    expect(listAsked(world, world.registry().resolve("old"))).toEqual([]);
  });

  it("is carried out by the next worker where nothing changed", async () => {
    expect((await goOnAfter(() => undefined)).deleted()).toEqual(OLD);
  });
});
