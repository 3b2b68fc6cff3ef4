import type { SandboxRegistry } from "../contracts.ts";
import type { ArmResource, EstateRegistry } from "../estate.ts";

/** A registry of the estate with the server that plays it. */
export interface ArmRegistry {
  readonly estate: Pick<EstateRegistry, "resourceId" | "location" | "sku" | "replications">;
  readonly server: Pick<SandboxRegistry, "armProperties" | "untag">;
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
