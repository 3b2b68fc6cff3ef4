import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How the Bicep CLI is started here. */
export interface BicepCli {
  readonly command: string;
  /** Before the arguments of the CLI itself: `bicep` for the Azure CLI. */
  readonly before: readonly string[];
  readonly version: string;
}

export interface NoCli {
  /** One line. */
  readonly why: string;
}

export interface Output {
  readonly code: number;
  readonly text: string;
}

/** Bicep's own packages all have the version of the release. */
export const PINNED = "0.41.2";
const PACKAGE = "Azure.Bicep.CommandLine.linux-x64";
export const SCRATCH = new URL("../../node_modules/.cache/infra", import.meta.url).pathname;
const TIMEOUT_MS = 120_000;

export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Output {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    env,
  });
  return { code: error ? 127 : (status ?? 1), text: `${stdout ?? ""}${stderr ?? ""}${error ? error.message : ""}` };
}

/** On PATH, of the Azure CLI, or as a package of NuGet; never downloaded in any other way. */
export function findBicepCli(env: NodeJS.ProcessEnv = process.env): BicepCli | NoCli {
  const found = tryCli("bicep", [], env) ?? tryCli("az", ["bicep"], env);
  return found ?? restoreCli(env);
}

function tryCli(command: string, before: readonly string[], env: NodeJS.ProcessEnv): BicepCli | undefined {
  const { code, text } = run(command, [...before, before.length > 0 ? "version" : "--version"], env);
  const version = /version (\d+\.\d+\.\d+)/.exec(text)?.[1];
  return code === 0 && version !== undefined ? { command, before, version } : undefined;
}

function restoreCli(env: NodeJS.ProcessEnv): BicepCli | NoCli {
  if (process.platform !== "linux" || process.arch !== "x64") return { why: "neither bicep nor az bicep is on PATH" };
  if (run("dotnet", ["--version"], env).code !== 0) return { why: "neither bicep, az bicep nor dotnet is on PATH" };
  const folder = join(SCRATCH, "cli");
  const tool = join(folder, "packages", PACKAGE.toLowerCase(), PINNED, "tools", "bicep");
  if (!existsSync(tool)) {
    const restored = restorePackage(folder, env);
    if (!existsSync(tool))
      return { why: `neither bicep nor az bicep is on PATH, and NuGet has no ${PACKAGE} ${PINNED}: ${restored}` };
    chmodSync(tool, 0o755);
  }
  return tryCli(tool, [], env) ?? { why: `${tool} does not run` };
}

/** The first line that says what went wrong, if anything did. */
function restorePackage(folder: string, env: NodeJS.ProcessEnv): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "cli.proj"),
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>netstandard2.0</TargetFramework><RestorePackagesPath>packages</RestorePackagesPath></PropertyGroup>
  <ItemGroup><PackageDownload Include="${PACKAGE}" Version="[${PINNED}]" /></ItemGroup>
</Project>
`,
  );
  const { text } = run("dotnet", ["restore", join(folder, "cli.proj"), "--nologo"], env);
  return (
    text
      .split("\n")
      .find((line) => line.includes("error"))
      ?.replace(/^.*error /, "")
      .trim() ?? ""
  );
}

export const isCli = (found: BicepCli | NoCli): found is BicepCli => "command" in found;
