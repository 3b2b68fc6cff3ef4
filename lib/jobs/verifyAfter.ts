import type { RegistryManifest, Repository } from "../core/registryManifest.ts";
import { attachedTo } from "../core/registryManifest.ts";
import { SafetyStopError, UpstreamError } from "../errors.ts";
import type { ListedManifest } from "../ports.ts";
import type { Deps } from "./deps.ts";
import type { RepositorySource } from "./readRepository.ts";
import { readAllEdges } from "./readRepository.ts";
import { repairAfterPurge } from "./repair.ts";

interface Purged {
  readonly before: Repository;
  readonly gone: ReadonlySet<string>;
}

/**
 * There is no conditional delete: look afterwards whether what stays, or was pushed meanwhile, misses what went. Returns what was
 * deleted and still reads.
 */
export async function verifyAfter(
  deps: Deps,
  source: RepositorySource,
  { before, gone }: Purged,
): Promise<ReadonlySet<string>> {
  const listed = await listAgain(source, before.name);
  const stayed = new Map(
    before.manifests
      .filter((manifest) => !gone.has(manifest.digest) && !isLeftBehind(manifest, gone))
      .map((manifest) => [manifest.digest, manifest.edges]),
  );
  const known = new Set(before.manifests.map(({ digest }) => digest).filter((digest) => !gone.has(digest)));
  const stillThere = new Set<string>();
  for (const { digest } of listed)
    if (gone.has(digest) && (await source.reader.findManifest(before.name, digest))) stillThere.add(digest);
  const pushed = listed.filter(({ digest }) => !known.has(digest) && (!gone.has(digest) || stillThere.has(digest)));
  const went = new Set([...gone].filter((digest) => !stillThere.has(digest)));
  const edges = new Map([...stayed, ...(await readAllEdges(source, before.name, pushed))]);
  const missing = new Map<string, string>();
  for (const [digest, of] of edges)
    for (const needed of [...(of?.children ?? []), of?.subject ?? ""])
      if (went.has(needed)) missing.set(needed, digest);
  if (missing.size > 0) await repairAndStop(deps, { registryId: source.registryId, repository: before.name, missing });
  return stillThere;
}

interface Damage {
  readonly registryId: string;
  readonly repository: string;
  /** What went, by digest, with one that needs it. */
  readonly missing: ReadonlyMap<string, string>;
}

/** Somebody pushed or kept what needs something that just went: it is put back where that is allowed, and a person must look. */
async function repairAndStop(deps: Deps, { registryId, repository, missing }: Damage): Promise<never> {
  const needs = [...missing].map(([digest, by]) => `${repository}@${by} needs ${digest}`).join("; ");
  const why = `${needs}, which was deleted`;
  const { restored, notRestored } = await repairAfterPurge(deps, {
    registryId,
    repository,
    digests: [...missing.keys()],
    why,
  });
  const outcome = [
    ...restored.map((digest) => `${digest} was put back`),
    ...notRestored.map((left) => `${left.digest} was not put back, push it again: ${left.why}`),
  ];
  throw new SafetyStopError(`${why}. ${outcome.join("; ")}`);
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
function isLeftBehind({ tags }: RegistryManifest, gone: ReadonlySet<string>): boolean {
  return tags.length > 0 && tags.every(({ name }) => gone.has(attachedTo(name) ?? ""));
}
