import type { ArmId } from "../../../lib/core/armId.ts";
import { nameOf, typeOf } from "../../../lib/core/armId.ts";
import { artifactManifestId, consumerId, nfdvId, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";

/** A resource as Resource Graph and ARM return it. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly systemData: { readonly createdAt: string };
}

const aRow = (id: ArmId, properties: Row["properties"] = {}): Row => ({
  id,
  name: nameOf(id),
  type: typeOf(id),
  location: "westeurope",
  properties: { provisioningState: "Succeeded", ...properties },
  systemData: { createdAt: "2025-06-01T00:00:00Z" },
});

export const aPublisherRow = (): Row => aRow(PUBLISHER);

/** `STORE`, backed by `REGISTRY`. */
export const aStoreRow = (): Row => aRow(STORE, { storeType: "AzureContainerRegistry", storageResourceId: REGISTRY });

/** An uploaded artifact manifest that lists `nginx`. */
export const aManifestRow = (name: string, version = "1.0"): Row =>
  aRow(artifactManifestId(name), {
    artifactManifestState: "Uploaded",
    artifacts: [{ artifactName: "nginx", artifactVersion: version, artifactType: "OCIArtifact" }],
  });

/** An NFDV, 1.0.0 of `PUBLISHER` unless told otherwise, that needs all of one artifact manifest. */
export const aVersionRow = (manifestId: ArmId, id: ArmId = nfdvId("1.0.0")): Row =>
  aRow(id, {
    versionState: "Preview",
    networkFunctionTemplate: {
      networkFunctionApplications: [
        {
          artifactType: "HelmPackage",
          artifactProfile: {
            artifactStore: { id: manifestId },
            helmArtifactProfile: { helmPackageName: "nginx", helmPackageVersionRange: "1.0" },
          },
        },
      ],
    },
  });

/** A network function that runs on NFDV 1.0.0 of `PUBLISHER` unless told otherwise. */
export const aFunctionRow = (name = "nf", versionId: ArmId = nfdvId("1.0.0")): Row =>
  aRow(consumerId("networkfunctions", name), {
    configurationType: "Open",
    networkFunctionDefinitionVersionResourceReference: { idType: "Open", id: versionId },
  });
