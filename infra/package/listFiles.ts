import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** All files below a folder, relative to it, with `/` between folders, in the order of their code units. Rejects on a link. */
export async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd) throw new Error(`${join(odd.parentPath, odd.name)} is neither a file nor a folder: it cannot be packaged`);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll(sep, "/"))
    .toSorted();
}
