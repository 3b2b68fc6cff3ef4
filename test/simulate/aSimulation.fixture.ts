import type { Layout } from "./layout.ts";
import type { NightReport, PlanReport, SnapshotReport } from "./nightReport.ts";
import type { Simulation } from "./simulate.ts";

/** Builders for tests: a quiet night, and what differs from it. */

export const DIGEST = `sha256:${"0123456789ab".padEnd(64, "0")}`;

export const aLayout = (columns = 80): Layout => ({ columns, paint: (_style, text) => text });

export const aSnapshot = (part: Partial<SnapshotReport> = {}): SnapshotReport => {
  return { id: "20260302T010000Z", complete: true, incompleteParts: [], reasons: [], ...part };
};

export const aNight = (part: Partial<NightReport> = {}): NightReport => ({
  night: 1,
  date: "2026-03-02",
  events: [],
  runs: [{ id: "20260302T010000Z-snapshot", at: "2026-03-02T01:00:00Z", state: "done", results: {}, errors: [] }],
  snapshot: aSnapshot(),
  findings: { opened: [], resolved: [], open: {} },
  marks: { sighted: 0, marked: 0, added: [], cleared: [], spared: [] },
  plan: undefined,
  deletions: [],
  freedBytes: {},
  registryCalls: {},
  ...part,
});

export const aPlan = (part: Partial<PlanReport> = {}): PlanReport => {
  return {
    id: "p",
    mode: "enforce",
    delete: [],
    wait: [],
    keep: [],
    notes: [],
    registries: {},
    deletedBytes: 0,
    ...part,
  };
};

export const aSimulation = (part: Partial<Simulation> = {}): Simulation => ({
  title: "A test",
  startsAt: "2026-03-02T00:00:00Z",
  nights: [aNight()],
  holdings: { before: {}, after: {} },
  registries: {},
  truth: { deletions: 0, violations: [] },
  failures: [],
  ...part,
});
