import { describe, expect, test } from "@jest/globals";
import { UpstreamError } from "../../../lib/errors.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { toJournalFile } from "../../../lib/jobs/journalFile.ts";
import { settleEarlierIntents, settleIntents } from "../../../lib/jobs/settleIntents.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import type { Deletion } from "../../../lib/stores/deletionStore.ts";
import type { PlannedRegistry } from "../../../lib/stores/planStore.ts";
import type { Run } from "../../../lib/stores/runStore.ts";
import { digest, REGISTRY } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { aService, SNAPSHOT } from "../functions/aService.ts";

const BEGAN = "2026-03-02T05:00:00Z";
const INTENDED = "2026-03-02T05:01:00Z";
const NEXT_NIGHT = "2026-03-03T05:00:00Z";
const PLAN_ID = "0123456789abcdef0123";
const ONE = { registryId: REGISTRY, repository: "old/nginx", digest: digest(1) };

type Line = Readonly<Record<string, unknown>>;

interface Bench {
  readonly deps: Deps;
  /** What the registry still holds. */
  readonly there: Set<string>;
  readonly journal: Map<string, Line[]>;
  /** Calls to the registry. */
  readonly looks: string[];
  refuses: "registry" | "ARM" | "lease" | undefined;
}

function bench(): Bench {
  const state: Pick<Bench, "refuses"> = { refuses: undefined };
  const there = new Set<string>();
  const journal = new Map<string, Line[]>();
  const looks: string[] = [];
  const service = aService();
  const listing = {
    mediaType: undefined,
    size: 1,
    createdAt: undefined,
    tags: [],
    deleteEnabled: true,
    writeEnabled: true,
  };
  const deps: Deps = {
    ...service,
    clock: { now: () => new Date(NEXT_NIGHT) },
    arm: {
      ...service.arm,
      getResource: async () =>
        state.refuses === "ARM" ? { is: "unknown", why: "status 503" } : { is: "found", resource: REGISTRY_RESOURCE },
    },
    leases: {
      acquire: async () =>
        state.refuses === "lease" ? undefined : { isHeld: () => true, release: async () => undefined },
    },
    journal: {
      ...service.journal,
      append: async (file, record) => void journal.set(file, [...(journal.get(file) ?? []), toLine(record)]),
      listRecordsOf: async function* (file) {
        yield* journal.get(file) ?? [];
      },
    },
    openRegistry: (target) => ({
      ...unreachableReader,
      // Looked at afterwards: nothing there needs anything.
      listManifests: async function* () {
        yield [...there].map((wanted) => ({ digest: wanted, ...listing }));
      },
      findManifest: async (_repository, wanted) => {
        looks.push(`${target.loginServer} ${wanted}`);
        if (state.refuses === "registry")
          throw new UpstreamError({ service: "registry", operation: "look", status: 503 });
        return there.has(wanted) ? { digest: wanted, ...listing } : undefined;
      },
    }),
  };
  return Object.assign(state, { deps, there, journal, looks });
}

const toLine = (record: unknown): Line => Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(record))));

const refuse = (): never => {
  throw new Error("only single registry manifests are looked at");
};
const unreachableReader = {
  announce: refuse,
  listRepositories: refuse,
  findRepository: refuse,
  listManifests: refuse,
  findManifests: refuse,
  readNewest: refuse,
  readTagTimes: refuse,
  findTag: refuse,
  readBytes: refuse,
};

const REGISTRY_RESOURCE = {
  id: REGISTRY,
  name: "contosoacr",
  type: "Microsoft.ContainerRegistry/registries",
  properties: { provisioningState: "Succeeded", loginServer: "contosoacr.azurecr.io" },
};

