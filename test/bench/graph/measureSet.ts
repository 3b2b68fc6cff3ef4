/** `node measureSet.ts '<GraphOptions as JSON>'`, with an IPC channel: measures one estate and sends its figures. */
import { VirtualClock } from "../../sandbox/clock/virtualClock.ts";
import { trustCa } from "../../sandbox/azurite/trustCa.ts";
import type { Sandbox } from "../../sandbox/startSandbox.ts";
import { createLargeEstate, STARTS_AT } from "../estate/createLargeEstate.ts";
import { countResources, startBenchSandbox } from "./benchSandbox.ts";
import { describeFailure } from "./describeFailure.ts";
import type { NightFigures, SetFigures } from "./figures.ts";
import { playNights } from "./playNights.ts";
import type { GraphOptions } from "./options.ts";
import { startService } from "./service.ts";

// Without the one who compares, nobody waits for figures; the processes below end with this one.
process.once("disconnect", () => process.exit());

const options: GraphOptions = JSON.parse(process.argv[2] ?? "");
const figures = await measureSet(options);
process.send?.(figures, () => process.disconnect());

async function measureSet(given: GraphOptions): Promise<SetFigures> {
  const { publishers } = given;
  const startedAt = performance.now();
  const clock = new VirtualClock(Date.parse(STARTS_AT));
  const sandbox = await startBenchSandbox(createLargeEstate(publishers), clock);
  const untrust = trustCa(sandbox.certificates.caPem);
  try {
    const resources = await countResources(sandbox);
    const loadSeconds = (performance.now() - startedAt) / 1_000;
    console.log(`  ${resources} resources loaded in ${loadSeconds.toFixed(0)} s`);
    const nights: NightFigures[] = [];
    return { publishers, resources, loadSeconds, nights, problems: await measureNights(sandbox, given, nights) };
  } finally {
    untrust();
    await sandbox.stop();
  }
}

/** Adds what was measured to `nights` and returns why it cannot be believed. */
async function measureNights(sandbox: Sandbox, given: GraphOptions, nights: NightFigures[]): Promise<string[]> {
  const problems: string[] = [];
  try {
    const service = await startService(sandbox, given);
    try {
      await playNights({ sandbox, service, publishers: given.publishers }, nights);
    } finally {
      problems.push(...service.host.failures.map(({ function: name, error }) => `${name} failed: ${error}`));
      await service.stop();
    }
  } catch (error) {
    problems.push(describeFailure(error));
  }
  return problems;
}
