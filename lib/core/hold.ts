import type { ArmId } from "./armId.ts";
import { DAY_MS } from "./duration.ts";

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

/** One registry manifest, and what its path belongs to, as far as that is known. */
export interface HoldSubject {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly digest: string;
  readonly artifactManifestId: ArmId | undefined;
  readonly storeId: ArmId | undefined;
}

/** Whether the hold means this registry manifest, in force or not. */
export function covers({ scope }: Pick<Hold, "scope">, subject: HoldSubject): boolean {
  switch (scope.of) {
    case "digest":
      return scope.digest === subject.digest;
    case "repository":
      return scope.registryId === subject.registryId && scope.repository === subject.repository;
    case "artifactManifest":
      return scope.id === subject.artifactManifestId;
    case "store":
      return scope.id === subject.storeId;
    default:
      return scope satisfies never;
  }
}

/** How far ahead a hold may end: who needs it longer says so again. */
export const MAX_HOLD_DAYS = 400;

/** Why a hold may not end then, in words that follow the instant; undefined where it may. */
export function refuseHoldEnd(until: string, nowMs: number): string | undefined {
  const end = Date.parse(until);
  if (!(end > nowMs)) return "is not in the future";
  return end <= nowMs + MAX_HOLD_DAYS * DAY_MS ? undefined : `is more than ${MAX_HOLD_DAYS} days away`;
}

/** The same text for the same scope, another one for any other. */
export const toScopeKey = (scope: HoldScope): string => `${scope.of} ${describeScope(scope)}`;

/** What is held, as findings write it: a digest, `<registry id>/<repository>`, or a resource id. */
export function describeScope(scope: HoldScope): string {
  switch (scope.of) {
    case "digest":
      return scope.digest;
    case "repository":
      return `${scope.registryId}/${scope.repository}`;
    case "artifactManifest":
    case "store":
      return scope.id;
    default:
      return scope satisfies never;
  }
}
