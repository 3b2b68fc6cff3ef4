import type { ContainerClient } from "@azure/storage-blob";
import type { Journal } from "../ports.ts";
import { codeOf, statusOf, toUpstreamError } from "./clientOptions.ts";
import type { StorageClients } from "./storageClients.ts";

/**
 * Container `journal`: append blobs `<file>.jsonl` with one JSON record a line, and `bytes/<algorithm>/<hex>` written once per
 * digest with the media type as content type. Nothing is ever overwritten, so an immutability policy that allows protected
 * appends fits.
 */
export function createJournal(clients: StorageClients): Journal {
  const container = clients.container("journal");
  let ready: Promise<unknown> | undefined;
  const prepare = async (): Promise<void> => {
    ready ??= container.createIfNotExists();
    await ready.catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
  };
  return {
    async append(file, record) {
      try {
        await prepare();
        await appendLine(container, `${file}.jsonl`, `${JSON.stringify(record)}\n`);
      } catch (error) {
        throw toUpstreamError("blobs", `append to journal ${file}`, error);
      }
    },
    async saveBytes(digest, { mediaType, bytes }) {
      try {
        await prepare();
        const blob = container.getBlockBlobClient(`bytes/${digest.replace(":", "/")}`);
        await blob.upload(Buffer.from(bytes), bytes.byteLength, {
          conditions: { ifNoneMatch: "*" },
          blobHTTPHeaders: { blobContentType: mediaType },
        });
      } catch (error) {
        // Only "it is there already" is as good as saved.
        if (codeOf(error) !== "BlobAlreadyExists") throw toUpstreamError("blobs", `save bytes of ${digest}`, error);
      }
    },
  };
}

async function appendLine(container: ContainerClient, name: string, line: string): Promise<void> {
  const blob = container.getAppendBlobClient(name);
  const text = Buffer.from(line);
  try {
    await blob.appendBlock(text, text.byteLength);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    await blob.createIfNotExists();
    await blob.appendBlock(text, text.byteLength);
  }
}
