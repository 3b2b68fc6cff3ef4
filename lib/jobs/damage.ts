import type { ArmId } from "../core/armId.ts";
import { toIso } from "../core/duration.ts";
import type { Finding } from "../core/findings.ts";
import { UpstreamError } from "../errors.ts";
import type { RegistryReader } from "../ports.ts";
import type { Deps } from "./deps.ts";
import { readTarget } from "./registryTarget.ts";

/** Something that is there misses what this service deleted. */
export interface Damage {
  readonly registryId: ArmId;
  readonly repository: string;
  /** By the digest that is there: what it needs and went. */
  readonly missing: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was done about it. */
  readonly notes: readonly string[];
}

const SCOPE = "damage:";
/** The link of a finding that names what is missing. */
const NEEDS = "needs, deleted by this service";

/** In words, for errors and the journal. */
export const describeDamage = (repository: string, by: string, needed: ReadonlySet<string>): string =>
  `${repository}@${by} needs ${[...needed].join(" and ")}, which was deleted`;

/** A finding for each digest that misses something: it stays open until that is there again, or nothing needs it any more. */
export async function observeDamage(deps: Deps, { registryId, repository, missing, notes }: Damage): Promise<void> {
  const at = toIso(deps.clock.now().getTime());
  for (const [digest, needed] of missing) {
    const links = [...needed].map((one) => ({ text: NEEDS, subject: `${repository}@${one}`, at }));
    const evidence = [...links, ...notes.map((text) => ({ text }))];
    const subject = `${registryId}/${repository}@${digest}`;
    await deps.findings.observe({ kind: "damagedArtifact", subject, scope: `${SCOPE}${registryId}`, evidence }, at);
  }
}

/** Resolves what was mended since. What a registry does not tell stays open. */
export async function resolveMended(deps: Deps): Promise<void> {
  for await (const scope of deps.findings.listScopes()) {
    if (!scope.startsWith(SCOPE)) continue;
    const registryId = scope.slice(SCOPE.length);
    const open = (await Array.fromAsync(deps.findings.listOfScope(scope))).filter(
      ({ resolvedAt }) => resolvedAt === undefined,
    );
    if (open.length > 0) await resolveMendedOf(deps, registryId, open);
  }
}

async function resolveMendedOf(deps: Deps, registryId: ArmId, open: readonly Finding[]): Promise<void> {
  try {
    const found = await readTarget(deps, registryId);
    if ("unusable" in found) return;
    const reader = deps.openRegistry(found.target);
    const mended = new Set<string>();
    for (const finding of open) if (await isMended(reader, registryId, finding)) mended.add(finding.id);
    const at = toIso(deps.clock.now().getTime());
    await deps.findings.resolve(`${SCOPE}${registryId}`, at, ({ id }) => mended.has(id));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    deps.log.warn("whether damage was mended is not known", { registryId, why: error.message });
  }
}

async function isMended(reader: RegistryReader, registryId: ArmId, { subject, evidence }: Finding): Promise<boolean> {
  const find = async (path: string) => {
    const at = path.lastIndexOf("@");
    return reader.findManifest(path.slice(0, at), path.slice(at + 1));
  };
  if (!(await find(subject.slice(registryId.length + 1)))) return true;
  for (const { text, subject: needed } of evidence)
    if (text === NEEDS && needed !== undefined && !(await find(needed))) return false;
  return true;
}
