import { InvocationContext, type Timer } from "@azure/functions";
import { createInventoryRegistry } from "../../functions/inventoryRegistry.ts";
import { createMarkDecommissioned } from "../../functions/markDecommissioned.ts";
import { createPoisoned } from "../../functions/poisoned.ts";
import { createPurgeManifests } from "../../functions/purgeManifests.ts";
import { createPurgeRegistry } from "../../functions/purgeRegistry.ts";
import { createRunStage } from "../../functions/runStage.ts";
import { createTakeSnapshot } from "../../functions/takeSnapshot.ts";
import { createJournal } from "../../lib/azure/journal.ts";
import { createLeases } from "../../lib/azure/leases.ts";
import { readConfig } from "../../lib/config.ts";
import type { Deps } from "../../lib/jobs/deps.ts";
import type { Stage } from "../../lib/stores/runStore.ts";
import { REQUIRED } from "../fakes/settings.ts";
import { MessageBox, type Message } from "./messageBox.ts";
import type { Guard } from "./portGate.ts";
import { wire } from "./wiring.ts";
import { WorldView, type Servers, type WorldParts } from "./worldView.ts";
import { LEASE_MS, WorkerProcess } from "./workerProcess.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** By the schedules of `REQUIRED`. */
const STAGE_HOURS: Readonly<Record<Stage, number>> = { snapshot: 1, mark: 3, purge: 5 };
const TIMERS = { snapshot: createTakeSnapshot, mark: createMarkDecommissioned, purge: createPurgeManifests };
const WORKERS = {
  "inventory-registry": createInventoryRegistry,
  "purge-registry": createPurgeRegistry,
  "run-stage": createRunStage,
  "inventory-registry-poison": (deps: Deps) => createPoisoned(deps, "inventory-registry"),
  "purge-registry-poison": (deps: Deps) => createPoisoned(deps, "purge-registry"),
  "run-stage-poison": (deps: Deps) => createPoisoned(deps, "run-stage"),
};

/** A change of ARM or of a registry that a copy of the world repeats at its instant. */
export interface Change {
  readonly at: number;
  readonly apply: (servers: Servers) => void;
}

/** One Azure with the service in it, in this process; its time stands still but for what a test does. */
export class World extends WorldView {
  readonly box: MessageBox;
  /** What invocations threw, in order. */
  readonly failures: string[] = [];
  readonly logs: string[] = [];
  readonly changes: Change[] = [];
  settings: Readonly<Record<string, string>>;
  process = new WorkerProcess();
  day = 0;
  /** Where a prepared world stands: the time of other worlds went on since. */
  pausedAt: number | undefined;
  readonly #guards: Guard[] = [];
  readonly #deaths: { readonly process: WorkerProcess; readonly at: number }[] = [];

  constructor(parts: WorldParts) {
    super(parts);
    this.settings = parts.settings;
    this.box = new MessageBox(() => this.now(), parts.messages);
  }

  now(): number {
    return this.parts.shared.time.now();
  }

  /** Changes ARM or a registry now. */
  change(apply: Change["apply"]): void {
    this.changes.push({ at: this.now(), apply });
    apply(this.parts);
  }

  /** From now on asked before every call of a port; the last one that was added is the outermost. */
  addGuard(guard: Guard): void {
    this.#guards.push(guard);
  }

  /** What one invocation is given. */
  connect(): Deps {
    const { number, shared, arm, tables } = this.parts;
    const config = readConfig({
      ...REQUIRED,
      ARM_ENDPOINT: arm.url,
      REGISTRY_HOST_SUFFIXES: "localhost",
      OBSERVER_CLIENT_ID: `observer-${number}`,
      PURGER_CLIENT_ID: `purger-${number}`,
      ...this.settings,
    });
    const blobs = shared.blobs(number);
    const { process } = this;
    const leases = process.leases(createLeases(blobs));
    const clock = { now: () => new Date(this.now()) };
    const wait = (ms: number): Promise<void> => this.moveTo(this.now() + ms);
    const around = { config, clock, wait, tables, queues: this.box, leases };
    return wire({ ...around, journal: createJournal(blobs) }, (call, proceed) => {
      let next = proceed;
      for (const guard of this.#guards) {
        const inner = next;
        next = () => guard(call, inner);
      }
      return process.guard(call, next);
    });
  }

  /** Never back. */
  async moveTo(epochMs: number): Promise<void> {
    const { time } = this.parts.shared;
    if (epochMs > time.now()) time.advance(epochMs - time.now());
    for (const { process, at } of this.#deaths) if (this.now() >= at + LEASE_MS) await process.expireLeases();
  }

  /** The instant of today's `hour`, UTC. */
  at(hour: number): number {
    return Date.parse(this.parts.estate.startsAt) + this.day * DAY_MS + hour * HOUR_MS;
  }

  /** The three timers of a night, each with all messages that follow; then the next day begins. */
  async night(): Promise<void> {
    for (const stage of ["snapshot", "mark", "purge"] as const) await this.stage(stage);
    await this.nextDay();
  }

  async nights(count: number): Promise<void> {
    for (let night = 0; night < count; night += 1) await this.night();
  }

  async nextDay(): Promise<void> {
    this.day += 1;
    await this.moveTo(this.at(0));
  }

  async stage(stage: Stage): Promise<void> {
    await this.fire(stage);
    await this.drain();
  }

  /** One timer, without what follows. */
  async fire(stage: Stage): Promise<void> {
    await this.moveTo(this.at(STAGE_HOURS[stage]));
    await this.invoke(async (context) => TIMERS[stage](this.connect())(TIMER, context));
  }

  /** Delivers until no message is left. */
  async drain(): Promise<void> {
    for (let message = this.box.take(); message; message = this.box.take()) await this.deliver(message);
  }

  async deliver(message: Message): Promise<void> {
    await this.moveTo(message.dueAt);
    const ended = await this.invoke(async (context) => WORKERS[message.queue](this.connect())(message.body, context));
    if (!ended) this.box.giveBack(message);
  }

  /** False where it failed. A process that died meanwhile is followed by a new one. */
  async invoke(work: (context: InvocationContext) => Promise<unknown>): Promise<boolean> {
    const logHandler = (_level: unknown, ...args: unknown[]): void => void this.logs.push(args.join(" "));
    try {
      await work(new InvocationContext({ logHandler }));
      return true;
    } catch (error) {
      this.failures.push(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      await this.#buryDead();
    }
  }

  async #buryDead(): Promise<void> {
    const { process } = this;
    if (!process.isDead) return;
    await process.settled();
    this.#deaths.push({ process, at: this.now() });
    this.process = new WorkerProcess();
  }

  async stop(): Promise<void> {
    await this.process.expireLeases();
    for (const { process } of this.#deaths) await process.expireLeases();
    await Promise.all([this.arm.stop(), ...[...this.parts.registries.values()].map((registry) => registry.stop())]);
  }
}

const TIMER: Timer = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: "", next: "", lastUpdated: "" },
};
