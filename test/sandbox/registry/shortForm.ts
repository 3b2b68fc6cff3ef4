import { createHash } from "node:crypto";
import type { EstateManifest } from "../estate.ts";
import type { Blob } from "./blobStore.ts";
import { digestOf, type Descriptor } from "./manifestContent.ts";
import * as mediaTypes from "./mediaTypes.ts";

export type RawManifest = Extract<EstateManifest, { manifest: unknown }>;
export type ShortManifest = Exclude<EstateManifest, RawManifest>;

/** A registry manifest made from an estate entry, with the blobs that it names. */
export interface BuiltManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly blobs: ReadonlyMap<string, Blob>;
}

/** The media type, digest and size of what an alias or digest names. */
export type Describe = (reference: string) => Descriptor;

/** Layers up to this size have bytes; larger ones only a digest and a size. */
const LARGEST_REAL_LAYER = 64 * 1024;
const DEFAULT_LAYERS: NonNullable<ShortManifest["layers"]> = [{ size: 1024 }];

const LAYER_TYPES: Readonly<Record<string, string>> = {
  [mediaTypes.DOCKER_CONFIG]: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  [mediaTypes.HELM_CONFIG]: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
  [mediaTypes.OCI_CONFIG]: "application/vnd.oci.image.layer.v1.tar+gzip",
};

/** Builds the real registry manifest: the same entry always gives the same bytes. Throws on a media type without a short form. */
export function buildManifest(entry: ShortManifest, describe: Describe): BuiltManifest {
  if (entry.children !== undefined || mediaTypes.isIndexType(entry.mediaType)) return buildIndex(entry, describe);
  switch (entry.mediaType) {
    case mediaTypes.OCI_IMAGE:
    case mediaTypes.DOCKER_IMAGE:
      return buildImage(entry, describe);
    case mediaTypes.OCI_ARTIFACT:
    case mediaTypes.ORAS_ARTIFACT:
      return buildArtifact(entry, describe);
    default:
      throw new Error(`${nameEntry(entry)}: ${entry.mediaType} has no short form; give the registry manifest as JSON`);
  }
}

export const nameEntry = (entry: EstateManifest): string =>
  `Registry manifest ${entry.alias ?? `with tags [${entry.tags.join(", ")}]`}`;

function buildImage(entry: ShortManifest, describe: Describe): BuiltManifest {
  refuseSubject(entry, mediaTypes.DOCKER_IMAGE);
  const configMediaType = entry.configMediaType ?? defaultConfigType(entry);
  const config = buildConfig(configMediaType, seedOf(entry));
  const layers = buildLayers(entry, LAYER_TYPES[configMediaType] ?? "application/octet-stream");
  return finish(entry.mediaType, [config, ...layers], {
    artifactType: entry.artifactType,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    subject: entry.subject === undefined ? undefined : describe(entry.subject),
    annotations: configMediaType === mediaTypes.OCI_EMPTY ? seededAnnotations(entry) : entry.annotations,
  });
}

function buildArtifact(entry: ShortManifest, describe: Describe): BuiltManifest {
  const blobs = buildLayers(entry, "application/octet-stream");
  return finish(entry.mediaType, blobs, {
    artifactType: entry.artifactType ?? "application/vnd.unknown.artifact.v1",
    blobs: blobs.map((blob) => blob.descriptor),
    subject: entry.subject === undefined ? undefined : describe(entry.subject),
    annotations: seededAnnotations(entry),
  });
}

