import type { ObservedFinding } from "../core/findings.ts";
import type { KeepReason } from "../core/keepReasons.ts";
import { KEEP_REASONS } from "../core/keepReasons.ts";
import type { Repository } from "../core/registryManifest.ts";
import type { Verdict } from "../core/verdicts.ts";
import type { Scene } from "./markRegistry.ts";

/** What people are told of a verdict; undefined where there is nothing to tell. */
export function toFinding(scene: Scene, repository: Repository, verdict: Verdict): ObservedFinding | undefined {
  const kind = toKind(verdict);
  if (!kind) return undefined;
  const manifestId = verdict.artifactManifestId;
  const known = manifestId === undefined ? undefined : scene.graph.artifactManifests.get(manifestId);
  const evidence = [
    `untagged in snapshot ${scene.header.id}`,
    ...(known ? [`artifact manifest ${known.id}, last seen ${known.lastSeenAt}`] : []),
    ...verdict.keep.map(describeKeep),
  ];
  return {
    kind,
    subject: subjectOf(scene.registryId, repository.name, verdict.digest),
    scope: scene.registryId,
    evidence,
  };
}

function toKind({ class: candidateClass, keep }: Verdict): ObservedFinding["kind"] | undefined {
  switch (candidateClass) {
    case "decommissioned":
      return keep.length === 0 ? "decommissionedArtifact" : "blockedArtifact";
    case "superseded":
      return keep.some(({ code }) => EDGE_CODES.has(code)) ? undefined : "supersededDigest";
    case "unattributed":
      return keep.some(({ code }) => EDGE_CODES.has(code)) ? undefined : "unattributedManifest";
    case undefined:
      return undefined;
    default:
      return candidateClass satisfies never;
  }
}

/** Part of something that stays: nothing that a person need know. */
const EDGE_CODES: ReadonlySet<string> = new Set(["child", "referrer", "subject"]);

const describeKeep = ({ code, by }: KeepReason): string =>
  `kept: ${KEEP_REASONS[code].text}${by === undefined ? "" : ` (${by})`}`;

const subjectOf = (registryId: string, repository: string, digest: string): string =>
  `${registryId}/${repository}@${digest}`;
/** The repository that a finding of `registryId` is about. */
export const repositoryOf = (registryId: string, subject: string): string =>
  subject.slice(registryId.length + 1, subject.lastIndexOf("@"));
