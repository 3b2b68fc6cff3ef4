import { describe, expect, it } from "@jest/globals";
import { finishPurge } from "../../../lib/jobs/finishPurge.ts";
import type { PlannedRegistry } from "../../../lib/stores/planStore.ts";
import { NOW, REGISTRY } from "../../fakes/builders.ts";
import { RecordedTelemetry } from "../../fakes/recordedTelemetry.ts";
import { aService } from "../functions/aService.ts";

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.parse(NOW) - hours * HOUR_MS).toISOString();

/** What is told at the end of a purge of registries in these states, with the first deadline among their items. */
async function tell(...registries: readonly Pick<PlannedRegistry, "state" | "oldestDueAt">[]): Promise<unknown> {
  const telemetry = new RecordedTelemetry();
  const deps = { ...aService(), telemetry };
  const figures = { items: 1, bytes: 0, isUpperBound: false, waiting: 0, deleted: 0, deletedBytes: 0, notes: [] };
  for (const [index, registry] of registries.entries())
    await deps.plans.createRegistry("p1", { registryId: `${REGISTRY}${index}`, ...figures, ...registry });
  await finishPurge(deps, "r1", "p1");
  return telemetry.measured.find(({ name }) => name === "oldestOverdueHours")?.value;
}

describe("for how long something is overdue", () => {
  it.each(["breakerTripped", "frozen", "refused", "stopped"] as const)(
    "counts what is kept from going: %s",
    async (state) => {
      expect(await tell({ state, oldestDueAt: hoursAgo(80) }, { state, oldestDueAt: hoursAgo(5) })).toBe(80);
    },
  );

  it.each(["done", "reportOnly"] as const)(
    "counts nothing that went, or that nobody wants to go: %s",
    async (state) => {
      expect(await tell({ state, oldestDueAt: hoursAgo(80) }, { state: "frozen", oldestDueAt: hoursAgo(5) })).toBe(5);
    },
  );

  it("is nothing where nothing is planned, or no deadline is on record", async () => {
    expect(await tell()).toBe(0);
    expect(await tell({ state: "stopped", oldestDueAt: undefined })).toBe(0);
  });

  it("is not told while a registry is still worked on", async () => {
    expect(await tell({ state: "planned", oldestDueAt: hoursAgo(80) })).toBeUndefined();
  });
});
