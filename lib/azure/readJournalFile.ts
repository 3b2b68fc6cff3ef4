import type { ContainerClient } from "@azure/storage-blob";
import { statusOf, toUpstreamError } from "./clientOptions.ts";
import { parseJson } from "./parseJson.ts";

/** The records of one file, in order, piece by piece: a night may have written more than fits into memory. None where it does not exist. */
export async function* readJournalFile(container: ContainerClient, file: string): AsyncGenerator {
  try {
    const { readableStreamBody } = await container.getBlobClient(`${file}.jsonl`).download();
    for await (const line of splitLines(readableStreamBody ?? [])) if (line !== "") yield parseJson(line);
  } catch (error) {
    if (statusOf(error) !== 404) throw toUpstreamError("blobs", `read journal ${file}`, error);
  }
}

async function* splitLines(chunks: AsyncIterable<string | Buffer> | Iterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}
