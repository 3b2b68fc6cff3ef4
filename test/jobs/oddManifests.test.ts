import { describe, expect, it } from "@jest/globals";
import { useJobBench } from "./jobBench.ts";
import { listOpen, withdraw } from "./ripe.ts";
import {
  anArtifactManifest,
  anImage,
  aRegistry,
  aRepository,
  manifestId,
  OLD,
  OLD_REPOSITORIES,
  smallEstate,
  type Json,
} from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const INDEX = "application/vnd.oci.image.index.v1+json";
const IMAGE = "application/vnd.oci.image.manifest.v1+json";

const ODD: Readonly<Record<string, Json>> = {
  "a type that nobody understands": {
    alias: "odd",
    mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws",
    manifest: { schemaVersion: 1, fsLayers: [] },
    tags: ["x"],
  },
  "more children than a row holds": {
    alias: "odd",
    mediaType: INDEX,
    manifest: {
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: Array.from({ length: 7000 }, (_, number) => ({
        mediaType: IMAGE,
        size: 1,
        digest: `sha256:${number.toString(16).padStart(64, "0")}`,
      })),
    },
    tags: ["x"],
  },
};

/** The releases `old` and `beta`, which holds what is odd beside an untagged image, and an artifact manifest of which nothing is there. */
const open = (...odd: readonly Json[]) =>
  bench.open(
    smallEstate({
      resources: [anArtifactManifest("gap", ["nothing"]), anArtifactManifest("beta", ["thing"])],
      registries: [
        aRegistry("contosoacr", [
          ...OLD_REPOSITORIES,
          aRepository("live/chart", [anImage("live chart", ["1.0"])]),
          aRepository("live/nginx", [anImage("live", ["1.0"])]),
          aRepository("beta/thing", [anImage("beside it"), ...odd]),
        ]),
      ],
    }),
  );

async function withdrawAll(world: World): Promise<void> {
  await withdraw(world, manifestId("old"), manifestId("beta"));
  await world.nights(3);
}

describe.each(Object.entries(ODD))("a registry manifest with %s", (_, odd) => {
  it("keeps what is beside it, and nothing else of its registry: that is purged and told of as ever", async () => {
    const world = await open(odd);
    await withdrawAll(world);
    expect(world.failures).toEqual([]);
    expect(world.deleted()).toEqual(OLD);
    expect(await listOpen(world, "missingArtifact")).toHaveLength(1);
    expect(await listOpen(world, "incompleteSnapshot")).toEqual([]);
  });
});

describe("a registry without one", () => {
  it("keeps nothing of what was withdrawn", async () => {
    const world = await open();
    await withdrawAll(world);
    expect(world.deleted()).toEqual(["beside it", ...OLD]);
    expect(await listOpen(world, "missingArtifact")).toHaveLength(1);
  });
});
