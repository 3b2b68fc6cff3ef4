import { readdir, readFile } from "node:fs/promises";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Program and arguments. */
  readonly command: readonly string[];
}

/** Every process that `/proc` shows; one that ends meanwhile is left out. Rejects where there is no `/proc`. */
export async function listProcesses(): Promise<readonly Process[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(names.map((name) => findProcess(Number(name))));
  return found.filter((process) => process !== undefined);
}

async function findProcess(pid: number): Promise<Process | undefined> {
  const [stat, command] = [await findText(`/proc/${pid}/stat`), await findText(`/proc/${pid}/cmdline`)];
  if (stat === undefined || command === undefined) return undefined;
  // `pid (name) state parent …`, and the name may hold anything.
  const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid, parent: Number(parent), command: command.split("\0").filter((part) => part !== "") };
}

/**
 * The process `pid`, all its descendants, and its parents up to and including the nearest npm; none of the parents where it
 * was not started by npm.
 */
export function selectFamily(processes: readonly Process[], pid: number): readonly Process[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const parents: Process[] = [];
  for (let next = byPid.get(byPid.get(pid)?.parent ?? 0); next; next = byPid.get(next.parent)) {
    parents.push(next);
    if (isNpm(next)) break;
  }
  const family = new Set([pid]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const process of processes) if (family.has(process.parent)) family.add(process.pid);
  }
  const own = processes.filter((process) => family.has(process.pid));
  return [...(parents.some(isNpm) ? parents.toReversed() : []), ...own];
}

/** npm gives its process the title `npm start`. */
export const isNpm = ({ command: [program = "", script = ""] }: Process): boolean =>
  /^npm( |$)/.test(program) || script.endsWith("/npm-cli.js");

/** Proportional set size: shared pages count once over all who share them. 0 for a process that has ended. */
export async function readPssBytes(pid: number): Promise<number> {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec((await findText(`/proc/${pid}/smaps_rollup`)) ?? "") ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

async function findText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
