import { parseArgs } from "node:util";
import { measureColdStart } from "./coldStart.ts";
import { measureGraph } from "./graph/measureGraph.ts";
import { readOptions } from "./graph/options.ts";
import { measureRegistry } from "./registry/measureRegistry.ts";
import { readMillionOptions, readRegistryOptions } from "./registry/options.ts";

/**
 * `npm run bench [-- NAME… [OPTION…]]`. Machines are shared and noisy: compare ratios within one run. Exit code 1 if a limit is
 * missed.
 * - `cold-start`: loading the compiled app, and the packaged one where `npm run package` has made it.
 * - `graph`: two nights over a large estate. `--publishers 20`: of the smaller estate.
 * - `registry`: registry calls of four nights with a purge, the same in ABAC mode, and deletes at the rate of a registry that
 *   refuses more, in real time. `--only nights|abac|rate`, `--repositories 5000`, `--deletions 4000` (of `rate`).
 * - `registry-million`: inventory and marking of one registry with a million registry manifests; it takes long, and runs only
 *   where it is named. `--repositories 200000`.
 *
 * For looking closer: `--heap-mb 128` (of the app) and `--profile DIRECTORY` (CPU profiles of app and sandbox; they cost time and
 * memory). Estates below the full size show no limit.
 */
const BENCHES: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  "cold-start": async () => {
    await measureColdStart();
    return true;
  },
  graph: () => measureGraph(readOptions(values)),
  registry: () => measureRegistry(readRegistryOptions(values, readOptions(values))),
  "registry-million": () => measureRegistry([readMillionOptions(values, readOptions(values))]),
};
const LONG: ReadonlySet<string> = new Set(["registry-million"]);

const text = { type: "string" } as const;
const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { publishers: text, "heap-mb": text, profile: text, only: text, repositories: text, deletions: text },
});

let ok = true;
for (const name of names.length > 0 ? names : Object.keys(BENCHES).filter((known) => !LONG.has(known))) {
  const bench = BENCHES[name];
  if (!bench) {
    console.error(`There is no bench "${name}". Known: ${Object.keys(BENCHES).join(", ")}`);
    process.exit(2);
  }
  ok = (await bench()) && ok;
}
process.exitCode = ok ? 0 : 1;
