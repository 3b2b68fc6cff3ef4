import { fileURLToPath } from "node:url";
import type { IdentityRoles } from "../../sandbox/startSandbox.ts";
import type { BenchSandboxOptions } from "../graph/benchSandbox.ts";
import type { RegistryOptions, SetName } from "./options.ts";
import { aShapeOfDeletions, aShapeOfMillion, aShapeOfNights, type Shape, withAbac } from "./shapes.ts";

/** What the registry of the rate takes a minute, and what the app is told it may do. */
export const [REGISTRY_RATE, APP_RATE] = [1_000, 2_000];

export type StageName = "snapshot" | "mark" | "purge";

/** One set: an estate, the app's settings, and the nights that are played with them. */
export interface SetPlan {
  readonly shape: Shape;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Undefined for those that a registry with roles on itself honours. */
  readonly roles: IdentityRoles | undefined;
  /** Undefined for an Azurite as it is. */
  readonly azurite: BenchSandboxOptions["azurite"];
  readonly nights: readonly string[];
  readonly stages: readonly { readonly name: StageName; readonly afterMidnightMs: number }[];
  /** Waits are waited for, where speed is what is measured; else the clock jumps over them. */
  readonly isPurgeInRealTime: boolean;
  /** Looks into the registry to count what it holds would take as long as what is measured. */
  readonly isCounted: boolean;
}

/** Two snapshots with a row for each registry manifest. */
const MILLION_AZURITE_HEAP_MB = 12_288;
/** With a young generation of 4 MB, what a request needs for a moment lands among millions of rows, which are then collected over and over. */
const MILLION_AZURITE_ARGS = [
  "--max-semi-space-size=64",
  ...[new URL("./indexTables.cjs", import.meta.url), new URL("./withoutSweep.cjs", import.meta.url)].flatMap((file) => [
    "--require",
    fileURLToPath(file),
  ]),
];

const HOUR_MS = 3_600_000;
/** As the schedules of the settings below say. */
const STAGES = [
  { name: "snapshot", afterMidnightMs: HOUR_MS },
  { name: "mark", afterMidnightMs: 3 * HOUR_MS },
  { name: "purge", afterMidnightMs: 4 * HOUR_MS + 20_000 },
] as const;
/** The snapshot may take hours. */
const MILLION_STAGES = [
  { name: "snapshot", afterMidnightMs: HOUR_MS },
  { name: "mark", afterMidnightMs: 13 * HOUR_MS },
] as const;

const SETTINGS = {
  MODE: "enforce",
  GRACE: "1d",
  SNAPSHOT_SCHEDULE: "0 0 1 * * *",
  MARK_SCHEDULE: "0 0 3 * * *",
  // Not at a whole minute: when the registry begins to count is not for the app to choose.
  PURGE_SCHEDULE: "20 0 4 * * *",
  BREAKER_DELETIONS: "100000",
  BREAKER_PERCENT: "90",
  MAX_FALL_PERCENT: "90",
};

const ABAC_ROLES: IdentityRoles = {
  observer: ["Container Registry Repository Reader", "Container Registry Repository Catalog Lister"],
  purger: ["Container Registry Repository Contributor"],
  restorer: ["Container Registry Repository Writer"],
};

const NIGHTS = ["first night", "withdrawn the day before", "steady night", "purge night"];

const PLAN = {
  settings: SETTINGS,
  roles: undefined,
  azurite: undefined,
  nights: NIGHTS,
  stages: STAGES,
  isPurgeInRealTime: false,
  isCounted: true,
} as const;

export function toSetPlan({ set, repositories, deletions }: RegistryOptions): SetPlan {
  switch (set) {
    case "nights":
      return { ...PLAN, shape: aShapeOfNights(repositories) };
    case "abac":
      return { ...PLAN, shape: withAbac(aShapeOfNights(repositories)), roles: ABAC_ROLES };
    case "rate":
      return {
        ...PLAN,
        shape: aShapeOfDeletions(deletions, REGISTRY_RATE),
        settings: { ...SETTINGS, DELETES_PER_MINUTE: String(APP_RATE) },
        isPurgeInRealTime: true,
      };
    case "million":
      return {
        ...PLAN,
        shape: aShapeOfMillion(repositories),
        // Once a year, on a day that no measured night reaches.
        settings: { ...SETTINGS, MODE: "report", MARK_SCHEDULE: "0 0 13 * * *", PURGE_SCHEDULE: "0 0 5 1 9 *" },
        nights: NIGHTS.slice(0, 2),
        azurite: { heapMb: MILLION_AZURITE_HEAP_MB, nodeArgs: MILLION_AZURITE_ARGS },
        stages: MILLION_STAGES,
        isCounted: false,
      };
    default:
      return set satisfies never;
  }
}

export const TITLES: Readonly<Record<SetName, string>> = {
  nights: "Calls of a night",
  abac: "Calls of a night, of a registry in ABAC mode",
  rate: "Deletes at the registry's rate",
  million: "A registry with a million registry manifests",
};
