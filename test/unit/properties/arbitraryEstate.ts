import fc from "fast-check";
import { configurationGroupValues, networkFunction, siteNetworkService } from "./arbitraryConsumers.ts";
import { seldom, wrongType } from "./arbitraryTexts.ts";
import { ARTIFACT_NAMES, ARTIFACT_VERSIONS, nfdv, nsdv } from "./arbitraryVersions.ts";
import type { Json, Look, Raw } from "./raw.ts";
import { aRaw, ARTIFACT_MANIFESTS, consumerId, NFDVS, NSDVS, registryOf, STORES, toObject } from "./raw.ts";

/** Successive looks at one tenant; the last is now. Resources appear, change, go and come back between them. */
export type Estate = readonly Look[];

const LOOKS = 3;

/** What the looks see of one resource. */
type Life = readonly (Raw | undefined)[];

/** As it was made, changed, or not there. */
function life(resource: fc.Arbitrary<Raw>, absent: number): fc.Arbitrary<Life> {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(1) },
    { weight: absent, arbitrary: fc.constant(2) },
  );
  const steps = fc.array(step, { minLength: LOOKS, maxLength: LOOKS });
  return fc.tuple(resource, resource, steps).map(([first, second, chosen]) => chosen.map((at) => [first, second][at]));
}

interface Often {
  /** How many of the ids exist at all, at least. */
  readonly least: number;
  /** How often a look does not see one, against 7 times that it does. */
  readonly absent: number;
}

function someOf(ids: readonly string[], make: (id: string) => fc.Arbitrary<Raw>, often: Often): fc.Arbitrary<Life[]> {
  const chosen = fc.subarray([...ids], { minLength: often.least });
  return chosen.chain((some) => fc.tuple(...some.map((id) => life(make(id), often.absent))));
}

function artifactManifest(id: string): fc.Arbitrary<Raw> {
  const artifact = fc.record({
    artifactName: seldom(40, fc.constantFrom<Json>(...ARTIFACT_NAMES), wrongType),
    artifactType: fc.constantFrom("OCIArtifact", "ImageFile"),
    artifactVersion: fc.constantFrom(...ARTIFACT_VERSIONS),
  });
  return fc
    .record({
      artifacts: seldom(
        30,
        fc.array(artifact, { maxLength: 2 }),
        fc.constantFrom<Json | undefined>(undefined, null, 7),
      ),
      state: seldom(6, fc.constant("Uploaded"), fc.constantFrom("Uploading", "Unheard")),
    })
    .map(({ artifacts, state }) => aRaw(id, toObject({ artifactManifestState: state, artifacts })));
}

const store = (id: string): fc.Arbitrary<Raw> =>
  fc.constant(aRaw(id, { storeType: "AzureContainerRegistry", storageResourceId: registryOf(id) }));

const consumer = (collection: string, make: (id: string) => fc.Arbitrary<Raw>): fc.Arbitrary<Life[]> =>
  someOf([consumerId(collection, "one")], make, { least: 0, absent: 1 });

/** Estates of up to three publishers, with consumers in a subscription of their own. */
export const arbitraryEstate: fc.Arbitrary<Estate> = fc
  .tuple(
    someOf(STORES, store, { least: STORES.length, absent: 0 }),
    someOf(ARTIFACT_MANIFESTS, artifactManifest, { least: 2, absent: 4 }),
    someOf(NFDVS, nfdv, { least: 2, absent: 10 }),
    someOf(NSDVS, nsdv, { least: 2, absent: 10 }),
    consumer("siteNetworkServices", siteNetworkService),
    consumer("networkFunctions", networkFunction),
    consumer("configurationGroupValues", configurationGroupValues),
  )
  .map((kinds) => {
    const lives = kinds.flat();
    return Array.from({ length: LOOKS }, (_, at) =>
      lives.flatMap((seen) => {
        const raw = seen[at];
        return raw === undefined ? [] : [raw];
      }),
    );
  });
