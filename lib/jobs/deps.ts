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
  ResourceGraph,
} from "../ports.ts";
import type { DeletionStore } from "../stores/deletionStore.ts";
import type { EdgeStore } from "../stores/edgeStore.ts";
import type { FindingStore } from "../stores/findingStore.ts";
import type { KnowledgeStore } from "../stores/knowledgeStore.ts";
import type { MarkStore } from "../stores/markStore.ts";
import type { PlanStore } from "../stores/planStore.ts";
import type { RunStore } from "../stores/runStore.ts";
import type { SnapshotStore } from "../stores/snapshotStore.ts";

/** All that the jobs work with; wired in functions/main.ts. */
export interface Deps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly hash: Hash;
  readonly graph: ResourceGraph;
  readonly arm: Arm;
  readonly queues: Queues;
  readonly leases: Leases;
  readonly journal: Journal;
  readonly openRegistry: (target: RegistryTarget) => RegistryReader;
  /** Throws in report mode: there the purger's credential is not even constructed. */
  readonly openPurger: (target: RegistryTarget) => RegistryPurger;
  readonly snapshots: SnapshotStore;
  readonly marks: MarkStore;
  readonly findings: FindingStore;
  readonly knowledge: KnowledgeStore;
  readonly edges: EdgeStore;
  readonly runs: RunStore;
  readonly plans: PlanStore;
  readonly deletions: DeletionStore;
}
