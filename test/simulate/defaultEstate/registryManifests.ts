import type { ManifestInput } from "./estateInput.ts";

/** Builders of registry manifests. Lists are in push order: children before their index, subjects before referrers. */

const KIB = 1024;
const MIB = 1024 * KIB;
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
const OCI_EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_IMAGE_CONFIG = "application/vnd.docker.container.image.v1+json";
const ARCHITECTURES = ["amd64", "arm64"];

/** The layers that every image stands on: one blob each, however many images. */
const BASE_LAYERS = [
  { size: 31 * MIB, seed: "base: distribution" },
  { size: 9 * MIB, seed: "base: certificates and time zones" },
  { size: 46 * MIB, seed: "base: service runtime" },
];

/** `key` starts the aliases; `content` decides the digests, so equal content in two repositories is one digest. */
export interface Upload {
  readonly key: string;
  readonly content: string;
  readonly tags: readonly string[];
  readonly pushedAt: string;
}

/** A size between the bounds that depends on the name only. */
function sizeFor(name: string, minBytes: number, maxBytes: number): number {
  let hash = 2_166_136_261;
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return minBytes + (hash % (maxBytes - minBytes));
}

function toLayers(content: string) {
  const seed = `application: ${content}`;
  return [...BASE_LAYERS, { size: sizeFor(content, MIB, 200 * MIB), seed }];
}

export function aPlatformImage({ key, content, tags, pushedAt }: Upload): ManifestInput {
  const layers = toLayers(content);
  return { alias: key, seed: content, configMediaType: OCI_IMAGE_CONFIG, layers, tags: [...tags], pushedAt };
}

/** What buildx adds beside each platform: an image that no machine can run, tied to the platform by an annotation only. */
function anAttestation({ key, content, pushedAt }: Upload): ManifestInput {
  const layers = [{ size: sizeFor(content, 8 * KIB, 64 * KIB), seed: content }];
  return { alias: key, seed: content, configMediaType: OCI_IMAGE_CONFIG, layers, pushedAt };
}

const toPlatformChild = (key: string, architecture: string) => ({
  ref: `${key}#${architecture}`,
  platform: `linux/${architecture}`,
});

const toAttestationChild = (key: string, architecture: string) => ({
  ref: `${key}#attestation-${architecture}`,
  platform: "unknown/unknown",
  annotations: { "vnd.docker.reference.type": "attestation-manifest" },
});

/** As buildx pushes it: an index over linux/amd64, linux/arm64 and one attestation for each. The index's alias is `key`. */
export function aMultiArchImage(upload: Upload): ManifestInput[] {
  const { key, content, tags, pushedAt } = upload;
  const part = (name: string): Upload => ({ key: `${key}#${name}`, content: `${content} ${name}`, tags: [], pushedAt });
  return [
    ...ARCHITECTURES.map((architecture) => aPlatformImage(part(architecture))),
    ...ARCHITECTURES.map((architecture) => anAttestation(part(`attestation-${architecture}`))),
    {
      alias: key,
      seed: content,
      mediaType: OCI_INDEX,
      children: [
        ...ARCHITECTURES.map((architecture) => toPlatformChild(key, architecture)),
        ...ARCHITECTURES.map((architecture) => toAttestationChild(key, architecture)),
      ],
      tags: [...tags],
      pushedAt,
    },
  ];
}

/** As older builders push it: a Docker manifest list over Docker images, with no attestation. */
export function aDockerImage({ key, content, tags, pushedAt }: Upload): ManifestInput[] {
  const images = ARCHITECTURES.map((architecture): ManifestInput => {
    const seed = `${content} ${architecture}`;
    const media = { mediaType: DOCKER_IMAGE, configMediaType: DOCKER_IMAGE_CONFIG };
    return { ...media, alias: `${key}#${architecture}`, seed, layers: toLayers(seed), pushedAt };
  });
  const children = ARCHITECTURES.map((architecture) => toPlatformChild(key, architecture));
  return [...images, { alias: key, seed: content, mediaType: DOCKER_LIST, children, tags: [...tags], pushedAt }];
}

/** An index over an index: processor variants of one architecture, and a plain image for the other. */
export function aNestedImage({ key, content, tags, pushedAt }: Upload): ManifestInput[] {
  const part = (name: string): Upload => ({ key: `${key}#${name}`, content: `${content} ${name}`, tags: [], pushedAt });
  const variants = ["amd64-v2", "amd64-v3"];
  return [
    ...[...variants, "arm64"].map((name) => aPlatformImage(part(name))),
    {
      alias: `${key}#amd64`,
      seed: `${content} variants`,
      mediaType: OCI_INDEX,
      children: variants.map((name) => ({ ref: `${key}#${name}`, platform: name.replace("amd64-", "linux/amd64/") })),
      pushedAt,
    },
    {
      alias: key,
      seed: content,
      mediaType: OCI_INDEX,
      children: ARCHITECTURES.map((architecture) => toPlatformChild(key, architecture)),
      tags: [...tags],
      pushedAt,
    },
  ];
}

/** A Helm chart as `helm push` stores it. */
export function aChart({ key, content, tags, pushedAt }: Upload): ManifestInput {
  return {
    alias: key,
    seed: content,
    configMediaType: "application/vnd.cncf.helm.config.v1+json",
    layers: [{ size: sizeFor(content, 20 * KIB, 180 * KIB), seed: content }],
    tags: [...tags],
    pushedAt,
  };
}

/** An ARM template as `oras push` stores it when no type is given. */
export function anArmTemplate({ key, content, tags, pushedAt }: Upload): ManifestInput {
  return {
    alias: key,
    seed: content,
    artifactType: "application/vnd.unknown.artifact.v1",
    configMediaType: OCI_EMPTY_CONFIG,
    layers: [{ size: sizeFor(content, 4 * KIB, 24 * KIB), seed: content }],
    tags: [...tags],
    pushedAt,
  };
}

/** A cosign-style signature of what `upload` pushed: untagged, tied to it by `subject`. */
export function aSignature(upload: Upload): ManifestInput {
  return aReferrer(upload, { name: "signature", artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json" });
}

/** A software bill of materials of what `upload` pushed: untagged, tied to it by `subject`. */
export function anSbom(upload: Upload): ManifestInput {
  return aReferrer(upload, { name: "sbom", artifactType: "application/spdx+json" });
}

function aReferrer({ key, content, pushedAt }: Upload, kind: { name: string; artifactType: string }): ManifestInput {
  const seed = `${content} ${kind.name}`;
  return {
    alias: `${key}#${kind.name}`,
    seed,
    artifactType: kind.artifactType,
    configMediaType: OCI_EMPTY_CONFIG,
    layers: [{ size: sizeFor(seed, KIB, 400 * KIB), seed }],
    subject: key,
    pushedAt,
  };
}
