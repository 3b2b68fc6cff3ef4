import { hasUnreadableRegistry } from "./backingRegistry.ts";
import {
  compareTexts,
  describeArtifact,
  limitLinks,
  linkResource,
  linkSeen,
  linkSince,
  linkUsers,
} from "./evidence.ts";
import { describeLink } from "./findings.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { PublisherView } from "./publisherView.ts";
import { listOwn, toPublisherFinding } from "./publisherView.ts";
import type { ArtifactReference, Resource } from "./resources.ts";
import type { Sight } from "./sight.ts";

/**
 * Versions of the publisher that reference a store or cannot be read, artifact manifests with lists that cannot be read, and
 * artifact stores without a registry that can be read. What a version no longer says opens no finding, but stands in the
 * evidence of one: it counts for as long as the version exists.
 */
export function listReferenceFindings(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const versions = listOwn(view, view.graph.presentVersions);
  return [
    ...versions.flatMap((version) => listOfForm(view, version, { form: "store", sight })),
    ...versions.flatMap((version) => listOfForm(view, version, { form: "unreadable", sight })),
    ...listUnreadableLists(view, sight),
    ...listUnreadableStores(view, sight),
  ];
}

interface Look {
  readonly form: "store" | "unreadable";
  readonly sight: Sight;
}

function listOfForm(view: PublisherView, version: Resource, { form, sight }: Look): readonly ObservedFinding[] {
  const known = view.graph.versions.get(version.id);
  const now = linkAll(version.details.of === "version" ? version.details.references : [], form);
  if (now.length === 0) return [];
  const once = linkAll(known?.references ?? [], form).filter((link) => !now.some((other) => isSame(link, other)));
  const evidence = [
    ...linkUsers(sight, view.graph.uses.ofVersion(version.id)),
    linkResource(sight, version),
    ...linkSince(version, known),
    ...limitLinks(now.map(({ text, subject }) => linkSeen(sight, text, subject))),
    ...limitLinks(once.map((link) => ({ ...link, text: `no longer so, but still counted: ${link.text}` }))),
  ];
  const kind = form === "store" ? "legacyReference" : "unreadableReference";
  return [toPublisherFinding(view, version.id, { kind, evidence })];
}

function linkAll(references: readonly ArtifactReference[], form: Look["form"]): readonly EvidenceLink[] {
  const links = references.filter((reference) => reference.form === form).map(linkReference);
  return links
    .filter((link, index) => links.findIndex((other) => isSame(link, other)) === index)
    .sort((a, b) => compareTexts(describeLink(a), describeLink(b)));
}

const isSame = (a: EvidenceLink, b: EvidenceLink): boolean => a.text === b.text && a.subject === b.subject;

function linkReference(reference: ArtifactReference): EvidenceLink {
  switch (reference.form) {
    case "unreadable":
      return { text: "a reference that cannot be read:", subject: reference.text };
    case "store": {
      const { id, chart, artifact } = reference;
      const what = artifact ? ` for ${describeArtifact(artifact)}` : "";
      return { text: `references the artifact store${chart ? " with a chart" : ""}${what},`, subject: id };
    }
    case "artifactManifest":
      return { text: "references the artifact manifest", subject: reference.id };
    default:
      return reference satisfies never;
  }
}

function listUnreadableLists(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const { present, artifactManifests } = view.graph;
  return listOwn(view, present).flatMap((resource): ObservedFinding[] => {
    const unreadable = resource.details.of === "artifactManifest" ? resource.details.unreadable : [];
    if (unreadable.length === 0) return [];
    const evidence = [
      linkResource(sight, resource),
      ...linkSince(resource, artifactManifests.get(resource.id)),
      ...limitLinks(unreadable.map((text) => linkSeen(sight, "lists an artifact that cannot be read:", text))),
    ];
    return [toPublisherFinding(view, resource.id, { kind: "unreadableReference", evidence })];
  });
}

function listUnreadableStores(view: PublisherView, sight: Sight): readonly ObservedFinding[] {
  const stores = listOwn(view, view.graph.stores).filter(hasUnreadableRegistry);
  return stores.map((store) => {
    const evidence = [linkResource(sight, store), ...linkSince(store, undefined), linkSeen(sight, NO_REGISTRY)];
    return toPublisherFinding(view, store.id, { kind: "unreadableReference", evidence });
  });
}

const NO_REGISTRY =
  "its backing registry cannot be read: nothing in the registries of its publisher is marked until then";
