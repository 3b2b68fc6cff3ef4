import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Estate } from "../sandbox/estate.ts";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { useAgeingLooks } from "./ageLooks.ts";
import { useJobBench } from "./jobBench.ts";
import type { PortCall } from "./portGate.ts";
import { addFault, doOnceBefore, listOpen, looksAt, readPlanned, untilPurge } from "./ripe.ts";
import type { Json } from "./smallEstate.ts";
import { anArtifactManifest, anImage, anIndex, aRegistry, aRepository, OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const CHILDREN = ["old amd64", "old arm64"];
const SECOND_MS = 1000;
const INDEX = "application/vnd.oci.image.index.v1+json";
const push = (world: World, manifest: Json) =>
  world.registry().push("old/nginx", RegistryManifestSchema.parse(manifest));
/** A live index that holds one of the images that are due. */
const pushAgain = (world: World) =>
  push(world, { alias: "again", mediaType: INDEX, children: [{ ref: "old amd64" }], tags: ["again"] });
const isDeleteOf = (world: World, alias: string) => {
  const digest = world.registry().resolve(alias);
  return ({ port, args }: PortCall): boolean => port === "purger" && args.includes(digest);
};
const isListingOf = (repository: string, { port, method, args }: PortCall): boolean =>
  port === "reader" && method === "listManifests" && args[0] === repository;
const contentOf = (world: World, repository: string) =>
  world.content().filter((line) => line.startsWith(`${repository}:`));
const damageOf = async (world: World) =>
  (await listOpen(world, "damagedArtifact")).map(({ subject }) => subject.slice(subject.lastIndexOf("@") + 1));

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilPurge);
});

const letLooksAge = useAgeingLooks();

/** Pushed a second before the first delete of `aliases` is asked for. */
function pushBefore(world: World, aliases: readonly string[], act: () => unknown): void {
  const looks = aliases.map((alias) => looksAt(world, alias));
  doOnceBefore(
    world,
    (call) => looks.some((fits) => fits(call)),
    () => {
      act();
      letLooksAge(SECOND_MS);
    },
  );
}

/** The night's purge is planned, and not yet under way. */
async function plan(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = await bench.fork(ripe, settings);
  await world.fire("purge");
  return world;
}

describe("what is pushed after the repository was listed, and a second before a delete", () => {
  it("stays, and keeps its subject, where it is a referrer that the registry would take along", async () => {
    const world = await plan();
    const sbom = { ...anImage("sbom", ["sbom-1"]), subject: "old" };
    pushBefore(world, ["old"], () => push(world, sbom));
    await world.drain();
    expect(world.deleted()).toEqual(["old chart"]);
    expect(contentOf(world, "old/nginx")).toContainEqual(expect.stringContaining("[sbom-1]"));
    expect(await damageOf(world)).toEqual([]);
  });

  it("keeps what it contains", async () => {
    const world = await plan();
    pushBefore(world, CHILDREN, () => pushAgain(world));
    await world.drain();
    expect(world.deleted()).toEqual(OLD.filter((alias) => alias !== "old amd64"));
    expect(await damageOf(world)).toEqual([]);
    expect((await readPlanned(world))["contosoacr"]?.state).toBe("done");
  });

  it("keeps its children where it is the very index that has just been deleted", async () => {
    const world = await plan();
    const children = [{ ref: "old amd64" }, { ref: "old arm64" }];
    pushBefore(world, CHILDREN, () => push(world, { alias: "old", mediaType: INDEX, children, tags: ["1.0"] }));
    await world.drain();
    const left = ["old/nginx: old [1.0]", "old/nginx: old amd64 []", "old/nginx: old arm64 []"];
    expect(contentOf(world, "old/nginx")).toEqual(left);
  });

  it("does not hold up what it has nothing to do with", async () => {
    const world = await plan();
    pushBefore(world, ["old"], () => push(world, anImage("other", ["other"])));
    await world.drain();
    expect(world.deleted()).toEqual(OLD);
  });

  it("leaves the rest to the next run where it goes on and on", async () => {
    const world = await plan();
    let pushes = 0;
    world.addGuard(async (call, proceed) => {
      const isLook = looksAt(world, "old")(call);
      if (isLook) push(world, anImage(`other ${(pushes += 1)}`, [`other${pushes}`]));
      if (isLook) letLooksAge(SECOND_MS);
      return proceed();
    });
    await world.drain();
    expect(world.deleted()).toEqual(["old chart"]);
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr).toMatchObject({ state: "done", notes: expect.stringContaining("waits for the next run") });
  });
});

