import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** One change of the compiled service: `from` must stand exactly once in `dist/<file>`. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface MutantApp {
  /** For `simulate` and `startHost`. */
  readonly directory: string;
  remove(): Promise<void>;
}

/** A copy of the compiled service in a temporary directory with a guard taken out. Throws where a mutation does not fit. */
export async function createMutantApp(mutations: readonly Mutation[]): Promise<MutantApp> {
  const directory = await mkdtemp(join(tmpdir(), "mutant-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    for (const part of ["dist", "package.json", "host.json"])
      await cp(join(PROJECT, part), join(directory, part), { recursive: true });
    await symlink(join(PROJECT, "node_modules"), join(directory, "node_modules"));
    for (const mutation of mutations) await mutate(join(directory, "dist"), mutation);
  } catch (error) {
    await remove();
    throw error;
  }
  return { directory, remove };
}

async function mutate(dist: string, { file, from, to }: Mutation): Promise<void> {
  const path = join(dist, file);
  const parts = (await readFile(path, "utf8")).split(from);
  if (parts.length !== 2)
    throw new Error(
      `The mutation of dist/${file} must match once, not ${parts.length - 1} times; the guard has moved:\n${from}`,
    );
  await writeFile(path, parts.join(to));
}
