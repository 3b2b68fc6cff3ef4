import { codeOf } from "./clientOptions.ts";

/**
 * The blob of a part of a journal file, counted from 1: `<file>.jsonl`, then `<file>.2.jsonl`, and so on. An append blob takes
 * 50,000 blocks, one for each record; what a night in a large registry has beyond that goes to the next part.
 */
export const toPartName = (file: string, part: number): string => `${file}${part === 1 ? "" : `.${part}`}.jsonl`;

/** Which part of `file` the blob is; undefined for a blob of another file. */
export function partOf(file: string, blob: string): number | undefined {
  const number = blob.startsWith(file) ? /^(?:\.([1-9]\d*))?\.jsonl$/.exec(blob.slice(file.length)) : null;
  return number ? Number(number[1] ?? "1") : undefined;
}

/** Whether the service says that the blob takes no more blocks. */
export const isFull = (error: unknown): boolean => codeOf(error) === "BlockCountExceedsLimit";
