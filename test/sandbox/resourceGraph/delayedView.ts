import { createHash } from "node:crypto";
import type { Change } from "../arm/armStore.ts";
import type { Clock } from "../contracts.ts";
import { toGraphRow, type GraphRow } from "./tables.ts";

export type GraphRows = readonly GraphRow[];

/** ARM as it was some time ago. */
export interface DelayedView {
  /** What the view shows now. */
  rows(): GraphRows;
}

/** Follows the record of changes, `delayMs` behind the clock. */
export function createDelayedView(options: {
  clock: Clock;
  changes: readonly Change[];
  delayMs: number;
  tenantId: string;
}): DelayedView {
  const { clock, changes, delayMs, tenantId } = options;
  const shown = new Map<string, GraphRow>();
  let next = 0;
  let rows: GraphRows = [];
  return {
    rows() {
      const from = next;
      for (let change = changes[next]; change && change.at <= clock.now() - delayMs; change = changes[next]) {
        if (change.resource) shown.set(change.key, toGraphRow(change.resource, tenantId));
        else shown.delete(change.key);
        next += 1;
      }
      if (next > from) rows = [...shown.values()];
      return rows;
    },
  };
}

/** The rows without the share that a fault omits: always the same ones, whatever their order. */
export function dropShare(rows: GraphRows, share: number): GraphRows {
  return rows.filter(({ id }) => toFraction(id) >= share);
}

/** A number from 0 to 1, evenly spread over ids and always the same for one id. */
function toFraction(id: string): number {
  return createHash("sha256").update(id.toLowerCase()).digest().readUInt32BE(0) / 2 ** 32;
}