describe("a last look that took long", () => {
  /** Each look at the index seems to take a second, and `act` happens during the second one. */
  async function lookSlowly(act: (world: World) => Promise<unknown>): Promise<World> {
    const world = await plan();
    let looks = 0;
    world.addGuard(async (call, proceed) => {
      const answer = await proceed();
      if (!looksAt(world, "old")(call)) return answer;
      looks += 1;
      letLooksAge(SECOND_MS);
      if (looks === 2) await act(world);
      return answer;
    });
    await world.drain();
    return world;
  }

  it("is repeated, and a pause that came meanwhile counts", async () => {
    const world = await lookSlowly((paused) =>
      paused.stores.pauses.pause({ by: "core team", why: "stop", at: "2026-03-05T05:00:01Z" }),
    );
    expect(world.deleted().filter((alias) => alias !== "old chart")).toEqual([]);
    expect((await readPlanned(world))["contosoacr"]?.state).toBe("frozen");
  });

  it("is repeated, and a hold that came meanwhile counts", async () => {
    const world = await lookSlowly((held) =>
      held.stores.holds.put({
        scope: { of: "digest", digest: held.registry().resolve("old") },
        reason: "an audit",
        owner: "core team",
        until: "2026-06-05T05:00:00Z",
        at: "2026-03-05T05:00:01Z",
      }),
    );
    expect(world.deleted()).toEqual(["old chart"]);
    expect((await readPlanned(world))["contosoacr"]?.notes).toContain("a hold is in force");
  });

  it("lets nothing go where it never is quick enough", async () => {
    const world = await lookSlowly(async () => undefined);
    expect(world.deleted()).toEqual(["old chart"]);
    expect((await readPlanned(world))["contosoacr"]?.notes).toContain("the last look took longer than");
  });
});

describe("damage that only a look afterwards shows", () => {
  /** An index is pushed between the last look at a child and its delete. */
  const hurt = (world: World): void => {
    doOnceBefore(world, isDeleteOf(world, "old amd64"), () => pushAgain(world));
  };
  const again = (world: World) => world.registry().resolve("again");

  it("is told, and stays so until it is mended", async () => {
    const world = await plan();
    hurt(world);
    await world.drain();
    expect(await damageOf(world)).toEqual([again(world)]);
    await world.nextDay();
    await world.night();
    expect(await damageOf(world)).toEqual([again(world)]);
    push(world, anImage("old amd64"));
    await world.nextDay();
    await world.night();
    expect(await damageOf(world)).toEqual([]);
  });

  it("is over where nothing needs it any more", async () => {
    const world = await plan();
    hurt(world);
    await world.drain();
    world.registry().deleteManifest("old/nginx", "again");
    await world.nextDay();
    await world.night();
    expect(await damageOf(world)).toEqual([]);
  });

  it("is told where a pause begins in that moment", async () => {
    const world = await plan();
    doOnceBefore(world, isDeleteOf(world, "old amd64"), async () => {
      pushAgain(world);
      await world.stores.pauses.pause({ by: "core team", why: "pushes fail", at: "2026-03-05T05:00:01Z" });
    });
    await world.drain();
    expect(await damageOf(world)).toEqual([again(world)]);
    expect(await listOpen(world, "purgeStopped")).toHaveLength(1);
  });

  it("is told where another repository stops the registry at the same time", async () => {
    const world = await plan({ DELETES_PER_MINUTE: "2000" });
    hurt(world);
    const child = Promise.withResolvers<void>();
    world.addGuard(async (call, proceed) => {
      if (isDeleteOf(world, "old chart")(call)) {
        await child.promise;
        return { is: "forbidden", why: "status 403" };
      }
      const answer = await proceed();
      if (isDeleteOf(world, "old amd64")(call)) child.resolve();
      return answer;
    });
    await world.drain();
    expect(await damageOf(world)).toEqual([again(world)]);
    const [stopped] = await listOpen(world, "purgeStopped");
    const text = stopped?.evidence.map((link) => link.text).join();
    expect(text).toContain("the purger may not delete");
    expect(text).toContain("which was deleted");
  });

  it("is told by the next worker where the first one ends before its look", async () => {
    const world = await plan();
    hurt(world);
    let listings = 0;
    world.addGuard(async (call, proceed) => {
      if (isListingOf("old/nginx", call) && (listings += 1) === 2) throw new Error("the worker ended");
      return proceed();
    });
    await world.drain();
    expect(world.failures).toEqual(["the worker ended"]);
    expect(await damageOf(world)).toEqual([again(world)]);
  });

  it("is told where the delete was not answered", async () => {
    const world = await plan();
    world.addGuard(async (call, proceed) => {
      if (!isDeleteOf(world, "old amd64")(call)) return proceed();
      pushAgain(world);
      await proceed();
      return { is: "unknown", why: "ECONNRESET" };
    });
    await world.drain();
    expect(await damageOf(world)).toEqual([again(world)]);
  });

  /** The look afterwards, and the calls after it, meet a fault. */
  async function failLook(times: number): Promise<World> {
    const world = await plan();
    hurt(world);
    let listings = 0;
    world.addGuard(async (call, proceed) => {
      if (isListingOf("old/nginx", call) && (listings += 1) === 2) {
        addFault(world, { kind: "status", status: 400 }, { path: "old/nginx/_manifests", times });
      }
      return proceed();
    });
    await world.drain();
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr).toMatchObject({ state: "stopped", notes: expect.stringContaining("could not be looked up") });
    expect(await damageOf(world)).toEqual([]);
    await world.nextDay();
    await world.night();
    return world;
  }

  it("is told the night after where the look itself failed", async () => {
    const world = await failLook(1);
    expect(await damageOf(world)).toEqual([again(world)]);
  });

  it("is not called over where no look was possible since", async () => {
    const world = await failLook(100);
    expect(await listOpen(world, "purgeStopped")).toHaveLength(1);
  });

  it("is none where nothing is pushed", async () => {
    const world = await plan();
    await world.drain();
    expect(world.deleted()).toEqual(OLD);
    expect(await damageOf(world)).toEqual([]);
  });
});

