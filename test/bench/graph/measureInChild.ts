import { fork } from "node:child_process";
import { once } from "node:events";
import type { z } from "zod";

/** What runs a measurement: a module that takes its options as JSON and sends figures. */
export interface Measurement<T> {
  readonly module: string;
  readonly options: object;
  readonly heapMb: number;
  /** Where a CPU profile of it goes; undefined for none. */
  readonly profile: string | undefined;
  readonly schema: z.ZodType<T>;
}

/** Measures in a process of its own. Rejects where that ends without figures. */
export async function measureInChild<T>({ module, options, heapMb, profile, schema }: Measurement<T>): Promise<T> {
  const profiling =
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, "--cpu-prof-name=sandbox.cpuprofile"];
  const child = fork(module, [JSON.stringify(options)], {
    execArgv: [`--max-old-space-size=${heapMb}`, ...profiling],
  });
  let received: unknown;
  child.on("message", (message) => {
    received = message;
  });
  const [code, signal]: unknown[] = await once(child, "exit");
  if (received === undefined)
    throw new Error(`The measuring process ended (${String(signal ?? code)}) without figures`);
  return schema.parse(received);
}
