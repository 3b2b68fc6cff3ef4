import pMap from "p-map";
import type { RestoreTag, RestoreView } from "../core/planRestore.ts";
import { UpstreamError } from "../errors.ts";
import type { ManifestContent } from "../ports.ts";
import type { Deps } from "./deps.ts";
import type { RestoreSite } from "./openRestore.ts";
import type { PastDeletes } from "./pastDeletes.ts";
import { AT_A_TIME, RestoreWalk } from "./restoreWalk.ts";

export interface Wanted {
  readonly digests: readonly string[];
  /** To put on each of them. */
  readonly tag: string | undefined;
  /** Those that they carried last come back too, where the journal knows them and they are free. */
  readonly lastTags: boolean;
}

export interface Gathered {
  readonly view: RestoreView;
  /** The bytes that the journal kept. */
  readonly contents: ReadonlyMap<string, ManifestContent>;
  /** What is there and could not be read, and why. */
  readonly unread: ReadonlyMap<string, string>;
  readonly deletes: Pick<PastDeletes, "find">;
  /** Set where the restorer may not even ask what the registry has: its blobs then count as gone. */
  readonly forbidden: string | undefined;
}

/** Everything that the plan of a restore rests on. Only reads. Throws `UpstreamError`. */
export async function gatherRestore(deps: Deps, site: RestoreSite, wanted: Wanted): Promise<Gathered> {
  const goals = wanted.digests;
  const { present, edges, contents, unread, deletes, reach } = await RestoreWalk.take(deps, site, goals);
  const layers = reach
    .filter((digest) => !present.has(digest))
    .flatMap((digest) => edges.get(digest)?.layers.map((layer) => layer.digest) ?? []);
  const { blobs, forbidden } = await readBlobs(site, [...new Set(layers)]);
  const { tags, tagged } = await readTags(site, listTags(wanted, deletes));
  return { view: { goals, tags, present, tagged, edges, blobs }, contents, unread, deletes, forbidden };
}

type Blobs = Pick<RestoreView, "blobs"> & Pick<Gathered, "forbidden">;

async function readBlobs({ writer, repository }: RestoreSite, layers: readonly string[]): Promise<Blobs> {
  try {
    const held = await pMap(layers, (layer) => writer.hasBlob(repository, layer), { concurrency: AT_A_TIME });
    return { blobs: new Set(layers.filter((_layer, index) => held[index])), forbidden: undefined };
  } catch (error) {
    if (isForbidden(error)) return { blobs: new Set(), forbidden: error.message };
    throw error;
  }
}

export const isForbidden = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && (error.status === 401 || error.status === 403);

interface WantedTag extends RestoreTag {
  /** Asked for by name: one that only comes back is left where it stands by now. */
  readonly isAsked: boolean;
}

function listTags({ digests, tag, lastTags }: Wanted, deletes: Gathered["deletes"]): readonly WantedTag[] {
  return digests.flatMap((digest) => {
    const last = lastTags ? (deletes.find(digest)?.lastTags ?? []) : [];
    const names = new Set([...(tag === undefined ? [] : [tag]), ...last]);
    return [...names].map((name) => ({ digest, tag: name, isAsked: name === tag }));
  });
}

/** Each by itself: a listing may lag behind, or be short, and what it does not show is not free. */
async function readTags(
  { reader, repository }: RestoreSite,
  wanted: readonly WantedTag[],
): Promise<Pick<RestoreView, "tags" | "tagged">> {
  const tagged = new Map<string, string>();
  const look = async ({ tag }: WantedTag): Promise<void> => {
    const digest = await reader.findTag(repository, tag);
    if (digest !== undefined) tagged.set(tag, digest);
  };
  await pMap(wanted, look, { concurrency: AT_A_TIME });
  const tags = wanted.filter(({ digest, tag, isAsked }) => isAsked || (tagged.get(tag) ?? digest) === digest);
  return { tags: tags.map(({ digest, tag }) => ({ digest, tag })), tagged };
}
