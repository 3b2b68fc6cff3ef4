import { sha256Hex } from "../../lib/azure/hash.ts";
import type { Tables } from "../../lib/ports.ts";
import { AbsenceStore } from "../../lib/stores/absenceStore.ts";
import { AdoptionStore } from "../../lib/stores/adoptionStore.ts";
import { DeletionStore } from "../../lib/stores/deletionStore.ts";
import { EdgeStore } from "../../lib/stores/edgeStore.ts";
import { FindingStore } from "../../lib/stores/findingStore.ts";
import { HistoryStore } from "../../lib/stores/historyStore.ts";
import { HoldStore } from "../../lib/stores/holdStore.ts";
import { KnowledgeStore } from "../../lib/stores/knowledgeStore.ts";
import { MarkStore } from "../../lib/stores/markStore.ts";
import { PauseStore } from "../../lib/stores/pauseStore.ts";
import { PlanStore } from "../../lib/stores/planStore.ts";
import { RunStore } from "../../lib/stores/runStore.ts";
import { SnapshotStore } from "../../lib/stores/snapshotStore.ts";
import {
  aChange,
  aHold,
  aKnown,
  aKnownStore,
  aKnownVersion,
  aManifest,
  aMark,
  anAdoption,
  anArtifactManifest,
  aNetworkFunction,
  anNfdv,
  anObservedFinding,
  aRepository,
  aVerdict,
  digest,
  nfdvId,
  NOW,
  PUBLISHER,
  REGISTRY,
  someEdges,
  STORE,
} from "./builders.ts";
import { collect } from "./collect.ts";
import { SILENCE } from "../../lib/telemetry.ts";

