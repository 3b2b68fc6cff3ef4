import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { createRegistryPurger, createRegistryReader, type RegistryOptions } from "../../lib/azure/registry.ts";
import type { RegistryPurger, RegistryReader } from "../../lib/ports.ts";
import { FaultSchema, RegistrySchema } from "../sandbox/estate.ts";
import { createRegistry, type EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import type { RegistryInput } from "../sandbox/registry/registryFixture.ts";
import { OBSERVER, PURGER, startBench, type Bench } from "./bench.ts";
import { startScriptedServer, type ScriptedServer } from "./scriptedServer.ts";
import { takeTime, type TestTime } from "./testTime.ts";

const NAME = "contosoregistry";
const RESOURCE_ID = `/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/${NAME}`;
export const AUDIENCE = "https://containerregistry.azure.net";
const REPOSITORY_MODE = "AbacRepositoryPermissions";

type Effect = { readonly kind: string } & Readonly<Record<string, unknown>>;
type Match = { readonly method?: string; readonly path?: string; readonly times?: number; readonly skip?: number };

/** One registry under test, started anew for each test, beside a host that is not Azure's. */
export class RegistryBench {
  #bench: Bench | undefined;
  #stranger: ScriptedServer | undefined;
  #registry: EmulatedRegistry | undefined;
  #time: TestTime | undefined;
  #mode = "";

  get registry(): EmulatedRegistry {
    return present(this.#registry);
  }
  get time(): TestTime {
    return present(this.#time);
  }
  get stranger(): ScriptedServer {
    return present(this.#stranger);
  }

  /** The options of a client with this identity. */
  options(clientId: string): RegistryOptions {
    const { loginServer } = this.registry;
    const perRepositoryTokens = this.#mode === REPOSITORY_MODE;
    return {
      target: { registryId: RESOURCE_ID.toLowerCase(), loginServer, perRepositoryTokens },
      credential: present(this.#bench).credentialOf(clientId),
      audience: AUDIENCE,
    };
  }

  reader(clientId = OBSERVER): RegistryReader {
    return createRegistryReader(this.options(clientId));
  }

  purger(clientId = PURGER): RegistryPurger {
    return createRegistryPurger(this.options(clientId));
  }

  async load(input: RegistryInput): Promise<void> {
    await this.#registry?.stop();
    const estate = RegistrySchema.parse({ name: NAME, resourceId: RESOURCE_ID, ...input });
    this.#mode = estate.roleAssignmentMode;
    this.#registry = await createRegistry(estate, {
      clock: this.time,
      certificates: present(this.#bench).certificates,
      startsAt: new Date(this.time.now()).toISOString(),
    });
  }

  /** Meets every request but those for tokens, unless `match` says otherwise. */
  addFault(effect: Effect, match: Match = {}): void {
    this.registry.addFault(FaultSchema.parse({ target: `registry:${NAME}`, effect, path: "^/(acr/v1|v2)/", ...match }));
  }

  /** How many requests of this kind the registry answered. */
  count(kind: string): number {
    return this.registry.calls.filter((call) => call.kind === kind).length;
  }

  async start(): Promise<void> {
    this.#bench = await startBench({ now: () => Date.now() });
    this.#stranger = await startScriptedServer(this.#bench.certificates);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#bench?.stop(), this.#stranger?.stop()]);
  }

  async begin(input: RegistryInput): Promise<void> {
    this.#time = takeTime();
    this.stranger.received.splice(0);
    await this.load(input);
  }

  async end(): Promise<void> {
    this.#time?.restore();
    await this.#registry?.stop();
    this.#registry = undefined;
  }
}

/** A bench for the tests of one file; each begins with a new registry that holds `input`. */
export function useRegistryBench(input: RegistryInput): RegistryBench {
  const bench = new RegistryBench();
  beforeAll(() => bench.start());
  beforeEach(() => bench.begin(input));
  afterEach(() => bench.end());
  afterAll(() => bench.stop());
  return bench;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The bench has not been started");
  return value;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
