/** What one simulated night showed, all of it read from the service's own HTTP API or from the sandbox. */
export interface NightReport {
  readonly night: number;
  /** The day that the night ends, ISO 8601 date. */
  readonly date: string;
  readonly events: readonly {
    readonly at: string;
    readonly type: string;
    readonly note?: string;
    readonly answer?: string;
  }[];
  readonly runs: readonly RunReport[];
  readonly snapshot:
    { readonly id: string; readonly complete: boolean; readonly reasons: readonly string[] } | undefined;
  readonly findings: {
    readonly opened: readonly string[];
    readonly resolved: readonly string[];
    readonly open: Readonly<Record<string, number>>;
  };
  /** Marks after the night. */
  readonly marks: {
    readonly sighted: number;
    readonly marked: number;
    readonly added: readonly string[];
    readonly cleared: readonly string[];
  };
  readonly plan: PlanReport | undefined;
  readonly deletions: readonly {
    readonly registry: string;
    readonly repository: string;
    readonly digest: string;
    readonly cascadedFrom?: string;
  }[];
  readonly registryCalls: Readonly<Record<string, number>>;
}

export interface RunReport {
  readonly id: string;
  readonly state: string;
  readonly results: unknown;
  readonly errors: readonly string[];
}

export interface PlanReport {
  readonly id: string;
  readonly mode: string;
  readonly delete: readonly { readonly artifact: string; readonly class: string; readonly why: string }[];
  readonly wait: readonly { readonly artifact: string; readonly why: string; readonly until?: string }[];
  /** Untagged registry manifests that are not marked, with every reason. */
  readonly keep: readonly { readonly artifact: string; readonly class?: string; readonly reasons: readonly string[] }[];
  readonly notes: readonly string[];
  readonly deletedBytes: number;
}
