import { nameOf, publisherOf } from "../../../../lib/core/armId.ts";
import type {
  ArtifactReference,
  ConsumerDetails,
  ResourceDetails,
  SchemaReference,
  VersionReference,
} from "../../../../lib/core/resources.ts";

type Names = Readonly<Record<string, string | undefined>>;

/** What `before` protects and `after` does not, as text; empty where nothing is lost. */
export function listUncovered(before: ResourceDetails, after: ResourceDetails): readonly string[] {
  if (before.of === "version" && after.of === "version")
    return [
      ...lost(before.references, (one) => after.references.some((other) => coversArtifact(other, one))),
      ...lost(before.schemas, (one) => after.schemas.some((other) => coversSchema(other, one))),
    ];
  if (before.of === "consumer" && after.of === "consumer") return listUncoveredBy(before, after);
  throw new Error(`a ${before.of} became a ${after.of}`);
}

function listUncoveredBy(before: ConsumerDetails, after: ConsumerDetails): readonly string[] {
  return [
    ...lost(before.versions, (one) => after.versions.some((other) => coversVersion(other, one))),
    ...lost(before.schemas, (one) => after.schemas.some((other) => coversSchema(other, one))),
    ...lost(before.digests, (one) => after.hasSecretValues || after.digests.includes(one)),
    ...(before.hasSecretValues && !after.hasSecretValues ? ["secret values"] : []),
  ];
}

const lost = <T>(references: readonly T[], isCovered: (reference: T) => boolean): string[] =>
  references.filter((reference) => !isCovered(reference)).map((reference) => JSON.stringify(reference));

function coversArtifact(wide: ArtifactReference, one: ArtifactReference): boolean {
  if (wide.form === "unreadable") return true;
  if (wide.form !== one.form || wide.id !== one.id) return false;
  if (wide.form === "store" && wide.chart) return true;
  if (one.form === "store" && one.chart) return false;
  if (wide.artifact === undefined) return true;
  const { name, version } = wide.artifact;
  return one.artifact?.name === name && (version === undefined || version === one.artifact.version);
}

function coversVersion(wide: VersionReference, one: VersionReference): boolean {
  if (wide.by === "unreadable") return wide.publisherId === undefined || isOfPublisher(one, wide.publisherId);
  if (wide.by === "mention") return one.by === "mention" && one.texts.every((text) => wide.texts.includes(text));
  if (one.by === "id") return wide.by === "id" ? wide.id === one.id : fit(namesOf(wide), namesOfId(one.id));
  if (one.by !== "names") return false;
  // The name fields of AOSM repeat the id: an id that they fit means the same version.
  return fit(wide.by === "id" ? namesOfId(wide.id) : namesOf(wide), namesOf(one));
}

function isOfPublisher(one: VersionReference, publisherId: string): boolean {
  if (one.by === "id") return publisherOf(one.id) === publisherId;
  return one.by === "names" ? one.publisher === nameOf(publisherId) : one.publisherId === publisherId;
}

function coversSchema(wide: SchemaReference, one: SchemaReference): boolean {
  if (wide.by === "unreadable") return true;
  if (one.by === "unreadable") return false;
  const [publisher, schema] =
    one.by === "id" ? [one.id.split("/")[8], one.id.split("/")[10]] : [one.publisher, one.schema];
  const [widePublisher, wideSchema] =
    wide.by === "id" ? [wide.id.split("/")[8], wide.id.split("/")[10]] : [wide.publisher, wide.schema];
  return fit({ publisher: widePublisher, schema: wideSchema }, { publisher, schema });
}

const namesOf = ({ publisher, group, version }: Extract<VersionReference, { by: "names" }>): Names => ({
  publisher,
  group,
  version,
});

function namesOfId(id: string): Names {
  const parts = id.split("/");
  return { publisher: parts[8], group: parts[10], version: parts[12] };
}

/** An undefined name fits everything. */
const fit = (wide: Names, one: Names): boolean =>
  Object.entries(wide).every(([key, name]) => name === undefined || name.toLowerCase() === one[key]?.toLowerCase());
