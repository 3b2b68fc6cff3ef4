import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fromBufferPromise } from "yauzl";
import { ZipFile } from "yazl";

/**
 * The same files give the same bytes, anywhere and at any time, as long as Node's zlib is the same: entries come in the order
 * given, all with one time, one mode, and nothing of the file system.
 */
export async function createZip(root: string, paths: readonly string[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const path of paths) zip.addBuffer(await readFile(join(root, path)), path, ENTRY);
  zip.end();
  return buffer(zip.outputStream);
}

const ENTRY = {
  // The oldest time that the format knows, in whatever zone the machine is: the format has no zones, only fields.
  mtime: new Date(1980, 0, 1),
  // yazl's other time field counts from 1970, and would tell the zone.
  forceDosTimestamp: true,
  mode: 0o100644,
  compressionLevel: 9,
} as const;

export interface ZipEntry {
  readonly path: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** What a zip holds, in its own order. Rejects if it is damaged. */
export async function listEntries(zip: Buffer): Promise<readonly ZipEntry[]> {
  const entries: ZipEntry[] = [];
  for await (const entry of (await fromBufferPromise(zip, { lazyEntries: true })).eachEntry())
    entries.push({
      path: entry.fileName,
      bytes: entry.uncompressedSize,
      compressedBytes: entry.compressedSize,
    });
  return entries;
}
