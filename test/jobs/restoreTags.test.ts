import { beforeAll, describe, expect, it } from "@jest/globals";
import { useAgeingLooks } from "./ageLooks.ts";
import { useJobBench } from "./jobBench.ts";
import type { PortCall } from "./portGate.ts";
import { askToRestore, itemsOf, purgeOld, untilSharedPurge } from "./restoring.ts";
import { addFault, doOnceBefore } from "./ripe.ts";
import { OLD, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const REPOSITORY = "old/nginx";
const SECOND_MS = 1000;
/** A listing of tags, and not a look at one. */
const TAG_LISTING = "/_tags(\\?|$)";

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

const letLooksAge = useAgeingLooks();

const purge = (): Promise<World> => purgeOld(bench, ripe);

const tagsOf = (world: World, digest: string) =>
  world
    .registry()
    .manifests(REPOSITORY)
    .find((manifest) => manifest.digest === digest)?.tags;
/** What is alive in the repository. */
const liveOf = (world: World): string =>
  world
    .registry()
    .manifests(REPOSITORY)
    .find(({ tags }) => tags.includes("golden"))?.digest ?? "";
const putsOfTags = (world: World) =>
  world.registry().calls.filter(({ method, path }) => method === "PUT" && !path.includes("sha256:"));

describe("a tag of something alive", () => {
  it("is refused to a restore that asks for it, though the tag listing does not show it", async () => {
    const world = await purge();
    const live = liveOf(world);
    world.registry().tag(REPOSITORY, "alpha", live);
    addFault(world, { kind: "truncate" }, { path: TAG_LISTING });
    const answer = await askToRestore(world, { tag: "golden" });
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toEqual(["refused old [golden]"]);
    expect(tagsOf(world, live)).toEqual(["alpha", "golden"]);
    expect(putsOfTags(world)).toEqual([]);
  });

  it("stays there where the journal knows it as the last one of what is restored", async () => {
    const world = await purge();
    const live = liveOf(world);
    for (const tag of ["0.9", "1.0"]) world.registry().tag(REPOSITORY, tag, live);
    addFault(world, { kind: "truncate" }, { path: TAG_LISTING });
    const answer = await askToRestore(world, {});
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(tagsOf(world, live)).toEqual(["0.9", "1.0", "golden"]);
    expect(itemsOf(world, answer, OLD)).not.toContain("tagged old [1.0]");
  });

  it("is not the case of one that is free: it comes back", async () => {
    const world = await purge();
    const live = liveOf(world);
    world.registry().tag(REPOSITORY, "0.9", live);
    addFault(world, { kind: "truncate" }, { path: TAG_LISTING });
    await askToRestore(world, { tag: "new" });
    expect(tagsOf(world, world.registry().resolve("old"))).toEqual(["1.0", "new"]);
    expect(tagsOf(world, live)).toEqual(["0.9", "golden"]);
  });

  it.each([
    { status: 404, body: "<html></html>" },
    { status: 503, body: "" },
  ])("is not free where the look at it is answered $status by something in between", async ({ status, body }) => {
    const world = await purge();
    addFault(world, { kind: "status", status, body }, { path: "/_tags/1.0" });
    await expect(askToRestore(world, { tag: "1.0" })).rejects.toThrow("failed");
    expect(world.registry().calls.filter(({ method }) => method === "PUT")).toEqual([]);
  });
});

describe("a tag that is pushed while it is restored", () => {
  const isOf = (world: World, call: PortCall): boolean => call.args.includes(world.registry().resolve("old"));
  const isJournaled = ({ port, args }: PortCall): boolean =>
    port === "journal" && JSON.stringify(args).includes('"tag"');
  const isPut = ({ method, args }: PortCall): boolean => method === "putManifest" && args[1] === "1.0";

  /** Pushed on what is alive, before the first call that fits. */
  async function restoreWhilePushed(fits: (world: World, call: PortCall) => boolean) {
    const world = await purge();
    const live = liveOf(world);
    const done = doOnceBefore(
      world,
      (call) => fits(world, call),
      () => world.registry().tag(REPOSITORY, "1.0", live),
    );
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(done()).toBe(1);
    return { answer, world, tags: tagsOf(world, live) };
  }

  it.each<{ name: string; fits: (world: World, call: PortCall) => boolean }>([
    { name: "its bytes are read", fits: (world, call) => call.method === "readBytes" && isOf(world, call) },
    { name: "that is written down", fits: (_world, call) => isJournaled(call) },
    { name: "a token is asked for", fits: (_world, call) => call.method === "prepare" },
  ])("before $name is seen, and not moved", async ({ fits }) => {
    const { answer, world, tags } = await restoreWhilePushed(fits);
    expect(tags).toEqual(["1.0", "golden"]);
    expect(answer.status).toBe(409);
    expect(itemsOf(world, answer, OLD)).toContain("failed old [1.0]");
    expect(putsOfTags(world)).toEqual([]);
  });

  it("right before the put is moved: this is the window that stays open", async () => {
    const { tags } = await restoreWhilePushed((_world, call) => isPut(call));
    expect(tags).toEqual(["golden"]);
  });

  /** The last look ends `ms` after it began, in the end of which the tag is pushed; the first `slow` looks are such. */
  async function restoreWithSlowLooks(ms: number, slow = 1) {
    const world = await purge();
    const live = liveOf(world);
    let [isLast, looks] = [false, 0];
    world.addGuard(async (call, proceed) => {
      isLast ||= call.method === "prepare";
      const answer = await proceed();
      if (!isLast || call.method !== "findTag") return answer;
      looks += 1;
      if (looks === 1 && slow === 1) world.registry().tag(REPOSITORY, "1.0", live);
      if (looks <= slow) letLooksAge(ms);
      return answer;
    });
    return { answer: await askToRestore(world, { tag: "1.0" }), world, tags: tagsOf(world, live) };
  }

  it("after a look that took a second is seen: such a look is repeated", async () => {
    expect((await restoreWithSlowLooks(SECOND_MS)).tags).toEqual(["1.0", "golden"]);
  });

  it("after a quick look is not seen", async () => {
    expect((await restoreWithSlowLooks(0)).tags).toEqual(["golden"]);
  });

  it("cannot be ruled out where every look takes that long: the tag is not put", async () => {
    const { answer, world } = await restoreWithSlowLooks(SECOND_MS, 100);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("took longer than 800 ms");
    expect(putsOfTags(world)).toEqual([]);
    expect(tagsOf(world, world.registry().resolve("old"))).toEqual([]);
  });

  it("on the very digest is no change, and is put by nobody again", async () => {
    const world = await purge();
    doOnceBefore(
      world,
      (call) => call.method === "prepare",
      () => world.registry().tag(REPOSITORY, "1.0", "old"),
    );
    const answer = await askToRestore(world, { tag: "1.0" });
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, OLD)).toContain("there old [1.0]");
    expect(putsOfTags(world)).toEqual([]);
  });
});
