import { findPackageFolder } from "./lockedPackages.ts";
import type { ZipEntry } from "./zip.ts";

const SHOWN = 15;

interface Size {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** A table: the app's own code, the largest packages, the rest, the whole. */
export function describeSizes(entries: readonly ZipEntry[]): string {
  const groups = [...Map.groupBy(entries, ({ path }) => toGroup(path))].map(([name, members]) => sum(name, members));
  const sorted = groups.toSorted((a, b) => b.compressedBytes - a.compressedBytes);
  const rest = sorted.slice(SHOWN);
  const rows = [...sorted.slice(0, SHOWN), sum(`${rest.length} others`, rest), sum("all", entries)];
  const lines = rows.map(({ name, files, bytes, compressedBytes }) => [
    name,
    `${files}`,
    toKb(bytes),
    toKb(compressedBytes),
  ]);
  return [["", "files", "kB", "kB in the zip"], ...lines].map(toLine).join("\n");
}

/** A package with those nested in it, or the app. */
function toGroup(path: string): string {
  const top = /^node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0];
  return findPackageFolder(top ?? "")?.slice("node_modules/".length) ?? "the app";
}

function sum(name: string, parts: readonly (ZipEntry | Size)[]): Size {
  const total = { files: 0, bytes: 0, compressedBytes: 0 };
  for (const part of parts) {
    total.files += "files" in part ? part.files : 1;
    total.bytes += part.bytes;
    total.compressedBytes += part.compressedBytes;
  }
  return { name, ...total };
}

const toKb = (bytes: number): string => (bytes / 1000).toFixed(0);

const toLine = ([name = "", ...figures]: readonly string[]): string =>
  [name.padEnd(42), ...figures.map((figure) => figure.padStart(14))].join("");
