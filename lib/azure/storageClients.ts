import type { TokenCredential } from "@azure/core-auth";
import { TableClient } from "@azure/data-tables";
import type { ContainerClient } from "@azure/storage-blob";
import { BlobServiceClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import { QueueServiceClient } from "@azure/storage-queue";
import type { StorageSettings } from "../config.ts";
import { REQUEST_TIMEOUT_MS, createPolicies } from "./clientOptions.ts";

const DEVELOPMENT = "UseDevelopmentStorage=true";

/** How the three storage services are reached: by identity, or the local emulator's well-known account. */
export interface StorageClients {
  readonly table: (name: string) => TableClient;
  readonly queue: (name: string) => QueueClient;
  readonly container: (name: string) => ContainerClient;
}

export function createStorageClients(settings: StorageSettings, credential: TokenCredential): StorageClients {
  if (settings.kind === "development") return createDevelopmentClients();
  const options = { additionalPolicies: createPolicies("tables") };
  const retryOptions = { tryTimeoutInMs: REQUEST_TIMEOUT_MS };
  const queues = new QueueServiceClient(settings.queueUrl, credential, { retryOptions });
  const blobs = new BlobServiceClient(settings.blobUrl, credential, { retryOptions });
  return {
    table: (name) => new TableClient(settings.tableUrl, name, credential, options),
    queue: (name) => queues.getQueueClient(name),
    container: (name) => blobs.getContainerClient(name),
  };
}

function createDevelopmentClients(): StorageClients {
  const options = { additionalPolicies: createPolicies("tables") };
  const queues = QueueServiceClient.fromConnectionString(DEVELOPMENT);
  const blobs = BlobServiceClient.fromConnectionString(DEVELOPMENT);
  return {
    table: (name) => TableClient.fromConnectionString(DEVELOPMENT, name, options),
    queue: (name) => queues.getQueueClient(name),
    container: (name) => blobs.getContainerClient(name),
  };
}