const ID = "20260302T010000Z";
const aConsumer = aNetworkFunction({ versions: [{ by: "id", source: "lastState", id: nfdvId("1.0.0") }] });
const aPart = {
  name: "graph",
  complete: false,
  reasons: [{ code: "rowsMissing" }],
  counts: {},
  subscriptions: [],
  accepted: [{ by: "a", why: "b", at: NOW, reasons: [{ code: "implausibleFall" }] }],
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
const aPause = { by: "on call", why: "an outage", at: NOW } as const;
const aPlan = {
  id: "p",
  runId: "r",
  at: NOW,
  snapshotId: ID,
  mode: "enforce",
  override: { by: "on call", why: "meant", at: NOW, runId: "r2" },
} as const;
const aRegistry = {
  registryId: REGISTRY,
  state: "planned",
  items: 0,
  bytes: 0,
  waiting: 0,
  deleted: 0,
  deletedBytes: 0,
  isUpperBound: false,
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
  /** The row has no such field: `code` is one that may hold any text, or no text at all. */
  readonly codeless?: true;
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
    name: "acceptance",
    code: "accepted.0.reasons.0.code",
    write: (tables) => new SnapshotStore(tables).putPart(ID, aPart),
    read: (tables) => new SnapshotStore(tables).listParts(ID),
  },
  {
    name: "resource",
    code: "kind",
    write: (tables) => new SnapshotStore(tables).putResources(ID, [anArtifactManifest()]),
    read: (tables) => collect(new SnapshotStore(tables).listResources(ID, "artifactManifests")),
  },
  {
    name: "reference of a version",
    code: "details.references.0.form",
    write: (tables) =>
      new SnapshotStore(tables).putResources(ID, [
        anNfdv({ details: { of: "version", references: [{ form: "unreadable", text: "?" }], schemas: [] } }),
      ]),
    read: (tables) => collect(new SnapshotStore(tables).listUnder(ID, "versions", PUBLISHER)),
  },
  {
    name: "reference of a consumer",
    code: "details.versions.0.source",
    write: (tables) => new SnapshotStore(tables).putResources(ID, [aConsumer]),
    read: (tables) => new SnapshotStore(tables).findResource(ID, aConsumer.kind, aConsumer.id),
  },
  {
    name: "registry manifest",
    code: "manifest.edges.understood",
    codeless: true,
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
    name: "repository that a registry does not know",
    code: "repository",
    codeless: true,
    write: (tables) => new SnapshotStore(tables).putAbsent(ID, REGISTRY, ["cnf/nginx"]),
    read: async (tables) =>
      (await collect(new SnapshotStore(tables).listAbsent(ID, REGISTRY))).map((name) => ({ name })),
  },
  {
    name: "run",
    code: "stage",
    write: (tables) => new RunStore(tables, SILENCE).start(aRun, new Date(NOW)),
    read: (tables) => collect(new RunStore(tables, SILENCE).list()),
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
      new FindingStore(tables, sha256Hex, SILENCE).observe(
        { kind: "breakerTripped", subject: "s", scope: "s", evidence: [] },
        NOW,
      ),
    read: (tables) => collect(new FindingStore(tables, sha256Hex, SILENCE).list()),
  },
  {
    name: "scope of findings",
    code: "scope",
    codeless: true,
    write: (tables) => new FindingStore(tables, sha256Hex, SILENCE).observe(anObservedFinding(), NOW),
    read: async (tables) =>
      (await collect(new FindingStore(tables, sha256Hex, SILENCE).listScopes())).map((scope) => ({ scope })),
  },
  {
    name: "plan",
    code: "mode",
    write: (tables) => new PlanStore(tables).put(aPlan),
    read: (tables) => new PlanStore(tables).find("p"),
  },
  {
    name: "override",
    code: "override.runId",
    codeless: true,
    write: (tables) => new PlanStore(tables).put(aPlan),
    read: (tables) => new PlanStore(tables).find("p"),
  },
  {
    name: "pause",
    code: "by",
    codeless: true,
    write: (tables) => new PauseStore(tables).pause(aPause),
    read: (tables) => new PauseStore(tables).find(),
  },
  {
    name: "word of a pause",
    code: "what",
    write: (tables) => new PauseStore(tables).pause(aPause),
    read: (tables) => collect(new PauseStore(tables).listWords()),
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
    read: (tables) => collect(new KnowledgeStore(tables).list("artifactManifests")),
  },
  {
    name: "known store",
    code: "of",
    write: (tables) => new KnowledgeStore(tables).putAll([aKnownStore({ hold: { until: NOW, reason: "audit" } })]),
    read: (tables) => new KnowledgeStore(tables).find("structure", STORE),
  },
  {
    name: "known version",
    code: "references.0.form",
    write: (tables) => new KnowledgeStore(tables).putAll([aKnownVersion()]),
    read: (tables) => collect(new KnowledgeStore(tables).listUnder("versions", PUBLISHER)),
  },
  {
    name: "absence",
    code: "id",
    codeless: true,
    write: (tables) => new AbsenceStore(tables).add([STORE], NOW),
    read: async (tables) => [...(await new AbsenceStore(tables).list(new Date(0)))].map((id) => ({ id })),
  },
  {
    name: "absence that a registry confirmed",
    code: "at",
    codeless: true,
    write: (tables) => new AbsenceStore(tables).addOfRegistry(REGISTRY, ["cnf/nginx@"], NOW),
    read: (tables) => new AbsenceStore(tables).listOfRegistry(REGISTRY),
  },
  {
    name: "history",
    code: "changes.0.change",
    write: (tables) => new HistoryStore(tables).append([{ id: STORE, kind: "artifactStore", change: aChange() }]),
    read: (tables) => new HistoryStore(tables).find(STORE),
  },
  {
    name: "adoption",
    code: "lapsedAt",
    codeless: true,
    write: (tables) => new AdoptionStore(tables).create(anAdoption()),
    read: (tables) => collect(new AdoptionStore(tables).list()),
  },
  {
    name: "hold",
    code: "scope.of",
    write: (tables) => new HoldStore(tables, sha256Hex).put(aHold()),
    read: (tables) => collect(new HoldStore(tables, sha256Hex).list()),
  },
  {
    name: "edges",
    code: "edges.understood",
    codeless: true,
    write: (tables) => new EdgeStore(tables).putAll([{ digest: digest(1), mediaType: "x", edges: someEdges() }]),
    read: (tables) => new EdgeStore(tables).find(digest(1), "x"),
  },
  {
    name: "store",
    code: "registryId",
    codeless: true,
    write: (tables) =>
      new KnowledgeStore(tables).putStore({
        storeId: STORE,
        registryId: REGISTRY,
        enforcedSince: NOW,
        enforceDeadline: NOW,
        goneSince: undefined,
      }),
    read: (tables) => new KnowledgeStore(tables).findStore(STORE),
  },
];
