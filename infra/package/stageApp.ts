import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

/**
 * Makes `root` hold the app and all that an install without dev dependencies gives it, from the sources and the lockfile: not
 * from what happens to lie in `dist/` and `node_modules/`. What was in `root` is gone.
 */
export async function stageApp(project: string, root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await installPackages(project, root);
  await compile(project, join(root, "dist"));
  await cp(join(project, "host.json"), join(root, "host.json"));
  await writeFile(join(root, "package.json"), toPackageJson(await readFile(join(project, "package.json"), "utf8")));
}

/** npm wants the whole package.json beside the lockfile, overrides and names of dev dependencies included. */
async function installPackages(project: string, root: string): Promise<void> {
  const files = ["package.json", "package-lock.json", ".npmrc"];
  for (const file of files) await cp(join(project, file), join(root, file));
  const options = ["--omit=dev", "--ignore-scripts", "--no-bin-links", "--prefer-offline", "--no-audit", "--no-fund"];
  await run(findNpm(), ["ci", ...options], root);
  for (const file of [...files, "node_modules/.package-lock.json"]) await rm(join(root, file), { force: true });
}

async function compile(project: string, outDir: string): Promise<void> {
  const compiler = join(project, "node_modules", "typescript", "bin", "tsc");
  await run(
    [process.execPath, compiler],
    ["-p", "tsconfig.build.json", "--outDir", outDir, "--sourceMap", "false"],
    project,
  );
}

type Program = readonly [program: string, ...firstArguments: string[]];

/** The npm that runs this, or the one on PATH. */
function findNpm(): Program {
  const script = process.env["npm_execpath"];
  return script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
}

/** Rejects with all that a failed program said: compilers complain on standard output. */
async function run([program, ...first]: Program, args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await promisify(execFile)(program, [...first, ...args], { cwd }).then(
    (output) => ({ ...output, code: 0 }),
    (error: unknown) => FailedRun.parse(error),
  );
  if (code !== 0) throw new Error(`${[program, ...first, ...args].join(" ")} failed (${code}):\n${stdout}${stderr}`);
}

const FailedRun = z.object({
  code: z.union([z.number(), z.string()]).nullish(),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

const PackageSchema = z.object({
  name: z.string(),
  version: z.string(),
  private: z.literal(true),
  description: z.string(),
  type: z.literal("module"),
  main: z.string(),
  engines: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

/** Without scripts and dev dependencies: nothing that finds this file can think of installing or building. */
function toPackageJson(text: string): string {
  return `${JSON.stringify(PackageSchema.parse(JSON.parse(text)), null, 2)}\n`;
}
