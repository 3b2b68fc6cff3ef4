import { describe, expect, it } from "@jest/globals";
import { PastDeletes } from "../../../lib/jobs/pastDeletes.ts";
import type { RestoreSite } from "../../../lib/jobs/openRestore.ts";
import { REGISTRY } from "../../fakes/builders.ts";
import { MemoryRegistry, toDigest } from "../../fakes/memoryRegistry.ts";
import { aService } from "../functions/aService.ts";

const REPOSITORY = "old/nginx";
const NAME = REGISTRY.slice(REGISTRY.lastIndexOf("/") + 1);
const INDEX = toDigest("index");
const CHILD = toDigest("child");
const SIGNATURE = toDigest("signature");
/** The service stands at 2026-03-02. */
const EARLIER = "20260201T050000Z-purge";
const LATER = "20260220T050000Z-purge";
const LONG_AGO = "20240301T050000Z-purge";

const toDay = (runId: string) => `${runId.slice(0, 4)}-${runId.slice(4, 6)}-${runId.slice(6, 8)}`;
const fileOf = (runId: string) => `${toDay(runId)}/${runId}/${NAME}`;
const unreachable = (): never => {
  throw new Error("no registry is asked");
};
const site: RestoreSite = {
  registryId: REGISTRY,
  repository: REPOSITORY,
  reader: new MemoryRegistry(),
  writer: { hasBlob: unreachable, prepare: unreachable, putManifest: unreachable },
};

interface Line {
  readonly runId: string;
  readonly digest: string;
  readonly how?: "delete" | "cascade";
  readonly lastTags?: readonly string[];
  readonly repository?: string;
  readonly registryId?: string;
}

const toIntent = (line: Line) => {
  const at = `${toDay(line.runId)}T05:00:01Z`;
  return { what: "intent", at, registryId: REGISTRY, repository: REPOSITORY, how: "delete", ...line };
};

interface Given {
  /** Newest first. */
  readonly journal: readonly Line[];
  /** By digest, of which the table has a row. */
  readonly rows?: Readonly<Record<string, string>>;
}

/** A journal that tells what was read of it. */
async function open({ journal, rows = {} }: Given) {
  const read: string[] = [];
  const service = aService();
  const deps = {
    ...service,
    journal: {
      ...service.journal,
      async *listRecordsOf(file: string) {
        read.push(file);
        for (const line of journal) if (fileOf(line.runId) === file) yield toIntent(line);
      },
      async *listRecords() {
        for (const line of journal) {
          read.push(line.runId);
          yield toIntent(line);
          yield { what: "outcome", runId: line.runId };
          yield undefined;
        }
      },
    },
  };
  for (const [digest, runId] of Object.entries(rows))
    await deps.deletions.put({
      registryId: REGISTRY,
      repository: REPOSITORY,
      digest,
      runId,
      size: 1,
      freedBytes: 1,
      intentAt: `${toDay(runId)}T05:00:01Z`,
      outcome: "deleted",
      outcomeAt: undefined,
    });
  return { deletes: await PastDeletes.open(deps, site), read };
}

describe("what was deleted before", () => {
  const bothNights: Given = {
    journal: [
      { runId: LATER, digest: INDEX, lastTags: ["2.0"] },
      { runId: LATER, digest: SIGNATURE, how: "cascade" },
      { runId: EARLIER, digest: INDEX, lastTags: ["1.0"] },
      { runId: EARLIER, digest: CHILD },
    ],
    rows: { [INDEX]: LATER, [CHILD]: EARLIER, [SIGNATURE]: LATER },
  };

  it("is known from the table, and its tags from the night of the newest delete alone", async () => {
    const { deletes, read } = await open(bothNights);
    expect(deletes.find(INDEX)).toEqual({ at: "2026-02-20T05:00:01Z", lastTags: [] });
    await deletes.read([INDEX, SIGNATURE]);
    await deletes.read([INDEX]);
    expect(read).toEqual([fileOf(LATER)]);
    expect(deletes.find(INDEX)).toEqual({ at: "2026-02-20T05:00:01Z", lastTags: ["2.0"] });
    expect([...deletes.cascaded]).toEqual([SIGNATURE]);
  });

  it("has the newest tags also where an older night is read for something else", async () => {
    const { deletes, read } = await open(bothNights);
    await deletes.read([INDEX]);
    await deletes.read([CHILD]);
    expect(read).toEqual([fileOf(LATER), fileOf(EARLIER)]);
    expect(deletes.find(INDEX)?.lastTags).toEqual(["2.0"]);
  });

  it("was deleted also where the file of that night is gone", async () => {
    const { deletes } = await open({ journal: [], rows: { [INDEX]: LATER } });
    await deletes.read([INDEX]);
    expect(deletes.find(INDEX)).toEqual({ at: "2026-02-20T05:00:01Z", lastTags: [] });
    expect(deletes.find(CHILD)).toBeUndefined();
  });

  it("is of this repository and this registry alone", async () => {
    const elsewhere = { runId: LATER, digest: CHILD, how: "cascade" as const };
    const { deletes } = await open({
      journal: [
        { runId: LATER, digest: INDEX },
        { ...elsewhere, repository: "old/nginx2" },
        { ...elsewhere, registryId: `${REGISTRY}2` },
      ],
      rows: { [INDEX]: LATER },
    });
    await deletes.read([INDEX]);
    await deletes.search([CHILD]);
    expect([deletes.find(CHILD), deletes.cascaded.size]).toEqual([undefined, 0]);
  });
});

describe("a search of the whole journal", () => {
  const journal: readonly Line[] = [
    { runId: LATER, digest: toDigest("other"), how: "cascade" },
    { runId: EARLIER, digest: SIGNATURE, how: "cascade" },
    { runId: EARLIER, digest: INDEX, lastTags: ["1.0"] },
    { runId: LONG_AGO, digest: CHILD },
    { runId: LONG_AGO, digest: INDEX, lastTags: ["0.1"] },
    { runId: "20230301T050000Z-purge", digest: toDigest("oldest") },
  ];

  it("ends after the night in which it found everything, with what went along in it", async () => {
    const { deletes, read } = await open({ journal });
    await deletes.search([INDEX]);
    expect(deletes.find(INDEX)).toEqual({ at: "2026-02-01T05:00:01Z", lastTags: ["1.0"] });
    expect([...deletes.cascaded]).toEqual([SIGNATURE]);
    expect(read).toEqual([LATER, EARLIER, EARLIER, LONG_AGO]);
  });

  it("goes on to the end for what is in none, and keeps nothing of nights without what it looks for", async () => {
    const { deletes, read } = await open({ journal });
    await deletes.search([CHILD, toDigest("never")]);
    expect(deletes.find(CHILD)?.at).toBe("2024-03-01T05:00:01Z");
    expect(deletes.find(toDigest("never"))).toBeUndefined();
    expect([deletes.find(toDigest("oldest")), deletes.cascaded.size]).toEqual([undefined, 0]);
    expect(read).toHaveLength(journal.length);
  });

  it("does not look again for what the table has", async () => {
    const { deletes, read } = await open({ journal, rows: { [INDEX]: EARLIER } });
    await deletes.search([INDEX]);
    expect(read).toEqual([]);
  });
});
