import type { ArmId } from "./armId.ts";
import { nameOf, toArmId } from "./armId.ts";

/** Whether a person who wrote `wanted` means this resource: by its name or its id, in any casing. */
export const isNamed = (id: ArmId, wanted: string): boolean =>
  nameOf(id) === wanted.trim().toLowerCase() || id === toArmId(wanted);
