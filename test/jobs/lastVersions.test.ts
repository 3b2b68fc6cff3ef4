import { beforeAll, describe, expect, it } from "@jest/globals";
import { explainStoredArtifact } from "../../lib/jobs/explainArtifact.ts";
import { collect } from "../fakes/collect.ts";
import { REGISTRY, splitPlan } from "./boundPlans.ts";
import { useJobBench } from "./jobBench.ts";
import { listOpen, readPlanned, startByHand, withdraw } from "./ripe.ts";
import {
  aRegistry,
  aRepository,
  anIndex,
  enforceSettings,
  manifestId,
  smallEstate,
  storeId,
  type Json,
} from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** A release of the artifact `nginx`: an index with its two images and a signature. */
function aRelease(name: string, versions: readonly string[]): Json {
  const artifacts = versions.map((artifactVersion) => ({
    artifactName: "nginx",
    artifactType: "OCIArtifact",
    artifactVersion,
  }));
  const properties = { provisioningState: "Succeeded", artifactManifestState: "Uploaded", artifacts };
  return { id: manifestId(name), properties };
}

const RELEASES: Readonly<Record<string, readonly string[]>> = {
  r9: ["1.9.0"],
  r10: ["1.10.0"],
  r11: ["1.11.0"],
  both: ["1.2.0", "1.3.0"],
};
const NAMES = Object.keys(RELEASES);

const ESTATE = smallEstate({
  resources: Object.entries(RELEASES).map(([name, versions]) => aRelease(name, versions)),
  registries: [
    aRegistry(
      "contosoacr",
      Object.entries(RELEASES).map(([name, versions]) => aRepository(`${name}/nginx`, anIndex(name, versions))),
    ),
  ],
});

/** All that goes with a release. */
const partsOf = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, `${name} amd64`, `${name} arm64`, `${name} signature`]).sort();

const keeping = (keepLastVersions: number, more: Readonly<Record<string, string>> = {}) => ({
  ...enforceSettings(),
  STORES: JSON.stringify({ stores: [{ store: storeId(), keepLastVersions }] }),
  ...more,
});

async function readWaiting(world: World): Promise<readonly string[]> {
  const [run] = await world.listRuns();
  const waiting = await collect(world.stores.plans.listWaiting(run?.planId ?? "", REGISTRY));
  return [...new Set(waiting.map(({ repository, why }) => `${repository} ${why}`))].sort();
}

/** The fourth night of the withdrawn releases, but for its purge. */
async function live(world: World, names: readonly string[]): Promise<void> {
  await withdraw(world, ...names.map((name) => manifestId(name)));
  await world.nights(2);
  await world.stage("snapshot");
  await world.stage("mark");
}

describe("a store that keeps its last versions", () => {
  let ripe: World;
  beforeAll(async () => {
    ripe = await bench.prepare(ESTATE, (world) => live(world, NAMES));
  });

  it.each([
    { name: "none: everything goes", keep: 0, deleted: NAMES, waiting: [] },
    {
      name: "one, and the release of which nobody knows the version",
      keep: 1,
      deleted: ["r9", "r10"],
      waiting: ["both/nginx keptAsLastVersion", "r11/nginx keptAsLastVersion"],
    },
    {
      name: "two of them, by semver",
      keep: 2,
      deleted: ["r9"],
      waiting: ["both/nginx keptAsLastVersion", "r10/nginx keptAsLastVersion", "r11/nginx keptAsLastVersion"],
    },
    {
      name: "more than there are",
      keep: 3,
      deleted: [],
      waiting: [
        "both/nginx keptAsLastVersion",
        "r10/nginx keptAsLastVersion",
        "r11/nginx keptAsLastVersion",
        "r9/nginx keptAsLastVersion",
      ],
    },
  ])("keeps $name, with all that belongs to each", async ({ keep, deleted, waiting }) => {
    const world = await bench.fork(ripe, keeping(keep));
    await world.stage("purge");
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(partsOf(...deleted));
    expect(await readWaiting(world)).toEqual(waiting);
  });

  it("lets one go once a newer one is marked", async () => {
    const world = await bench.open(ESTATE, keeping(1));
    await live(world, ["r9"]);
    await world.stage("purge");
    expect(world.deleted()).toEqual([]);
    await world.nextDay();
    world.change(({ arm }) => arm.remove(manifestId("r10"), { force: false }));
    await world.night();
    // Seen once, it is no reason yet to let the one before go.
    expect(world.deleted()).toEqual([]);
    await world.night();
    expect(world.deleted()).toEqual(partsOf("r9"));
  });

  it("says so of a mark that is asked about", async () => {
    const world = await bench.fork(ripe, keeping(1));
    const [header] = await collect(world.stores.snapshots.list());
    if (!header) throw new Error("a snapshot was taken");
    const explain = async (name: string): Promise<string | undefined> => {
      const digest = world.registry().resolve(name);
      const address = { registryId: REGISTRY, repository: `${name}/nginx`, digest };
      return (await explainStoredArtifact(world.connect(), header, address))?.waiting?.why;
    };
    expect([await explain("r11"), await explain("r10")]).toEqual(["keptAsLastVersion", undefined]);
  });
});

describe("a breaker for the last version", () => {
  const ON = { BREAKER_LAST_VERSION: "true" };
  let all: World;
  let some: World;
  beforeAll(async () => {
    all = await bench.prepare(ESTATE, (world) => live(world, NAMES));
    some = await bench.prepare(ESTATE, (world) => live(world, ["r9", "r10"]));
  });

  it("trips where every version of an artifact name would go, and deletes nothing", async () => {
    const world = await bench.fork(all, ON);
    await world.stage("purge");
    expect(world.deleted()).toEqual([]);
    const { contosoacr } = await readPlanned(world);
    expect(contosoacr).toMatchObject({ state: "breakerTripped" });
    expect(contosoacr?.notes).toBe(`every version of nginx in ${storeId().toLowerCase()} would be gone`);
    expect(await listOpen(world, "breakerTripped")).toHaveLength(1);
  });

  it.each([
    { name: "is off unless it is set", settings: {}, deleted: NAMES },
    { name: "does not trip where versions are kept", settings: keeping(1, ON), deleted: ["r9", "r10"] },
  ])("$name", async ({ settings, deleted }) => {
    const world = await bench.fork(all, settings);
    await world.stage("purge");
    expect(world.deleted()).toEqual(partsOf(...deleted));
  });

  it("does not trip where other versions are live", async () => {
    const world = await bench.fork(some, ON);
    await world.stage("purge");
    expect(world.deleted()).toEqual(partsOf("r9", "r10"));
  });

  it.each([
    {
      name: "counts what went since the inventory: splitting the plan stretches nothing",
      settings: ON,
      deleted: NAMES.slice(0, 3),
    },
    { name: "lets the last one go too where it is off", settings: {}, deleted: NAMES },
  ])("$name", async ({ settings, deleted }) => {
    const world = await bench.fork(all, settings);
    await startByHand(world, { mode: "report" });
    await splitPlan(world);
    for (const name of NAMES) await startByHand(world, { boundTo: name });
    expect(world.deleted()).toEqual(partsOf(...deleted));
  });
});
