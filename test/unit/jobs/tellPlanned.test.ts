import { describe, expect, it } from "@jest/globals";
import type { RegistryPlan } from "../../../lib/jobs/planRegistry.ts";
import { tellPlanned } from "../../../lib/jobs/tellPlanned.ts";
import type { Plan } from "../../../lib/stores/planStore.ts";
import { NOW, REGISTRY } from "../../fakes/builders.ts";
import { RecordedTelemetry } from "../../fakes/recordedTelemetry.ts";
import { aService } from "../functions/aService.ts";

const PLAN: Plan = { id: "p1", runId: "r1", at: NOW, snapshotId: "s", mode: "report" };

const aRegistryPlan = (registry: Partial<RegistryPlan>, row: Partial<RegistryPlan["row"]> = {}): RegistryPlan => ({
  items: [],
  waiting: [],
  ...registry,
  row: {
    registryId: REGISTRY,
    state: "done",
    items: 0,
    bytes: 0,
    isUpperBound: false,
    waiting: 0,
    deleted: 0,
    deletedBytes: 0,
    notes: [],
    ...row,
  },
});

const waitingFor = (why: RegistryPlan["waiting"][number]["why"]) =>
  ({ repository: "cnf/nginx", digest: "sha256:0", why, until: undefined }) as const;

async function tell(...planned: readonly RegistryPlan[]): Promise<RecordedTelemetry> {
  const telemetry = new RecordedTelemetry();
  await tellPlanned({ ...aService(), telemetry }, PLAN, planned);
  return telemetry;
}

const marksOf = ({ measured }: RecordedTelemetry): Record<string, number> =>
  Object.fromEntries(
    measured.filter(({ name }) => name === "marks").map(({ by, value }) => [Object.values(by).join(), value]),
  );

describe("what is told of a plan", () => {
  it("is how many marks wait for what, over all registries, zeros too", async () => {
    const told = await tell(
      aRegistryPlan({ waiting: [waitingFor("inGrace"), waitingFor("held")] }),
      aRegistryPlan({ waiting: [waitingFor("inGrace")] }),
    );
    const marks = marksOf(told);
    expect(marks).toMatchObject({ inGrace: 2, held: 1, due: 0, protected: 0 });
    expect(Object.keys(marks)).toHaveLength(12);
  });

  it("is each breaker that tripped, with its limits", async () => {
    const { events, measured } = await tell(
      aRegistryPlan({}, { state: "breakerTripped", notes: ["501 deletions", "26 % of bytes"] }),
      aRegistryPlan({}, { state: "planned" }),
    );
    expect(events).toEqual([
      {
        name: "breakerTripped",
        fields: { runId: "r1", planId: "p1", registryId: REGISTRY, limits: "501 deletions; 26 % of bytes" },
      },
    ]);
    expect(measured.filter(({ name }) => name === "breakerTrips")).toHaveLength(1);
  });
});
