import type { ArmId } from "../core/armId.ts";
import { nameOf } from "../core/armId.ts";
import type { Run } from "../stores/runStore.ts";

/** Journal file of a run, a restore or a repair, and a registry. */
export const toJournalFile = ({ id, at }: Pick<Run, "id" | "at">, registryId: ArmId): string =>
  `${at.slice(0, 10)}/${id}/${nameOf(registryId)}`;
