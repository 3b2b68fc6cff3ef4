import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { RESOURCES_PER_PUBLISHER } from "../estate/largePublisher.ts";
import { checkLimits } from "./checkLimits.ts";
import { describeChecks, describeGrowth, describeSet } from "./describe.ts";
import { type SetFigures, SetFiguresSchema } from "./figures.ts";
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
    const figures = await measureInChild({ ...options, publishers });
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

async function measureInChild(options: GraphOptions): Promise<SetFigures> {
  const profile = options.profile === undefined ? undefined : toDirectory(options.profile, options.publishers);
  const profiling =
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, "--cpu-prof-name=sandbox.cpuprofile"];
  const child = fork(MEASURE_SET, [JSON.stringify({ ...options, profile })], {
    execArgv: [`--max-old-space-size=${SANDBOX_HEAP_MB}`, ...profiling],
  });
  let received: unknown;
  child.on("message", (message) => {
    received = message;
  });
  const [code, signal]: unknown[] = await once(child, "exit");
  if (received === undefined)
    throw new Error(`The measuring process ended (${String(signal ?? code)}) without figures`);
  return SetFiguresSchema.parse(received);
}
