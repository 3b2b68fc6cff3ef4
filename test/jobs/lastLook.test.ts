import { afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { useJobBench } from "./jobBench.ts";
import type { PortCall } from "./portGate.ts";
import { doOnceBefore, untilPurge } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const SECOND_MS = 1000;

/** A registry has no conditional delete: what a look at the digest showed may be this old when the request is made. */
describe("a tag that comes between the last look and the request", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** The intent of the index is written when its look is `ms` old; the tag comes in that moment. */
  async function tagAfter(ms: number): Promise<World> {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    const index = world.registry().resolve("old");
    const readTime = performance.now.bind(performance);
    const isIntent = ({ port, method, args }: PortCall): boolean =>
      port === "journal" && method === "append" && JSON.stringify(args[1]).includes(`"digest":"${index}"`);
    doOnceBefore(world, isIntent, () => {
      jest.spyOn(performance, "now").mockImplementation(() => readTime() + ms);
      world.registry().tag("old/nginx", "rollback", "old");
    });
    await world.drain();
    expect(world.failures).toEqual([]);
    return world;
  }

  it("is seen where the look is a second old", async () => {
    const world = await tagAfter(SECOND_MS);
    expect(world.deleted()).toEqual(["old chart"]);
    expect(world.content().filter((line) => line.includes("rollback"))).toEqual(["old/nginx: old [rollback]"]);
  });

  it("is not seen within half of that: this is the window that stays open", async () => {
    expect((await tagAfter(0)).deleted()).toEqual(OLD);
  });
});

describe("a signature whose subject somebody else deletes right before the request", () => {
  it("is on record as gone, and not as deleted by this service", async () => {
    const world = await bench.fork(await bench.prepare(smallEstate(), untilPurge));
    await world.fire("purge");
    const [index, signature] = ["old", "old signature"].map((name) => world.registry().resolve(name));
    const isIntent = ({ port, method, args }: PortCall): boolean =>
      port === "journal" && method === "append" && JSON.stringify(args[1]).includes(`"digest":"${signature}"`);
    doOnceBefore(world, isIntent, () => world.registry().deleteManifest("old/nginx", "old"));
    await world.drain();
    expect(world.failures).toEqual([]);
    const outcomes = (await world.readJournal()).filter(({ what }) => what === "outcome");
    const outcomeOf = (digest: unknown): unknown => outcomes.find((entry) => entry.digest === digest)?.["outcome"];
    expect([outcomeOf(index), outcomeOf(signature)]).toEqual(["alreadyGone", "alreadyGone"]);
  });
});