describe("a repository of more than one page", () => {
  const CROWD = Array.from({ length: 130 }, (_, number) => `crowd ${number}`);
  const crowded = (): Estate =>
    smallEstate({
      resources: [anArtifactManifest("old", ["crowd", "nginx"])],
      registries: [
        aRegistry("contosoacr", [
          aRepository("old/crowd", [...CROWD.map((alias) => anImage(alias)), ...anIndex("old")]),
          aRepository(
            "live/crowd",
            CROWD.map((alias, number) => anImage(`live ${alias}`, [`t${number}`])),
          ),
        ]),
      ],
    });
  let full: World;
  beforeAll(async () => {
    full = await bench.prepare(crowded(), untilPurge);
  });
  const SETTINGS = { BREAKER_PERCENT: "90" };

  it("is purged, each digest looked at singly", async () => {
    const world = await bench.fork(full, { ...SETTINGS, DELETES_PER_MINUTE: "2000" });
    await world.stage("purge");
    expect(world.deleted()).toHaveLength(CROWD.length + 4);
    expect(world.failures).toEqual([]);
  });

  it("keeps the subject of a referrer that is pushed before the last look", async () => {
    const world = await bench.fork(full, { ...SETTINGS, DELETES_PER_MINUTE: "2000" });
    await world.fire("purge");
    const sbom = RegistryManifestSchema.parse({ ...anImage("sbom", ["sbom-1"]), subject: "crowd 7" });
    pushBefore(world, ["crowd 7"], () => world.registry().push("old/crowd", sbom));
    await world.drain();
    expect(world.deleted()).toHaveLength(CROWD.length + 3);
    expect(world.deleted()).not.toContain("crowd 7");
  });

  it("is handed to another worker when the time is up, and goes to its end", async () => {
    const world = await bench.fork(full, { ...SETTINGS, DELETES_PER_MINUTE: "20", TIME_BUDGET: "1m" });
    await world.fire("purge");
    const startedAt = world.now();
    const first = world.box.take();
    if (!first) throw new Error("there is no message");
    await world.deliver(first);
    expect(world.now() - startedAt).toBeLessThan(2 * 60_000);
    expect(world.deleted().length).toBeGreaterThan(0);
    expect(world.deleted().length).toBeLessThan(CROWD.length);
    await world.drain();
    expect(world.deleted()).toHaveLength(CROWD.length + 4);
    expect(world.failures).toEqual([]);
  });
});
