import { createHash } from "node:crypto";
import { z } from "zod";

const Annotations = z.record(z.string(), z.string());

const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
  artifactType: z.string().optional(),
  platform: z.looseObject({ architecture: z.string(), os: z.string() }).optional(),
  annotations: Annotations.optional(),
  urls: z.array(z.string()).optional(),
});

const Content = z.looseObject({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).default([]),
  blobs: z.array(Descriptor).default([]),
  manifests: z.array(Descriptor).default([]),
  subject: Descriptor.optional(),
  annotations: Annotations.optional(),
});

export type Descriptor = z.infer<typeof Descriptor>;
/** What a registry manifest's bytes say; `manifests` are the children, `blobs` the layers of artifact manifests. */
export type ManifestContent = z.infer<typeof Content>;

/** The content, or undefined where the bytes are no registry manifest that clients would understand. */
export const parseContent = (bytes: Buffer): ManifestContent | undefined => Content.safeParse(parseJson(bytes)).data;

/** Undefined where the bytes are no JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Every blob that the registry manifest needs, its configuration first; none of content that was not understood. */
export function listBlobs(content: ManifestContent | undefined): readonly Descriptor[] {
  return [...(content?.config === undefined ? [] : [content.config]), ...listLayers(content)];
}

export function listLayers(content: ManifestContent | undefined): readonly Descriptor[] {
  return content === undefined ? [] : [...content.layers, ...content.blobs];
}

/** Bytes that the registry reports: of the blobs of an image, or of the registry manifests that an index lists. */
export function sumSizes(content: ManifestContent): number {
  let total = 0;
  for (const descriptor of [...listBlobs(content), ...content.manifests]) total += descriptor.size;
  return total;
}

/** `artifactType`, or what stands for it by the image specification: the media type of the configuration. */
export const artifactTypeOf = (content: ManifestContent): string | undefined =>
  content.artifactType ?? content.config?.mediaType;

export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
