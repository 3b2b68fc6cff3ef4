import { publisherOf } from "./armId.ts";
import { limitLinks, linkSeen, linkUsers } from "./evidence.ts";
import type { EvidenceLink, FindingKind, ObservedFinding } from "./findings.ts";
import type { KeepCode, KeepReason } from "./keepReasons.ts";
import { KEEP_REASONS } from "./keepReasons.ts";
import { linkArtifactManifests } from "./linkArtifactManifests.ts";
import type { Repository } from "./registryManifest.ts";
import type { Sight } from "./sight.ts";
import type { RegistryContext, Verdict } from "./verdicts.ts";

export interface VerdictLook {
  readonly repository: Repository;
  readonly verdict: Verdict;
  readonly sight: Sight;
}

/** What people are told of an untagged registry manifest; undefined where there is nothing to tell. */
export function toVerdictFinding(
  context: RegistryContext,
  { repository, verdict, sight }: VerdictLook,
): ObservedFinding | undefined {
  const kind = toKind(verdict);
  if (!kind) return undefined;
  const meaning = context.paths.meaningOf(repository.name);
  const path = `${repository.name}@${verdict.digest}`;
  return {
    kind,
    subject: `${repository.registryId}/${path}`,
    scope: repository.registryId,
    publisherId: verdict.storeId === undefined ? undefined : publisherOf(verdict.storeId),
    storeId: verdict.storeId,
    evidence: [
      ...limitLinks(verdict.keep.flatMap((reason) => linkReason(context, reason, sight))),
      ...("artifactManifests" in meaning ? linkArtifactManifests(context.graph, meaning.artifactManifests, sight) : []),
      linkSeen(sight, "untagged:", path),
    ],
  };
}

function toKind({ class: candidateClass, keep }: Verdict): FindingKind | undefined {
  const has = (code: KeepCode): boolean => keep.some((reason) => reason.code === code);
  const isPart = keep.some(({ code }) => EDGE_CODES.has(code));
  // An artifact manifest that never leaves Uploading keeps for good what was replaced under it.
  if (!isPart && has("artifactManifestNotSettled") && !has("storeNotEnrolled")) return "blockedArtifact";
  switch (candidateClass) {
    case "decommissioned":
      return keep.length === 0 ? "decommissionedArtifact" : "blockedArtifact";
    case "superseded":
      return isPart ? undefined : "supersededDigest";
    case "unattributed":
      return isPart ? undefined : "unattributedManifest";
    case undefined:
      return undefined;
    default:
      return candidateClass satisfies never;
  }
}

/** Part of something that stays: nothing that a person need know. */
const EDGE_CODES: ReadonlySet<string> = new Set(["child", "referrer", "subject"]);

/** A version that keeps is kept itself by those who use it: they come first. */
function linkReason({ graph }: RegistryContext, { code, by }: KeepReason, sight: Sight): readonly EvidenceLink[] {
  const users = by === undefined ? undefined : graph.uses.ofVersion(by);
  return [
    ...linkUsers(sight, users),
    linkSeen(sight, `kept: ${KEEP_REASONS[code].text}${by === undefined ? "" : ":"}`, by),
  ];
}
