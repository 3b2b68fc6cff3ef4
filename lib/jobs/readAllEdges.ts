import pMap from "p-map";
import { isKnownType, NOT_UNDERSTOOD, readEdges } from "../core/readEdges.ts";
import type { Edges } from "../core/registryManifest.ts";
import { UpstreamError } from "../errors.ts";
import type { Journal, ListedManifest, RegistryReader } from "../ports.ts";
import type { EdgeStore } from "../stores/edgeStore.ts";

const EDGE_CONCURRENCY = 8;
const EDGE_BATCH = 400;

export interface EdgeSource {
  readonly reader: RegistryReader;
  readonly edges: EdgeStore;
  /** Keeps the bytes of untagged registry manifests when they are read: a delete then need not read them again. */
  readonly journal: Pick<Journal, "saveBytes">;
}

/**
 * Edges by digest, from the store or the bytes; a registry manifest without a media type has none. Throws where the bytes of one
 * cannot be read.
 */
export const readAllEdges = (
  source: EdgeSource,
  repository: string,
  listed: readonly ListedManifest[],
): Promise<ReadonlyMap<string, Edges>> =>
  collectEdges(source, listed, (manifest) => readEdgesFromBytes(source, repository, manifest));

/** The same, but that one which the registry has and does not give in a form that can be read is not understood. */
export const readEdgesSoFar = (
  source: EdgeSource,
  repository: string,
  listed: readonly ListedManifest[],
): Promise<ReadonlyMap<string, Edges>> =>
  collectEdges(source, listed, (manifest) => readEdgesOf(source, repository, manifest));

type EdgesOf = (manifest: ListedManifest) => Promise<Edges>;

async function collectEdges(
  { edges: store }: EdgeSource,
  listed: readonly ListedManifest[],
  read: EdgesOf,
): Promise<ReadonlyMap<string, Edges>> {
  const fresh: { digest: string; mediaType: string; edges: Edges }[] = [];
  const entries = await pMap(
    listed.filter((manifest) => manifest.mediaType !== undefined),
    async (manifest): Promise<readonly [string, Edges]> => {
      const { digest, mediaType = "" } = manifest;
      if (!isKnownType(mediaType)) return [digest, NOT_UNDERSTOOD];
      const known = await store.find(digest, mediaType);
      if (known) return [digest, known];
      const edges = await read(manifest);
      fresh.push({ digest, mediaType, edges });
      // What was read is kept, even where the work on a large repository is cut off.
      if (fresh.length >= EDGE_BATCH) await store.putAll(fresh.splice(0));
      return [digest, edges];
    },
    { concurrency: EDGE_CONCURRENCY },
  );
  await store.putAll(fresh);
  return new Map(entries);
}

async function readEdgesFromBytes(
  { reader, journal }: EdgeSource,
  repository: string,
  { digest, mediaType = "", tags }: ListedManifest,
): Promise<Edges> {
  const content = await reader.readBytes(repository, digest);
  if (tags.length === 0) await journal.saveBytes(digest, content);
  return content.mediaType === mediaType ? readEdges(mediaType, content.bytes) : NOT_UNDERSTOOD;
}

async function readEdgesOf(source: EdgeSource, repository: string, manifest: ListedManifest): Promise<Edges> {
  try {
    return await readEdgesFromBytes(source, repository, manifest);
  } catch (error) {
    if (!isUnreadable(error) || !(await source.reader.findManifest(repository, manifest.digest))) throw error;
    return NOT_UNDERSTOOD;
  }
}

/** The registry answered: with a 404, or with what is no readable registry manifest. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof UpstreamError && error.service === "registry" && (error.status === 404 || error.status === 200);
