import { randomUUID } from "node:crypto";
import { RegistryError } from "./registryError.ts";

interface Upload {
  readonly repository: string;
  readonly chunks: Buffer[];
  size: number;
}

/** Blob uploads that have begun. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  /** Returns the id. */
  start(repository: string): string {
    const id = randomUUID();
    this.#uploads.set(id, { repository, chunks: [], size: 0 });
    return id;
  }

  /** `contentRange` is `<first>-<last>`, where the client says it. Throws 416 for a chunk out of order. */
  append(id: string, repository: string, chunk: { bytes: Buffer; contentRange: string | undefined }): void {
    const upload = this.#read(id, repository);
    const first = chunk.contentRange?.replace(/^bytes /, "").split("-")[0];
    if (first !== undefined && Number(first) !== upload.size)
      throw new RegistryError(
        { status: 416, code: "BLOB_UPLOAD_INVALID" },
        `the next byte is ${upload.size}, not ${first}`,
      );
    upload.chunks.push(chunk.bytes);
    upload.size += chunk.bytes.length;
  }

  /** Bytes received so far. */
  size(id: string, repository: string): number {
    return this.#read(id, repository).size;
  }

  /** All bytes; the upload is over. */
  finish(id: string, repository: string): Buffer {
    const bytes = Buffer.concat(this.#read(id, repository).chunks);
    this.#uploads.delete(id);
    return bytes;
  }

  #read(id: string, repository: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.repository !== repository)
      throw new RegistryError({ status: 404, code: "BLOB_UPLOAD_UNKNOWN" }, "blob upload unknown to registry");
    return upload;
  }
}
