import { readConfig } from "../../lib/config.ts";
import type { Config } from "../../lib/config.ts";
import { ConfigError } from "../../lib/errors.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** The settings that have no default. */
export const REQUIRED = {
  SNAPSHOT_SCHEDULE: "0 0 1 * * *",
  MARK_SCHEDULE: "0 0 3 * * *",
  PURGE_SCHEDULE: "0 0 5 * * *",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
} satisfies Env;

/** The configuration that `env` makes of the required settings. */
export const read = (env: Env = {}): Config => readConfig({ ...REQUIRED, ...env });

/** What `readConfig` complains of; empty where it does not. */
export function problemsOf(env: Env): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
