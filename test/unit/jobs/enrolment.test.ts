import { describe, expect, test } from "@jest/globals";
import type { ArmId } from "../../../lib/core/armId.ts";
import { checkEnrolment } from "../../../lib/jobs/enrolment.ts";
import { Marking } from "../../../lib/jobs/marking.ts";
import { Tenant } from "../../../lib/jobs/tenant.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { aMark, aStore, digest, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";
import { aHeader, aPart, aService } from "../functions/aService.ts";

const WIDE = { STORES: JSON.stringify({ stores: [{ store: "*" }] }), SNAPSHOT_RETENTION: "7d" };
const MOVED_TO: ArmId = REGISTRY.replace("contosoacr", "contosoacr2");
const NEIGHBOUR: ArmId = `${PUBLISHER}/artifactstores/neighbour`;

const backedBy = (registryId: ArmId) =>
  aStore({ details: { of: "store", storeType: "AzureContainerRegistry", registryId } });

interface Look {
  readonly at: string;
  /** The registry that backs the store; undefined where the store is gone. */
  readonly registryId?: ArmId | undefined;
  readonly complete?: boolean;
}

/** One look at a tenant that holds the store alone, or nothing. */
async function look(deps: Deps, { at, registryId, complete = true }: Look): Promise<void> {
  const tenant = new Tenant();
  if (registryId !== undefined) tenant.addStructure(backedBy(registryId));
  const header = aHeader({ id: at.replace(/[-:]/g, ""), at, readAt: at });
  await checkEnrolment(deps, new Marking(deps, { header, parts: [aPart({ complete })] }), tenant);
}

/** First seen and end of the finding of the store; undefined where it was never told. */
async function findGone({ findings }: Deps): Promise<readonly [string, string | undefined] | undefined> {
  const all = await Array.fromAsync(findings.list());
  const gone = all.find(({ kind, subject }) => kind === "storeGone" && subject === STORE);
  return gone && [gone.firstSeenAt, gone.resolvedAt];
}

const SEEN = { at: "2026-03-02T01:00:00Z", registryId: REGISTRY };
const GONE = "2026-03-03T01:00:00Z";
/** Seven days after that, when the oldest snapshot that is kept is of that night. */
const LAST_DAY = "2026-03-10T01:00:00Z";
const LATER = "2026-03-10T01:01:00Z";

describe("an enrolled store that a complete graph does not hold any more", () => {
  interface Case {
    readonly name: string;
    readonly looks: readonly Look[];
    readonly marks?: boolean;
    readonly gone: readonly [string, string | undefined] | undefined;
  }
  const CASES: readonly Case[] = [
    { name: "is told of", looks: [{ at: GONE }], gone: [GONE, undefined] },
    { name: "is not told of while it is there", looks: [{ ...SEEN, at: GONE }], gone: undefined },
    {
      name: "is not told of where the graph is incomplete",
      looks: [{ at: GONE, complete: false }],
      gone: undefined,
    },
    {
      name: "is told of once, however often it is missed",
      looks: [{ at: GONE }, { at: "2026-03-04T01:00:00Z" }],
      gone: [GONE, undefined],
    },
    {
      name: "is told of still where the same snapshot is processed twice",
      looks: [{ at: GONE }, { at: GONE }],
      gone: [GONE, undefined],
    },
    {
      name: "is told of as long as snapshots of that time are kept",
      looks: [{ at: GONE }, { at: LAST_DAY }],
      gone: [GONE, undefined],
    },
    { name: "is forgotten after that", looks: [{ at: GONE }, { at: LATER }], gone: [GONE, LATER] },
    {
      name: "is told of longer while marks are left",
      looks: [{ at: GONE }, { at: LATER }],
      marks: true,
      gone: [GONE, undefined],
    },
    {
      name: "is not forgotten by an incomplete graph",
      looks: [{ at: GONE }, { at: LATER, complete: false }],
      gone: [GONE, undefined],
    },
    {
      name: "is told of no more once it is back",
      looks: [{ at: GONE }, { ...SEEN, at: LAST_DAY }],
      gone: [GONE, LAST_DAY],
    },
    {
      name: "waits its full time again where it was back in between",
      looks: [{ at: GONE }, { ...SEEN, at: "2026-03-09T01:00:00Z" }, { at: LAST_DAY }, { at: LATER }],
      gone: [LAST_DAY, undefined],
    },
  ];

  test.each(CASES)("$name", async ({ looks, marks, gone }) => {
    const deps = aService(WIDE);
    await look(deps, SEEN);
    if (marks) await deps.marks.put(aMark(), undefined);
    for (const one of looks) await look(deps, one);
    const [firstSeenAt, resolvedAt] = (await findGone(deps)) ?? [];
    expect([firstSeenAt, resolvedAt]).toEqual([gone?.[0], gone?.[1]]);
  });

  test("is told of for as long as STORES names it", async () => {
    const deps = aService({ SNAPSHOT_RETENTION: "7d" });
    for (const at of [GONE, LATER]) await look(deps, { at });
    expect(await findGone(deps)).toEqual([GONE, undefined]);
  });
});

describe("marks in the registry of a store", () => {
  const NIGHTS = "2026-03-03T01:00:00Z";

  async function listMarked(registryId: ArmId, isIncomplete = false): Promise<readonly string[]> {
    const deps = aService(WIDE);
    await look(deps, SEEN);
    await deps.marks.put(aMark(), undefined);
    await deps.marks.put(aMark({ digest: digest(2), storeId: NEIGHBOUR }), undefined);
    await look(deps, { at: NIGHTS, registryId, complete: !isIncomplete });
    const marks = await Array.fromAsync(deps.marks.list(REGISTRY));
    return marks.map(({ mark }) => mark.storeId);
  }

  test.each([
    { name: "end with it moving to another registry, those of other stores stay", to: MOVED_TO, left: [NEIGHBOUR] },
    { name: "stay where it stays", to: REGISTRY, left: [STORE, NEIGHBOUR] },
  ])("$name", async ({ to, left }) => {
    expect(await listMarked(to)).toEqual(left);
  });

  test("end also where the graph that shows the move is incomplete", async () => {
    expect(await listMarked(MOVED_TO, true)).toEqual([NEIGHBOUR]);
  });

  test("are looked for in the new registry from then on", async () => {
    const deps = aService(WIDE);
    await look(deps, SEEN);
    await look(deps, { at: NIGHTS, registryId: MOVED_TO });
    expect((await deps.knowledge.findStore(STORE))?.registryId).toBe(MOVED_TO);
  });
});
