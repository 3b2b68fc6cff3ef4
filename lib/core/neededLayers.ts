import { z } from "zod";
import { parseJson } from "./parseJson.ts";
import type { Edges } from "./registryManifest.ts";

const Descriptor = z.looseObject({
  digest: z.string(),
  mediaType: z.string().optional(),
  urls: z.array(z.string()).nullish(),
});
const Body = z.looseObject({
  config: Descriptor.optional(),
  layers: z.array(Descriptor).nullish(),
  blobs: z.array(Descriptor).nullish(),
});

type Descriptor = z.infer<typeof Descriptor>;

/**
 * The edges without layers that a registry need not hold: those that are fetched from somewhere else (non-distributable, or
 * "foreign"). One that the bytes also name in another way stays.
 */
export function withNeededLayers(edges: Edges, bytes: Uint8Array): Edges {
  const body = Body.safeParse(parseJson(new TextDecoder().decode(bytes))).data;
  if (!body) return edges;
  const { config, layers, blobs } = body;
  const own = [...(layers ?? []), ...(blobs ?? [])].filter((descriptor) => !isForeign(descriptor));
  const needed = new Set([...(config ? [config] : []), ...own].map(({ digest }) => digest));
  return { ...edges, layers: edges.layers.filter(({ digest }) => needed.has(digest)) };
}

const isForeign = ({ mediaType = "", urls }: Descriptor): boolean =>
  /nondistributable|\.foreign\./.test(mediaType) || (urls ?? []).length > 0;
