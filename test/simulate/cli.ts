/** `npm run simulate -- --estate FILE`: see `USAGE`. */
import { writeFile } from "node:fs/promises";
import { checkWritable, loadEstate } from "./files.ts";
import { createLayout, renderSection } from "./layout.ts";
import { type Arguments, readArguments, USAGE, UsageError } from "./readArguments.ts";
import { checkSafety } from "./report/checks.ts";
import { reportContents } from "./report/contents.ts";
import { describeChecks, describeOutcome, showSimulation } from "./showSimulation.ts";

async function run({ estate: file, nights, json, log }: Arguments): Promise<boolean> {
  const estate = await loadEstate(file);
  if (json !== undefined) await checkWritable(json);
  const stream = process.stdout;
  const layout = createLayout(stream);
  const simulation = await showSimulation(estate, {
    stream,
    layout,
    ...(nights === undefined ? {} : { nights }),
    ...(log
      ? { onLog: (line) => console.error(`${line.time} ${line.level} ${line.function ?? "host"} ${line.message}`) }
      : {}),
  });
  if (json !== undefined) await writeFile(json, `${JSON.stringify(simulation, null, 2)}\n`);
  const checks = checkSafety(simulation);
  console.log(describeOutcome(simulation, layout));
  console.log(`${renderSection(reportContents(simulation), layout)}\n`);
  console.log(describeChecks(checks, layout));
  return checks.every(({ ok }) => ok);
}

try {
  const given = readArguments(process.argv.slice(2));
  if (given) process.exitCode = (await run(given)) ? 0 : 1;
  else console.log(USAGE);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
