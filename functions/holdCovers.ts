import type { Hold, HoldScope } from "../lib/core/hold.ts";
import type { Covered } from "../lib/jobs/countCovered.ts";
import { countCovered } from "../lib/jobs/countCovered.ts";
import type { Deps } from "../lib/jobs/deps.ts";

/** What to look at where a hold covers nothing that is marked. */
const HINTS: { readonly [Of in HoldScope["of"]]: string } = {
  digest: "Mind the digest.",
  repository: "A repository is a whole path: what lies below it is not held. Mind the registry and the path.",
  artifactManifest: "Mind the subscription, the resource group and every name in the id of the artifact manifest.",
  store: "Mind the subscription, the resource group and every name in the id of the artifact store.",
};

const UNKNOWN = "The hold is in force. What it covers could not be counted: see the log.";

export interface CoversBody {
  /** Not there where it could not be counted. */
  readonly covers?: { readonly marked: number; readonly isLowerBound?: true };
  readonly warning?: string;
}

/** What a hold that was placed covers now, as callers read it; a count that fails does not take the hold back, and says so. */
export async function tellCovers(deps: Deps, hold: Hold): Promise<CoversBody> {
  try {
    return toBody(hold, await countCovered(deps, hold));
  } catch (error) {
    deps.log.warn("what a hold covers could not be counted", {
      why: error instanceof Error ? error.message : String(error),
    });
    return { warning: UNKNOWN };
  }
}

function toBody({ scope }: Hold, { marked, isLowerBound }: Covered): CoversBody {
  const covers = isLowerBound ? { marked, isLowerBound } : { marked };
  if (marked > 0) return { covers };
  const found = isLowerBound ? "No mark that was looked at is covered, and there are more" : "It covers no mark now";
  return { covers, warning: `${found}. ${HINTS[scope.of]} The hold is in force all the same.` };
}
