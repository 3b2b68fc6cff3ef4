import type { ArmId } from "./armId.ts";
import type { Resource, ResourceKind } from "./resources.ts";

/** What one snapshot showed otherwise than the complete one before it. */
export interface ResourceChange {
  /** When the snapshot that shows it was read, ISO 8601. */
  readonly at: string;
  readonly snapshotId: string;
  /** The complete snapshot before: what is gone was last seen there. */
  readonly beforeAt: string;
  readonly beforeSnapshotId: string;
  readonly change: "appeared" | "disappeared" | "changed";
  readonly fields: readonly FieldChange[];
}

/** A fact that a resource states, such as its state or one reference, as text. */
export interface FieldChange {
  /** `state`, `provisioningState`, `references`, `artifacts`, … */
  readonly field: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** The change history of one resource, oldest first. */
export interface ResourceHistory {
  readonly id: ArmId;
  readonly kind: ResourceKind;
  readonly changes: readonly ResourceChange[];
}

/** A resource before and after, undefined where it was not there. Undefined comes back where nothing changed. */
export type DiffResource = (
  before: Resource | undefined,
  after: Resource | undefined,
) => Pick<ResourceChange, "change" | "fields"> | undefined;
