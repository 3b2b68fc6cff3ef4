import { createHash } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import type { Journal } from "../ports.ts";
import { codeOf, statusOf, toUpstreamError } from "./clientOptions.ts";
import { listJournalRecords } from "./journalRecords.ts";
import { readJournalFile } from "./readJournalFile.ts";
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
        const blob = container.getBlockBlobClient(pathOfBytes(digest));
        await blob.upload(Buffer.from(bytes), bytes.byteLength, {
          conditions: { ifNoneMatch: "*" },
          blobHTTPHeaders: { blobContentType: mediaType },
        });
      } catch (error) {
        // Only "it is there already" is as good as saved.
        if (codeOf(error) !== "BlobAlreadyExists") throw toUpstreamError("blobs", `save bytes of ${digest}`, error);
      }
    },
    async findBytes(digest) {
      try {
        const blob = container.getBlockBlobClient(pathOfBytes(digest));
        const bytes = await blob.downloadToBuffer();
        const { contentType } = await blob.getProperties();
        return contentType !== undefined && digestOf(bytes) === digest ? { mediaType: contentType, bytes } : undefined;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw toUpstreamError("blobs", `find bytes of ${digest}`, error);
      }
    },
    listRecords: (name) => listJournalRecords(container, name),
    listRecordsOf: (file) => readJournalFile(container, file),
  };
}

const pathOfBytes = (digest: string): string => `bytes/${digest.replace(":", "/")}`;

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

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
