import type { Estate } from "./arbitraryEstate.ts";
import { consumerMeans } from "./naiveConsumers.ts";
import {
  at,
  clean,
  idOf,
  isArtifactManifestId,
  isConsumerOf,
  isVersionId,
  nameIn,
  publisherOf,
  segment,
} from "./naiveJson.ts";
import { joinMeant } from "./naiveMeant.ts";
import type { Asked } from "./naiveVersions.ts";
import { mayReference } from "./naiveVersions.ts";
import type { Json, Raw } from "./raw.ts";

const CONSUMERS = ["sitenetworkservices", "networkfunctions", "configurationgroupvalues"];

/**
 * The ids of the artifact manifests, of the last look or of an earlier one, that something may need: the slow and obvious search
 * through everything that any look saw.
 */
export function listNeeded(estate: Estate): readonly string[] {
  const all = estate.flat();
  const now = estate.at(-1) ?? [];
  const versions = all.filter((raw) => isVersionId(idOf(raw)));
  const seen = [...new Set(versions.map(idOf))];
  const consumers = now.filter((raw) => CONSUMERS.some((collection) => isConsumerOf(collection, idOf(raw))));
  const meant = joinMeant(consumers.map((consumer) => consumerMeans(consumer, seen)));
  const inForce = new Set([...now.map(idOf), ...meant.versions]);
  const speaking = versions.filter((raw) => inForce.has(idOf(raw)));
  return listAsked(all)
    .filter(
      (asked) =>
        meant.publishers.some((publisher) => isOf(asked, publisher)) ||
        speaking.some((version) => mayReference(version, asked)),
    )
    .map(({ id }) => id);
}

function isOf({ id }: Asked, publisher: string): boolean {
  return publisher === "*" || publisher === publisherOf(id) || publisher === segment(id, 8);
}

/** Every artifact manifest that any look saw, with all that its list ever had. */
export function listAsked(all: readonly Raw[]): readonly Asked[] {
  const raws = all.filter((raw) => isArtifactManifestId(idOf(raw)));
  return [...new Set(raws.map(idOf))].map((id) => ({
    id,
    storeId: id.slice(0, id.lastIndexOf("/artifactmanifests/")),
    artifacts: raws.filter((raw) => idOf(raw) === id).flatMap(artifactsOf),
    mayListMore: raws.filter((raw) => idOf(raw) === id).reduce(mayListMore, false),
  }));
}

/** The list was spoilt when it was seen, and not seen whole since: when it is uploaded, it does not change any more. */
function mayListMore(before: boolean, raw: Raw): boolean {
  const list = at(raw["properties"], "artifacts");
  const isUploaded = ["uploaded", "succeeded"].includes(nameIn(at(raw["properties"], "artifactManifestState")) ?? "");
  if (list === undefined) return isUploaded || before;
  const items: readonly Json[] | undefined = Array.isArray(list) ? list : undefined;
  if (items === undefined || items.some((item) => nameIn(at(item, "artifactName")) === undefined)) return true;
  return before && !isUploaded;
}

function artifactsOf(raw: Raw): Asked["artifacts"] {
  const list = at(raw["properties"], "artifacts");
  return Object.values(Array.isArray(list) ? list : []).map((artifact) => ({
    name: clean(at(artifact, "artifactName")),
    version: clean(at(artifact, "artifactVersion")),
  }));
}
