import { fileURLToPath } from "node:url";
import { type HostHandle, startHost } from "../host/functionsHost.ts";
import type { Failure, Idle } from "../host/messages.ts";
import { runUntil } from "../host/nights.ts";
import { trustCa } from "../sandbox/azurite/trustCa.ts";
import { VirtualClock } from "../sandbox/clock/virtualClock.ts";
import { type Estate, toInstant } from "../sandbox/estate.ts";
import { type EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import { type Sandbox, startSandbox } from "../sandbox/startSandbox.ts";
import { playEvent } from "../simulate/playEvent.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** Big enough for a message that a dead worker holds for ten minutes, small against a night. */
const STEP_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

/** The compiled service in the local host, in a sandbox of its own. */
export class RunningApp {
  readonly sandbox: Sandbox;
  readonly estate: Estate;
  /** Every line that the service and the host logged, over all restarts. */
  readonly logs: string[] = [];
  /** Every HTTP answer, headers and body. */
  readonly answers: string[] = [];
  /** Invocations that failed in hosts before the present one. */
  readonly #failedBefore: Failure[] = [];
  readonly #untrust: () => void;
  #host: HostHandle | undefined;
  #playedTo: number;

  private constructor(estate: Estate, sandbox: Sandbox) {
    this.estate = estate;
    this.sandbox = sandbox;
    this.#untrust = trustCa(sandbox.certificates.caPem);
    this.#playedTo = Date.parse(estate.startsAt);
  }

  static async start(estate: Estate): Promise<RunningApp> {
    const app = new RunningApp(estate, await startSandbox(estate, new VirtualClock(Date.parse(estate.startsAt))));
    try {
      app.#host = await app.#startHost();
      return app;
    } catch (error) {
      await app.stop();
      throw error;
    }
  }

  get host(): HostHandle {
    if (!this.#host) throw new Error("The host is not running");
    return this.#host;
  }

  get failures(): readonly Failure[] {
    return [...this.#failedBefore, ...this.host.failures];
  }

  /** The only registry of the estate. */
  get registry(): EmulatedRegistry {
    const [registry, ...others] = this.sandbox.registries.values();
    if (!registry || others.length > 0) throw new Error("The estate has not exactly one registry");
    return registry;
  }

  /** Ends the host between any two instructions, and starts it anew as the platform would: same keys, same settings. */
  async killAndRestart(): Promise<void> {
    const { failures, functionKey, adminKey } = this.host;
    await this.host.kill();
    this.#failedBefore.push(...failures);
    this.#host = await this.#startHost({ functionKey, adminKey });
  }

  /** Lets time pass to `when` (an offset from the estate's start, or an instant), with timers and the estate's events. */
  async playUntil(when: string): Promise<void> {
    const { sandbox, estate, host } = this;
    const [from, to] = [this.#playedTo, toInstant(when, estate.startsAt)];
    const events = estate.events
      .map((event) => ({ event, at: toInstant(event.at, estate.startsAt) }))
      .filter(({ at }) => at >= from && at < to)
      .map(({ event, at }) => ({ at, run: async () => void (await playEvent(sandbox, host, event)) }));
    await runUntil({ host, clock: sandbox.clock }, to, { events, stepMs: STEP_MS });
    this.#playedTo = to;
  }

  /** Resolves when nothing runs and no message is visible. */
  settled(): Promise<Idle> {
    return this.host.settled();
  }

  /** Calls the service's HTTP API with the function key, or with `key`; null for none. */
  async call(method: string, path: string, options: { body?: unknown; key?: string | null } = {}): Promise<Answer> {
    const { body, key = this.host.functionKey } = options;
    const response = await fetch(new URL(path, this.host.url), {
      method,
      headers: key === null ? {} : { "x-functions-key": key },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.answers.push(`${JSON.stringify([...response.headers])} ${text}`);
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  }

  async stop(): Promise<void> {
    await this.#host?.stop();
    this.#untrust();
    await this.sandbox.stop();
  }

  #startHost(keys?: { functionKey: string; adminKey: string }): Promise<HostHandle> {
    return startHost({
      appDirectory: PROJECT,
      env: this.sandbox.settings,
      clock: this.sandbox.clock,
      createQueues: true,
      onLog: (line) => void this.logs.push(JSON.stringify(line)),
      ...(keys ? { keys } : {}),
    });
  }
}
