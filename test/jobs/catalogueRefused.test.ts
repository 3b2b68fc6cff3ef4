import { describe, expect, it } from "@jest/globals";
import { useJobBench } from "./jobBench.ts";
import { addFault, listOpen, withdraw } from "./ripe.ts";
import {
  aNetworkFunction,
  anArtifactManifest,
  anImage,
  anIndex,
  aRegistry,
  aRepository,
  manifestId,
  nfdvId,
  OLD,
  OLD_REPOSITORIES,
  registryIdOf,
  smallEstate,
  storeId,
  type Json,
} from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

/** What an ABAC registry answers where the role is left out. */
const REFUSED = { kind: "status", status: 401, body: { errors: [{ code: "UNAUTHORIZED" }] } } as const;

const LISTED = [...OLD_REPOSITORIES, aRepository("live/nginx", anIndex("live"))];

const estate = () =>
  smallEstate({
    registries: [aRegistry("contosoacr", [...LISTED, aRepository("pushed/by-hand", [anImage("unlisted", [])])])],
  });

async function readPart(world: World) {
  const { snapshots } = world.connect();
  for await (const { id } of snapshots.list())
    return (await snapshots.listParts(id)).find(({ name }) => name === registryIdOf().toLowerCase());
  return undefined;
}

const codesOf = (part: Awaited<ReturnType<typeof readPart>>) => part?.reasons.map(({ code }) => code);

describe("where the catalogue may not be read", () => {
  it("repositories that artifact manifests list are read, marked and purged, and the snapshot says what was not seen", async () => {
    const world = await bench.open(estate());
    addFault(world, REFUSED, { path: "_catalog" });
    await world.night();
    const part = await readPart(world);
    expect(codesOf(part)).toEqual(["catalogueRefused"]);
    expect(part).toMatchObject({ complete: true, counts: { repositories: LISTED.length } });
    expect(await listOpen(world, "missingPermission")).toHaveLength(1);
    await withdraw(world, manifestId("old"));
    await world.nights(3);
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(OLD);
  });

  it("a repository that nobody lists is seen only where the catalogue names it", async () => {
    const world = await bench.open(estate());
    await world.night();
    const part = await readPart(world);
    expect(codesOf(part)).toEqual([]);
    expect(part).toMatchObject({ counts: { repositories: LISTED.length + 1 } });
  });

  it("one repository that may not be read either is kept, and says nothing of the others", async () => {
    const world = await bench.open(estate());
    addFault(world, REFUSED, { path: "_catalog" });
    addFault(world, REFUSED, { path: "old/chart/_manifests" });
    await withdraw(world, manifestId("old"));
    await world.nights(4);
    expect(codesOf(await readPart(world))?.toSorted()).toEqual(["catalogueRefused", "listingFailed"]);
    expect(world.deleted()).toEqual(OLD.filter((alias) => alias !== "old chart"));
  });

  it("a registry of which no repository may be read cannot be used", async () => {
    const world = await bench.open(estate());
    addFault(world, REFUSED, { path: "acr/v1" });
    await world.night();
    const part = await readPart(world);
    expect(codesOf(part)).toEqual(["registryUnusable"]);
    expect(part?.complete).toBe(false);
  });
});

describe("where all that a registry held is purged, and its catalogue may not be read", () => {
  it("the registry has answered, and nothing is told of it any more", async () => {
    const world = await bench.open(smallEstate({ registries: [aRegistry("contosoacr", OLD_REPOSITORIES)] }));
    addFault(world, REFUSED, { path: "_catalog" });
    await withdraw(world, manifestId("old"));
    await world.nights(3);
    expect(world.deleted()).toEqual(OLD);
    await world.nights(2);
    expect(world.failures).toEqual([]);
    const part = await readPart(world);
    expect(codesOf(part)).toEqual(["catalogueRefused"]);
    expect(part).toMatchObject({ complete: true, counts: { repositories: 0 } });
    expect(await listOpen(world, "decommissionedArtifact")).toEqual([]);
    expect(await world.listMarks()).toEqual({});
  });
});

/** An NFDV as before the upgrade of its store: its chart `tool` is in the store itself. */
const legacyNfdv = (): Json => ({
  id: nfdvId("legacy"),
  properties: {
    provisioningState: "Succeeded",
    versionState: "Active",
    networkFunctionTemplate: {
      nfviType: "AzureArcKubernetes",
      networkFunctionApplications: [
        {
          artifactType: "HelmPackage",
          name: "tool",
          artifactProfile: {
            artifactStore: { id: storeId() },
            helmArtifactProfile: { helmPackageName: "tool", helmPackageVersionRange: "1.0.0" },
          },
        },
      ],
    },
  },
});

describe("what is in the registry without a prefix, as before the upgrade of its store", () => {
  const resources = [anArtifactManifest("early", ["base"]), legacyNfdv(), aNetworkFunction("site2", "legacy")];
  const live = aRepository("live/chart", [anImage("live chart", ["1.0"])]);
  const bare = [aRepository("base", [anImage("base", ["1.0"])]), aRepository("tool", [anImage("tool", ["1.0.0"])])];
  const open = (...more: readonly Json[]) =>
    bench.open(smallEstate({ resources, registries: [aRegistry("contosoacr", [...LISTED, live, ...more])] }));
  const countMissing = async (world: World): Promise<readonly number[]> => [
    (await listOpen(world, "missingArtifact")).length,
    (await listOpen(world, "danglingReference")).length,
  ];

  it.each([
    { name: "is not told of as missing", repositories: bare, isRefused: true, missing: [0, 0] },
    { name: "is told of where it is not there", repositories: [], isRefused: true, missing: [1, 1] },
    { name: "is not told of where the catalogue names it", repositories: bare, isRefused: false, missing: [0, 0] },
    { name: "is told of where the catalogue does not", repositories: [], isRefused: false, missing: [1, 1] },
  ])("$name; catalogue refused: $isRefused", async ({ repositories, isRefused, missing }) => {
    const world = await open(...repositories);
    if (isRefused) addFault(world, REFUSED, { path: "_catalog" });
    await world.night();
    expect(await countMissing(world)).toEqual(missing);
    expect((await readPart(world))?.complete).toBe(true);
  });

  it.each([
    { isRefused: true, missing: [0, 0] },
    { isRefused: false, missing: [1, 1] },
  ])(
    "is not told of where nobody knows whether it was asked for; catalogue refused: $isRefused",
    async ({ isRefused, missing }) => {
      const world = await open();
      if (isRefused) addFault(world, REFUSED, { path: "_catalog" });
      world.addGuard(async ({ method, args }, proceed) => {
        if (method === "putAll" && JSON.stringify(args).includes('"absent=3a')) return undefined;
        return proceed();
      });
      await world.night();
      expect(await countMissing(world)).toEqual(missing);
    },
  );
});
