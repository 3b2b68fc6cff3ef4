import { ManagedIdentityCredential } from "@azure/identity";
import { QueueServiceClient } from "@azure/storage-queue";
import type { Settings } from "./settings.ts";

/**
 * A client for the queues that `connection` names: a setting of that name with a connection string, or the
 * identity settings `<connection>__queueServiceUri` (or `__accountName`), `__credential=managedidentity` and `__clientId`.
 */
export function createQueueServiceClient(connection: string, settings: Settings): QueueServiceClient {
  const connectionString = settings[connection];
  if (connectionString !== undefined) return QueueServiceClient.fromConnectionString(connectionString);
  return new QueueServiceClient(readServiceUri(connection, settings), createCredential(connection, settings));
}

function readServiceUri(connection: string, settings: Settings): string {
  const uri = settings[`${connection}__queueServiceUri`];
  if (uri !== undefined) return uri;
  const accountName = settings[`${connection}__accountName`];
  if (accountName !== undefined) return `https://${accountName}.queue.core.windows.net`;
  throw new Error(`No app setting ${connection}, ${connection}__queueServiceUri or ${connection}__accountName`);
}

function createCredential(connection: string, settings: Settings): ManagedIdentityCredential {
  const kind = settings[`${connection}__credential`];
  if (kind !== "managedidentity")
    throw new Error(`The local host supports only ${connection}__credential=managedidentity, not ${kind ?? "none"}`);
  const clientId = settings[`${connection}__clientId`];
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
