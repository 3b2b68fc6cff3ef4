import type { ContainerClient } from "@azure/storage-blob";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import { partOf } from "./journalParts.ts";
import { readJournalFile } from "./readJournalFile.ts";

const DAY = /^\d{4}-\d{2}-\d{2}\/$/;

/**
 * Day by day, so that the kept bytes, of which there are many more, are never listed, and piece by piece. A container that is not
 * there yet is empty; a file that is gone once it is its turn holds nothing.
 */
export async function* listJournalRecords(container: ContainerClient, name: string): AsyncGenerator {
  for (const day of await listDays(container))
    for (const file of await listFiles(container, { day, name })) yield* readJournalFile(container, file);
}

async function listDays(container: ContainerClient): Promise<readonly string[]> {
  const days: string[] = [];
  try {
    for await (const item of container.listBlobsByHierarchy("/"))
      if (item.kind === "prefix" && DAY.test(item.name)) days.push(item.name);
  } catch (error) {
    if (statusOf(error) !== 404) throw toUpstreamError("blobs", "list the days of the journal", error);
  }
  return days.toSorted(newestFirst);
}

interface Wanted {
  readonly day: string;
  readonly name: string;
}

/** Each once, however many parts it has. Runs are named by their instant: the newest comes first. */
async function listFiles(container: ContainerClient, { day, name }: Wanted): Promise<readonly string[]> {
  const files = new Set<string>();
  try {
    for await (const item of container.listBlobsFlat({ prefix: day })) {
      const file = `${item.name.slice(0, item.name.lastIndexOf("/"))}/${name}`;
      if (partOf(file, item.name) !== undefined) files.add(file);
    }
  } catch (error) {
    throw toUpstreamError("blobs", `list the journal of ${day}`, error);
  }
  return [...files].toSorted(newestFirst);
}

const newestFirst = (a: string, b: string): number => (a < b ? 1 : -1);
