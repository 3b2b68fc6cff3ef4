import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type HostHandle, startHost } from "../../host/functionsHost.ts";
import type { Sandbox } from "../../sandbox/startSandbox.ts";
import type { RequestFigures } from "./figures.ts";
import { WORKER } from "../../support/deployment.ts";
import { type GraphOptions, listServiceArguments } from "./options.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
/** Written by `npm run prebench`. */
const COMPILED = new URL("../../../dist/bench/test/", import.meta.url);
const COUNTER = new URL("bench/graph/countRequests.js", COMPILED).href;
const LOOK_AGAIN_MS = 10;
/** A CPU profile is written at the end. */
const STOP_GRACE_MS = 60_000;

/** The compiled service in its own process. */
export interface Service {
  readonly host: HostHandle;
  /** All requests since the start, but for the host's looking for messages. Call it while the app is idle. */
  countRequests(): Promise<readonly RequestFigures[]>;
  stop(): Promise<void>;
}

export async function startService(
  sandbox: Sandbox,
  { heapMb, profile }: Pick<GraphOptions, "heapMb" | "profile">,
): Promise<Service> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const countsFile = join(directory, "requests.json");
  const profiling =
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, "--cpu-prof-name=app.cpuprofile"];
  const host = await startHost({
    appDirectory: PROJECT,
    // With telemetry, as it is deployed: that takes memory, too.
    env: { ...sandbox.settings, ...sandbox.monitorSettings, ...WORKER.environment, REQUEST_COUNTS_FILE: countsFile },
    clock: sandbox.clock,
    createQueues: true,
    compiledMain: fileURLToPath(new URL("host/main.js", COMPILED)),
    nodeArgs: [...listServiceArguments({ heapMb }), "--import", COUNTER, ...profiling],
  });
  // One that computes for minutes would not notice that nobody waits for it any more.
  process.once("exit", () => void host.kill());
  return {
    host,
    async countRequests() {
      await rm(countsFile, { force: true });
      process.kill(host.pid, "SIGUSR2");
      while (!existsSync(countsFile)) await wait(LOOK_AGAIN_MS);
      return readCounts(await readFile(countsFile, "utf8"), listServices(sandbox));
    },
    async stop() {
      await host.stop(STOP_GRACE_MS);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const Counts = z.record(z.string(), z.object({ count: z.number(), seconds: z.number() }));

/** Hosts become names of services; anything else is one of the registries. */
function readCounts(text: string, services: ReadonlyMap<string, string>): readonly RequestFigures[] {
  const counts = new Map<string, RequestFigures>();
  for (const [key, { count, seconds }] of Object.entries(Counts.parse(JSON.parse(text)))) {
    const [host = "", ...rest] = key.split(" ");
    const kind = [services.get(host) ?? "registry", ...rest].join(" ");
    const before = counts.get(kind) ?? { count: 0, seconds: 0 };
    counts.set(kind, { kind, count: before.count + count, seconds: before.seconds + seconds });
  }
  // The service only sends messages; it is the host that fetches them, many times a second.
  counts.delete("queues GET 200");
  return [...counts.values()];
}

function listServices({ arm, identity, azurite, monitor }: Sandbox): ReadonlyMap<string, string> {
  const urls = {
    arm: arm.url,
    identity: identity.url,
    monitor: monitor.url,
    tables: azurite.tableUrl,
    queues: azurite.queueUrl,
    blobs: azurite.blobUrl,
  };
  return new Map(Object.entries(urls).map(([name, url]) => [new URL(url).host, name]));
}
