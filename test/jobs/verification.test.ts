import { beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { useJobBench } from "./jobBench.ts";
import { isIterable, type Guard, type PortCall } from "./portGate.ts";
import { addFault, doOnceBefore, looksAt, toResource, untilDue, untilPurge } from "./ripe.ts";
import { anArtifactManifest, anImage, manifestId, OLD, smallEstate, storeId } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const NGINX = ["old", "old amd64", "old arm64", "old signature"];

const Page = z.array(z.looseObject({ digest: z.string() }));

/** The store as if it had been deleted and created again. */
const recreateStore: Guard = async (call, proceed) => {
  const answer = await proceed();
  if (call.method !== "getResource" || call.args[0] !== storeId().toLowerCase()) return answer;
  const { resource, ...rest } = z.looseObject({ resource: z.looseObject({}) }).parse(answer);
  return { ...rest, resource: { ...resource, systemData: { createdAt: "2026-03-05T04:00:00Z" } } };
};

describe("a plan whose world changes before it is carried out", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilPurge);
  });

  it("is carried out where nothing changed", async () => {
    const world = await bench.fork(ripe);
    await world.stage("purge");
    expect(world.deleted()).toEqual(OLD);
    expect(await world.listMarks()).toEqual({});
  });

  it.each<{ name: string; change: (world: World) => void; deleted: readonly string[]; undo?: (world: World) => void }>([
    {
      name: "an artifact manifest that is there again",
      change: (world) => world.change(({ arm }) => arm.put(toResource(anArtifactManifest("old", ["chart", "nginx"])))),
      undo: (world) => world.change(({ arm }) => arm.remove(manifestId("old"), { force: false })),
      deleted: [],
    },
    {
      name: "a tag",
      change: (world) => world.registry().tag("old/nginx", "rollback", "old"),
      undo: (world) => world.registry().untag("old/nginx", "rollback"),
      deleted: ["old chart"],
    },
    {
      name: "a tag of a referrer",
      change: (world) => world.registry().tag("old/nginx", "keep", "old signature"),
      undo: (world) => world.registry().untag("old/nginx", "keep"),
      deleted: ["old chart"],
    },
    {
      name: "a new push of the same bytes",
      change: (world) => {
        const manifest = world.parts.estate.registries[0]?.repositories[0]?.manifests[0];
        world.registry().deleteManifest("old/chart", "old chart");
        if (manifest) world.registry().push("old/chart", { ...manifest, tags: [] });
      },
      deleted: NGINX,
    },
    { name: "a store that was created anew", change: (world) => world.addGuard(recreateStore), deleted: [] },
  ])("keeps what $name speaks for, and begins its wait anew", async ({ change, undo, deleted }) => {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    change(world);
    await world.drain();
    expect(world.deleted()).toEqual(deleted);
    const kept = OLD.filter((alias) => !deleted.includes(alias));
    expect(await world.listMarks()).toEqual({});
    undo?.(world);
    await world.nextDay();
    await world.night();
    expect(world.deleted()).toEqual(deleted);
    expect(await world.listMarks()).toEqual(Object.fromEntries(kept.map((alias) => [alias, undefined])));
    expect(world.failures).toEqual([]);
  });

  it("keeps a subject whose referrer is tagged between the listing and the last look", async () => {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    const countTagged = doOnceBefore(world, looksAt(world, "old signature"), () =>
      world.registry().tag("old/nginx", "keep", "old signature"),
    );
    await world.drain();
    expect(countTagged()).toBe(1);
    expect(world.deleted()).toEqual(["old chart"]);
    expect(world.failures).toEqual([]);
  });

  it.each([
    {
      name: "before the last look, and is not asked for",
      isMoment: (world: World) => looksAt(world, "old"),
      asked: 0,
    },
    {
      name: "after the last look, and is refused",
      isMoment: (world: World) => {
        const index = world.registry().resolve("old");
        return ({ port, method, args }: PortCall) => port === "journal" && method === "saveBytes" && args[0] === index;
      },
      asked: 1,
    },
  ])("keeps the children of an index that is locked $name", async ({ isMoment, asked }) => {
    const world = await bench.fork(ripe);
    await world.fire("purge");
    const index = world.registry().resolve("old");
    const countLocked = doOnceBefore(world, isMoment(world), () =>
      world.registry().setAttributes("old/nginx", { deleteEnabled: false }, { ref: "old" }),
    );
    await world.drain();
    expect(countLocked()).toBe(1);
    expect(world.deleted()).toEqual(["old chart"]);
    const requests = world.registry().calls.filter((call) => call.method === "DELETE" && call.path.includes(index));
    expect(requests).toHaveLength(asked);
    expect(world.failures).toEqual([]);
  });
});

