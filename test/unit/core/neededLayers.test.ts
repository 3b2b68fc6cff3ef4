import { describe, expect, it } from "@jest/globals";
import { withNeededLayers } from "../../../lib/core/neededLayers.ts";
import { readEdges } from "../../../lib/core/readEdges.ts";

const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const [CONFIG, PLAIN, OTHER] = [digest("c"), digest("a"), digest("b")];
const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: CONFIG, size: 2 };
const plain = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: PLAIN, size: 10 };

function layersOf(mediaType: string, body: Readonly<Record<string, unknown>>): readonly string[] {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, ...body }));
  const edges = readEdges(mediaType, bytes);
  expect(edges.understood).toBe(true);
  return withNeededLayers(edges, bytes).layers.map((layer) => layer.digest);
}

describe("the layers that a registry must hold", () => {
  it.each([
    { name: "of Docker's foreign type", mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" },
    { name: "that is non-distributable", mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" },
    { name: "that names where it is fetched from", mediaType: plain.mediaType, urls: ["https://layers.example/1"] },
  ])("are not one $name", (other) => {
    expect(layersOf(IMAGE, { config, layers: [plain, { digest: OTHER, size: 5, ...other }] })).toEqual([CONFIG, PLAIN]);
    expect(layersOf(ARTIFACT, { blobs: [{ digest: OTHER, size: 5, ...other }, plain] })).toEqual([PLAIN]);
  });

  it.each([
    { name: "without a type", other: {} },
    { name: "with an empty list of addresses", other: { mediaType: plain.mediaType, urls: [] } },
    { name: "of an unknown type", other: { mediaType: "application/octet-stream" } },
  ])("are any other, also one $name", ({ other }) => {
    const layers = [{ digest: OTHER, size: 5, ...other }];
    expect(layersOf(IMAGE, { config, layers })).toEqual([CONFIG, OTHER]);
  });

  it("are also one that is named in both ways, and the config whatever it says", () => {
    const urls = ["https://layers.example/1"];
    const layers = [{ ...plain, urls }, plain];
    expect(new Set(layersOf(IMAGE, { config: { ...config, urls }, layers }))).toEqual(new Set([CONFIG, PLAIN]));
  });

  it("are all where the addresses cannot be read", () => {
    expect(layersOf(IMAGE, { config, layers: [{ ...plain, urls: "https://layers.example/1" }] })).toEqual([
      CONFIG,
      PLAIN,
    ]);
  });
});
