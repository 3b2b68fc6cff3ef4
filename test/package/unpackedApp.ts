import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createPackage, type Package } from "../../infra/package/createPackage.ts";
import { unpackZip } from "./unpackZip.ts";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const TSC = join(PROJECT, "node_modules", "typescript", "bin", "tsc");

/** The package, unpacked far from the project, beside a host that shares its packages. */
export interface UnpackedApp {
  readonly made: Package;
  /** Holds everything here. */
  readonly home: string;
  /** What the zip held. */
  readonly app: string;
  readonly compiledMain: string;
  remove(): Promise<void>;
}

export async function unpackApp(): Promise<UnpackedApp> {
  const home = await realpath(await mkdtemp(join(tmpdir(), "package-")));
  const [app, host] = [join(home, "app"), join(home, "host")];
  const made = await createPackage(PROJECT, join(home, "out"));
  await unpackZip(made.file, app);
  await compileHost(host);
  // The host's own packages are all among the app's: so none has to come from the project.
  await symlink(join(app, "node_modules"), join(host, "node_modules"));
  return {
    made,
    home,
    app,
    compiledMain: join(host, "test", "host", "main.js"),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

async function compileHost(outDir: string): Promise<void> {
  const project = join(import.meta.dirname, "tsconfig.json");
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, "package.json"), '{ "type": "module" }');
  await promisify(execFile)(process.execPath, [TSC, "-p", project, "--outDir", outDir]);
}