describe("a night in which a listing fails", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(smallEstate(), untilDue);
  });

  async function listMarksAfter(path: string, change: (world: World) => void): Promise<readonly string[]> {
    const world = await bench.fork(ripe);
    addFault(world, { kind: "status", status: 400 }, { path });
    change(world);
    await world.stage("snapshot");
    await world.stage("mark");
    expect(world.failures).toEqual([]);
    return Object.keys(await world.listMarks()).sort();
  }

  const paths = [
    { name: "of registry manifests", path: "^/acr/v1/old/[^/]+/_manifests" },
    { name: "of repositories", path: "^/acr/v1/_catalog" },
  ];

  it.each(paths)("$name takes no mark away by itself", async ({ path }) => {
    expect(await listMarksAfter(path, () => undefined)).toEqual(OLD);
  });

  it.each(paths)("$name still takes the marks away whose artifact manifest is there again", async ({ path }) => {
    const back = toResource(anArtifactManifest("old", ["chart", "nginx"]));
    expect(await listMarksAfter(path, (world) => world.change(({ arm }) => arm.put(back)))).toEqual([]);
  });
});

describe("a tagged index that the registry neither lists nor counts", () => {
  /** From the second night on; `denied`: also to who asks for it by its digest. */
  async function play(denied: boolean): Promise<World> {
    const world = await bench.open(smallEstate());
    const hidden = world.registry().resolve("old");
    world.registry().tag("old/nginx", "golden", "old");
    world.registry().deleteManifest("old/nginx", "old signature");
    await world.night();
    world.change(({ arm }) => arm.remove(manifestId("old"), { force: false }));
    world.registry().tag("old/nginx", "golden", "old");
    world.addGuard(hide(hidden, denied));
    await world.nights(5);
    expect(world.failures).toEqual([]);
    return world;
  }

  const hide =
    (hidden: string, denied: boolean): Guard =>
    async (call, proceed) => {
      const answer = await proceed();
      if (call.port !== "reader" || call.args[0] !== "old/nginx") return answer;
      if (call.method === "listManifests" && isIterable(answer)) return without(answer, hidden);
      if (call.method === "findRepository" && answer) {
        const facts = z.looseObject({ manifestCount: z.number() }).parse(answer);
        return { ...facts, manifestCount: facts.manifestCount - 1 };
      }
      if (call.method === "readNewest") {
        const newest = z.looseObject({ manifests: Page }).parse(answer);
        return { ...newest, manifests: newest.manifests.filter(({ digest }) => digest !== hidden) };
      }
      return denied && call.method === "findManifest" && call.args[1] === hidden ? undefined : answer;
    };

  async function* without(pages: AsyncIterable<unknown>, hidden: string): AsyncGenerator {
    for await (const page of pages) yield Page.parse(page).filter(({ digest }) => digest !== hidden);
  }

  it("keeps what it holds, night after night", async () => {
    const world = await play(false);
    expect(world.deleted()).toEqual(["old chart"]);
    expect(await world.listMarks()).toEqual({});
  });

  it("would lose that if it were believed to be gone", async () => {
    expect((await play(true)).deleted()).toEqual(["old amd64", "old arm64", "old chart"]);
  });
});

describe("an image that is pushed while its neighbours are deleted", () => {
  it("stays", async () => {
    const world = await bench.open(smallEstate());
    await untilPurge(world);
    doOnceBefore(
      world,
      ({ port }) => port === "purger",
      () => world.registry().push("old/chart", RegistryManifestSchema.parse(anImage("late", ["2.0"]))),
    );
    await world.stage("purge");
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(OLD);
    expect(
      world
        .registry()
        .manifests("old/chart")
        .map(({ tags }) => tags),
    ).toEqual([["2.0"]]);
  });
});
