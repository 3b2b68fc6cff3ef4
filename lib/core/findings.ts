/** A statement about a resource or artifact that a person may care about. Opened once, resolved when no longer true. */
export interface Finding {
  /** Stable: derived from kind and subject. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What it is about: `registry/repository@digest`, a resource id, a snapshot scope. */
  readonly subject: string;
  /** What must have been looked at before the finding may be called resolved: a registry id, `graph`, `snapshot`, `plan` or `purge:<registry id>`. */
  readonly scope: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly resolvedAt: string | undefined;
  /** The chain that leads to the statement, outermost first, in words. */
  readonly evidence: readonly string[];
}

export type Severity = "info" | "warning" | "critical";

/** Severity, and what would clear a finding of this kind. */
export const FINDING_KINDS = {
  decommissionedArtifact: {
    severity: "info",
    clearedBy:
      "Tag it again, recreate its artifact manifest, or lock it; otherwise it is purged after the grace window where its store is enforced.",
  },
  supersededDigest: {
    severity: "info",
    clearedBy: "Tag it again or lock it; it is purged only where its store opts in.",
  },
  unattributedManifest: {
    severity: "info",
    clearedBy: "Create the artifact manifest that it belongs to, or delete it by hand.",
  },
  blockedArtifact: {
    severity: "warning",
    clearedBy: "Remove what blocks it (see the evidence), or leave it: it is kept.",
  },
  consumerOfDeletedVersion: {
    severity: "warning",
    clearedBy: "Move the consumer to a version that exists, or publish the version again.",
  },
  legacyReference: {
    severity: "info",
    clearedBy: "Reference the artifact manifest instead of the artifact store (API version 2025-03-30).",
  },
  incompleteSnapshot: {
    severity: "warning",
    clearedBy: "Remove the cause named in the evidence; the next complete snapshot resolves this.",
  },
  missingPermission: {
    severity: "warning",
    clearedBy: "Grant the role named in the evidence to the service's identity.",
  },
  breakerTripped: {
    severity: "critical",
    clearedBy: "Check that the purge is intended, then raise the limit or wait; nothing was deleted.",
  },
  retentionPolicyActs: {
    severity: "warning",
    clearedBy: "Disable the registry's retention policy, or make it longer than the grace window.",
  },
  purgeStopped: {
    severity: "critical",
    clearedBy: "Read the evidence: something changed while deleting. The next run starts from a fresh look.",
  },
} as const satisfies Record<string, { severity: Severity; clearedBy: string }>;

export type FindingKind = keyof typeof FINDING_KINDS;

/** What a run observed, before it is matched with what is stored. */
export interface ObservedFinding {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly scope: string;
  readonly evidence: readonly string[];
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
    firstSeenAt: stillOpen ? before.firstSeenAt : at,
    lastSeenAt: at,
    resolvedAt: undefined,
    evidence: observed.evidence,
  };
}
