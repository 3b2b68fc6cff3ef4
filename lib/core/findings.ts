import type { ArmId } from "./armId.ts";

/** A statement about a resource or artifact that a person may care about. Opened once, resolved when no longer true. */
export interface Finding {
  /** Stable: derived from scope, kind and subject. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What it is about: `<registry id>/<repository>@<digest>`, a resource id, the part of a snapshot. */
  readonly subject: string;
  /** What must have been looked at before the finding may be called resolved: see `FindingScope`. */
  readonly scope: FindingScope;
  /** Undefined where it is about no publisher, or about several. */
  readonly publisherId: ArmId | undefined;
  readonly storeId: ArmId | undefined;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly resolvedAt: string | undefined;
  /** The chain that leads to the statement, outermost link first. */
  readonly evidence: readonly EvidenceLink[];
}

/** One link of a chain. */
export interface EvidenceLink {
  /** What was seen, in words that stand before the subject: "artifact manifest, last seen". */
  readonly text: string;
  /** What it was seen of: a resource id, `repository@digest`, a state. */
  readonly subject?: string;
  /** The snapshot that showed it, or showed it last. */
  readonly snapshotId?: string;
  /** When that was, ISO 8601. */
  readonly at?: string;
}

/**
 * A registry id: findings about its registry manifests. `registry:<id>`: about the registry itself. A publisher's name as
 * `publisher:<name>`: about its resources. `consumers:<bucket>`: about consumers. `snapshot:<part>`: about a part of the newest snapshot. `plan`:
 * about the newest plan. `purge:<registry id>`: about deleting.
 * `damage:<registry id>`: about what a delete has hurt. `poison:<queue>:<registry id or stage>`: about messages of that work,
 * `poison:<queue>`: about those that nobody can read. `holds`, `holds:<registry id>`: about holds of people. `service:<what>`: about this
 * service.
 */
export type FindingScope = string;

export type Severity = "info" | "warning" | "critical";

