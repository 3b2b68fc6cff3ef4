import pMap from "p-map";
import type { ArmId } from "../core/armId.ts";
import { nameOf } from "../core/armId.ts";
import type { RestoreTag, RestoreView } from "../core/planRestore.ts";
import { listReach } from "../core/planRestore.ts";
import { readEdges } from "../core/readEdges.ts";
import type { JournaledIntent } from "../core/readIntent.ts";
import { readIntent } from "../core/readIntent.ts";
import type { Edges } from "../core/registryManifest.ts";
import { UpstreamError } from "../errors.ts";
import type { ManifestContent, RegistryReader, RegistryWriter } from "../ports.ts";
import type { Deps } from "./deps.ts";

const AT_A_TIME = 8;

/** Where a restore works. */
export interface RestoreSite {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly reader: RegistryReader;
  readonly writer: RegistryWriter;
}

export interface Wanted {
  readonly digests: readonly string[];
  /** To put on each of them. */
  readonly tag: string | undefined;
  /** Those that they carried last come back too, where the journal knows them and they are free. */
  readonly lastTags: boolean;
}

export interface Gathered {
  readonly view: RestoreView;
  readonly contents: ReadonlyMap<string, ManifestContent>;
  /** What the journal says was to be deleted in this repository, by digest. */
  readonly intents: ReadonlyMap<string, JournaledIntent>;
  /** Set where the restorer may not even ask what the registry has: its blobs then count as gone. */
  readonly forbidden: string | undefined;
}

/** Everything that the plan of a restore rests on. Only reads. Throws `UpstreamError`. */
export async function gatherRestore(deps: Deps, site: RestoreSite, wanted: Wanted): Promise<Gathered> {
  const goals = wanted.digests;
  const intents = await readIntents(deps, site);
  const cascaded = [...intents.values()].filter(({ how }) => how === "cascade").map(({ digest }) => digest);
  const contents = await readContents(deps, [...goals, ...cascaded]);
  const kept = new Map([...contents].map(([digest, content]) => [digest, readEdges(content.mediaType, content.bytes)]));
  const reach = listReach({ goals, kept });
  const present = await readPresent(site, reach);
  const tagNames = await readTagNames(site);
  const absent = reach.filter((digest) => !present.has(digest));
  const { blobs, forbidden } = await readBlobs(site, listLayers(absent, kept));
  const tags = listTags(wanted, intents, tagNames);
  return { view: { goals, tags, present, tagNames, kept, blobs }, contents, intents, forbidden };
}

/** The newest of each digest. */
async function readIntents(deps: Deps, site: RestoreSite): Promise<ReadonlyMap<string, JournaledIntent>> {
  const intents = new Map<string, JournaledIntent>();
  for await (const record of deps.journal.listRecords(nameOf(site.registryId))) {
    const intent = readIntent(record);
    if (intent?.registryId !== site.registryId || intent.repository !== site.repository) continue;
    if (!intents.has(intent.digest)) intents.set(intent.digest, intent);
  }
  return intents;
}

/** What the journal keeps of the digests and, at any depth, of what they hold. */
async function readContents(deps: Deps, digests: readonly string[]): Promise<ReadonlyMap<string, ManifestContent>> {
  const contents = new Map<string, ManifestContent>();
  const asked = new Set<string>();
  for (let level = [...new Set(digests)]; level.length > 0;) {
    for (const digest of level) asked.add(digest);
    const found = await pMap(level, (digest) => deps.journal.findBytes(digest), { concurrency: AT_A_TIME });
    level.forEach((digest, index) => {
      const content = found[index];
      if (content) contents.set(digest, content);
    });
    const children = found.flatMap((content) => (content ? readEdges(content.mediaType, content.bytes).children : []));
    level = [...new Set(children)].filter((digest) => !asked.has(digest));
  }
  return contents;
}

async function readPresent(site: RestoreSite, digests: readonly string[]): Promise<RestoreView["present"]> {
  const found = await pMap(digests, (digest) => site.reader.findManifest(site.repository, digest), {
    concurrency: AT_A_TIME,
  });
  return new Map(found.flatMap((manifest) => (manifest ? [[manifest.digest, manifest.tags] as const] : [])));
}

/** With its last registry manifest a repository disappears, and so do its tags. */
export async function readTagNames({ reader, repository }: RestoreSite): Promise<ReadonlySet<string>> {
  if (!(await reader.findRepository(repository))) return new Set();
  return new Set((await reader.readTagTimes(repository)).keys());
}

function listLayers(digests: readonly string[], kept: ReadonlyMap<string, Edges>): readonly string[] {
  return [...new Set(digests.flatMap((digest) => kept.get(digest)?.layers.map((layer) => layer.digest) ?? []))];
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

function listTags(
  { digests, tag, lastTags }: Wanted,
  intents: Gathered["intents"],
  tagNames: ReadonlySet<string>,
): readonly RestoreTag[] {
  return digests.flatMap((digest) => {
    const last = lastTags ? (intents.get(digest)?.lastTags ?? []).filter((name) => !tagNames.has(name)) : [];
    return [...new Set([...(tag === undefined ? [] : [tag]), ...last])].map((name) => ({ digest, tag: name }));
  });
}
