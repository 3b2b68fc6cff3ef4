import type { ArmId } from "./armId.ts";
import { parentOf, publisherOf, typeOf } from "./armId.ts";
import { compareTexts, describeArtifact, limitLinks, linkResource, linkSeen, linkSince } from "./evidence.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { Graph } from "./graph.ts";
import type { KnownVersion } from "./knowledge.ts";
import type { PublisherView } from "./publisherView.ts";
import { listOwn, toPublisherFinding } from "./publisherView.ts";
import type { Resource } from "./resources.ts";
import { toResourceKind } from "./resources.ts";
import type { Sample } from "./sample.ts";
import type { Sight } from "./sight.ts";

/** Resources of the publisher that nothing uses: they need not go, but what they reference stays needed until they do. */
export function listUnusedFindings(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  return [
    ...listUnusedVersions(view, sight),
    ...listUnusedArtifactManifests(view, sight),
    ...listUnusedSchemas(view, sight),
    ...listEmptyGroups(view, sight),
  ];
}

function listUnusedVersions(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { graph } = view;
  const unused = listOwn(view, graph.presentVersions).filter(({ id }) => graph.uses.ofVersion(id) === undefined);
  return unused.map((version) => {
    const design = version.kind === "networkServiceDesignVersion";
    const evidence = [
      ...listDoubts(graph, version, sight),
      linkSeen(sight, design ? NO_SERVICE : NO_FUNCTION),
      linkResource(sight, version),
      ...linkSince(version, graph.versions.get(version.id)),
      ...limitLinks(linkKept(version)),
    ];
    const kind = design ? "unreferencedServiceDesign" : "unreferencedFunctionDefinition";
    return toPublisherFinding(view, version.id, { kind, evidence });
  });
}

const NO_SERVICE = "no site network service that can be read names it, in its desired or its last state";
const NO_FUNCTION = "no network function or configuration value that can be read names it";

/** Consumers that could use the version all the same: what cannot be read is not proven not to. */
function listDoubts(graph: Graph, { id, kind }: Resource, sight: Sight): EvidenceLink[] {
  const publisherId = publisherOf(id);
  const design = kind === "networkServiceDesignVersion";
  const mayUse = (consumer: string): boolean => (toResourceKind(typeOf(consumer)) === "siteNetworkService") === design;
  const unreadable = graph.demands.ofPublisher(publisherId).find(({ code }) => code === "unreadableConsumer");
  const secret = design ? undefined : graph.demands.secretsOf(publisherId);
  return [
    ...linkDoubt(unreadable?.consumers, { mayUse, text: "that cannot be read and may use it", sight }),
    ...linkDoubt(secret, { mayUse, text: "with secret values that may name it", sight }),
  ];
}

interface Doubt {
  readonly mayUse: (consumer: string) => boolean;
  readonly text: string;
  readonly sight: Sight;
}

/** The kind of the consumers that a sample does not name is unknown: they all count. */
function linkDoubt(sample: Sample | undefined, { mayUse, text, sight }: Doubt): EvidenceLink[] {
  if (!sample) return [];
  const named = sample.first.filter(mayUse).sort();
  const count = sample.count - sample.first.length + named.length;
  if (count === 0) return [];
  const example = named[0] === undefined ? "" : ", such as";
  return [linkSeen(sight, `consumers ${text}: up to ${count}${example}`, named[0])];
}

/** What stays needed for as long as the version exists. */
function linkKept({ details }: Resource): readonly EvidenceLink[] {
  const references = details.of === "version" ? details.references : [];
  const ids = references.flatMap((reference) => (reference.form === "unreadable" ? [] : [reference.id]));
  return [...new Set(ids)].sort().map((subject) => ({ text: "keeps what it references needed:", subject }));
}

function listUnusedArtifactManifests(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { graph, needs } = view;
  const before = indexGoneReferences(graph);
  return listOwn(view, graph.present).flatMap((resource): ObservedFinding[] => {
    const known = graph.artifactManifests.get(resource.id);
    if (!known || needs.ofArtifactManifest(known).length > 0) return [];
    const evidence = [
      ...limitLinks((before.get(resource.id) ?? []).map(linkBefore)),
      linkSeen(sight, "nothing references it: no version in any subscription, and no consumer of one that is gone"),
      linkResource(sight, resource),
      ...linkSince(resource, known),
      ...limitLinks(linkArtifacts(resource)),
    ];
    return [toPublisherFinding(view, resource.id, { kind: "unreferencedArtifactManifest", evidence })];
  });
}

/** Versions that are gone, by the artifact manifests that they referenced. */
function indexGoneReferences({ versions, presentVersions }: Graph): ReadonlyMap<ArmId, readonly KnownVersion[]> {
  const found = new Map<ArmId, KnownVersion[]>();
  const gone = [...versions.values()].filter(({ id }) => !presentVersions.has(id));
  for (const version of gone.sort((a, b) => compareTexts(a.id, b.id))) {
    const ids = version.references.flatMap((reference) =>
      reference.form === "artifactManifest" ? [reference.id] : [],
    );
    for (const id of new Set(ids)) found.set(id, [...(found.get(id) ?? []), version]);
  }
  return found;
}

const linkBefore = ({ id, lastSeenAt }: KnownVersion): EvidenceLink => ({
  text: "referenced by a version that is gone, last seen",
  subject: id,
  at: lastSeenAt,
});

function linkArtifacts({ details }: Resource): readonly EvidenceLink[] {
  const artifacts = details.of === "artifactManifest" ? details.artifacts : [];
  return artifacts
    .map(describeArtifact)
    .sort()
    .map((subject) => ({ text: "lists artifact", subject }));
}

function listUnusedSchemas(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { others, uses } = view.graph;
  const unused = listOwn(view, others).filter(
    ({ id, kind }) => kind === "configurationGroupSchema" && uses.ofSchema(id) === undefined,
  );
  return unused.map((schema) => {
    const none = linkSeen(sight, "no service design asks for its values, and no configuration group values follow it");
    const evidence = [none, linkResource(sight, schema), ...linkSince(schema, undefined)];
    return toPublisherFinding(view, schema.id, { kind: "unreferencedSchema", evidence });
  });
}

const isGroup = ({ kind }: Resource): boolean =>
  kind === "networkFunctionDefinitionGroup" || kind === "networkServiceDesignGroup";

function listEmptyGroups(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { others, presentVersions, versions } = view.graph;
  const filled = new Set([...presentVersions.keys()].map(parentOf));
  const gone = Map.groupBy(versions.values(), ({ id }) => parentOf(id));
  const empty = listOwn(view, others).filter((group) => isGroup(group) && !filled.has(group.id));
  return empty.map((group) => {
    const before = (gone.get(group.id) ?? []).toSorted((a, b) => compareTexts(a.id, b.id));
    const evidence = [
      linkSeen(sight, "no version in it"),
      linkResource(sight, group),
      ...linkSince(group, undefined),
      ...limitLinks(before.map(({ id, lastSeenAt }) => ({ text: "held version", subject: id, at: lastSeenAt }))),
    ];
    return toPublisherFinding(view, group.id, { kind: "emptyGroup", evidence });
  });
}
