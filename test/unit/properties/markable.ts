import { createPathIndex } from "../../../lib/core/artifactPath.ts";
import { listStoreIds } from "../../../lib/core/backingRegistry.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import type { Repository } from "../../../lib/core/registryManifest.ts";
import type { RegistryContext } from "../../../lib/core/verdicts.ts";
import { decideVerdicts } from "../../../lib/core/verdicts.ts";
import type { Verdict } from "../../../lib/core/verdicts.ts";
import { aStorePolicy } from "../../fakes/aContext.ts";
import { aManifest, aRepository, digest, tagged } from "../../fakes/builders.ts";
import { ARTIFACT_NAMES, ARTIFACT_VERSIONS } from "./arbitraryVersions.ts";
import type { Outlook } from "./lookAround.ts";
import { registryOf, STORES } from "./raw.ts";

const REGISTRIES = [...new Set(STORES.map((store) => registryOf(store).toLowerCase()))];

const PATHS = ["", "cnf/", "cnf2/"].flatMap((prefix) => ARTIFACT_NAMES.map((name) => `${prefix}${name}`));

const MOVED_AT = "2026-02-01T10:00:00Z";

/** In every repository lies one untagged registry manifest, and the newer one to which every tag moved. */
const REPOSITORIES: readonly Repository[] = REGISTRIES.flatMap((registry) =>
  PATHS.map((name) =>
    aRepository({
      registryId: registry,
      name,
      manifests: [
        aManifest({ digest: digest(1) }),
        aManifest({
          digest: digest(2),
          createdAt: MOVED_AT,
          tags: tagged(...ARTIFACT_VERSIONS).map((tag) => ({ ...tag, movedAt: MOVED_AT })),
        }),
      ],
    }),
  ),
);

/** Verdicts by `<registry>/<repository>@<digest>`, whether or not the look is complete. */
export function judge({ graph }: Pick<Outlook, "graph">): ReadonlyMap<string, Verdict> {
  const needs = createNeeds(graph);
  const contexts = new Map(
    REGISTRIES.map((registry): [string, RegistryContext] => {
      const storeIds = listStoreIds(graph.stores.values(), registry);
      const policyOf = () => aStorePolicy({ purgeSuperseded: true });
      return [registry, { graph, needs, storeIds, paths: createPathIndex(graph, needs, storeIds), policyOf }];
    }),
  );
  const verdicts = REPOSITORIES.flatMap((repository) => {
    const context = contexts.get(repository.registryId);
    const found = context ? decideVerdicts(context, repository) : [];
    return found.map((verdict): [string, Verdict] => [
      `${repository.registryId}/${repository.name}@${verdict.digest}`,
      verdict,
    ]);
  });
  return new Map(verdicts);
}

/** What a complete look lets be marked: nothing where the look is incomplete. Sorted. */
export function listMarkable(outlook: Outlook): readonly string[] {
  if (!outlook.complete) return [];
  const free = [...judge(outlook)].filter(
    ([, verdict]) =>
      verdict.keep.length === 0 && (verdict.class === "decommissioned" || verdict.class === "superseded"),
  );
  return free.map(([key]) => key).sort();
}