/** A purge run that made a plan with one item for the registry. */
async function aRun(deps: Deps, at: string, state: PlannedRegistry["state"] = "planned"): Promise<Run> {
  const started = await startRun(deps, { stage: "purge", trigger: "timer", at: new Date(at) });
  if ("running" in started) throw new Error(`${started.running} is under way`);
  const { run } = started;
  await deps.plans.put({ id: PLAN_ID, runId: run.id, at, snapshotId: SNAPSHOT, mode: "enforce" });
  const figures = { items: 1, bytes: 0, isUpperBound: false, waiting: 0, deleted: 0, deletedBytes: 0, notes: [] };
  await deps.plans.createRegistry(PLAN_ID, { registryId: REGISTRY, state, ...figures });
  await deps.runs.update(run.id, (stored) => ({ ...stored, planId: PLAN_ID }));
  await deps.runs.finish(run.id, { state: "failed", at: new Date(at) });
  return run;
}

const intentLine = (runId: string): Line => ({ what: "intent", at: INTENDED, runId, size: 20, ...ONE });
const outcomeLine = (runId: string, outcome: string): Line => ({
  what: "outcome",
  at: INTENDED,
  runId,
  outcome,
  ...ONE,
});

const aRow = (runId: string, outcome?: Deletion["outcome"]): Deletion => ({
  ...ONE,
  runId,
  size: 20,
  freedBytes: 10,
  intentAt: INTENDED,
  outcome,
  outcomeAt: undefined,
});

interface Records {
  readonly lines: readonly ("intent" | "deleted" | "unknown" | "kept" | "locked")[];
  readonly hasRow: boolean;
}

async function leave({ deps, journal }: Bench, run: Run, { lines, hasRow }: Records): Promise<void> {
  const written = lines.map((line) => (line === "intent" ? intentLine(run.id) : outcomeLine(run.id, line)));
  journal.set(toJournalFile(run, REGISTRY), written);
  if (hasRow) await deps.deletions.put(aRow(run.id));
}

async function nextRun(deps: Deps): Promise<Run> {
  const started = await startRun(deps, { stage: "purge", trigger: "timer", at: new Date(NEXT_NIGHT) });
  if ("running" in started) throw new Error(`${started.running} is under way`);
  return started.run;
}

const outcomesOf = ({ journal }: Bench, run: Run): readonly unknown[] =>
  (journal.get(toJournalFile(run, REGISTRY)) ?? [])
    .filter(({ what }) => what === "outcome")
    .map(({ outcome }) => outcome);

const rowsOf = async ({ deps }: Bench): Promise<readonly (Deletion["outcome"] | "open")[]> =>
  (await collect(deps.deletions.listSince(REGISTRY, Date.parse(BEGAN), Date.parse(NEXT_NIGHT)))).map(
    ({ outcome }) => outcome ?? "open",
  );

interface Case extends Records {
  readonly name: string;
  readonly isThere: boolean;
  readonly journal: readonly string[];
  readonly table: string;
}

const CASES: readonly Case[] = [
  {
    name: "asked for, gone",
    lines: ["intent"],
    hasRow: true,
    isThere: false,
    journal: ["goneAfterIntent"],
    table: "goneAfterIntent",
  },
  { name: "asked for, still there", lines: ["intent"], hasRow: true, isThere: true, journal: ["kept"], table: "kept" },
  {
    name: "never asked for, still there",
    lines: ["intent"],
    hasRow: false,
    isThere: true,
    journal: ["kept"],
    table: "kept",
  },
  {
    name: "never asked for, gone",
    lines: ["intent"],
    hasRow: false,
    isThere: false,
    journal: ["alreadyGone"],
    table: "alreadyGone",
  },
  {
    name: "ended in the journal only",
    lines: ["intent", "deleted"],
    hasRow: true,
    isThere: false,
    journal: ["deleted"],
    table: "deleted",
  },
  {
    name: "refused in the journal only",
    lines: ["intent", "locked"],
    hasRow: true,
    isThere: true,
    journal: ["locked"],
    table: "kept",
  },
  {
    name: "not answered, gone",
    lines: ["intent", "unknown"],
    hasRow: true,
    isThere: false,
    journal: ["unknown", "goneAfterIntent"],
    table: "goneAfterIntent",
  },
  {
    name: "not answered, still there",
    lines: ["intent", "unknown"],
    hasRow: true,
    isThere: true,
    journal: ["unknown", "kept"],
    table: "kept",
  },
  {
    name: "kept, then intended again",
    lines: ["intent", "kept", "intent"],
    hasRow: true,
    isThere: false,
    journal: ["kept", "goneAfterIntent"],
    table: "goneAfterIntent",
  },
];

