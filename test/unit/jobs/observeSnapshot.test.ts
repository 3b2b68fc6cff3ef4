import { describe, expect, test } from "@jest/globals";
import { Marking } from "../../../lib/jobs/marking.ts";
import { observeSnapshot } from "../../../lib/jobs/observeSnapshot.ts";
import type { Finding } from "../../../lib/core/findings.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import { aHeader, aPart, seeSnapshot, SNAPSHOT } from "../functions/aService.ts";
import type { AskedTenant } from "./aTenant.ts";
import { aTenant } from "./aTenant.ts";

/** Looks at the snapshot of `NOW` at another instant, when ARM says that it is `armTime`. */
async function look({ deps, view }: AskedTenant, now: string, armTime: string | undefined): Promise<void> {
  Object.assign(view, { now, armTime });
  await observeSnapshot(
    deps,
    new Marking(deps, { header: aHeader(), parts: await deps.snapshots.listParts(SNAPSHOT) }),
  );
}

async function find({ deps }: AskedTenant, kind: Finding["kind"]): Promise<Finding | undefined> {
  const findings = await Array.fromAsync(deps.findings.list());
  return findings.find((finding) => finding.kind === kind);
}

async function aSeenTenant(): Promise<AskedTenant> {
  const tenant = aTenant();
  await seeSnapshot(tenant.deps, { parts: [aPart()] });
  return tenant;
}

const AT = "2026-03-02T03:00:00Z";
const LATER = "2026-03-03T03:00:00Z";

describe("the clock of this app", () => {
  test.each([
    { name: "is told of where it is over five minutes ahead", armTime: "2026-03-02T02:54:58Z", skewed: true },
    { name: "is fine where it is five minutes ahead", armTime: "2026-03-02T02:54:59Z", skewed: false },
    { name: "is told of where it is over five minutes behind", armTime: "2026-03-02T03:05:01Z", skewed: true },
    { name: "is fine where it is five minutes behind", armTime: "2026-03-02T03:05:00Z", skewed: false },
    { name: "is fine where it is right", armTime: AT, skewed: false },
    { name: "is not judged where ARM does not tell the time", armTime: undefined, skewed: false },
  ])("$name", async ({ armTime, skewed }) => {
    const tenant = await aSeenTenant();
    await look(tenant, AT, armTime);
    expect((await find(tenant, "clockSkew")) !== undefined).toBe(skewed);
  });

  test.each([
    { name: "is fine again once it is right", armTime: LATER, resolvedAt: LATER },
    { name: "is told of still where it is wrong the next night", armTime: AT, resolvedAt: undefined },
    { name: "is told of still where ARM does not answer the next night", armTime: undefined, resolvedAt: undefined },
  ])("$name", async ({ armTime, resolvedAt }) => {
    const tenant = await aSeenTenant();
    await look(tenant, AT, "2026-03-01T03:00:00Z");
    await look(tenant, LATER, armTime);
    const skew = await find(tenant, "clockSkew");
    expect(skew?.firstSeenAt).toBe(AT);
    expect(skew?.resolvedAt).toBe(resolvedAt);
  });
});

describe("a view of the tenant that is too old", () => {
  // 36 hours after the complete snapshot, to the second.
  const LAST_MOMENT = "2026-03-03T13:00:00Z";
  const STALE = "2026-03-03T13:00:01Z";
  const MUCH_LATER = "2026-03-05T03:00:00Z";

  test("is told of with the date of the look, not of the snapshot", async () => {
    const tenant = await aSeenTenant();
    await look(tenant, STALE, undefined);
    await look(tenant, MUCH_LATER, undefined);
    const stale = await find(tenant, "staleSnapshot");
    expect(stale).toMatchObject({ firstSeenAt: STALE, lastSeenAt: MUCH_LATER });
    expect(stale?.resolvedAt).toBeUndefined();
    expect(stale?.evidence.at(-1)?.at).toBe(MUCH_LATER);
  });

  test("is not told of while it is young enough", async () => {
    const tenant = await aSeenTenant();
    await look(tenant, LAST_MOMENT, undefined);
    expect(await find(tenant, "staleSnapshot")).toBeUndefined();
  });

  test("is told of where no snapshot was ever complete, and no more once one is, each at its own date", async () => {
    const tenant = aTenant();
    await seeSnapshot(tenant.deps, { parts: [aPart({ complete: false })] });
    await look(tenant, AT, undefined);
    const stale = await find(tenant, "staleSnapshot");
    expect([stale?.firstSeenAt, stale?.resolvedAt]).toEqual([AT, undefined]);
    await tenant.deps.snapshots.updatePart(SNAPSHOT, GRAPH_PART, (part) => ({ ...part, complete: true }));
    await look(tenant, LAST_MOMENT, undefined);
    expect(await find(tenant, "staleSnapshot")).toMatchObject({ firstSeenAt: AT, resolvedAt: LAST_MOMENT });
  });
});
