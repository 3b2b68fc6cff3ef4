/**
 * Why a registry manifest stays, one code per failing line of the rules in docs/rules.md. All that apply are reported, not only
 * the first. `seen` reasons rest on something that was seen; they clear a mark even where the snapshot is incomplete.
 */
export const KEEP_REASONS = {
  storeNotEnrolled: { seen: true, text: "its artifact store is not enrolled" },
  storeUnknown: { seen: false, text: "no artifact store is backed by this registry" },
  storeNotSupported: { seen: true, text: "its artifact store is not of type AzureContainerRegistry" },
  legacyPath: { seen: true, text: "an artifact manifest or a legacy reference names this repository without a prefix" },
  notListed: { seen: false, text: "its artifact manifest does not list this artifact" },
  unattributed: { seen: false, text: "no artifact manifest of this name has ever been seen" },
  artifactManifestPresent: { seen: true, text: "its artifact manifest exists" },
  artifactManifestNotSettled: { seen: true, text: "its artifact manifest exists in a state that is still changing" },
  artifactManifestUnconfirmed: { seen: false, text: "its artifact manifest was never in a complete snapshot" },
  supersededNotOptedIn: { seen: true, text: "superseded, and its artifact store did not opt in to purging those" },
  secretValuesMayPinDigest: {
    seen: true,
    text: "superseded, and a consumer has secret values that may name its digest",
  },
  digestPinned: { seen: true, text: "a network function or configuration value names its digest" },
  referencedByVersion: {
    seen: true,
    text: "a network function definition or service design references, or once referenced, its artifact manifest",
  },
  consumerOfDeletedVersion: {
    seen: true,
    text: "a consumer still runs on a deleted version that once referenced its artifact manifest",
  },
  consumerOfUnknownVersion: { seen: true, text: "a consumer of this publisher runs on a version that was never seen" },
  unreadableConsumer: { seen: true, text: "a consumer cannot be read and may need it" },
  legacyStoreReference: { seen: true, text: "a chart references the whole artifact store" },
  legacyArtifactReference: { seen: true, text: "a legacy reference names an artifact of its artifact manifest" },
  unreadableReference: { seen: true, text: "a reference cannot be read and may mean it" },
  tagged: { seen: true, text: "it is tagged" },
  locked: { seen: true, text: "it or its repository is locked" },
  child: { seen: true, text: "an index that stays contains it" },
  referrer: { seen: true, text: "the subject it refers to stays" },
  subject: { seen: true, text: "a referrer that stays refers to it" },
  notUnderstood: { seen: true, text: "a registry manifest in its repository is not understood" },
  pushedBeforeUpgrade: { seen: true, text: "pushed before its artifact store was upgraded" },
  repositoryIncomplete: { seen: false, text: "its repository could not be listed completely" },
} as const;

export type KeepCode = keyof typeof KEEP_REASONS;

export interface KeepReason {
  readonly code: KeepCode;
  /** What the reason rests on: a resource id, a digest, a state. */
  readonly by?: string;
}

export const isSeen = (reason: KeepReason): boolean => KEEP_REASONS[reason.code].seen;

/** Sorted and without duplicates, so that the same facts in another order give the same text. */
export function sortReasons(reasons: Iterable<KeepReason>): readonly KeepReason[] {
  const byKey = new Map<string, KeepReason>();
  for (const reason of reasons) byKey.set(`${reason.code}\n${reason.by ?? ""}`, reason);
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reason]) => reason);
}
