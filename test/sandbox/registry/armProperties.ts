import type { EstateRegistry } from "../estate.ts";

/** `properties` of the registry's ARM resource. `createdAt` and policies as of the start of the sandbox, milliseconds since the epoch. */
export function buildArmProperties(
  registry: EstateRegistry,
  loginServer: string,
  createdAt: number,
): Record<string, unknown> {
  const lastUpdatedTime = new Date(createdAt).toISOString();
  const { retentionPolicy, softDeletePolicy } = registry;
  return {
    loginServer,
    creationDate: lastUpdatedTime,
    provisioningState: registry.provisioningState,
    adminUserEnabled: true,
    policies: {
      quarantinePolicy: { status: "disabled" },
      trustPolicy: { type: "Notary", status: "disabled" },
      retentionPolicy: { ...(retentionPolicy ?? { days: 7, status: "disabled" }), lastUpdatedTime },
      exportPolicy: { status: "enabled" },
      azureADAuthenticationAsArmPolicy: { status: "enabled" },
      softDeletePolicy: { ...(softDeletePolicy ?? { retentionDays: 7, status: "disabled" }), lastUpdatedTime },
    },
    encryption: { status: "disabled" },
    dataEndpointEnabled: false,
    dataEndpointHostNames: [],
    privateEndpointConnections: [],
    publicNetworkAccess: registry.publicNetworkAccess,
    networkRuleBypassOptions: "AzureServices",
    zoneRedundancy: "Disabled",
    anonymousPullEnabled: false,
    roleAssignmentMode: registry.roleAssignmentMode,
  };
}
