import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isSourceMap, isTypeScript } from "./fileKinds.ts";
import { listFiles } from "./listFiles.ts";
import { readLockedPackages } from "./lockedPackages.ts";
import { stageApp } from "./stageApp.ts";
import { listUnreachable } from "./unreachable.ts";
import { type Expected, listViolations } from "./violations.ts";
import { createZip, listEntries, type ZipEntry } from "./zip.ts";

/** Over this a package needs a reason: each instance that starts fetches and unpacks it. */
export const LIMIT_BYTES = 15_000_000;
/** The reason, where there is one. */
const REASON_TO_BE_LARGER: string | undefined = undefined;

export interface Package {
  readonly file: string;
  /** What is in it, unpacked; nothing else. */
  readonly folder: string;
  readonly bytes: number;
  readonly entries: readonly ZipEntry[];
}

/** Writes `<output>/package.zip` and the same files to `<output>/package`. Rejects, with no zip left, if the package is unfit. */
export async function createPackage(project: string, output: string): Promise<Package> {
  const [file, folder] = [join(output, "package.zip"), join(output, "package")];
  await mkdir(output, { recursive: true });
  await rm(file, { force: true });
  await stageApp(project, folder);
  const zip = await createZip(folder, await removeUnneeded(folder));
  const entries = await listEntries(zip);
  const main = z
    .object({ main: z.string() })
    .parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8"))).main;
  const locked = readLockedPackages(await readFile(join(project, "package-lock.json"), "utf8"));
  refuseUnfit(entries, { locked, main });
  refuseLarge(zip.length);
  await writeFile(file, zip);
  return { file, folder, bytes: zip.length, entries };
}

/** The files that are left. */
async function removeUnneeded(root: string): Promise<readonly string[]> {
  const all = await listFiles(root);
  const run = all.filter((path) => !isSourceMap(path) && !isTypeScript(path));
  const unreachable = listUnreachable({ root, paths: run });
  const kept = new Set(run.filter((path) => !unreachable.has(path)));
  for (const path of all) if (!kept.has(path)) await rm(join(root, path));
  return [...kept];
}

export function refuseUnfit(entries: readonly ZipEntry[], expected: Expected): void {
  const found = listViolations(
    entries.map(({ path }) => path),
    expected,
  );
  if (found.length === 0) return;
  const lines = found.map(({ path, fault }) => `  ${fault}: ${path}`);
  throw new Error(`The package is not fit to deploy (infra/package/violations.ts has the rule):\n${lines.join("\n")}`);
}

export function refuseLarge(bytes: number, reason = REASON_TO_BE_LARGER): void {
  if (bytes <= LIMIT_BYTES || reason !== undefined) return;
  throw new Error(
    `The package has ${bytes} bytes, over ${LIMIT_BYTES}: make it smaller, or say why in infra/package/createPackage.ts`,
  );
}
