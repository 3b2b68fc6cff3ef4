import { z } from "zod";
import { statusOf } from "./clientOptions.ts";

const Absence = z.object({
  details: z.object({
    errors: z.array(z.object({ code: z.enum(["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "TAG_UNKNOWN"]) })).min(1),
  }),
});

/** The registry's own word; a 404 of something in between says nothing about what the registry holds. */
export const isRegistryAbsence = (error: unknown): boolean =>
  statusOf(error) === 404 && Absence.safeParse(error).success;
