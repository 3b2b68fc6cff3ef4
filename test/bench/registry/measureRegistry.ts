import { fileURLToPath } from "node:url";
import { describeChecks } from "../graph/describe.ts";
import { measureInChild } from "../graph/measureInChild.ts";
import { listServiceArguments } from "../graph/options.ts";
import { describeProfiles } from "../graph/profiles.ts";
import { checkLimits } from "./checkLimits.ts";
import { describeRegistry } from "./describe.ts";
import { type RegistryFigures, RegistryFiguresSchema } from "./figures.ts";
import type { RegistryOptions, SetName } from "./options.ts";
import { TITLES, toSetPlan } from "./sets.ts";

const MEASURE_SET = fileURLToPath(new URL("./measureSet.ts", import.meta.url));
/** Holds the registry; it is not what is measured. */
const SANDBOX_HEAP_MB = 8_192;

/** Measures each set with processes of its own. False if a limit is missed. */
export async function measureRegistry(sets: readonly RegistryOptions[]): Promise<boolean> {
  const measured: [SetName, RegistryFigures][] = [];
  for (const options of sets) {
    const { shape } = toSetPlan(options);
    console.log(`\n${TITLES[options.set]}: ${shape.text}`);
    console.log(`  Arguments of the app's process: ${listServiceArguments(options).join(" ")}`);
    if (options.heapMb !== undefined) console.log("  They are not those of a deployment: the limits say nothing.");
    const figures = await measureSet(options);
    measured.push([options.set, figures]);
    console.log(describeRegistry(figures));
    if (options.profile !== undefined) console.log(await describeProfiles(`${options.profile}/${options.set}`));
  }
  const checks = measured.flatMap(([set, figures]) => checkLimits(set, figures));
  console.log(describeChecks(checks));
  return checks.every(({ ok }) => ok);
}

async function measureSet(options: RegistryOptions): Promise<RegistryFigures> {
  const profile = options.profile === undefined ? undefined : `${options.profile}/${options.set}`;
  return measureInChild({
    module: MEASURE_SET,
    options: { ...options, profile },
    heapMb: SANDBOX_HEAP_MB,
    profile,
    schema: RegistryFiguresSchema,
  });
}
