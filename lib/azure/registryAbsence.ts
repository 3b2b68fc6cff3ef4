import { z } from "zod";
import { statusOf } from "./clientOptions.ts";
import { parseJson } from "./parseJson.ts";

const AbsenceBody = z.object({
  errors: z.array(z.object({ code: z.enum(["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "TAG_UNKNOWN"]) })).min(1),
});
const Absence = z.object({ details: AbsenceBody });

/** The registry's own word; a 404 of something in between says nothing about what the registry holds. */
export const isRegistryAbsence = (error: unknown): boolean =>
  statusOf(error) === 404 && Absence.safeParse(error).success;

/** The same of a body as it came; `undefined` where the answer had none. */
export const isAbsenceBody = (text: string | null | undefined): boolean =>
  AbsenceBody.safeParse(parseJson(text)).success;
