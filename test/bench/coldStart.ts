import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Time and memory of loading the compiled app in a fresh process, and of an empty process for comparison. Figures, no verdicts. */
export function measureColdStart(): void {
  const main = new URL("../../dist/functions/main.js", import.meta.url).href;
  const app = `const started = performance.now(); await import(${JSON.stringify(main)}); console.log(JSON.stringify({ ms: performance.now() - started, rss: process.memoryUsage().rss }));`;
  const empty = "console.log(JSON.stringify({ ms: 0, rss: process.memoryUsage().rss }));";
  const bare = run(empty);
  for (let round = 1; round <= 5; round += 1) {
    const { ms, rss } = run(app);
    console.log(
      `cold-start round ${round}: ${Math.round(ms)} ms, ${toMiB(rss)} MiB RSS (empty process ${toMiB(bare.rss)} MiB)`,
    );
  }
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function run(code: string): { ms: number; rss: number } {
  const schedules = { SNAPSHOT_SCHEDULE: "0 0 1 * * *", MARK_SCHEDULE: "0 0 3 * * *", PURGE_SCHEDULE: "0 0 4 * * *" };
  const env = { PATH: process.env["PATH"], AzureWebJobsStorage: "UseDevelopmentStorage=true", ...schedules };
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", code], { env, cwd, encoding: "utf8" });
  if (child.status !== 0) throw new Error(`the measured process failed: ${child.stderr}`);
  // The app may warn on standard output that there is no Functions host around it.
  const line = child.stdout.split("\n").findLast((text) => text.startsWith("{"));
  return z.object({ ms: z.number(), rss: z.number() }).parse(JSON.parse(line ?? ""));
}
