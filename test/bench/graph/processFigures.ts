import { readFile } from "node:fs/promises";

/** Linux counts CPU time in hundredths of a second for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Highest resident set since the process began. Rejects where there is no such process, or no `/proc`. */
export const readPeakRss = (pid: number): Promise<number> => readStatus(pid, "VmHWM");

export const readRss = (pid: number): Promise<number> => readStatus(pid, "VmRSS");

async function readStatus(pid: number, field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text) ?? [];
  if (kilobytes === undefined) throw new Error(`Process ${pid} has no ${field}`);
  return Number(kilobytes) * 1024;
}

/** User and system time of all threads. */
export async function readCpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // `pid (name) state …`: the name may hold anything, and user and system time are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** What all processes of the machine have used, since it started: other people's work slows the measured one down. */
export async function readMachineCpuSeconds(): Promise<number> {
  const [line = ""] = (await readFile("/proc/stat", "utf8")).split("\n");
  // `cpu user nice system idle iowait irq softirq …`
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + interrupt + softInterrupt) / TICKS_PER_SECOND;
}
