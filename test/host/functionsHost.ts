import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { HostProcess } from "./hostProcess.ts";
import { ANSWERS, type Failure, type FunctionDescription, type Idle, type LogLine } from "./messages.ts";
import type { MainOptions, Memory } from "./messages.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const DEFAULT_HEAP_MB = 256;

export interface StartOptions {
  /** Holds package.json (its `main` is loaded) and host.json. */
  readonly appDirectory: string;
  /** The app settings: all that the app sees of the environment, with `PATH` and the clock's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: VirtualClock;
  /** V8's old space; 256 MB by default. */
  readonly heapMb?: number;
  readonly nodeArgs?: readonly string[];
  /** This host compiled, where its memory is measured: Node's own compiler would take 17 MB of it. */
  readonly compiledMain?: string;
  /** Any free port by default. */
  readonly port?: number;
  /** Random by default. Give those of the host before when an app is restarted: in Azure they stay. */
  readonly keys?: { readonly functionKey: string; readonly adminKey: string };
  /** Creates the queues of the queue triggers, as a deployment template would. The host in Azure does not: it waits for them. */
  readonly createQueues?: boolean;
  /** Every line that the app and the host log, from the start of the process on. */
  readonly onLog?: (line: LogLine) => void;
}

export interface HostHandle {
  readonly url: string;
  /** Opens `function` routes, as `x-functions-key` header or `code` query parameter. */
  readonly functionKey: string;
  /** Opens `admin` routes, and `function` ones. */
  readonly adminKey: string;
  readonly pid: number;
  /** Sorted by name. */
  readonly functions: readonly FunctionDescription[];
  /** Every invocation that threw, in order. */
  readonly failures: readonly Failure[];
  /** How the process ended, when it has: an exit code or a signal. */
  readonly exited: Promise<number | NodeJS.Signals>;
  idle(): Promise<Idle>;
  /** Resolves as `idle` when nothing runs and no message is visible. */
  settled(): Promise<Idle>;
  /** Runs a timer function now and waits for it; rejects with its error. Its schedule is not changed. */
  fireTimer(name: string): Promise<void>;
  memory(): Promise<Memory>;
  /** Lets what runs end, for up to `graceMs` (5 s by default); then kills. */
  stop(graceMs?: number): Promise<void>;
  /** Ends the process between any two instructions. */
  kill(): Promise<void>;
}

/** Starts the app in a host of its own process. Rejects, with the process ended, if the app or the host refuses its configuration. */
export async function startHost(options: StartOptions): Promise<HostHandle> {
  const keys = options.keys ?? { functionKey: newKey(), adminKey: newKey() };
  const process = new HostProcess(forkMain(options, keys), options.onLog);
  const { url, functions } = await process.ready();
  return {
    ...keys,
    url,
    functions,
    pid: process.pid,
    failures: process.failures,
    exited: process.exited,
    idle: () => process.call("idle", (answer) => ANSWERS.idle.parse(answer)),
    settled: () => process.call("settled", (answer) => ANSWERS.settled.parse(answer)),
    fireTimer: (name) => process.call("fireTimer", (answer) => ANSWERS.fireTimer.parse(answer), name),
    memory: () => process.call("memory", (answer) => ANSWERS.memory.parse(answer)),
    stop: (graceMs) => process.stop(graceMs),
    kill: () => process.kill(),
  };
}

function forkMain(options: StartOptions, keys: { functionKey: string; adminKey: string }): ChildProcess {
  const { appDirectory, clock, heapMb = DEFAULT_HEAP_MB, port = 0, createQueues = false } = options;
  const mainOptions: MainOptions = { appDirectory, port, createQueues, ...keys };
  const { execArgv, env } = clock.childOptions;
  const child = fork(options.compiledMain ?? MAIN, [JSON.stringify(mainOptions)], {
    cwd: appDirectory,
    execArgv: [...execArgv, `--max-old-space-size=${heapMb}`, ...(options.nodeArgs ?? [])],
    env: { PATH: process.env["PATH"], ...options.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  clock.attach(child);
  return child;
}

function newKey(): string {
  return randomBytes(32).toString("base64url");
}