/** Severity, title, and what would clear a finding of this kind. */
export const FINDING_KINDS = {
  decommissionedArtifact: {
    severity: "info",
    title: "Decommissioned artifact",
    clearedBy:
      "Tag it again, recreate its artifact manifest, or lock it. A hold (PUT /api/holds, or the ARM tag cleanup-hold-until) only makes it wait. Otherwise it is purged after the grace window where its store is enforced.",
  },
  supersededDigest: {
    severity: "info",
    title: "Superseded digest",
    clearedBy:
      "Tag it again. A lock keeps it and does not clear this. It is purged only where its store opts in (purgeSuperseded).",
  },
  unattributedManifest: {
    severity: "info",
    title: "Untagged registry manifest that belongs to no known artifact manifest",
    clearedBy:
      "Create the artifact manifest that it belongs to, adopt its prefix (POST /api/adoptions), or delete it by hand.",
  },
  unmentionedUpload: {
    severity: "info",
    title: "Upload that no artifact manifest mentions",
    clearedBy: "List the artifact in an artifact manifest, or remove its tags: until then nothing here touches it.",
  },
  missingArtifact: {
    severity: "warning",
    title: "Artifact manifest lists an artifact that is not in the registry",
    clearedBy: "Upload the artifact under the name and version that the artifact manifest lists.",
  },
  danglingReference: {
    severity: "warning",
    title: "A version in use points to an artifact that is not there: a rollback would fail",
    clearedBy: "Upload what is missing, or move the consumers to another version.",
  },
  consumerOfDeletedVersion: {
    severity: "warning",
    title: "Consumer of a deleted version",
    clearedBy: "Move the consumer to a version that exists, or publish the version again.",
  },
  unreferencedServiceDesign: {
    severity: "info",
    title: "Service design that no site network service uses",
    clearedBy: "Use it, or delete it: what it references stays needed until then.",
  },
  unreferencedFunctionDefinition: {
    severity: "info",
    title: "Function definition that no network function or configuration value names",
    clearedBy: "Use it, or delete it: what it references stays needed until then.",
  },
  unreferencedArtifactManifest: {
    severity: "info",
    title: "Artifact manifest that nothing references",
    clearedBy:
      "Reference it from a version, or delete it: AOSM then untags its artifacts, and the grace window begins.",
  },
  unreferencedSchema: {
    severity: "info",
    title: "Configuration group schema that nothing uses",
    clearedBy: "Use it, or delete it.",
  },
  emptyGroup: {
    severity: "info",
    title: "Definition group or design group without a version",
    clearedBy: "Publish a version in it, or delete it.",
  },
  legacyReference: {
    severity: "info",
    title: "Version that references the artifact store instead of an artifact manifest",
    clearedBy: "Reference the artifact manifest instead of the artifact store (API version 2025-03-30).",
  },
  unreadableReference: {
    severity: "warning",
    title: "Reference that cannot be read: it protects all that it could mean",
    clearedBy:
      "Make it readable: idType or configurationType Open, a whole resource id, values that are whole JSON. Or delete the resource.",
  },
  blockedArtifact: {
    severity: "warning",
    title: "Decommissioned, but blocked",
    clearedBy: "Remove what blocks it (see the evidence), or leave it: it is kept.",
  },
  storeGone: {
    severity: "warning",
    title: "Enrolled artifact store that does not exist any more",
    clearedBy:
      "Create it again, or take it out of STORES if it is named there; under * this ends some time after its last mark. Nothing in its registry is marked or purged.",
  },
  incompleteSnapshot: {
    severity: "warning",
    title: "Snapshot that is not proven complete",
    clearedBy: "Remove the cause named in the evidence; the next complete snapshot resolves this.",
  },
  implausibleSnapshot: {
    severity: "warning",
    title: "Snapshot with an implausible fall",
    clearedBy: "Find out what vanished; if it is meant, accept the snapshot (POST /api/snapshots/{id}/accept).",
  },
  staleSnapshot: {
    severity: "warning",
    title: "No complete snapshot that is young enough",
    clearedBy:
      "Remove the causes of the open incompleteSnapshot findings. Where there are none, no snapshot is being taken: see the errors of the runs (GET /api/runs). Until then nothing is purged.",
  },
  missingPermission: {
    severity: "warning",
    title: "Missing permission",
    clearedBy: "Grant the role that the evidence begins with to the service's identity.",
  },
  retentionPolicyActs: {
    severity: "warning",
    title: "The registry's own retention policy deletes before the grace window ends",
    clearedBy: "Disable the registry's retention policy, or make it longer than the grace window.",
  },
  softDeleteActs: {
    severity: "info",
    title: "Soft delete is on in the registry",
    clearedBy: "Nothing need be done: space is freed only after the registry's own retention days.",
  },
  registryPolicyUnknown: {
    severity: "warning",
    title: "A policy of the registry is not understood",
    clearedBy: "Update this service, or disable the policy: what it deletes is not known.",
  },
  basicRegistry: {
    severity: "info",
    title: "Registry of the SKU Basic",
    clearedBy: "Nothing need be done: expect lower limits and slower runs; Standard or Premium lift them.",
  },
  abacRegistry: {
    severity: "info",
    title: "Registry in ABAC mode: AcrPull and AcrDelete are not honoured",
    clearedBy:
      "Nothing need be done once the observer holds Container Registry Repository Reader and Catalog Lister, and the purger Repository Contributor.",
  },
  privateRegistry: {
    severity: "info",
    title: "Registry whose public network access is disabled, or not known to be enabled",
    clearedBy:
      "Nothing need be done where the app reaches it through a private endpoint; otherwise its snapshots are incomplete.",
  },
  replicaNotReady: {
    severity: "warning",
    title: "Geo-replica that is not ready, or not known to be",
    clearedBy:
      "Wait for the replica, or have it repaired; where replicas cannot be read, grant the observer Reader on the registry. Nothing in the registry is purged meanwhile.",
  },
  appOutsideHomeRegion: {
    severity: "info",
    title: "The app runs outside the registry's home region",
    clearedBy: "Run the app in the registry's region, or accept slower runs and cost of traffic between regions.",
  },
  holdExpiring: {
    severity: "info",
    title: "Hold about to expire",
    clearedBy: "Extend the hold, or let it expire: what it covers then goes on towards its deadline.",
  },
  clockSkew: {
    severity: "warning",
    title: "The clocks of this app and of Azure differ",
    clearedBy: "Nothing can be done in the app; restart it, and report it to Azure if it lasts.",
  },
  breakerTripped: {
    severity: "critical",
    title: "Breaker tripped",
    clearedBy: "Check that the purge is intended, then raise the limit or wait; nothing of the plan was deleted.",
  },
  purgeStopped: {
    severity: "critical",
    title: "Purge stopped",
    clearedBy:
      "Read the evidence. Something changed while deleting, or the registry could not be used: the next run starts from a fresh look. Or it refused (401, 403): grant the purger AcrDelete, or on an ABAC registry Container Registry Repository Contributor.",
  },
  damagedArtifact: {
    severity: "critical",
    title: "Artifact that misses what this service deleted",
    clearedBy:
      "Restore each digest that the evidence names as deleted (POST /api/restores with that digest, not with the one that needs it), push those digests again, or delete what needs them. The next purge that begins resolves this where it finds that.",
  },
  messagePoisoned: {
    severity: "critical",
    title: "Message that failed too often and was given up",
    clearedBy:
      "Read the errors of the failed invocations of the function that the evidence names, and remove their cause. A later run that does the same work to its end resolves this.",
  },
} as const satisfies Record<string, { severity: Severity; title: string; clearedBy: string }>;

export type FindingKind = keyof typeof FINDING_KINDS;

/** Every kind there is. */
export const FINDING_KIND_NAMES: readonly FindingKind[] = Object.keys(FINDING_KINDS).filter(
  (name): name is FindingKind => name in FINDING_KINDS,
);

/** What a run observed, before it is matched with what is stored. */
export interface ObservedFinding {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly scope: FindingScope;
  readonly publisherId?: ArmId | undefined;
  readonly storeId?: ArmId | undefined;
  readonly evidence: readonly EvidenceLink[];
}

/** The stored finding after it was observed `at`; one that had been resolved opens anew. */
export function openFinding(
  id: string,
  observed: ObservedFinding,
  seen: { readonly before: Finding | undefined; readonly at: string },
): Finding {
  const { before, at } = seen;
  const stillOpen = before !== undefined && before.resolvedAt === undefined;
  return {
    id,
    kind: observed.kind,
    severity: FINDING_KINDS[observed.kind].severity,
    subject: observed.subject,
    scope: observed.scope,
    publisherId: observed.publisherId,
    storeId: observed.storeId,
    firstSeenAt: stillOpen ? before.firstSeenAt : at,
    lastSeenAt: at,
    resolvedAt: undefined,
    evidence: observed.evidence,
  };
}

/** One line per link, as a person reads it. */
export function describeLink({ text, subject, snapshotId, at }: EvidenceLink): string {
  const where = [snapshotId === undefined ? undefined : `snapshot ${snapshotId}`, at].filter(Boolean).join(", ");
  return `${text}${subject === undefined ? "" : ` ${subject}`}${where === "" ? "" : ` (${where})`}`;
}
