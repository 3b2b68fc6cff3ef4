import { describeReason } from "../core/completeness.ts";
import type { ObservedFinding } from "../core/findings.ts";
import type { Graph } from "../core/graph.ts";
import type { Part } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";

/** Scope of findings about the snapshot itself: every processed snapshot answers them anew. */
export const SNAPSHOT_SCOPE = "snapshot";

/** One finding per part that is not proven complete, and one per missing permission. */
export function listPartFindings(parts: readonly Part[]): readonly ObservedFinding[] {
  return parts.flatMap((part): ObservedFinding[] => {
    if (part.reasons.length === 0) return [];
    const findings: ObservedFinding[] = [
      {
        kind: "incompleteSnapshot",
        subject: part.name,
        scope: SNAPSHOT_SCOPE,
        evidence: part.reasons.map(describeReason),
      },
    ];
    const denied = part.reasons.filter(
      ({ code, detail }) => code === "subscriptionNotReadable" || /status 40[13]/.test(detail ?? ""),
    );
    if (denied.length > 0)
      findings.push({
        kind: "missingPermission",
        subject: part.name,
        scope: SNAPSHOT_SCOPE,
        evidence: [...denied.map(describeReason), roleHint(part.name)],
      });
    return findings;
  });
}

const roleHint = (part: string): string =>
  part === GRAPH_PART
    ? "The observer needs Reader on every subscription of the tenant, best at the root management group."
    : "The observer needs AcrPull on the registry, or on an ABAC registry Container Registry Repository Reader and Catalog Lister.";

/** What the graph alone tells. */
export function listGraphFindings(graph: Graph): readonly ObservedFinding[] {
  return [...listOrphanedConsumers(graph), ...listLegacyReferences(graph)];
}

function listOrphanedConsumers(graph: Graph): ObservedFinding[] {
  return graph.consumers.flatMap(({ id, details }): ObservedFinding[] => {
    if (details.of !== "consumer") return [];
    const gone = details.versions.flatMap((version) =>
      version.by === "id" && !graph.presentVersions.has(version.id) ? [version.id] : [],
    );
    if (gone.length === 0) return [];
    const evidence = gone.map((version) => {
      const known = graph.versions.get(version);
      return known
        ? `runs on ${version}, last seen ${known.lastSeenAt}`
        : `runs on ${version}, never seen by any snapshot`;
    });
    return [{ kind: "consumerOfDeletedVersion", subject: id, scope: GRAPH_PART, evidence }];
  });
}

function listLegacyReferences(graph: Graph): ObservedFinding[] {
  return [...graph.presentVersions].sort().flatMap((id): ObservedFinding[] => {
    const legacy = (graph.versions.get(id)?.references ?? []).filter(({ form }) => form !== "artifactManifest");
    if (legacy.length === 0) return [];
    const evidence = legacy.map((reference) =>
      reference.form === "unreadable"
        ? `cannot be read: ${reference.text}`
        : `references the artifact store ${reference.id}`,
    );
    return [{ kind: "legacyReference", subject: id, scope: GRAPH_PART, evidence }];
  });
}
