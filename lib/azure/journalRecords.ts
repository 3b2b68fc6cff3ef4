import type { ContainerClient } from "@azure/storage-blob";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import { parseJson } from "./parseJson.ts";

const DAY = /^\d{4}-\d{2}-\d{2}\/$/;

/** Day by day, so that the kept bytes, of which there are many more, are never listed. A container that is not there yet is empty. */
export async function* listJournalRecords(container: ContainerClient, name: string): AsyncGenerator {
  try {
    for (const day of (await listDays(container)).toSorted(newestFirst))
      for (const file of await listFiles(container, { day, name })) yield* readLines(container, file);
  } catch (error) {
    if (statusOf(error) !== 404) throw toUpstreamError("blobs", `list journal records of ${name}`, error);
  }
}

async function listDays(container: ContainerClient): Promise<readonly string[]> {
  const days: string[] = [];
  for await (const item of container.listBlobsByHierarchy("/"))
    if (item.kind === "prefix" && DAY.test(item.name)) days.push(item.name);
  return days;
}

interface Wanted {
  readonly day: string;
  readonly name: string;
}

/** Runs are named by their instant: the newest comes first. */
async function listFiles(container: ContainerClient, { day, name }: Wanted): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const item of container.listBlobsFlat({ prefix: day }))
    if (item.name.endsWith(`/${name}.jsonl`)) files.push(item.name);
  return files.toSorted(newestFirst);
}

const newestFirst = (a: string, b: string): number => (a < b ? 1 : -1);

async function* readLines(container: ContainerClient, file: string): AsyncGenerator {
  const text = (await container.getBlobClient(file).downloadToBuffer()).toString();
  for (const line of text.split("\n")) if (line !== "") yield parseJson(line);
}
