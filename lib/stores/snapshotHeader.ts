import { z } from "zod";
import { readInstant } from "../core/instantId.ts";
import { descendingTimeKey, encodeKey } from "../core/tableKeys.ts";
import type { Row } from "../ports.ts";
import { maybe, toBody } from "./rows.ts";

/** What a snapshot is and where it stands. Its content lives in a table of its own, so that dropping it is one call. */
export interface SnapshotHeader {
  /** The scheduled instant as `20260302T010000Z`. */
  readonly id: string;
  readonly at: string;
  /** When it was really read, rounded up to the minute: what sightings, clocks and findings count from. */
  readonly readAt: string;
  readonly runId: string;
  readonly state: "open" | "sealed";
  /** Parts that must be in before it can be sealed; undefined until the graph has been read. */
  readonly expectedParts: readonly string[] | undefined;
  /** Set by marking: purging works only on a snapshot that marking has seen. */
  readonly processedAt: string | undefined;
}

export const SnapshotHeaderSchema = z.object({
  id: z.string(),
  at: z.string(),
  readAt: z.string(),
  runId: z.string(),
  state: z.enum(["open", "sealed"]),
  expectedParts: maybe(z.array(z.string())),
  processedAt: maybe(z.string()),
}) satisfies z.ZodType<SnapshotHeader>;

/** The partition that holds all headers. */
export const HEADERS = "snapshot";

export const isSnapshotId = (id: string): boolean => Number.isFinite(Date.parse(readInstant(id) ?? ""));

/** Newest first: the id is turned back into its instant. */
export const headerKey = (id: string): string =>
  `${descendingTimeKey(Date.parse(readInstant(id) ?? ""))}|${encodeKey(id)}`;

export const toHeaderRow = (header: SnapshotHeader): Row => ({
  partitionKey: HEADERS,
  rowKey: headerKey(header.id),
  body: toBody(header),
});
