import { createHash } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import type { Journal } from "../ports.ts";
import { codeOf, statusOf, toUpstreamError } from "./clientOptions.ts";
import { isFull, toPartName } from "./journalParts.ts";
import { listJournalRecords } from "./journalRecords.ts";
import { readJournalFile } from "./readJournalFile.ts";
import type { StorageClients } from "./storageClients.ts";

/**
 * Container `journal`: append blobs `<file>.jsonl` with one JSON record a line, `<file>.2.jsonl` and so on once one is full, and `bytes/<algorithm>/<hex>` written once per
 * digest with the media type as content type. Nothing is ever overwritten, so an immutability policy that allows protected
 * appends fits.
 */
export function createJournal(clients: StorageClients): Journal {
  const container = clients.container("journal");
  const parts = new Map<string, number>();
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
        await appendToParts(container, { file, parts }, `${JSON.stringify(record)}\n`);
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

interface Parts {
  readonly file: string;
  /** By file, the part that took a record last: only of what has more than one, so that few are remembered. */
  readonly parts: Map<string, number>;
}

/** Full ones stay full: a record is never in an earlier part than one that was appended before it. */
async function appendToParts(container: ContainerClient, { file, parts }: Parts, line: string): Promise<void> {
  for (let part = parts.get(file) ?? 1; ; part += 1) {
    try {
      await appendLine(container, toPartName(file, part), line);
      if (part > 1) parts.set(file, Math.max(part, parts.get(file) ?? 1));
      return;
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }
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
