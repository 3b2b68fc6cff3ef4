import { createHash } from "node:crypto";
import type { ManifestInput, RepositoryInput, ResourceInput } from "./estateInput.ts";
import { CORE_STORE } from "./places.ts";
import { anArtifactManifest } from "./publisherResources.ts";
import { aMultiArchImage, aPlatformImage, anSbom } from "./registryManifests.ts";

/** What a well-kept store would not hold, and a real one does. */

/** An artifact that its artifact manifest lists and nobody ever uploaded: a new installation would fail. */
export const MISSING_REPOSITORY = "scp-1-1-0/scp-nf-template";

/** Under legal hold since its release: stays, whatever happens to its artifact manifest. */
export const LOCKED_AT_START = "amf-1-2-0/amf-sbi";

const STUCK = "udm-3-3-0";

/** An upload that began and never ended: as long as the artifact manifest says Uploading, nobody knows what it will need. */
export function listStuckResources(): ResourceInput[] {
  const artifacts = [{ artifactName: "udm-sdm", artifactType: "OCIArtifact", artifactVersion: "3.3.0" }] as const;
  const createdAt = "2026-02-20T15:00:00Z";
  return [
    anArtifactManifest({ store: CORE_STORE, name: STUCK, artifacts, createdAt, artifactManifestState: "Uploading" }),
  ];
}

export function listOddRepositories(): RepositoryInput[] {
  return [aStuckUpload(), anUnattributedUpload(), anUnlistedUpload(), aSignatureByTag()];
}

function aStuckUpload(): RepositoryInput {
  const name = `${STUCK}/udm-sdm`;
  const attempt = { key: `${name}#attempt`, content: "udm-sdm 3.3.0 attempt", tags: [] };
  const upload = { key: name, content: "udm-sdm 3.3.0", tags: ["3.3.0"] };
  return {
    name,
    manifests: [
      ...aMultiArchImage({ ...attempt, pushedAt: "2026-02-20T15:20:00Z" }),
      ...aMultiArchImage({ ...upload, pushedAt: "2026-02-20T16:05:00Z" }),
    ],
  };
}

/** Below no artifact manifest that ever was: somebody's experiment, or the last trace of something older than our memory. */
function anUnattributedUpload(): RepositoryInput {
  const name = "scratch/packet-generator";
  const builds = [1, 2, 3].map((build) =>
    aPlatformImage({
      key: `${name}#${build}`,
      content: `packet-generator build ${build}`,
      tags: build === 3 ? ["latest"] : [],
      pushedAt: `2025-09-0${build}T17:00:00Z`,
    }),
  );
  return { name, manifests: builds };
}

/** Below a known artifact manifest, which does not list it. */
function anUnlistedUpload(): RepositoryInput {
  const name = "amf-1-5-0/debug-shell";
  const upload = { key: name, content: "debug-shell 0.3", tags: ["0.3"], pushedAt: "2026-02-11T19:00:00Z" };
  return { name, manifests: [...aMultiArchImage(upload), anSbom(upload)] };
}

/**
 * Signed the old way: a tag made of the image's digest is all that ties the two together. The image is written out in
 * full, since its digest must be known here.
 */
function aSignatureByTag(): RepositoryInput {
  const blob = (mediaType: string, content: string, size: number) => ({ mediaType, size, digest: toDigest(content) });
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: blob("application/vnd.docker.container.image.v1+json", "config of trace-agent 2.1", 1_511),
    layers: [blob("application/vnd.docker.image.rootfs.diff.tar.gzip", "files of trace-agent 2.1", 18_874_368)],
  };
  const pushedAt = "2025-12-01T11:00:00Z";
  const signatureTag = `${toDigest(JSON.stringify(manifest)).replace(":", "-")}.sig`;
  const image: ManifestInput = {
    manifest,
    mediaType: manifest.mediaType,
    tags: ["2.1"],
    pushedAt,
    alias: "trace-agent",
  };
  const signature: ManifestInput = {
    alias: "trace-agent#signature",
    layers: [{ size: 243, seed: "signature of trace-agent 2.1" }],
    tags: [signatureTag],
    pushedAt,
  };
  return { name: "pcf-1-2-0/trace-agent", manifests: [image, signature] };
}

function toDigest(content: string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
