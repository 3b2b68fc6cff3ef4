/** Media types of registry manifests and of the configurations that images and charts carry. */
export const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
export const ORAS_ARTIFACT = "application/vnd.cncf.oras.artifact.manifest.v1+json";
export const DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_EMPTY = "application/vnd.oci.empty.v1+json";
export const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
export const HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json";

const INDEX_TYPES: ReadonlySet<string> = new Set([OCI_INDEX, DOCKER_LIST]);
const PUSHABLE: ReadonlySet<string> = new Set([
  OCI_IMAGE,
  OCI_INDEX,
  OCI_ARTIFACT,
  ORAS_ARTIFACT,
  DOCKER_IMAGE,
  DOCKER_LIST,
]);

export const isIndexType = (mediaType: string): boolean => INDEX_TYPES.has(mediaType);

/** Whether a client may push it over the wire; an estate may hold any type. */
export const isPushable = (mediaType: string): boolean => PUSHABLE.has(mediaType);
