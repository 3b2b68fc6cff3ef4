/** What one simulated night showed, all of it read from the service's own HTTP API or from the sandbox. */
export interface NightReport {
  readonly night: number;
  /** The day that the night begins, ISO 8601 date: the service's timers fire in its first hours. */
  readonly date: string;
  /** What happened from midnight to midnight, in order. */
  readonly events: readonly EventReport[];
  readonly runs: readonly RunReport[];
  readonly snapshot: SnapshotReport | undefined;
  readonly findings: {
    readonly opened: readonly string[];
    readonly resolved: readonly string[];
    readonly open: Readonly<Record<string, number>>;
  };
  readonly marks: MarksReport;
  readonly plan: PlanReport | undefined;
  readonly deletions: readonly {
    readonly registry: string;
    readonly repository: string;
    readonly digest: string;
    readonly cascadedFrom?: string;
  }[];
  /** By registry: layers and configs that only deleted registry manifests held, as the sandbox counts. */
  readonly freedBytes: Readonly<Record<string, number>>;
  readonly registryCalls: Readonly<Record<string, number>>;
}

export interface SnapshotReport {
  readonly id: string;
  readonly complete: boolean;
  /** Parts that are not proven complete: `graph`, or names of registries. */
  readonly incompleteParts: readonly string[];
  readonly reasons: readonly string[];
}

export interface EventReport {
  readonly at: string;
  readonly type: string;
  /** Type and name of the resource, or registry and repository. */
  readonly about?: string;
  readonly note?: string;
  readonly answer?: string;
}

export interface RunReport {
  readonly id: string;
  /** The scheduled instant. */
  readonly at: string;
  readonly state: string;
  readonly results: unknown;
  readonly errors: readonly string[];
}

/** Marks after the night. */
export interface MarksReport {
  readonly sighted: number;
  readonly marked: number;
  readonly added: readonly string[];
  readonly cleared: readonly string[];
  /** Those cleared without being deleted, with the keep-reasons of the night. */
  readonly spared: readonly { readonly artifact: string; readonly reasons: readonly string[] }[];
}

export interface PlanReport {
  readonly id: string;
  readonly mode: string;
  readonly delete: readonly {
    readonly artifact: string;
    readonly artifactManifest: string;
    readonly class: string;
    readonly why: string;
  }[];
  readonly wait: readonly {
    readonly artifact: string;
    readonly artifactManifest?: string;
    readonly why: string;
    readonly until?: string;
  }[];
  /** Untagged registry manifests that are not marked, with every reason. */
  readonly keep: readonly { readonly artifact: string; readonly class?: string; readonly reasons: readonly string[] }[];
  readonly notes: readonly string[];
  readonly registries: Readonly<Record<string, { readonly deleted: number; readonly deletedBytes: number }>>;
  /** The service's own figure: an upper bound, since repositories share layers. */
  readonly deletedBytes: number;
}
