import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { unpackZip } from "../package/unpackZip.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** Written by `npm run package`. */
const ZIP = join(PROJECT, "out", "package.zip");
const ROUNDS = 5;
/** As deployed: with telemetry, which is loaded only where it has somewhere to go. */
const SETTINGS = {
  SNAPSHOT_SCHEDULE: "0 0 1 * * *",
  MARK_SCHEDULE: "0 0 3 * * *",
  PURGE_SCHEDULE: "0 0 4 * * *",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${randomUUID()};IngestionEndpoint=https://localhost:1/`,
};

/**
 * Time and memory of loading the compiled app in a fresh process, from the project and, where it has been made, from the
 * unpacked package; and of an empty process for comparison. Figures, no verdicts.
 */
export async function measureColdStart(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "cold-start-"));
  try {
    if (existsSync(ZIP)) await unpackZip(ZIP, folder);
    const apps = { project: PROJECT, ...(existsSync(ZIP) ? { package: folder } : {}) };
    const bare = run("console.log(JSON.stringify({ ms: 0, rss: process.memoryUsage().rss }));", PROJECT);
    for (let round = 1; round <= ROUNDS; round += 1)
      for (const [name, app] of Object.entries(apps)) console.log(`${name} ${describeRound(round, load(app), bare)}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Figures {
  readonly ms: number;
  readonly rss: number;
}

function describeRound(round: number, { ms, rss }: Figures, bare: Figures): string {
  return `cold-start round ${round}: ${Math.round(ms)} ms, ${toMiB(rss)} MiB RSS (empty process ${toMiB(bare.rss)} MiB)`;
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function load(app: string): Figures {
  const main = pathToFileURL(join(app, "dist", "functions", "main.js")).href;
  const code = `const started = performance.now(); await import(${JSON.stringify(main)}); console.log(JSON.stringify({ ms: performance.now() - started, rss: process.memoryUsage().rss })); process.exit();`;
  return run(code, app);
}

function run(code: string, cwd: string): Figures {
  const env = { PATH: process.env["PATH"], ...SETTINGS };
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", code], { env, cwd, encoding: "utf8" });
  if (child.status !== 0) throw new Error(`the measured process failed: ${child.stderr}`);
  // The app may warn on standard output that there is no Functions host around it.
  const line = child.stdout.split("\n").findLast((text) => text.startsWith("{"));
  return z.object({ ms: z.number(), rss: z.number() }).parse(JSON.parse(line ?? ""));
}
