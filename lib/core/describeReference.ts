import type {
  ArtifactReference,
  NamedArtifact,
  ReferenceSource,
  SchemaReference,
  VersionReference,
} from "./resources.ts";

const SOURCES: Readonly<Record<ReferenceSource, string>> = {
  desired: "desired state",
  lastState: "last state",
  value: "configuration value",
};

/** What an NFDV or NSDV needs, as a person reads it: whole, so that two of them read alike only where they say the same. */
export function describeReference(reference: ArtifactReference): string {
  switch (reference.form) {
    case "artifactManifest":
      return `artifact manifest ${reference.id}${describeArtifact(reference.artifact)}`;
    case "store":
      return `artifact store ${reference.id}${reference.chart ? " (Helm package)" : ""}${describeArtifact(reference.artifact)}`;
    case "unreadable":
      return `unreadable: ${reference.text}`;
    default:
      return reference satisfies never;
  }
}

const describeArtifact = (artifact: NamedArtifact | undefined): string =>
  artifact ? `, ${artifact.chart ? "chart" : "artifact"} ${artifact.name}:${artifact.version ?? "any version"}` : "";

/** Which configuration group schema is meant, as a person reads it. */
export function describeSchema(reference: SchemaReference): string {
  switch (reference.by) {
    case "id":
      return reference.id;
    case "names":
      return `publisher ${orAny(reference.publisher)}, schema ${orAny(reference.schema)}`;
    case "unreadable":
      return `unreadable: ${reference.text}`;
    default:
      return reference satisfies never;
  }
}

/**
 * Which NFDV or NSDV a consumer means and where it says so, as a person reads it. Any text of a configuration value may be a
 * password: none of them is told, only how many there are.
 */
export function describeVersion(reference: VersionReference): string {
  switch (reference.by) {
    case "id":
      return `${reference.id} (${SOURCES[reference.source]})`;
    case "names":
      return describeNames(reference);
    case "mention": {
      const { texts, publisherId } = reference;
      return `mentions ${countOf(texts, "text")} that may name versions of ${ofPublisher(publisherId)}`;
    }
    case "unreadable":
      return `unreadable, of ${ofPublisher(reference.publisherId)}: ${reference.text}`;
    default:
      return reference satisfies never;
  }
}

function describeNames({
  source,
  publisher,
  group,
  version,
}: Extract<VersionReference, { readonly by: "names" }>): string {
  if (source === "value") return `a version by its names (${SOURCES.value})`;
  return `publisher ${orAny(publisher)}, group ${orAny(group)}, version ${orAny(version)} (${SOURCES[source]})`;
}

/** How many digests a consumer names: a key of 64 hexadecimal digits looks like one. */
export const describeDigests = (digests: readonly string[]): readonly string[] =>
  digests.length === 0 ? [] : [`names ${countOf(digests, "digest")}`];

function countOf(texts: readonly string[], noun: string): string {
  const count = new Set(texts).size;
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const orAny = (name: string | undefined): string => (name === undefined ? "any" : `"${name}"`);
const ofPublisher = (id: string | undefined): string => id ?? "any publisher";
