import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Registry } from "./coreApi.ts";

const PackageSchema = z.object({ main: z.string(), type: z.enum(["module", "commonjs"]).default("commonjs") });

/** Loads the files that package.json's `main` names (a file or a glob), which register the app's functions, and runs its start hooks. */
export async function loadApp(directory: string, registry: Registry): Promise<void> {
  const packageFile = join(directory, "package.json");
  const { main, type } = PackageSchema.parse(JSON.parse(readFileSync(packageFile, "utf8")));
  const files = globSync(main, { cwd: directory });
  if (files.length === 0) throw new Error(`"main" of ${packageFile} matches no file: ${main} (is the app built?)`);
  for (const file of files.sort()) await loadFile(join(directory, file), type);
  if (registry.functions.size === 0) throw new Error(`${main} registers no function`);
  await refuseHttpStreams(registry);
  for (const hook of registry.hooks.appStart) await hook({ functionAppDirectory: directory, hookData: {} });
}

async function loadFile(file: string, type: "module" | "commonjs"): Promise<void> {
  if (type === "module") await import(pathToFileURL(file).href);
  else createRequire(file)(file);
}

/** The worker asks for the app's capabilities after loading it; that also locks the app's `setup`. */
async function refuseHttpStreams(registry: Registry): Promise<void> {
  const capabilities = await registry.model?.getCapabilities({});
  if (capabilities?.["HttpUri"] !== undefined) throw new Error("The local host does not support enableHttpStream");
}
