import { parseArgs } from "node:util";
import { measureColdStart } from "./coldStart.ts";
import { measureGraph } from "./graph/measureGraph.ts";
import { readOptions } from "./graph/options.ts";

/**
 * `npm run bench [-- NAME… [OPTION…]]`. Machines are shared and noisy: compare ratios within one run.
 * `cold-start`: loading the compiled app. `graph`: two nights over a large estate, against limits: exit code 1 if one is
 * missed. Options of `graph`, all for looking closer: `--publishers 20` (of the smaller estate), `--heap-mb 128` (of the app)
 * and `--profile DIRECTORY` (CPU profiles of app and sandbox; they cost time and memory).
 */
const BENCHES: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  "cold-start": () => {
    measureColdStart();
    return true;
  },
  graph: () => measureGraph(readOptions(values)),
};

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { publishers: { type: "string" }, "heap-mb": { type: "string" }, profile: { type: "string" } },
});

let ok = true;
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  const bench = BENCHES[name];
  if (!bench) {
    console.error(`There is no bench "${name}". Known: ${Object.keys(BENCHES).join(", ")}`);
    process.exit(2);
  }
  ok = (await bench()) && ok;
}
process.exitCode = ok ? 0 : 1;
