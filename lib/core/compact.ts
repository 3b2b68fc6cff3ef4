import type { Known, KnownArtifactManifest } from "./knowledge.ts";
import type { Artifact, ArtifactReference, Resource } from "./resources.ts";

/**
 * One text for all that are equal. A publisher may list a million artifacts, whose names and versions are mostly those of others, and
 * which are there, are remembered, and are referenced by the same ids.
 */
export class TextPool {
  private readonly texts = new Map<string, string>();

  of(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, text);
    return text;
  }
}

/** The same resource in less memory. */
export function compactResource(resource: Resource, texts: TextPool): Resource {
  const { details } = resource;
  const id = texts.of(resource.id);
  switch (details.of) {
    case "artifactManifest": {
      const artifacts = details.artifacts.map((artifact) => compactArtifact(artifact, texts));
      return { ...resource, id, details: { ...details, artifacts } };
    }
    case "version":
      return { ...resource, id, details: { ...details, references: compactReferences(details.references, texts) } };
    default:
      return resource;
  }
}

/** The same in less memory, what is remembered of a resource that is there sharing what that holds. */
export function compactKnown(known: Known, present: Resource | undefined, texts: TextPool): Known {
  switch (known.of) {
    case "artifactManifest":
      return compactArtifactManifest(known, present, texts);
    case "version":
      return { ...known, id: texts.of(known.id), references: compactReferences(known.references, texts) };
    case "store":
      return known;
    default:
      return known satisfies never;
  }
}

/** As `compactKnown`. */
export const compactArtifactManifest = (
  known: KnownArtifactManifest,
  present: Resource | undefined,
  texts: TextPool,
): KnownArtifactManifest => ({
  ...known,
  id: texts.of(known.id),
  artifacts: shareArtifacts(known.artifacts, present, texts),
});

const compactArtifact = ({ name, version }: Artifact, texts: TextPool): Artifact => ({
  name: texts.of(name),
  version: texts.of(version),
});

const compactReferences = (references: readonly ArtifactReference[], texts: TextPool): readonly ArtifactReference[] =>
  references.map((reference) =>
    reference.form === "unreadable" ? reference : { ...reference, id: texts.of(reference.id) },
  );

/** Mostly what is remembered is what is there, in whatever order: then one list serves both. */
function shareArtifacts(
  known: readonly Artifact[],
  present: Resource | undefined,
  texts: TextPool,
): readonly Artifact[] {
  const listed = present?.details.of === "artifactManifest" ? present.details.artifacts : [];
  const there = new Map(listed.map((artifact) => [keyOf(artifact), artifact]));
  const isSame = there.size === known.length && known.every((artifact) => there.has(keyOf(artifact)));
  if (isSame) return listed;
  return known.map((artifact) => there.get(keyOf(artifact)) ?? compactArtifact(artifact, texts));
}

const keyOf = ({ name, version }: Artifact): string => `${name}\n${version}`;
