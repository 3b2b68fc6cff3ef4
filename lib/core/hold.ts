import type { ArmId } from "./armId.ts";

/** What a hold of a person covers. A digest is held in every repository of every registry; a store with all that lies in it. */
export type HoldScope =
  | { readonly of: "digest"; readonly digest: string }
  | { readonly of: "repository"; readonly registryId: ArmId; readonly repository: string }
  | { readonly of: "artifactManifest"; readonly id: ArmId }
  | { readonly of: "store"; readonly id: ArmId };

/** A person's "not this one". All instants are ISO 8601, UTC. */
export interface Hold {
  readonly scope: HoldScope;
  readonly reason: string;
  /** Who answers for it: a name, a team or an address. */
  readonly owner: string;
  /** It is over from this instant on. */
  readonly until: string;
  readonly at: string;
}