describe("an intent that an earlier run left open", () => {
  test.each(CASES)("$name: $table", async ({ lines, hasRow, isThere, journal, table }) => {
    const made = bench();
    const run = await aRun(made.deps, BEGAN);
    await leave(made, run, { lines, hasRow });
    if (isThere) made.there.add(ONE.digest);
    await settleEarlierIntents(made.deps, await nextRun(made.deps));
    expect(outcomesOf(made, run)).toEqual(journal);
    expect(await rowsOf(made)).toEqual([table]);
    await settleEarlierIntents(made.deps, await nextRun(made.deps));
    expect(outcomesOf(made, run)).toEqual(journal);
  });

  test("says why it was kept", async () => {
    const made = bench();
    const run = await aRun(made.deps, BEGAN);
    await leave(made, run, { lines: ["intent"], hasRow: true });
    made.there.add(ONE.digest);
    await settleEarlierIntents(made.deps, await nextRun(made.deps));
    expect(made.journal.get(toJournalFile(run, REGISTRY))?.at(-1)).toMatchObject({
      runId: run.id,
      at: NEXT_NIGHT,
      why: "not deleted before the process ended",
    });
  });

  test.each(["registry", "ARM", "lease"] as const)(
    "stays open where the %s does not let it be looked at",
    async (refuses) => {
      const made = bench();
      const run = await aRun(made.deps, BEGAN);
      await leave(made, run, { lines: ["intent"], hasRow: true });
      made.refuses = refuses;
      const next = await nextRun(made.deps);
      await settleEarlierIntents(made.deps, next);
      expect(outcomesOf(made, run)).toEqual([]);
      expect(await rowsOf(made)).toEqual(["open"]);
      made.refuses = undefined;
      await settleEarlierIntents(made.deps, next);
      expect(await rowsOf(made)).toEqual(["goneAfterIntent"]);
    },
  );

  test.each([
    { name: "of a week ago", at: "2026-02-24T05:00:00Z", state: "planned" as const, looks: 1 },
    { name: "older than that", at: "2026-02-23T05:00:00Z", state: "planned" as const, looks: 0 },
    { name: "of a registry that was stopped", at: BEGAN, state: "stopped" as const, looks: 1 },
    { name: "of a registry that was done", at: BEGAN, state: "done" as const, looks: 1 },
    { name: "of a plan that only reports", at: BEGAN, state: "reportOnly" as const, looks: 0 },
  ])("$name is looked at $looks times", async ({ at, state, looks }) => {
    const made = bench();
    await leave(made, await aRun(made.deps, at, state), { lines: ["intent"], hasRow: false });
    await settleEarlierIntents(made.deps, await nextRun(made.deps));
    expect(made.looks).toHaveLength(looks);
  });

  test("asks nobody where nothing is open", async () => {
    const made = bench();
    await leave(made, await aRun(made.deps, BEGAN), { lines: ["intent", "deleted"], hasRow: false });
    made.refuses = "lease";
    await settleEarlierIntents(made.deps, await nextRun(made.deps));
    expect(made.looks).toEqual([]);
  });

  test("is not touched by the worker of another run", async () => {
    const made = bench();
    const run = await aRun(made.deps, BEGAN);
    await leave(made, run, { lines: ["intent"], hasRow: true });
    const reader = made.deps.openRegistry({ registryId: REGISTRY, loginServer: "x", perRepositoryTokens: false });
    const other = { runId: "20260302T060000Z-purge", registryId: REGISTRY, journalFile: "other", reader };
    expect(await settleIntents(made.deps, other, Date.parse(BEGAN))).toBe(0);
    const own = { ...other, runId: run.id, journalFile: toJournalFile(run, REGISTRY) };
    expect(await settleIntents(made.deps, own, Date.parse(BEGAN))).toBe(1);
  });
});
