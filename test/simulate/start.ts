/** `npm start`: the whole service against the default estate, thirty nights in about a minute. Exit code 0 only if all checks hold. */
import { createDefaultEstate } from "./defaultEstate/createDefaultEstate.ts";
import { createLayout } from "./layout.ts";
import { describeMemory, MemorySampler } from "./memory.ts";
import { checkSafety, checkShowcase } from "./report/checks.ts";
import { describeChecks, describeOutcome, showSimulation } from "./showSimulation.ts";

const stream = process.stdout;
const layout = createLayout(stream);
const memory = new MemorySampler();
const startedAt = performance.now();

memory.start();
const simulation = await showSimulation(createDefaultEstate(), { stream, layout });
const peak = await memory.stop();
const checks = [...checkShowcase(simulation), ...checkSafety(simulation)];
const ok = checks.every((check) => check.ok);

console.log(describeOutcome(simulation, layout));
console.log(`\nElapsed: ${((performance.now() - startedAt) / 1000).toFixed(0)} s, without npm's build before it.`);
console.log(`${describeMemory(peak)}\n`);
console.log(describeChecks(checks, layout));
process.exitCode = ok ? 0 : 1;
