/** `node measureSet.ts '<RegistryOptions as JSON>'`, with an IPC channel: measures one estate and sends its figures. */
import { trustCa } from "../../sandbox/azurite/trustCa.ts";
import { VirtualClock } from "../../sandbox/clock/virtualClock.ts";
import type { Sandbox } from "../../sandbox/startSandbox.ts";
import { countResources, startBenchSandbox } from "../graph/benchSandbox.ts";
import { describeFailure } from "../graph/describeFailure.ts";
import { startService } from "../graph/service.ts";
import { createRegistryEstate, REGISTRY_NAME, STARTS_AT } from "./createRegistryEstate.ts";
import type { RegistryFigures, RegistryNightFigures } from "./figures.ts";
import type { RegistryOptions } from "./options.ts";
import { playNights } from "./playNights.ts";
import { type SetPlan, toSetPlan } from "./sets.ts";
import { countRepositories, sumManifests } from "./shapes.ts";

// Without the one who compares, nobody waits for figures; the processes below end with this one.
process.once("disconnect", () => process.exit());

const options: RegistryOptions = JSON.parse(process.argv[2] ?? "");
const figures = await measureSet(options);
process.send?.(figures, () => process.disconnect());

async function measureSet(given: RegistryOptions): Promise<RegistryFigures> {
  const plan = toSetPlan(given);
  const startedAt = performance.now();
  const clock = new VirtualClock(Date.parse(STARTS_AT));
  const sandbox = await startBenchSandbox(createRegistryEstate(plan), clock, plan);
  const untrust = trustCa(sandbox.certificates.caPem);
  try {
    const resources = await countResources(sandbox);
    const loadSeconds = (performance.now() - startedAt) / 1_000;
    console.log(`  ${resources} ARM resources and the registry loaded in ${loadSeconds.toFixed(0)} s`);
    const nights: RegistryNightFigures[] = [];
    const [repositories, manifests] = [countRepositories(plan.shape), sumManifests(plan.shape)];
    const problems = await measureNights({ sandbox, plan, given }, nights);
    return { repositories, manifests, loadSeconds, nights, problems };
  } finally {
    untrust();
    await sandbox.stop();
  }
}

interface Measured {
  readonly sandbox: Sandbox;
  readonly plan: SetPlan;
  readonly given: RegistryOptions;
}

/** Adds what was measured to `nights` and returns why it cannot be believed. */
async function measureNights({ sandbox, plan, given }: Measured, nights: RegistryNightFigures[]): Promise<string[]> {
  const problems: string[] = [];
  const registry = sandbox.registries.get(REGISTRY_NAME);
  if (!registry) throw new Error(`The sandbox has no registry ${REGISTRY_NAME}`);
  try {
    const service = await startService(sandbox, given);
    try {
      await playNights({ sandbox, registry, service, plan }, nights);
    } finally {
      problems.push(...service.host.failures.map(({ function: name, error }) => `${name} failed: ${error}`));
      await service.stop();
    }
  } catch (error) {
    problems.push(describeFailure(error));
  }
  return problems;
}
