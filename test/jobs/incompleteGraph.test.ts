import { beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "../fakes/collect.ts";
import { useJobBench } from "./jobBench.ts";
import type { Guard } from "./portGate.ts";
import { readPlanned, toResource, withdraw } from "./ripe.ts";
import {
  anArtifactManifest,
  aNetworkFunction,
  anNfdv,
  manifestId,
  nfdvId,
  OLD,
  registryIdOf,
  smallEstate,
} from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** The right to read the subscription is not proven any more: the graph is incomplete, and shows all there is. */
const doubtRights: Guard = async (call, proceed) => (call.method === "canReadAll" ? false : proceed());

const oldRegistryMarks = (world: World) => collect(world.stores.marks.list(registryIdOf().toLowerCase()));

/** The version `old` has been seen, and is gone with its artifact manifest. */
describe("a network function that only an incomplete graph shows", () => {
  let ripe: World;
  beforeAll(async () => {
    const estate = smallEstate({ resources: [anNfdv("old", "old")] });
    ripe = await bench.prepare(estate, async (world) => {
      await withdraw(world, nfdvId("old"), manifestId("old"));
      await world.nights(2);
    });
  });

  async function untilPlanned(world: World, consumer: boolean): Promise<void> {
    if (consumer) world.change(({ arm }) => arm.put(toResource(aNetworkFunction("late", "old"))));
    world.addGuard(doubtRights);
    await world.stage("snapshot");
    const marks = await oldRegistryMarks(world);
    await world.stage("mark");
    const left = await oldRegistryMarks(world);
    expect(left).toHaveLength(consumer ? 0 : OLD.length);
    // Marking has taken the marks away already; the purge must not depend on that.
    if (consumer) for (const { mark } of marks) await world.stores.marks.put(mark, undefined);
    await world.fire("purge");
    expect(world.box.waiting).toHaveLength(1);
  }

  it("protects what it runs on when the purge looks again", async () => {
    const world = await bench.fork(ripe);
    await untilPlanned(world, true);
    await world.drain();
    expect(world.deleted()).toEqual([]);
    expect((await readPlanned(world))["contosoacr"]?.notes).toContain("consumerOfDeletedVersion");
  });

  it("is what protects it: without one all of it goes", async () => {
    const world = await bench.fork(ripe);
    await untilPlanned(world, false);
    await world.drain();
    expect(world.deleted()).toEqual(OLD);
  });
});

describe("a resource that is too large to be stored", () => {
  it("makes the snapshot incomplete instead of ending its run, and no mark is made", async () => {
    const world = await bench.open(smallEstate());
    await withdraw(world);
    const names = Array.from({ length: 12_000 }, (_, index) => `artifact-with-a-rather-long-name-${index}`);
    world.change(({ arm }) => arm.put(toResource(anArtifactManifest("huge", names))));
    await world.nights(2);
    const [newest] = await collect(world.stores.snapshots.list());
    const [graph] = (await world.stores.snapshots.listParts(newest?.id ?? "")).filter(({ name }) => name === "graph");
    const reason = {
      code: "rowUnreadable",
      subject: manifestId("huge").toLowerCase(),
      detail: expect.stringContaining("too large"),
    };
    expect(graph).toMatchObject({ complete: false, reasons: [reason] });
    expect(await world.listMarks()).toEqual({});
    expect((await world.listRuns()).map(({ state }) => state)).not.toContain("failed");
    expect(world.failures).toEqual([]);
  });
});
