import { z } from "zod";
import type { ArmId } from "./armId.ts";

const Intent = z.object({
  what: z.literal("intent"),
  at: z.string(),
  runId: z.string(),
  registryId: z.string(),
  repository: z.string(),
  digest: z.string(),
  how: z.enum(["delete", "cascade"]),
  lastTags: z.array(z.string()).default([]),
});

/** What the journal says of a delete that was about to be asked for. */
export interface JournaledIntent {
  /** ISO 8601. */
  readonly at: string;
  readonly runId: string;
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
  /** `cascade`: the registry took it along with its subject. */
  readonly how: "delete" | "cascade";
  /** The tags that it carried last, where they were known. */
  readonly lastTags: readonly string[];
}

/** Undefined for any other record of the journal, and for one that cannot be read. */
export const readIntent = (record: unknown): JournaledIntent | undefined => Intent.safeParse(record).data;
