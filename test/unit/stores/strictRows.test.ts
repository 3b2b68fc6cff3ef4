import { describe, expect, it } from "@jest/globals";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { Row, RowTable, Tables } from "../../../lib/ports.ts";
import { DeletionStore } from "../../../lib/stores/deletionStore.ts";
import { EdgeStore } from "../../../lib/stores/edgeStore.ts";
import { FindingStore } from "../../../lib/stores/findingStore.ts";
import { KnowledgeStore } from "../../../lib/stores/knowledgeStore.ts";
import { MarkStore } from "../../../lib/stores/markStore.ts";
import { PlanStore } from "../../../lib/stores/planStore.ts";
import { RunStore } from "../../../lib/stores/runStore.ts";
import { SnapshotStore } from "../../../lib/stores/snapshotStore.ts";
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
} from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

/** Tables that spoil the body of every row that is written. */
class SpoilingTables implements Tables {
  private readonly inner = new MemoryTables();
  private readonly spoil: (body: object) => unknown;

  constructor(spoil: (body: object) => unknown) {
    this.spoil = spoil;
  }

  open(name: string): RowTable {
    const table = this.inner.open(name);
    const spoiled = (row: Row): Row => ({ ...row, body: this.spoil(Object(row.body)) });
    return {
      find: (partitionKey, rowKey) => table.find(partitionKey, rowKey),
      list: (range) => table.list(range),
      create: (row) => table.create(spoiled(row)),
      replace: (row, etag) => table.replace(spoiled(row), etag),
      put: (row) => table.put(spoiled(row)),
      putAll: (rows) => table.putAll(rows.map(spoiled)),
      remove: (partitionKey, rowKey, etag) => table.remove(partitionKey, rowKey, etag),
    };
  }

  drop(name: string): Promise<void> {
    return this.inner.drop(name);
  }
}

const ID = "20260302T010000Z";
const aPart = {
  name: "graph",
  complete: false,
  reasons: [{ code: "rowsMissing" }],
  counts: {},
  subscriptions: [],
} as const;
const aHeader = { id: ID, at: NOW, runId: "r", state: "sealed", expectedParts: [], processedAt: undefined } as const;
const aRun = {
  id: `${ID}-mark`,
  stage: "mark",
  trigger: "http",
  at: NOW,
  mode: "report",
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

interface Kind {
  readonly name: string;
  /** A field whose value is one of a list of codes, as a path. */
  readonly code: string;
  readonly write: (tables: Tables) => Promise<unknown>;
  readonly read: (tables: Tables) => Promise<unknown>;
}

const KINDS: readonly Kind[] = [
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
    write: (tables) => new PlanStore(tables).putRegistry("p", aRegistry),
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
      new KnowledgeStore(tables).putStore({ storeId: STORE, registryId: REGISTRY, enforcedSince: NOW }),
    read: (tables) => new KnowledgeStore(tables).findStore(STORE),
  },
];

/** A copy of `body` with another value at `path`, which must be there. */
function withValue(body: object, path: string, value: unknown): unknown {
  const copy = structuredClone(body);
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let inner: object = copy;
  for (const step of steps) inner = Object(Reflect.get(inner, step));
  // The repository's own row has no registry manifest in it, and stays as it is.
  if (Reflect.has(inner, last)) Reflect.set(inner, last, value);
  return copy;
}

describe("a stored row", () => {
  async function readSpoiled({ write, read }: Kind, spoil: (body: object) => unknown): Promise<unknown> {
    const tables = new SpoilingTables(spoil);
    await write(tables);
    return read(tables);
  }

  it.each(KINDS)("is read where nothing is wrong with it: $name", async (kind) => {
    const read = await readSpoiled(kind, (body) => body);
    expect(Array.isArray(read) ? read : [read]).toEqual([expect.any(Object)]);
  });

  it.each(KINDS)("is refused where a newer version of the service wrote it: $name", async (kind) => {
    await expect(readSpoiled(kind, (body) => ({ ...body, v: 2 }))).rejects.toThrow(/newer version of the service/);
  });

  it.each(KINDS)("is refused where it has no version: $name", async (kind) => {
    await expect(readSpoiled(kind, (body) => ({ ...body, v: undefined }))).rejects.toThrow();
  });

  it.each(KINDS)("is refused, not dropped, where it cannot be understood: $name, $code", async (kind) => {
    const spoil = (body: object): unknown => withValue(body, kind.code, { unheardOf: true });
    await expect(readSpoiled(kind, spoil)).rejects.toThrow(/^row .* cannot be read/);
  });

  it.each(KINDS.filter(({ name }) => !/^(edges|registry manifest|store)$/.test(name)))(
    "is refused where it holds a code that this version does not know: $name, $code",
    async (kind) => {
      const spoil = (body: object): unknown => withValue(body, kind.code, "unheardOf");
      await expect(readSpoiled(kind, spoil)).rejects.toThrow(/^row .* cannot be read/);
    },
  );
});
