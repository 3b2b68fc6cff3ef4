import { describe, expect, test } from "@jest/globals";
import { artifactManifestId, aManifest, aRepository, nfdvId, REGISTRY, STORE } from "../../fakes/builders.ts";
import type { AskedTenant } from "./aTenant.ts";
import { aTenant } from "./aTenant.ts";
import { aFunctionRow, aManifestRow, aPublisherRow, aStoreRow, aVersionRow } from "./someRows.ts";
import { collect } from "../../fakes/collect.ts";

const FIRST = "2026-03-02T01:00:00Z";
const SKIPPED = "2026-03-03T01:00:00Z";
const LAST = "2026-03-04T01:00:00Z";
const SKIPPED_ID = "20260303T010000Z";
const LAST_ID = "20260304T010000Z";

const BASE = [aPublisherRow(), aStoreRow()];
const MANIFESTS = [aManifestRow("m1"), aManifestRow("m2")];

interface Nights {
  /** What the version references on the night that marking does not come to. */
  readonly skippedReference?: string;
  readonly consumer?: boolean;
}

/** The version is edited, and deleted with `m2` a night later, while a network function may still run on it. */
async function playNights({ skippedReference = "m2", consumer = true }: Nights): Promise<AskedTenant> {
  const tenant = aTenant();
  const { view } = tenant;
  const rest = [...BASE, ...(consumer ? [aFunctionRow()] : [])];
  view.repositories = [aRepository({ name: "m2/nginx", manifests: [aManifest()] })];
  view.rows = [...rest, ...MANIFESTS, aVersionRow(artifactManifestId("m1"))];
  await tenant.night(FIRST);
  await tenant.mark("2026-03-02T03:00:00Z");
  view.rows = [...rest, ...MANIFESTS, aVersionRow(artifactManifestId(skippedReference))];
  await tenant.night(SKIPPED);
  view.rows = [...rest, aManifestRow("m1")];
  await tenant.night(LAST);
  await tenant.mark("2026-03-04T03:00:00Z");
  return tenant;
}

/** Why what is untagged in `m2/nginx` stays, and whether it was sighted. */
async function judge({ deps }: AskedTenant): Promise<{ readonly keep: readonly string[]; readonly sighted: number }> {
  const verdicts = await Array.fromAsync(deps.snapshots.listVerdicts(LAST_ID, REGISTRY));
  const marks = await Array.fromAsync(deps.marks.list(REGISTRY));
  expect(verdicts.map(({ repository }) => repository)).toEqual(["m2/nginx"]);
  return { keep: verdicts.flatMap(({ keep }) => keep.map(({ code }) => code)), sighted: marks.length };
}

describe("a sealed snapshot that marking never came to", () => {
  test.each([
    { name: "teaches what a consumer of a deleted version runs on", nights: {}, keep: ["consumerOfDeletedVersion"] },
    {
      name: "protects nothing by itself: without the reference on that night it is let go",
      nights: { skippedReference: "m1" },
      keep: [],
    },
    { name: "protects nothing by itself: without a consumer it is let go", nights: { consumer: false }, keep: [] },
  ])("$name", async ({ nights, keep }) => {
    expect(await judge(await playNights(nights))).toEqual({ keep, sighted: keep.length === 0 ? 1 : 0 });
  });

  test.each([
    { name: "has its changes in the history", nights: {}, changed: [SKIPPED_ID, LAST_ID] },
    { name: "adds nothing where nothing changed", nights: { skippedReference: "m1" }, changed: [LAST_ID] },
  ])("$name", async ({ nights, changed }) => {
    const { deps } = await playNights(nights);
    const history = await deps.history.find(nfdvId("1.0.0"));
    expect(history?.changes.map(({ snapshotId }) => snapshotId)).toEqual(changed);
  });

  test("counts as processed from then on", async () => {
    const { deps } = await playNights({});
    const processed = await Promise.all([SKIPPED_ID, LAST_ID].map((id) => deps.snapshots.find(id)));
    expect(processed.map((header) => header?.processedAt)).toEqual([
      "2026-03-04T03:00:00.000Z",
      "2026-03-04T03:00:00.000Z",
    ]);
  });

  test("is learned from in the order of the nights, oldest first", async () => {
    const tenant = aTenant();
    const { deps, view } = tenant;
    view.rows = BASE;
    await tenant.night(FIRST);
    await tenant.mark("2026-03-02T03:00:00Z");
    view.rows = [...BASE, ...MANIFESTS];
    await tenant.night(SKIPPED);
    await tenant.night(LAST);
    view.rows = BASE;
    await tenant.night("2026-03-05T01:00:00Z");
    await tenant.mark("2026-03-05T03:00:00Z");
    const known = await collect(deps.knowledge.listUnder("artifactManifests", STORE));
    const seen = { firstSeenAt: SKIPPED, lastSeenAt: LAST };
    expect(known).toMatchObject([seen, seen]);
  });

  test("is sealed and learned from where it still waits for a part after its time", async () => {
    const tenant = aTenant();
    tenant.view.rows = [...BASE, ...MANIFESTS];
    await tenant.night(SKIPPED);
    await tenant.deps.snapshots.update(SKIPPED_ID, (header) => ({ ...header, state: "open" }));
    await tenant.night(LAST);
    await tenant.mark("2026-03-04T03:00:00Z");
    expect(await tenant.deps.snapshots.find(SKIPPED_ID)).toMatchObject({
      state: "sealed",
      processedAt: "2026-03-04T03:00:00.000Z",
    });
    expect((await tenant.deps.snapshots.find(LAST_ID))?.processedAt).toBe("2026-03-04T03:00:00.000Z");
  });
});
