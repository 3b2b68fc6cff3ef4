import { afterAll, beforeAll } from "@jest/globals";
import { createStorageClients, type StorageClients } from "../../lib/azure/storageClients.ts";
import { startAzurite, type Azurite } from "../sandbox/azurite/startAzurite.ts";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { OBSERVER, present, startBench, type Bench } from "./bench.ts";

/** The addresses of the storage services. */
type Urls = Pick<Azurite, "tableUrl" | "queueUrl" | "blobUrl">;

export function createClients(bench: Bench, urls: Urls, clientId = OBSERVER): StorageClients {
  const { tableUrl, queueUrl, blobUrl } = urls;
  return createStorageClients(
    { kind: "identity", tableUrl, queueUrl, blobUrl, clientId },
    bench.credentialOf(clientId),
  );
}

/** One Azurite for the tests of a file, reached with a managed identity; each test uses names of its own. */
class StorageBench {
  /** That of Azurite and of the identity endpoint; it may only jump ahead. */
  readonly clock = new VirtualClock();
  #bench: Bench | undefined;
  #azurite: Azurite | undefined;

  clients(clientId?: string): StorageClients {
    return createClients(present(this.#bench), present(this.#azurite), clientId);
  }

  async start(): Promise<void> {
    this.#bench = await startBench(this.clock);
    const { certificates } = this.#bench;
    this.#azurite = await startAzurite({ certificates, clock: this.clock });
  }

  async stop(): Promise<void> {
    await Promise.all([this.#bench?.stop(), this.#azurite?.stop()]);
  }
}

export function useStorageBench(): StorageBench {
  const bench = new StorageBench();
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());
  return bench;
}
