import type { ArmId } from "../core/armId.ts";
import { compactArtifactManifest, TextPool } from "../core/compact.ts";
import { LastVersions } from "../core/lastVersions.ts";
import type { DuePolicy } from "../core/planPurge.ts";
import type { Deps } from "./deps.ts";

export interface LastVersionsOf {
  readonly storeId: ArmId;
  readonly registryId: ArmId;
  /** `keepLastVersions` of the store. */
  readonly keep: number;
}

/** What the store keeps of its newest decommissioned versions, by the marks and by what is remembered now. Holds versions, not marks. */
export async function readLastVersions(
  deps: Pick<Deps, "clock" | "config" | "knowledge" | "marks">,
  { storeId, registryId, keep }: LastVersionsOf,
): Promise<DuePolicy["isLastVersion"]> {
  if (keep === 0) return () => false;
  const texts = new TextPool();
  const listed = deps.knowledge.listUnder("artifactManifests", storeId);
  const known = await Array.fromAsync(listed, (entry) => compactArtifactManifest(entry, undefined, texts));
  const confirmedSince = deps.clock.now().getTime() - deps.config.snapshot.maxAgeMs;
  const versions = new LastVersions({ storeId, known, keep, confirmedSince });
  for await (const { mark } of deps.marks.list(registryId)) versions.add(mark);
  return (mark) => versions.isLast(mark);
}
