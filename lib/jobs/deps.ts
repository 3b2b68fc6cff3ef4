import type { Config } from "../config.ts";
import type {
  Arm,
  Clock,
  Hash,
  Journal,
  Leases,
  Log,
  Queues,
  RegistryPurger,
  RegistryReader,
  RegistryTarget,
  RegistryWriter,
  ResourceGraph,
} from "../ports.ts";
import type { Stores } from "../stores/createStores.ts";
import type { Telemetry } from "../telemetry.ts";

/** All that the jobs work with; wired in functions/main.ts. */
export interface Deps extends Stores {
  readonly config: Config;
  readonly clock: Clock;
  /** Resolves after so many milliseconds of real time; for a few seconds at most, anything longer is a delayed message. */
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly hash: Hash;
  readonly graph: ResourceGraph;
  readonly arm: Arm;
  readonly queues: Queues;
  readonly leases: Leases;
  readonly journal: Journal;
  readonly openRegistry: (target: RegistryTarget) => RegistryReader;
  /** Throws in report mode: there the purger's credential is not even constructed. */
  readonly openPurger: (target: RegistryTarget) => RegistryPurger;
  /** Throws where RESTORER_CLIENT_ID is not set: there the restorer's credential is not even constructed. */
  readonly openWriter: (target: RegistryTarget) => RegistryWriter;
}
