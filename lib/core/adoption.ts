import type { ArmId } from "./armId.ts";

/**
 * A person's word that what lies under a prefix that no snapshot has known is decommissioned. From the next sighting on it is
 * treated as if its artifact manifest had been deleted, with two sightings and a full grace window. It lapses for good when an
 * artifact manifest of that name appears in the store.
 */
export interface Adoption {
  readonly storeId: ArmId;
  /** Whole path segments, lower-case: `cnf` covers `cnf/nginx`, not `cnf2/nginx`. */
  readonly prefix: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly lapsedAt: string | undefined;
}

/** The id that an artifact manifest of the adopted prefix would have: its absence is what the adoption rests on. */
export const adoptedManifestId = ({ storeId, prefix }: Pick<Adoption, "storeId" | "prefix">): ArmId =>
  `${storeId}/artifactmanifests/${prefix}`;
