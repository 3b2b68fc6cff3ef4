import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

export const read = (path: string): string => readFileSync(join(PROJECT, path), "utf8");

/** Table number `index` below `heading` of a Markdown page, cell by cell; the header row first. */
export function listRows(page: string, heading: string, index = 0): string[][] {
  const section =
    read(page)
      .split(/^#+ /m)
      .find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const table = section.split("\n\n").filter((block) => block.trimStart().startsWith("|"))[index] ?? "";
  return table
    .trim()
    .split("\n")
    .filter((line) => !/^\|[-| ]+\|$/.test(line.trim()))
    .map((line) =>
      line
        .trim()
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

export const listBody = (page: string, heading: string, index = 0): string[][] =>
  listRows(page, heading, index).slice(1);

/** The code that `cell` starts with; empty where it starts with none. */
export const unquote = (cell = ""): string => /^`([^`]*)`/.exec(cell)?.[1] ?? "";

/** The codes in the first column, sorted, each once. */
export const listFirst = (page: string, heading: string, index = 0): string[] =>
  [...new Set(listBody(page, heading, index).map(([cell]) => unquote(cell)))].sort();

/** The first group of every match, sorted, each once. Throws where nothing matches: then the source has moved. */
export function find(text: string, pattern: RegExp): string[] {
  const found = [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))].sort();
  if (found.length === 0) throw new Error(`nothing matches ${String(pattern)}`);
  return found;
}

/** The source between two texts; empty where `start` is not in it. */
export const blockOf = (path: string, start: string, end: string): string =>
  read(path).split(start)[1]?.split(end)[0] ?? "";
