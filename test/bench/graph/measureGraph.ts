import { fileURLToPath } from "node:url";
import { RESOURCES_PER_PUBLISHER } from "../estate/largePublisher.ts";
import { checkLimits } from "./checkLimits.ts";
import { describeChecks, describeGrowth, describeSet } from "./describe.ts";
import { type SetFigures, SetFiguresSchema } from "./figures.ts";
import { measureInChild } from "./measureInChild.ts";
import { type GraphOptions, listServiceArguments } from "./options.ts";
import { describeProfiles } from "./profiles.ts";

const MEASURE_SET = fileURLToPath(new URL("./measureSet.ts", import.meta.url));
/** Holds the estate twice, as ARM and as Resource Graph, and what it answered in a night; it is not what is measured. */
const SANDBOX_HEAP_MB = 8_192;

/** Measures an estate and one of twice its size, each with processes of its own. False if a limit is missed. */
export async function measureGraph(options: GraphOptions): Promise<boolean> {
  console.log(`Arguments of the app's process: ${listServiceArguments(options).join(" ")}`);
  if (options.heapMb !== undefined) console.log("They are not those of a deployment: the limits say nothing.");
  const sets: SetFigures[] = [];
  for (const factor of [1, 2]) {
    const publishers = options.publishers * factor;
    console.log(`\n${publishers} publishers, ${publishers * RESOURCES_PER_PUBLISHER} resources`);
    const figures = await measureSet({ ...options, publishers });
    sets.push(figures);
    console.log(describeSet(figures));
    if (options.profile !== undefined) console.log(await describeProfiles(toDirectory(options.profile, publishers)));
  }
  console.log(describeGrowth(sets));
  const checks = checkLimits(sets);
  console.log(describeChecks(checks));
  return checks.every(({ ok }) => ok);
}

const toDirectory = (profile: string, publishers: number): string => `${profile}/${publishers}-publishers`;

async function measureSet(options: GraphOptions): Promise<SetFigures> {
  const profile = options.profile === undefined ? undefined : toDirectory(options.profile, options.publishers);
  const given = { ...options, profile };
  return measureInChild({
    module: MEASURE_SET,
    options: given,
    heapMb: SANDBOX_HEAP_MB,
    profile,
    schema: SetFiguresSchema,
  });
}
