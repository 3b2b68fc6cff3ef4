import type { IncompleteText } from "../core/completeness.ts";
import { NOT_UNDERSTOOD } from "../core/readEdges.ts";
import type { RegistryManifest } from "../core/registryManifest.ts";
import { fitsRow, toBody } from "./rows.ts";

/** A registry manifest as a row holds it. */
export interface FittedManifest {
  readonly manifest: RegistryManifest;
  /** What had to be left out, so that its repository is not known completely. */
  readonly lost?: IncompleteText;
}

/** As many as a row surely holds: a tag has 128 characters at most, and the time of its last move. */
const MAX_TAGS = 1000;

/**
 * What a row can hold of a registry manifest of `repository`. Edges go first, and are not understood then; of too many tags the
 * first are left, so that it never looks untagged.
 */
export function fitManifest(repository: string, manifest: RegistryManifest): FittedManifest {
  if (fits(repository, manifest)) return { manifest };
  const unread = { ...manifest, edges: NOT_UNDERSTOOD };
  if (fits(repository, unread)) return { manifest: unread };
  const { digest, tags, lastTags } = unread;
  return {
    manifest: { ...unread, tags: tags.slice(0, MAX_TAGS), lastTags: lastTags.slice(0, MAX_TAGS) },
    lost: `tooManyTags: ${Math.max(tags.length, lastTags.length)} of ${digest}`,
  };
}

const fits = (repository: string, manifest: RegistryManifest): boolean => fitsRow(toBody({ repository, manifest }));
