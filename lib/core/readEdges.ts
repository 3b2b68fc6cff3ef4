import { z } from "zod";
import type { Edges } from "./registryManifest.ts";

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const Descriptor = z.object({ digest: Digest, size: z.number().nonnegative() });

/** The union of the fields that matter of OCI and Docker image manifests, indexes, and ORAS/OCI artifact manifests. */
const Body = z.object({
  mediaType: z.string().optional(),
  manifests: z.array(z.object({ digest: Digest })).optional(),
  subject: z.object({ digest: Digest }).nullish(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).nullish(),
  blobs: z.array(Descriptor).nullish(),
});

const INDEX_TYPES = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);
const IMAGE_TYPES = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);
const ARTIFACT_TYPES = new Set([
  "application/vnd.oci.artifact.manifest.v1+json",
  "application/vnd.cncf.oras.artifact.manifest.v1+json",
]);

/** Of what could not be read: it may need any other registry manifest of its repository. */
export const NOT_UNDERSTOOD: Edges = { understood: false, children: [], subject: undefined, layers: [] };

/** Reads the edges out of the exact bytes. A type that is not known, or bytes that do not fit it, is `understood: false`. */
export function readEdges(mediaType: string, bytes: Uint8Array): Edges {
  const body = Body.safeParse(parseJson(bytes));
  if (!body.success || !fitsType(mediaType, body.data)) return NOT_UNDERSTOOD;
  const { manifests, subject, config, layers, blobs } = body.data;
  return {
    understood: true,
    children: [...new Set(manifests?.map(({ digest }) => digest))].sort(),
    subject: subject?.digest,
    layers: [...(config ? [config] : []), ...(layers ?? []), ...(blobs ?? [])].map(({ digest, size }) => ({
      digest,
      size,
    })),
  };
}

/** False where no bytes of this type are understood, so that they need not be read. */
export const isKnownType = (mediaType: string): boolean =>
  [INDEX_TYPES, IMAGE_TYPES, ARTIFACT_TYPES].some((types) => types.has(mediaType));

function fitsType(mediaType: string, body: z.infer<typeof Body>): boolean {
  if (body.mediaType !== undefined && body.mediaType !== mediaType) return false;
  if (INDEX_TYPES.has(mediaType)) return body.manifests !== undefined;
  if (IMAGE_TYPES.has(mediaType)) return body.config !== undefined && body.manifests === undefined;
  return ARTIFACT_TYPES.has(mediaType) && body.manifests === undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined; // reported as not understood
  }
}
