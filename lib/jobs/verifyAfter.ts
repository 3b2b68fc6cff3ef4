import type { Edges, RegistryManifest } from "../core/registryManifest.ts";
import { attachedTo } from "../core/registryManifest.ts";
import { SafetyStopError, UpstreamError } from "../errors.ts";
import type { ListedManifest } from "../ports.ts";
import { describeDamage, observeDamage } from "./damage.ts";
import type { Deps } from "./deps.ts";
import { readAllEdges } from "./readAllEdges.ts";
import type { RepositorySource } from "./readRepository.ts";
import { repairAfterPurge } from "./repair.ts";

interface Purged {
  readonly name: string;
  /** The repository as it was decided upon; empty where that is not known any more. */
  readonly before: readonly RegistryManifest[];
  /** Deleted, or asked to be deleted with an answer that does not tell. */
  readonly gone: ReadonlySet<string>;
}

/**
 * There is no conditional delete: look afterwards whether what stays, or was pushed meanwhile, misses what went. Returns what of
 * `gone` still reads.
 */
export async function verifyAfter(
  deps: Deps,
  source: RepositorySource,
  { name, before, gone }: Purged,
): Promise<ReadonlySet<string>> {
  const listed = await listAgain(source, name);
  const stillThere = new Set<string>();
  for (const { digest } of listed)
    if (gone.has(digest) && (await source.reader.findManifest(name, digest))) stillThere.add(digest);
  const went = new Set([...gone].filter((digest) => !stillThere.has(digest)));
  const edges = await readEdgesOfRest(source, name, { before, listed, went });
  const missing = new Map<string, Set<string>>();
  for (const [digest, of] of edges)
    for (const needed of [...(of?.children ?? []), of?.subject ?? ""])
      if (went.has(needed)) missing.set(digest, (missing.get(digest) ?? new Set()).add(needed));
  if (missing.size > 0) await repairAndStop(deps, { source, repository: name, missing });
  return stillThere;
}

/** The same where a registry that does not answer stops the work: a later run looks, and a person is told until then. */
export async function verifyOrStop(deps: Deps, source: RepositorySource, purged: Purged): Promise<ReadonlySet<string>> {
  try {
    return await verifyAfter(deps, source, purged);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.service !== "registry") throw error;
    throw new SafetyStopError(
      `whether anything in ${purged.name} misses what went could not be looked up: ${error.message}`,
    );
  }
}

interface Rest {
  readonly before: readonly RegistryManifest[];
  readonly listed: readonly ListedManifest[];
  readonly went: ReadonlySet<string>;
}

/** Of all that is there, or was and did not go: a listing may hide what stays. */
async function readEdgesOfRest(
  source: RepositorySource,
  name: string,
  { before, listed, went }: Rest,
): Promise<ReadonlyMap<string, Edges | undefined>> {
  const stays = (digest: string, tags: readonly string[]): boolean => !went.has(digest) && !isLeftBehind(tags, went);
  const known = before.filter(
    ({ digest, tags, edges }) =>
      edges &&
      stays(
        digest,
        tags.map((tag) => tag.name),
      ),
  );
  const digests = new Set(known.map(({ digest }) => digest));
  const unread = listed.filter(({ digest, tags }) => !digests.has(digest) && stays(digest, tags));
  return new Map([
    ...known.map(({ digest, edges }) => [digest, edges] as const),
    ...(await readAllEdges(source, name, unread)),
  ]);
}

interface Damage {
  readonly source: RepositorySource;
  readonly repository: string;
  /** By the digest that is there: what it needs and went. */
  readonly missing: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Somebody pushed or kept what needs something that went: it is put back where that is allowed, and a person must look. */
async function repairAndStop(deps: Deps, { source, repository, missing }: Damage): Promise<never> {
  const { registryId } = source;
  const digests = [...new Set([...missing.values()].flatMap((needed) => [...needed]))];
  const why = [...missing].map(([by, needed]) => describeDamage(repository, by, needed)).join("; ");
  await observeDamage(deps, { registryId, repository, missing, notes: [] });
  const { restored, notRestored } = await repairAfterPurge(deps, { registryId, repository, digests, why });
  const notes = [
    ...restored.map((digest) => `${digest} was put back`),
    ...notRestored.map((left) => `${left.digest} was not put back, push it again: ${left.why}`),
  ];
  await observeDamage(deps, { registryId, repository, missing, notes });
  throw new SafetyStopError(`${why}. ${notes.join("; ")}`);
}

/** With its last registry manifest a repository goes too. */
async function listAgain({ reader }: RepositorySource, name: string): Promise<readonly ListedManifest[]> {
  const listed: ListedManifest[] = [];
  try {
    for await (const page of reader.listManifests(name)) listed.push(...page);
  } catch (error) {
    if (!(error instanceof UpstreamError) || !error.isAbsence) throw error;
  }
  return listed;
}

/** The fallback list or signature of something that went by plan: it keeps its tag and may miss what it hung on. */
const isLeftBehind = (tags: readonly string[], gone: ReadonlySet<string>): boolean =>
  tags.length > 0 && tags.every((tag) => gone.has(attachedTo(tag) ?? ""));
