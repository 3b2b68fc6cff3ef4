import type { Hash, Tables } from "../ports.ts";
import { AbsenceStore } from "./absenceStore.ts";
import { AdoptionStore } from "./adoptionStore.ts";
import { DeletionStore } from "./deletionStore.ts";
import { EdgeStore } from "./edgeStore.ts";
import { FindingStore } from "./findingStore.ts";
import { HistoryStore } from "./historyStore.ts";
import { KnowledgeStore } from "./knowledgeStore.ts";
import { MarkStore } from "./markStore.ts";
import { PlanStore } from "./planStore.ts";
import { RunStore } from "./runStore.ts";
import { SnapshotStore } from "./snapshotStore.ts";

/** Everything that the service keeps in tables. */
export interface Stores {
  readonly snapshots: SnapshotStore;
  readonly marks: MarkStore;
  readonly findings: FindingStore;
  readonly knowledge: KnowledgeStore;
  readonly edges: EdgeStore;
  readonly runs: RunStore;
  readonly plans: PlanStore;
  readonly deletions: DeletionStore;
  readonly absences: AbsenceStore;
  readonly history: HistoryStore;
  readonly adoptions: AdoptionStore;
}

export const createStores = (tables: Tables, hash: Hash): Stores => ({
  snapshots: new SnapshotStore(tables),
  marks: new MarkStore(tables),
  findings: new FindingStore(tables, hash),
  knowledge: new KnowledgeStore(tables),
  edges: new EdgeStore(tables),
  runs: new RunStore(tables),
  plans: new PlanStore(tables),
  deletions: new DeletionStore(tables),
  absences: new AbsenceStore(tables),
  history: new HistoryStore(tables),
  adoptions: new AdoptionStore(tables),
});
