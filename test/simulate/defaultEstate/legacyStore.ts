import type { Deployable } from "./aDeployment.ts";
import type { ManifestInput, RepositoryInput, ResourceInput } from "./estateInput.ts";
import { LEGACY_STORE, toNfdvId, toNsdvId, toStoreId } from "./places.ts";
import {
  type Artifact,
  aCnfFrame,
  anArtifactManifest,
  anArtifactStore,
  anNfdv,
  anNsdv,
  toTemplateName,
} from "./publisherResources.ts";
import { aChart, aDockerImage, aMultiArchImage, anArmTemplate } from "./registryManifests.ts";

/**
 * A store from before the layout by artifact manifest: its versions reference the store itself, its repositories lie at the
 * root, and nothing in it can be proven unused. It is reported, and never touched.
 */

const CNF = "gnb-cu";
const VERSIONS = ["0.9.0", "1.0.0"];
const { publisher } = LEGACY_STORE;

export const LEGACY_ARTIFACT_MANIFEST = "gnb-2024-spring";

/** What a consumer of the legacy store runs. */
export const LEGACY_DEPLOYABLE: Deployable = {
  publisher,
  cnf: CNF,
  version: "1.0.0",
  nfdvId: toNfdvId(publisher, CNF, "1.0.0"),
  nsdvId: toNsdvId(publisher, CNF, "1.0.0"),
};

const oci = (artifactName: string, artifactVersion: string): Artifact => ({
  artifactName,
  artifactType: "OCIArtifact",
  artifactVersion,
});

/** `release/contoso` has two path segments, and yet it is an artifact's whole name. */
const listArtifacts = (version: string): Artifact[] => [
  oci(CNF, version),
  oci("gnb-cu-l3", version),
  oci("release/contoso", version),
  { artifactName: toTemplateName(CNF), artifactType: "ArmTemplate", artifactVersion: version },
];

export function listLegacyResources(): ResourceInput[] {
  const artifactSourceId = toStoreId(LEGACY_STORE);
  const manifest = { store: LEGACY_STORE, layout: "legacy", createdAt: "2024-04-08T09:00:00Z" } as const;
  const versions = VERSIONS.map((version) => {
    const createdAt = version === "1.0.0" ? "2024-10-14T09:00:00Z" : "2024-04-08T09:00:00Z";
    return { publisher, cnf: CNF, version, versionState: "Active", createdAt, artifactSourceId } as const;
  });
  return [
    anArtifactStore(LEGACY_STORE),
    ...aCnfFrame(publisher, CNF),
    anArtifactManifest({ ...manifest, name: LEGACY_ARTIFACT_MANIFEST, artifacts: listArtifacts("0.9.0") }),
    anArtifactManifest({ ...manifest, name: "gnb-2024-autumn", artifacts: listArtifacts("1.0.0") }),
    ...versions.flatMap((version) => [anNfdv(version), anNsdv(version)]),
  ];
}

const SPRING = "2024-04-08T07:00:00Z";
const AUTUMN = "2024-10-14T07:00:00Z";

const toUpload = (name: string, version: string, pushedAt: string) => ({
  key: `${name}:${version}`,
  content: `${name} ${version}`,
  pushedAt,
});

/** Each repository holds two tagged versions and one whose tag moved away long ago. */
export function listLegacyRepositories(): RepositoryInput[] {
  return [
    { name: CNF, manifests: inThreeVersions(CNF, (upload) => [aChart(upload)]) },
    { name: "gnb-cu-l3", manifests: inThreeVersions("gnb-cu-l3", aDockerImage) },
    { name: "release/contoso", manifests: inThreeVersions("release/contoso", aMultiArchImage) },
    { name: "release/contoso-a", manifests: inThreeVersions("release/contoso-a", aMultiArchImage) },
    { name: toTemplateName(CNF), manifests: inThreeVersions(toTemplateName(CNF), (upload) => [anArmTemplate(upload)]) },
  ];
}

function inThreeVersions(name: string, build: (upload: Parameters<typeof aChart>[0]) => ManifestInput[]) {
  return [
    ...build({ ...toUpload(name, "0.9.0-first-try", SPRING), tags: [] }),
    ...build({ ...toUpload(name, "0.9.0", SPRING), tags: ["0.9.0"] }),
    ...build({ ...toUpload(name, "1.0.0", AUTUMN), tags: ["1.0.0"] }),
  ];
}
