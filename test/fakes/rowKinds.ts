import { sha256Hex } from "../../lib/azure/hash.ts";
import type { Tables } from "../../lib/ports.ts";
import { DeletionStore } from "../../lib/stores/deletionStore.ts";
import { EdgeStore } from "../../lib/stores/edgeStore.ts";
import { FindingStore } from "../../lib/stores/findingStore.ts";
import { KnowledgeStore } from "../../lib/stores/knowledgeStore.ts";
import { MarkStore } from "../../lib/stores/markStore.ts";
import { PlanStore } from "../../lib/stores/planStore.ts";
import { RunStore } from "../../lib/stores/runStore.ts";
import { SnapshotStore } from "../../lib/stores/snapshotStore.ts";
import {
  aKnown,
  aManifest,
  aMark,
  anArtifactManifest,
  aRepository,
  aVerdict,
  digest,
  NOW,
  REGISTRY,
  someEdges,
  STORE,
} from "./builders.ts";
import { collect } from "./collect.ts";

const ID = "20260302T010000Z";
const aPart = {
  name: "graph",
  complete: false,
  reasons: [{ code: "rowsMissing" }],
  counts: {},
  subscriptions: [],
} as const;
const aHeader = {
  id: ID,
  at: NOW,
  readAt: NOW,
  runId: "r",
  state: "sealed",
  expectedParts: [],
  processedAt: undefined,
} as const;
const aRun = {
  id: `${ID}-mark`,
  stage: "mark",
  trigger: "http",
  at: NOW,
  mode: "report",
  boundTo: undefined,
  planId: undefined,
  state: "running",
  currentStage: "mark",
  stopRequested: false,
  finishedAt: undefined,
  results: {},
  errors: [],
} as const;
const aWaiting = { repository: "a", digest: digest(1), why: "inGrace", until: undefined } as const;
const aRegistry = {
  registryId: REGISTRY,
  state: "planned",
  items: 0,
  bytes: 0,
  waiting: 0,
  deleted: 0,
  deletedBytes: 0,
  notes: [],
} as const;
const aDeletion = {
  registryId: REGISTRY,
  repository: "a",
  digest: digest(1),
  runId: "r",
  size: 1,
  freedBytes: 1,
  intentAt: NOW,
  outcome: "deleted",
  outcomeAt: NOW,
} as const;

export interface RowKind {
  readonly name: string;
  /** A field whose value is one of a list of codes, as a path. */
  readonly code: string;
  readonly write: (tables: Tables) => Promise<unknown>;
  readonly read: (tables: Tables) => Promise<unknown>;
}

/** Every kind of row that a store writes, with one that is written and read. */
export const ROW_KINDS: readonly RowKind[] = [
  {
    name: "header",
    code: "state",
    write: (tables) => new SnapshotStore(tables).create(aHeader),
    read: (tables) => collect(new SnapshotStore(tables).list()),
  },
  {
    name: "part",
    code: "reasons.0.code",
    write: (tables) => new SnapshotStore(tables).putPart(ID, aPart),
    read: (tables) => new SnapshotStore(tables).listParts(ID),
  },
  {
    name: "resource",
    code: "kind",
    write: (tables) => new SnapshotStore(tables).putResources(ID, [anArtifactManifest()]),
    read: (tables) => collect(new SnapshotStore(tables).listResources(ID)),
  },
  {
    name: "registry manifest",
    code: "manifest.edges.understood",
    write: (tables) => new SnapshotStore(tables).putRepositories(ID, [aRepository({ manifests: [aManifest()] })]),
    read: (tables) => collect(new SnapshotStore(tables).listRepositories(ID, REGISTRY)),
  },
  {
    name: "verdict",
    code: "keep.0.code",
    write: (tables) =>
      new SnapshotStore(tables).putVerdicts(ID, aRepository(), [aVerdict({ keep: [{ code: "tagged" }] })]),
    read: (tables) => collect(new SnapshotStore(tables).listVerdicts(ID, REGISTRY)),
  },
  {
    name: "run",
    code: "stage",
    write: (tables) => new RunStore(tables).start(aRun, new Date(NOW)),
    read: (tables) => collect(new RunStore(tables).list()),
  },
  {
    name: "mark",
    code: "class",
    write: (tables) => new MarkStore(tables).put(aMark(), undefined),
    read: (tables) => collect(new MarkStore(tables).list(REGISTRY)),
  },
  {
    name: "finding",
    code: "kind",
    write: (tables) =>
      new FindingStore(tables, sha256Hex).observe(
        { kind: "breakerTripped", subject: "s", scope: "s", evidence: [] },
        NOW,
      ),
    read: (tables) => collect(new FindingStore(tables, sha256Hex).list()),
  },
  {
    name: "planned registry",
    code: "state",
    write: (tables) => new PlanStore(tables).createRegistry("p", aRegistry),
    read: (tables) => new PlanStore(tables).listRegistries("p"),
  },
  {
    name: "waiting",
    code: "why",
    write: (tables) => new PlanStore(tables).putWaiting("p", REGISTRY, [aWaiting]),
    read: (tables) => collect(new PlanStore(tables).listWaiting("p", REGISTRY)),
  },
  {
    name: "deletion",
    code: "outcome",
    write: (tables) => new DeletionStore(tables).put(aDeletion),
    read: (tables) => collect(new DeletionStore(tables).listSince(REGISTRY, 0 + Date.parse(NOW), Date.parse(NOW))),
  },
  {
    name: "known artifact manifest",
    code: "of",
    write: (tables) => new KnowledgeStore(tables).putAll([aKnown()]),
    read: (tables) => collect(new KnowledgeStore(tables).list()),
  },
  {
    name: "edges",
    code: "edges.understood",
    write: (tables) => new EdgeStore(tables).putAll([{ digest: digest(1), mediaType: "x", edges: someEdges() }]),
    read: (tables) => new EdgeStore(tables).find(digest(1), "x"),
  },
  {
    name: "store",
    code: "registryId",
    write: (tables) =>
      new KnowledgeStore(tables).putStore({
        storeId: STORE,
        registryId: REGISTRY,
        enforcedSince: NOW,
        enforceDeadline: NOW,
      }),
    read: (tables) => new KnowledgeStore(tables).findStore(STORE),
  },
];
