import { existsSync } from "node:fs";
import { isNpm, listProcesses, type Process, readPssBytes, selectFamily } from "./processTree.ts";

const PERIOD_MS = 1000;

export interface Sample {
  readonly totalBytes: number;
  readonly processes: readonly { readonly process: Process; readonly bytes: number }[];
}

/** Each second, the memory of this process, of those that it started, and of those up to the npm that started it. */
export class MemorySampler {
  #peak: Sample | undefined;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();

  start(): void {
    if (!existsSync("/proc/self/smaps_rollup")) return;
    this.#timer = setInterval(() => {
      this.#current = this.#current.then(() => this.#sample());
    }, PERIOD_MS).unref();
  }

  /** The sample with the highest total; undefined where the system shows no such figures. */
  async stop(): Promise<Sample | undefined> {
    if (this.#timer === undefined) return undefined;
    clearInterval(this.#timer);
    await this.#current;
    await this.#sample();
    return this.#peak;
  }

  async #sample(): Promise<void> {
    const family = selectFamily(await listProcesses(), process.pid);
    const processes = await Promise.all(
      family.map(async (member) => ({ process: member, bytes: await readPssBytes(member.pid) })),
    );
    const totalBytes = processes.reduce((sum, { bytes }) => sum + bytes, 0);
    if (totalBytes > (this.#peak?.totalBytes ?? 0)) this.#peak = { totalBytes, processes };
  }
}

/** The total, then each process with the V8 flags that it runs with, a line each. */
export function describeMemory(peak: Sample | undefined): string {
  if (!peak) return "Peak memory: not measured, this system has no /proc/<pid>/smaps_rollup.";
  const parts = peak.processes
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ process, bytes }) => {
      const flags = process.command.filter((part) => /^--max-[a-z-]+size=/.test(part));
      return [`  ${toMegabytes(bytes).padStart(4)}`, toRole(process), flags.length > 0 ? `(${flags.join(" ")})` : ""]
        .join(" ")
        .trimEnd();
    });
  return [
    `Peak memory: ${toMegabytes(peak.totalBytes)} MB (PSS of all processes, each second), of which`,
    ...parts,
  ].join("\n");
}

const toMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);

function toRole(found: Process): string {
  if (found.pid === process.pid) return "sandbox";
  if (isNpm(found)) return "npm";
  if (found.command.some((part) => part.endsWith("/host/main.ts"))) return "service";
  if (found.command.some((part) => part.endsWith("/azurite.js"))) return "Azurite";
  return found.command[0] ?? "unknown";
}
