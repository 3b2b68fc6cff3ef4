import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INFRA } from "./infra.ts";

export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Hands over a copy of infra/ in which one text is another, and drops it afterwards. */
export function withBrokenCopy<T>({ file, from, to }: Change, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "infra-"));
  try {
    cpSync(INFRA, folder, { recursive: true });
    const path = join(folder, file);
    const source = readFileSync(path, "utf8");
    if (!source.includes(from)) throw new Error(`${file} does not hold ${from}`);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
