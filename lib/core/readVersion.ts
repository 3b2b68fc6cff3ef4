import { toArmId, typeOf } from "./armId.ts";
import { findReferencedIds } from "./findReferencedIds.ts";
import { readNamedArtifacts } from "./readNamedArtifacts.ts";
import type { NamedArtifacts } from "./readNamedArtifacts.ts";
import { readSchemasOfDesign } from "./readSchemas.ts";
import { listUnreadable, nameOrAny, readText, toEvidence, toScope } from "./readText.ts";
import type { Properties, Reading, Scope } from "./readText.ts";
import { APPLICATIONS, REFERENCE_PATHS, TEMPLATES } from "./referencePaths.ts";
import type { ArtifactReference, NamedArtifact, ResourceKind, VersionDetails } from "./resources.ts";
import { walkPath } from "./walkPath.ts";

const ARTIFACT_MANIFEST = "microsoft.hybridnetwork/publishers/artifactstores/artifactmanifests";
const STORE = "microsoft.hybridnetwork/publishers/artifactstores";

/**
 * What an NFDV or NSDV refers to: by the paths of the table, and by an id in any other place. What cannot be read becomes an
 * `unreadable` reference, never nothing.
 */
export function readVersion(kind: ResourceKind, properties: Properties): VersionDetails {
  const isFunction = kind === "networkFunctionDefinitionVersion";
  const known = isFunction
    ? readItems(properties, APPLICATIONS, readApplication)
    : readItems(properties, TEMPLATES, readTemplate);
  return {
    of: "version",
    references: [...known, ...listOthers(properties, known)],
    schemas: isFunction ? [] : readSchemasOfDesign(toScope(properties)),
  };
}

/** A store whose artifact is not told beside it is meant as a whole. */
function listOthers(properties: Properties, known: readonly ArtifactReference[]): readonly ArtifactReference[] {
  const told = new Set(known.flatMap((reference) => (reference.form === "unreadable" ? [] : [reference.id])));
  const others = findReferencedIds(properties).filter((id) => !told.has(id));
  return others.map((id) =>
    typeOf(id) === STORE
      ? { form: "store", id, chart: false, artifact: undefined }
      : { form: "artifactManifest", id, artifact: undefined },
  );
}

/** An empty list refers to nothing; a list that is not there could refer to anything. */
function readItems(
  properties: Properties,
  path: string,
  readItem: (item: Scope) => readonly ArtifactReference[],
): readonly ArtifactReference[] {
  return walkPath(properties, path).flatMap((place) => {
    if (place.is === "there") return readItem({ value: place.value, path, at: place.at });
    return [unreadable(place.is === "missing" ? `${place.at} is missing` : toEvidence(place.at, place.value))];
  });
}

const readApplication = (application: Scope): readonly ArtifactReference[] =>
  toReferences(
    readText(application, REFERENCE_PATHS.networkFunctionDefinitionVersion.store),
    readNamedArtifacts(application),
  );

function readTemplate(template: Scope): readonly ArtifactReference[] {
  const paths = REFERENCE_PATHS.networkServiceDesignVersion;
  const type = readText(template, paths.type);
  const [name, version] = [readText(template, paths.artifactName), readText(template, paths.artifactVersion)];
  const artifact = nameOrAny(name);
  return toReferences(readText(template, paths.store), {
    named: [artifact === undefined ? undefined : { name: artifact, version: nameOrAny(version), chart: false }],
    // What a template of an unknown type brings along is not known either.
    chart: nameOrAny(type)?.toLowerCase() !== "armtemplate",
    unreadable: listUnreadable([type, name, version]),
  });
}

function toReferences(store: Reading, { named, chart, unreadable: others }: NamedArtifacts): ArtifactReference[] {
  if (store.is !== "text") return [...new Set([...listUnreadable([store]), ...others])].map(unreadable);
  const { text, at } = store;
  const id = toArmId(text);
  const type = id && typeOf(id);
  if (!id || (type !== ARTIFACT_MANIFEST && type !== STORE)) return [toEvidence(at, text), ...others].map(unreadable);
  const toReference = (artifact: NamedArtifact | undefined): ArtifactReference =>
    type === STORE ? { form: "store", id, chart, artifact } : { form: "artifactManifest", id, artifact };
  return [...named.map(toReference), ...others.map(unreadable)];
}

const unreadable = (text: string): ArtifactReference => ({ form: "unreadable", text });
