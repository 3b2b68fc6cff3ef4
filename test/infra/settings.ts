import { join } from "node:path";
import { blockOf, find } from "../unit/docs/markdown.ts";
import type { Deployment } from "./bicep/deploy.ts";
import { namedOf, parseBicep } from "./bicep/syntax.ts";
import { asList } from "./bicep/values.ts";
import type { Infra } from "./infra.ts";
import { ofType } from "./infra.ts";
import { readPath, toPlain } from "./read.ts";

/** Settings that are read by what the app stands on, and by what. */
export const PLATFORM_SETTINGS: Readonly<Record<string, string>> = {
  AZURE_AUTHORITY_HOST: "@azure/identity",
  AzureWebJobsStorage__credential: "the Functions host",
  APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED: "@azure/monitor-opentelemetry-exporter",
  APPLICATION_INSIGHTS_NO_STATSBEAT: "@azure/monitor-opentelemetry-exporter",
  MALLOC_ARENA_MAX: "glibc",
  MALLOC_MMAP_THRESHOLD_: "glibc",
  languageWorkers__node__arguments: "the Functions host",
};

/** What the code reads, and no deployment sets. */
export const NOT_DEPLOYED: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: "for the local emulator only",
};

/** The names in the schema of lib/config.ts. */
export const listCodeSettings = (): string[] =>
  find(blockOf("lib/config.ts", "const Settings = z.object({\n", "\n});"), /^ {2}(\w+):/gm);

/** The app settings of a deployment; what only Azure knows stands between `<` and `>`. */
export function readAppSettings(deployment: Deployment): ReadonlyMap<string, string> {
  const [app] = ofType([deployment], "Microsoft.Web/sites");
  const settings = asList(readPath(app?.body, "properties.siteConfig.appSettings"));
  return new Map(settings.map((setting) => [toPlain(readPath(setting, "name")), toPlain(readPath(setting, "value"))]));
}

/** The names that the parameter `settings` takes. */
export function listParameterSettings({ folder }: Infra): string[] {
  const type = parseBicep(join(folder, "types.bicep")).declarations.get("settingsType");
  return namedOf(type?.value)
    .filter((node) => node.type === "object_property")
    .map((node) => namedOf(node)[0]?.text ?? "")
    .sort();
}

export function findSettingProblems(infra: Infra): string[] {
  const code = listCodeSettings();
  const given = [...readAppSettings(infra.plain).keys()];
  const settable = new Set([...given, ...listParameterSettings(infra), ...Object.keys(NOT_DEPLOYED)]);
  const readers = new Set([...code, ...Object.keys(PLATFORM_SETTINGS)]);
  return [
    ...code.filter((name) => !settable.has(name)).map((name) => `${name} is read by the code, and nobody can set it`),
    ...[...settable]
      .filter((name) => !readers.has(name) && !(name in NOT_DEPLOYED))
      .map((name) => `nobody reads ${name}`),
    ...listParameterSettings(infra)
      .filter((name) => given.includes(name))
      .map((name) => `${name} is set twice`),
  ];
}
