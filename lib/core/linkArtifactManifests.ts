import { compareTexts, limitLinks, linkResource } from "./evidence.ts";
import type { EvidenceLink } from "./findings.ts";
import type { Graph } from "./graph.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import type { Sight } from "./sight.ts";

/** What a path rests on: artifact manifests with their state, with when they were last seen, or with who adopted their prefix. */
export function linkArtifactManifests(
  graph: Graph,
  artifactManifests: readonly KnownArtifactManifest[],
  sight: Sight,
): readonly EvidenceLink[] {
  const sorted = artifactManifests.toSorted((a, b) => compareTexts(a.id, b.id));
  return limitLinks(sorted.map((manifest) => linkOne(graph, manifest, sight)));
}

function linkOne({ present, adopted }: Graph, { id, lastSeenAt }: KnownArtifactManifest, sight: Sight): EvidenceLink {
  const resource = present.get(id);
  if (resource) return linkResource(sight, resource);
  const adoption = adopted.get(id);
  if (adoption) return { text: `prefix adopted by ${adoption.by} (${adoption.reason}):`, subject: id, at: adoption.at };
  return { text: "artifact manifest that is gone, last seen", subject: id, at: lastSeenAt };
}
