import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parseEstate } from "../sandbox/estate.ts";
import { listLooseEnds } from "../sandbox/looseEnds.ts";
import { printNight, printSummary } from "./printReport.ts";
import { simulate } from "./simulate.ts";

/** `npm run simulate -- --estate FILE [--nights N] [--json OUT] [--log]` */
const { values } = parseArgs({
  options: {
    estate: { type: "string" },
    nights: { type: "string" },
    json: { type: "string" },
    log: { type: "boolean", default: false },
  },
});

if (values.estate === undefined) {
  console.error("Usage: npm run simulate -- --estate FILE [--nights N] [--json OUT] [--log]");
  process.exit(2);
}
const estate = parseEstate(JSON.parse(await readFile(values.estate, "utf8")), values.estate);
const looseEnds = listLooseEnds(estate);
if (looseEnds.length > 0) {
  console.error(`The estate ${values.estate} cannot be played:\n${looseEnds.map((end) => `  ${end}`).join("\n")}`);
  process.exit(2);
}
const simulation = await simulate(estate, {
  ...(values.nights === undefined ? {} : { nights: Number(values.nights) }),
  onNight: (report) => console.log(printNight(report)),
  ...(values.log
    ? {
        onLog: ({ time, function: name, level, message }) => console.error(`${time} ${level} ${name ?? ""} ${message}`),
      }
    : {}),
});
console.log(printSummary(simulation));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(simulation, null, 2)}\n`);
process.exitCode = simulation.truth.violations.length > 0 || simulation.failures.length > 0 ? 1 : 0;
