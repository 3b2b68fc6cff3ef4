import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { present } from "../adapters/bench.ts";
import { createArm } from "../sandbox/arm/arm.ts";
import type { Estate } from "../sandbox/estate.ts";
import { TENANT_ID } from "../sandbox/identity/identity.ts";
import { createRegistry, type EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import { ForkableTables } from "./forkableTables.ts";
import type { Message } from "./messageBox.ts";
import { startShared, type Shared } from "./shared.ts";
import { enforceSettings } from "./smallEstate.ts";
import { World, type Change } from "./world.ts";
import type { Servers } from "./worldView.ts";

type Settings = Readonly<Record<string, string>>;

interface Beginning {
  readonly settings: Settings;
  readonly tables: ForkableTables;
  readonly messages: readonly Message[];
  readonly changes: readonly Change[];
  /** When the world goes on. */
  readonly now: number;
}

/** Makes worlds for the tests of a file; those that a test made end with it. */
class JobBench {
  #shared: Shared | undefined;
  #count = 0;
  readonly #open = new Set<World>();
  readonly #kept = new Set<World>();

  get shared(): Shared {
    return present(this.#shared);
  }

  /** The estate at its start, at midnight. */
  async open(estate: Estate, settings: Settings = enforceSettings()): Promise<World> {
    const now = Date.parse(estate.startsAt);
    return this.#create(estate, { settings, tables: new ForkableTables(), messages: [], changes: [], now });
  }

  /** A world to be copied by all tests of a file; call it in `beforeAll`. */
  async prepare(estate: Estate, live: (world: World) => Promise<void>, settings?: Settings): Promise<World> {
    const world = await this.open(estate, settings);
    this.#open.delete(world);
    this.#kept.add(world);
    await live(world);
    world.pausedAt = world.now();
    return world;
  }

  /** The same world once more, as it is now, with an empty journal; what becomes of one does not touch the other. */
  async fork(world: World, settings: Settings = {}): Promise<World> {
    const { estate, tables } = world.parts;
    const copy = await this.#create(estate, {
      settings: { ...world.settings, ...settings },
      tables: await tables.fork(),
      messages: world.box.waiting,
      changes: world.changes,
      now: world.pausedAt ?? world.now(),
    });
    copy.day = world.day;
    return copy;
  }

  async close(world: World): Promise<void> {
    this.#open.delete(world);
    await world.stop();
  }

  async #create(estate: Estate, beginning: Beginning): Promise<World> {
    const { settings, tables, messages, changes, now } = beginning;
    this.#setTime(Date.parse(estate.startsAt));
    const servers = await this.#startServers(estate);
    const world = new World({
      number: this.#count,
      shared: this.shared,
      estate,
      settings,
      tables,
      messages,
      ...servers,
    });
    this.#count += 1;
    this.#open.add(world);
    for (const { at, apply } of changes) {
      this.#setTime(at);
      world.change(apply);
    }
    this.#setTime(now);
    return world;
  }

  #setTime(epochMs: number): void {
    const { time } = this.shared;
    time.advance(epochMs - time.now());
  }

  async #startServers(estate: Estate): Promise<Servers> {
    const { certificates, time: clock } = this.shared;
    const registries = new Map<string, EmulatedRegistry>();
    for (const registry of estate.registries)
      registries.set(registry.name, await createRegistry(registry, { clock, certificates, startsAt: estate.startsAt }));
    const armRegistries = estate.registries.flatMap((registry) => {
      const server = registries.get(registry.name);
      return server ? [{ estate: registry, server }] : [];
    });
    const { resources } = estate;
    const arm = await createArm({ clock, certificates, tenantId: TENANT_ID, resources, registries: armRegistries });
    return { arm, registries };
  }

  /** Registers start and teardown. */
  use(): this {
    beforeAll(async () => {
      this.#shared = await startShared();
    });
    afterEach(async () => {
      for (const world of this.#open) await this.close(world);
    });
    afterAll(async () => {
      for (const world of this.#kept) await world.stop();
      await this.#shared?.stop();
    });
    return this;
  }
}

export type { JobBench };
export const useJobBench = (): JobBench => new JobBench().use();
