import type { Hash, Tables } from "../ports.ts";
import type { Telemetry } from "../telemetry.ts";
import { AbsenceStore } from "./absenceStore.ts";
import { AdoptionStore } from "./adoptionStore.ts";
import { DeletionStore } from "./deletionStore.ts";
import { EdgeStore } from "./edgeStore.ts";
import { FindingStore } from "./findingStore.ts";
import { HistoryStore } from "./historyStore.ts";
import { HoldStore } from "./holdStore.ts";
import { KnowledgeStore } from "./knowledgeStore.ts";
import { MarkStore } from "./markStore.ts";
import { PauseStore } from "./pauseStore.ts";
import { PlanStore } from "./planStore.ts";
import { RateStore } from "./rateStore.ts";
import { RunStore } from "./runStore.ts";
import { SnapshotStore } from "./snapshotStore.ts";

/** Everything that the service keeps in tables. */
export interface Stores {
  readonly snapshots: SnapshotStore;
  readonly marks: MarkStore;
  readonly findings: FindingStore;
  readonly knowledge: KnowledgeStore;
  readonly edges: EdgeStore;
  readonly rates: RateStore;
  readonly runs: RunStore;
  readonly pauses: PauseStore;
  readonly plans: PlanStore;
  readonly deletions: DeletionStore;
  readonly absences: AbsenceStore;
  readonly history: HistoryStore;
  readonly adoptions: AdoptionStore;
  readonly holds: HoldStore;
}

export const createStores = (tables: Tables, hash: Hash, telemetry: Telemetry): Stores => ({
  snapshots: new SnapshotStore(tables),
  marks: new MarkStore(tables),
  findings: new FindingStore(tables, hash, telemetry),
  knowledge: new KnowledgeStore(tables),
  edges: new EdgeStore(tables),
  rates: new RateStore(tables),
  runs: new RunStore(tables, telemetry),
  pauses: new PauseStore(tables),
  plans: new PlanStore(tables),
  deletions: new DeletionStore(tables),
  absences: new AbsenceStore(tables),
  history: new HistoryStore(tables),
  adoptions: new AdoptionStore(tables),
  holds: new HoldStore(tables, hash),
});
