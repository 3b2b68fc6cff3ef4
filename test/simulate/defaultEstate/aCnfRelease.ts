import type { ManifestInput, RepositoryInput, ResourceInput } from "./estateInput.ts";
import { type Store, toArtifactManifestId, toNfdvId, toNsdvId } from "./places.ts";
import {
  type Artifact,
  type Version,
  type VersionState,
  anArtifactManifest,
  anNfdv,
  anNsdv,
  toTemplateName,
} from "./publisherResources.ts";
import {
  type Upload,
  aChart,
  aDockerImage,
  aMultiArchImage,
  aNestedImage,
  aSignature,
  anArmTemplate,
  anSbom,
} from "./registryManifests.ts";

type ImageFormat = "oci" | "docker" | "nested";

export interface CnfReleaseOptions {
  readonly store: Store;
  /** The network function, such as `amf`: also the name of its chart. */
  readonly cnf: string;
  readonly version: string;
  readonly images: readonly string[];
  readonly releasedAt: string;
  readonly versionState?: VersionState;
  readonly imageFormat?: ImageFormat;
  /** The tag of the images where it is not the version. */
  readonly imageTag?: string;
  /** The image that all core functions carry, with the same bytes each time; none if absent. */
  readonly sidecar?: { readonly name: string; readonly version: string };
}

export interface CnfRelease {
  readonly store: Store;
  readonly cnf: string;
  readonly version: string;
  readonly artifactManifestName: string;
  readonly artifactManifestId: string;
  readonly nfdvId: string;
  readonly nsdvId: string;
  readonly artifacts: readonly Artifact[];
  readonly resources: readonly ResourceInput[];
  readonly repositories: readonly RepositoryInput[];
}

/** One release: an artifact manifest, the versions that reference it, and everything that it lists, uploaded below its name. */
export function aCnfRelease(options: CnfReleaseOptions): CnfRelease {
  const { store, cnf, version } = options;
  const artifactManifestName = toArtifactManifestName(cnf, version);
  const artifacts = listArtifacts(options);
  return {
    store,
    cnf,
    version,
    artifactManifestName,
    artifactManifestId: toArtifactManifestId(store, artifactManifestName),
    nfdvId: toNfdvId(store.publisher, cnf, version),
    nsdvId: toNsdvId(store.publisher, cnf, version),
    artifacts,
    resources: toResources(options, artifacts),
    repositories: artifacts.map((artifact) => toRepository(options, artifact)),
  };
}

function toArtifactManifestName(cnf: string, version: string): string {
  return `${cnf}-${version.replaceAll(".", "-")}`;
}

function listArtifacts({ cnf, version, images, imageTag = version, sidecar }: CnfReleaseOptions): Artifact[] {
  const oci = (artifactName: string, artifactVersion: string): Artifact => {
    return { artifactName, artifactType: "OCIArtifact", artifactVersion };
  };
  return [
    oci(cnf, version),
    ...images.map((image) => oci(image, imageTag)),
    ...(sidecar ? [oci(sidecar.name, sidecar.version)] : []),
    { artifactName: toTemplateName(cnf), artifactType: "ArmTemplate", artifactVersion: version },
  ];
}

function toResources(options: CnfReleaseOptions, artifacts: readonly Artifact[]): ResourceInput[] {
  const { store, cnf, version, releasedAt: createdAt, versionState = "Active" } = options;
  const name = toArtifactManifestName(cnf, version);
  const artifactSourceId = toArtifactManifestId(store, name);
  const definition: Version = {
    publisher: store.publisher,
    cnf,
    version,
    versionState,
    createdAt,
    artifactSourceId,
  };
  return [anArtifactManifest({ store, name, artifacts, createdAt }), anNfdv(definition), anNsdv(definition)];
}

function toRepository(options: CnfReleaseOptions, artifact: Artifact): RepositoryInput {
  const name = `${toArtifactManifestName(options.cnf, options.version)}/${artifact.artifactName}`;
  const upload: Upload = {
    key: name,
    content: `${artifact.artifactName} ${options.version}`,
    tags: [artifact.artifactVersion],
    pushedAt: options.releasedAt,
  };
  return { name, manifests: toManifests(options, artifact, upload) };
}

function toManifests(options: CnfReleaseOptions, artifact: Artifact, upload: Upload): ManifestInput[] {
  if (artifact.artifactType === "ArmTemplate") return [anArmTemplate(upload)];
  if (artifact.artifactName === options.cnf) return [aChart(upload), aSignature(upload)];
  if (artifact.artifactName === options.sidecar?.name)
    return aMultiArchImage({ ...upload, content: `${artifact.artifactName} ${artifact.artifactVersion}` });
  const build = IMAGE_BUILDERS[options.imageFormat ?? "oci"];
  return [...build(upload), aSignature(upload), anSbom(upload)];
}

const IMAGE_BUILDERS: Record<ImageFormat, (upload: Upload) => ManifestInput[]> = {
  oci: aMultiArchImage,
  docker: aDockerImage,
  nested: aNestedImage,
};
