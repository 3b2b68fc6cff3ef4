import type { TokenCredential } from "@azure/core-auth";
import { AzureCliCredential, ManagedIdentityCredential } from "@azure/identity";

export type CredentialKind = "managedIdentity" | "azureCli";

/** The credential that the settings name, never a guess: a chain of credentials could end at an identity with more rights. */
export function createCredential(kind: CredentialKind, clientId: string | undefined): TokenCredential {
  if (kind === "azureCli") return new AzureCliCredential();
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