function buildIndex(entry: ShortManifest, describe: Describe): BuiltManifest {
  const isDocker = entry.mediaType === mediaTypes.DOCKER_LIST || entry.mediaType === mediaTypes.DOCKER_IMAGE;
  const mediaType = isDocker ? mediaTypes.DOCKER_LIST : mediaTypes.OCI_INDEX;
  refuseSubject({ ...entry, mediaType }, mediaTypes.DOCKER_LIST);
  if (entry.layers !== undefined) throw new Error(`${nameEntry(entry)} has both layers and children`);
  const manifests = (entry.children ?? []).map((child) => ({
    ...describe(child.ref),
    platform: toPlatform(child.platform),
    annotations: child.annotations,
  }));
  return finish(mediaType, [], {
    artifactType: entry.artifactType,
    manifests,
    subject: entry.subject === undefined ? undefined : describe(entry.subject),
    annotations: seededAnnotations(entry),
  });
}

/** Members that are undefined leave no trace in the bytes. */
function finish(mediaType: string, blobs: readonly BuiltBlob[], members: Record<string, unknown>): BuiltManifest {
  return {
    bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...members })),
    mediaType,
    blobs: new Map(blobs.map(({ descriptor, blob }) => [descriptor.digest, blob])),
  };
}

interface BuiltBlob {
  readonly descriptor: Descriptor;
  readonly blob: Blob;
}

function buildConfig(mediaType: string, seed: string | undefined): BuiltBlob {
  const bytes = Buffer.from(JSON.stringify(configOf(mediaType, seed)));
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, blob: toBlob(bytes) };
}

function configOf(mediaType: string, seed: string | undefined): object {
  if (mediaType === mediaTypes.OCI_EMPTY) return {};
  if (mediaType === mediaTypes.HELM_CONFIG)
    return { apiVersion: "v2", name: seed ?? "chart", version: "0.1.0", type: "application" };
  const labels = seed === undefined ? undefined : { seed };
  return { architecture: "amd64", os: "linux", config: { Labels: labels }, rootfs: { type: "layers", diff_ids: [] } };
}

function buildLayers(entry: ShortManifest, mediaType: string): BuiltBlob[] {
  return (entry.layers ?? DEFAULT_LAYERS).map((layer, index) =>
    buildLayer(mediaType, layer.size, layer.seed ?? `${seedOf(entry) ?? ""}#${index}`),
  );
}

/** Bytes are made again each time they are read, so that a large estate does not hold them. */
function buildLayer(mediaType: string, size: number, seed: string): BuiltBlob {
  if (size > LARGEST_REAL_LAYER)
    return { descriptor: { mediaType, digest: digestOf(`${seed}${size}`), size }, blob: { size } };
  const read = (): Buffer => fill(seed, size);
  return { descriptor: { mediaType, digest: digestOf(read()), size }, blob: { size, read } };
}

/** `size` bytes that look random and depend only on the seed. */
function fill(seed: string, size: number): Buffer {
  return createHash("shake256", { outputLength: Math.max(size, 1) })
    .update(seed)
    .digest()
    .subarray(0, size);
}

export const toBlob = (bytes: Buffer): Blob => ({ size: bytes.length, read: () => bytes });

const seedOf = (entry: ShortManifest): string | undefined => entry.seed ?? entry.alias;

/** Where no configuration could carry the seed, an annotation does. */
function seededAnnotations(entry: ShortManifest): Record<string, string> | undefined {
  const seed = seedOf(entry);
  return seed === undefined ? entry.annotations : { ...entry.annotations, "dev.sandbox.seed": seed };
}

function defaultConfigType(entry: ShortManifest): string {
  if (entry.mediaType === mediaTypes.DOCKER_IMAGE) return mediaTypes.DOCKER_CONFIG;
  return entry.artifactType === undefined ? mediaTypes.OCI_CONFIG : mediaTypes.OCI_EMPTY;
}

function refuseSubject(entry: ShortManifest, mediaType: string): void {
  if (entry.mediaType === mediaType && entry.subject !== undefined)
    throw new Error(`${nameEntry(entry)}: ${mediaType} has no subject`);
}

function toPlatform(platform: string | undefined): Descriptor["platform"] {
  if (platform === undefined) return undefined;
  const [os = "", architecture = "", variant] = platform.split("/");
  return { architecture, os, ...(variant === undefined ? {} : { variant }) };
}
