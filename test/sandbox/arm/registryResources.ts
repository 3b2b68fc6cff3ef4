import type { SandboxRegistry } from "../contracts.ts";
import type { ArmResource, EstateRegistry } from "../estate.ts";

/** A registry of the estate with the server that plays it. */
export interface ArmRegistry {
  readonly estate: Pick<EstateRegistry, "resourceId" | "location" | "sku" | "replications">;
  readonly server: Pick<SandboxRegistry, "armProperties" | "untag">;
}

/** What only Azure itself knows of a registry, which a `PUT` therefore leaves as it is. */
export function keepServerProperties(
  resource: ArmResource,
  before: ArmResource | undefined,
  server: Pick<SandboxRegistry, "armProperties">,
): ArmResource {
  const { loginServer } = server.armProperties;
  const creationDate = before?.properties["creationDate"];
  const kept = creationDate === undefined ? { loginServer } : { loginServer, creationDate };
  return { ...resource, properties: { ...resource.properties, ...kept } };
}

/** The registry and its replications as Microsoft.ContainerRegistry shows them. */
export function toRegistryResources({ estate, server }: ArmRegistry): ArmResource[] {
  const { resourceId, location, sku, replications } = estate;
  const registry: ArmResource = {
    id: resourceId,
    location,
    sku: { name: sku, tier: sku },
    properties: server.armProperties,
    layout: "2025-03-30",
  };
  const replicas = replications.map((replication): ArmResource => {
    const { provisioningState, status } = replication;
    return {
      id: `${resourceId}/replications/${replication.location}`,
      location: replication.location,
      properties: {
        provisioningState,
        status: { displayStatus: status },
        regionEndpointEnabled: true,
        zoneRedundancy: "Disabled",
      },
      layout: "2025-03-30",
    };
  });
  return [registry, ...replicas];
}
