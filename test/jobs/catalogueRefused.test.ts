import { describe, expect, it } from "@jest/globals";
import { useJobBench } from "./jobBench.ts";
import { addFault, listOpen, withdraw } from "./ripe.ts";
import {
  anImage,
  anIndex,
  aRegistry,
  aRepository,
  manifestId,
  OLD,
  OLD_REPOSITORIES,
  registryIdOf,
  smallEstate,
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
