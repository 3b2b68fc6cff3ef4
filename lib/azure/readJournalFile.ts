import type { ContainerClient } from "@azure/storage-blob";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import { toPartName } from "./journalParts.ts";
import { parseJson } from "./parseJson.ts";

/**
 * The records of one file, in order, part by part and piece by piece: a night may have written more than fits into memory. None
 * where it does not exist.
 */
export async function* readJournalFile(container: ContainerClient, file: string): AsyncGenerator {
  for (let part = 1; ; part += 1) {
    const body = await openPart(container, file, part);
    if (!body) return;
    try {
      for await (const line of splitLines(body)) if (line !== "") yield parseJson(line);
    } catch (error) {
      throw toUpstreamError("blobs", `read journal ${file}`, error);
    }
  }
}

/** Undefined after the last part. */
async function openPart(container: ContainerClient, file: string, part: number): Promise<Body | undefined> {
  try {
    return (await container.getBlobClient(toPartName(file, part)).download()).readableStreamBody ?? [];
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw toUpstreamError("blobs", `read journal ${file}`, error);
  }
}

type Body = AsyncIterable<string | Buffer> | Iterable<Buffer>;

async function* splitLines(chunks: Body): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}
