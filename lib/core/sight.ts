/** The look at the tenant that a finding rests on: which snapshot, and when it was read (ISO 8601). */
export interface Sight {
  readonly snapshotId: string;
  readonly at: string;
}
