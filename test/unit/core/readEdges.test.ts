import { describe, expect, it } from "@jest/globals";
import { isKnownType, readEdges } from "../../../lib/core/readEdges.ts";
import { attachedTo } from "../../../lib/core/registryManifest.ts";
import { digest, edgeTag, someEdges } from "../../fakes/builders.ts";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
const OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
const ORAS_ARTIFACT = "application/vnd.cncf.oras.artifact.manifest.v1+json";

const read = (mediaType: string, body: unknown) =>
  readEdges(mediaType, new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)));

const layer = (number: number, size = 10) => ({ mediaType: "layer", digest: digest(number), size });
const child = (number: number) => ({ mediaType: OCI_IMAGE, digest: digest(number), size: 500 });

describe("the edges of a registry manifest", () => {
  it.each([
    { mediaType: OCI_INDEX, known: true },
    { mediaType: DOCKER_LIST, known: true },
    { mediaType: OCI_IMAGE, known: true },
    { mediaType: DOCKER_IMAGE, known: true },
    { mediaType: OCI_ARTIFACT, known: true },
    { mediaType: ORAS_ARTIFACT, known: true },
    { mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws", known: false },
    { mediaType: "", known: false },
  ])("can be understood of $mediaType: $known", ({ mediaType, known }) => {
    const bodies = [{ manifests: [] }, { config: layer(1) }, { blobs: [] }];
    expect(isKnownType(mediaType)).toBe(known);
    expect(bodies.some((body) => read(mediaType, body).understood)).toBe(known);
  });

  it.each([{ mediaType: OCI_INDEX }, { mediaType: DOCKER_LIST }])(
    "are the children of an index, sorted and once: $mediaType",
    ({ mediaType }) => {
      const body = { schemaVersion: 2, mediaType, manifests: [child(2), child(1), child(2)] };
      expect(read(mediaType, body)).toEqual(someEdges({ children: [digest(1), digest(2)] }));
    },
  );

  it.each([{ mediaType: OCI_IMAGE }, { mediaType: DOCKER_IMAGE }])(
    "are config and layers of an image: $mediaType",
    ({ mediaType }) => {
      const body = { schemaVersion: 2, mediaType, config: layer(1), layers: [layer(2, 20), layer(3, 30)] };
      expect(read(mediaType, body)).toEqual(
        someEdges({
          layers: [
            { digest: digest(1), size: 10 },
            { digest: digest(2), size: 20 },
            { digest: digest(3), size: 30 },
          ],
        }),
      );
    },
  );

  it.each([
    { name: "an image", mediaType: OCI_IMAGE, body: { config: layer(1), layers: [], subject: child(9) } },
    { name: "an index", mediaType: OCI_INDEX, body: { manifests: [], subject: child(9) } },
    { name: "an OCI artifact", mediaType: OCI_ARTIFACT, body: { blobs: [], subject: child(9) } },
    { name: "an ORAS artifact", mediaType: ORAS_ARTIFACT, body: { blobs: [layer(1)], subject: child(9) } },
  ])("are the subject of $name", ({ mediaType, body }) => {
    expect(read(mediaType, body)).toMatchObject({ understood: true, subject: digest(9) });
  });

  it.each([
    { name: "an index without children", mediaType: OCI_INDEX, body: { manifests: [] } },
    { name: "an image that does not state its type", mediaType: OCI_IMAGE, body: { config: layer(1), layers: [] } },
    { name: "an image whose layers are null", mediaType: OCI_IMAGE, body: { config: layer(1), layers: null } },
    { name: "a subject of null", mediaType: OCI_IMAGE, body: { config: layer(1), subject: null } },
    { name: "fields that nobody knows yet", mediaType: OCI_INDEX, body: { manifests: [], future: true } },
  ])("are understood: $name", ({ mediaType, body }) => {
    expect(read(mediaType, body)).toMatchObject({ understood: true, subject: undefined, children: [] });
  });

  it.each([
    { name: "a media type that nobody knows", mediaType: "application/vnd.example+json", body: { manifests: [] } },
    {
      name: "Docker schema 1",
      mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws",
      body: { schemaVersion: 1, fsLayers: [] },
    },
    { name: "no media type", mediaType: "", body: { config: layer(1), layers: [] } },
    { name: "an index without a list", mediaType: OCI_INDEX, body: { schemaVersion: 2 } },
    { name: "an image without a config", mediaType: OCI_IMAGE, body: { layers: [] } },
    { name: "an image with children", mediaType: OCI_IMAGE, body: { config: layer(1), manifests: [child(2)] } },
    { name: "an artifact with children", mediaType: OCI_ARTIFACT, body: { manifests: [child(2)] } },
    {
      name: "bytes of another type than the registry states",
      mediaType: OCI_IMAGE,
      body: { mediaType: OCI_INDEX, config: layer(1) },
    },
    {
      name: "a child with another hash",
      mediaType: OCI_INDEX,
      body: { manifests: [{ digest: "sha512:abc", size: 1 }] },
    },
    { name: "a child without a digest", mediaType: OCI_INDEX, body: { manifests: [{ size: 1 }] } },
    {
      name: "a digest in upper case",
      mediaType: OCI_INDEX,
      body: { manifests: [{ digest: `sha256:${"A".repeat(64)}` }] },
    },
    { name: "a subject that is a text", mediaType: OCI_IMAGE, body: { config: layer(1), subject: digest(9) } },
    { name: "a layer of negative size", mediaType: OCI_IMAGE, body: { config: layer(1), layers: [layer(2, -1)] } },
    { name: "torn JSON", mediaType: OCI_INDEX, body: '{"manifests":[' },
    { name: "nothing", mediaType: OCI_INDEX, body: "" },
    { name: "a list", mediaType: OCI_INDEX, body: [] },
  ])("are not understood: $name", ({ mediaType, body }) => {
    expect(read(mediaType, body)).toEqual(someEdges({ understood: false }));
  });

  it("are not understood where the bytes are no UTF-8", () => {
    expect(readEdges(OCI_INDEX, Uint8Array.of(0x7b, 0xff, 0x7d))).toEqual(someEdges({ understood: false }));
  });
});

describe("a tag", () => {
  it.each([
    { name: "cosign's signature", tag: edgeTag(digest(1), ".sig") },
    { name: "cosign's attestation", tag: edgeTag(digest(1), ".att") },
    { name: "cosign's bill of materials", tag: edgeTag(digest(1), ".sbom") },
    { name: "the fallback of the referrers list", tag: edgeTag(digest(1)) },
  ])("attaches to a digest: $name", ({ tag }) => {
    expect(attachedTo(tag)).toBe(digest(1));
  });

  it.each([
    { name: "a version", tag: "1.0.0" },
    { name: "a digest with a colon", tag: digest(1) },
    { name: "too few digits", tag: "sha256-abc" },
    { name: "too many digits", tag: `${edgeTag(digest(1))}0` },
    { name: "upper case", tag: `sha256-${"A".repeat(64)}` },
    { name: "something before", tag: `v-${edgeTag(digest(1))}` },
    { name: "two suffixes", tag: edgeTag(digest(1), ".sig.old") },
    { name: "another hash", tag: `sha512-${"a".repeat(64)}` },
  ])("is an ordinary one: $name", ({ tag }) => {
    expect(attachedTo(tag)).toBeUndefined();
  });
});
