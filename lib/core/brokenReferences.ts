import type { ArmId } from "./armId.ts";
import { parentOf, publisherOf } from "./armId.ts";
import { describeArtifact, limitLinks, linkResource, linkSeen, linkSince, linkUsers } from "./evidence.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { Graph } from "./graph.ts";
import { isMeant } from "./needs.ts";
import type { PublisherView } from "./publisherView.ts";
import { isOwn, listOwn, scopeOf } from "./publisherView.ts";
import type { Artifact, ArtifactReference, NamedArtifact, Resource } from "./resources.ts";
import type { Sight } from "./sight.ts";

/** What is listed or named and not in a registry; to be asked once all its repositories were seen. */
export interface MissingArtifacts {
  readonly registryId: ArmId | undefined;
  /** The stores that the registry backs: of references to others nothing is known here. */
  readonly storeIds: readonly ArmId[];
  /** Sorted by artifact manifest. */
  readonly listed: readonly MissingOfManifest[];
  /** True where no repository holds what a legacy reference to the store names. */
  isNamedMissing(storeId: ArmId, artifact: NamedArtifact): boolean;
}

export interface MissingOfManifest {
  readonly artifactManifest: Resource;
  /** Sorted; made anew each time, for of a large registry they may be very many. */
  readonly listArtifacts: () => readonly Artifact[];
}

/**
 * Versions of the publisher that are in use and reference an artifact manifest that is gone, in a store that is gone, too, or that
 * no registry backs: no inventory would tell.
 */
export function listLostReferences(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { graph } = view;
  const isLost = (id: ArmId): boolean => {
    const storeId = parentOf(id);
    return (
      isOwn(view, id) && !graph.present.has(id) && storeId !== undefined && !isRegistryStore(graph.stores.get(storeId))
    );
  };
  return listOwn(view, graph.presentVersions).flatMap((version) => {
    const ids = listReferences(version).flatMap((reference) =>
      reference.form === "artifactManifest" && isLost(reference.id) ? [reference.id] : [],
    );
    const listBroken = () => ids.map((id) => [linkGone(graph, id, sight)]);
    return toDanglingFindings(graph, version, { listBroken, scope: scopeOf(view), sight });
  });
}

/** A store that holds its artifacts in a known container registry: of others, no listing says what is there. */
export const isRegistryStore = (store: Resource | undefined): boolean =>
  store?.details.of === "store" &&
  store.details.storeType?.toLowerCase() === "azurecontainerregistry" &&
  store.details.registryId !== undefined;

/** What a version says now. */
export const listReferences = ({ details }: Resource): readonly ArtifactReference[] =>
  details.of === "version" ? details.references : [];

export interface Broken {
  /** By reference; empty for one that leads where it should. */
  readonly listBroken: () => readonly (readonly EvidenceLink[])[];
  readonly scope: string;
  readonly sight: Sight;
}

/** One finding for a version in use with a broken reference; none otherwise. Its evidence is made when it is asked for. */
export function toDanglingFindings(
  graph: Graph,
  version: Resource,
  { listBroken, scope, sight }: Broken,
): ObservedFinding[] {
  const users = graph.uses.ofVersion(version.id);
  if (!users || listBroken().every((links) => links.length === 0)) return [];
  const toEvidence = (): readonly EvidenceLink[] => {
    const byText = new Map(listBroken().flatMap((links) => links.map((link) => [toText(link), link])));
    return [
      ...linkUsers(sight, users),
      linkResource(sight, version),
      ...linkSince(version, graph.versions.get(version.id)),
      ...limitLinks([...byText.values()]),
    ];
  };
  return [
    {
      kind: "danglingReference",
      subject: version.id,
      scope,
      publisherId: publisherOf(version.id),
      get evidence() {
        return toEvidence();
      },
    },
  ];
}

const toText = ({ text, subject }: EvidenceLink): string => `${text} ${subject ?? ""}`;

/** What a reference is held against: the graph, and what one registry lacks. */
export interface BrokenScene {
  readonly graph: Graph;
  readonly missing: MissingArtifacts;
  /** What each artifact manifest lists and the registry lacks. */
  readonly absent: ReadonlyMap<ArmId, () => readonly Artifact[]>;
  readonly sight: Sight;
}

/** Why a reference into the registry's stores leads to something that is not there; empty where it does not, or where that is not known. */
export function linkBroken(scene: BrokenScene, reference: ArtifactReference): readonly EvidenceLink[] {
  switch (reference.form) {
    case "artifactManifest":
      return scene.missing.storeIds.includes(parentOf(reference.id) ?? "") ? linkBrokenManifest(scene, reference) : [];
    case "store": {
      const { id, artifact } = reference;
      if (!artifact || !scene.missing.isNamedMissing(id, artifact)) return [];
      const text = `references, by its artifact store, ${describeArtifact(artifact)}, which is not in the registry:`;
      return [linkSeen(scene.sight, text, id)];
    }
    case "unreadable":
      return [];
    default:
      return reference satisfies never;
  }
}

function linkBrokenManifest(
  { graph, absent, sight }: BrokenScene,
  { id, artifact }: Extract<ArtifactReference, { form: "artifactManifest" }>,
): readonly EvidenceLink[] {
  const resource = graph.present.get(id);
  if (!resource) return [linkGone(graph, id, sight)];
  if (resource.details.of !== "artifactManifest") return [];
  const { artifacts, unreadable } = resource.details;
  const listed = artifact && artifacts.filter((item) => isNamed(artifact, item));
  if (artifact && listed?.length === 0) {
    // An entry that cannot be read may be the one that is named.
    if (unreadable.length > 0) return [];
    const text = `references ${describeArtifact(artifact)}, which its artifact manifest does not list:`;
    return [linkSeen(sight, text, id)];
  }
  const missing = listNeeded(artifact, absent.get(id)?.() ?? [], listed?.length ?? 0);
  return missing.length === 0
    ? []
    : [linkSeen(sight, "references artifact manifest", id), ...missing.map((item) => linkMissing(sight, item))];
}

/** What of the missing artifacts the reference needs. A chart's images are named nowhere: any of them may be one. */
function listNeeded(
  named: NamedArtifact | undefined,
  absent: readonly Artifact[],
  listed: number,
): readonly Artifact[] {
  if (!named || named.chart) return absent;
  const missing = absent.filter((item) => isNamed(named, item));
  // Without a version any of those that are listed will do.
  return missing.length === listed ? missing : [];
}

const isNamed = (named: NamedArtifact, { name, version }: Artifact): boolean =>
  name.toLowerCase() === named.name.toLowerCase() && isMeant(named, version);

function linkGone(graph: Graph, id: ArmId, sight: Sight): EvidenceLink {
  const known = graph.artifactManifests.get(id);
  return known && !graph.adopted.has(id)
    ? { text: "references an artifact manifest that is gone, last seen", subject: id, at: known.lastSeenAt }
    : linkSeen(sight, "references an artifact manifest that is not there and was never seen by any snapshot", id);
}

/** An artifact that is listed and not there. */
export const linkMissing = (sight: Sight, artifact: Artifact): EvidenceLink =>
  linkSeen(sight, "lists an artifact that is not in the registry:", describeArtifact(artifact));
