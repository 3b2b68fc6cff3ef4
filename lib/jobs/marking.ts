import type { FindingScope, ObservedFinding } from "../core/findings.ts";
import type { Sight } from "../core/sight.ts";
import type { Part, SnapshotHeader } from "../stores/snapshotStore.ts";
import { GRAPH_PART } from "../stores/snapshotStore.ts";
import type { Deps } from "./deps.ts";

export interface MarkTotals {
  sighted: number;
  marked: number;
  cleared: number;
  opened: number;
  resolved: number;
}

interface Look {
  readonly header: SnapshotHeader;
  readonly parts: readonly Part[];
  readonly late?: boolean;
}

/** One snapshot while it is turned into findings and marks. */
export class Marking {
  readonly header: SnapshotHeader;
  readonly parts: readonly Part[];
  readonly graphComplete: boolean;
  readonly sight: Sight;
  /** A later snapshot was processed before this one. */
  readonly late: boolean;
  readonly totals: MarkTotals = { sighted: 0, marked: 0, cleared: 0, opened: 0, resolved: 0 };
  private readonly deps: Deps;

  constructor(deps: Deps, { header, parts, late = false }: Look) {
    this.deps = deps;
    this.header = header;
    this.parts = parts;
    this.late = late;
    this.graphComplete = parts.some(({ name, complete }) => name === GRAPH_PART && complete);
    this.sight = { snapshotId: header.id, at: header.readAt };
  }

  /** Makes the open findings of `scope` exactly these; `at` is set where they are judged by now, not by the snapshot. */
  async reconcile(scope: FindingScope, observed: readonly ObservedFinding[], at = this.sight.at): Promise<void> {
    const { opened, resolved } = await this.deps.findings.reconcile(scope, { observed, at });
    this.totals.opened += opened;
    this.totals.resolved += resolved;
  }
}
