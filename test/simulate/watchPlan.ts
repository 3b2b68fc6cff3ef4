import type { PlanReport } from "./nightReport.ts";
import type { ApiArtifact, ApiPlan } from "./serviceApi.ts";
import { lastSegment, type Marks, nameOf, toReason } from "./watchMarks.ts";
import { shortenIds } from "./words.ts";

/** A plan as the service tells it, with what it kept that night; lists are sorted. */
export function toPlanReport(plan: ApiPlan, artifacts: readonly ApiArtifact[], marks: Marks): PlanReport {
  return {
    id: plan.id,
    mode: plan.mode,
    delete: plan.registries.flatMap(listPlanned).sort(byArtifact),
    wait: plan.registries.flatMap((registry) => listWaiting(registry, marks)).sort(byArtifact),
    keep: listKept(artifacts),
    notes: plan.registries
      .flatMap(({ registryId, state, notes }) => [`${lastSegment(registryId)}: ${state}`, ...notes.map(shortenIds)])
      .sort(),
    registries: Object.fromEntries(
      plan.registries
        .map(({ registryId, deleted, deletedBytes }) => [lastSegment(registryId), { deleted, deletedBytes }] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    deletedBytes: plan.registries.reduce((sum, { deletedBytes }) => sum + deletedBytes, 0),
  };
}

type PlannedRegistry = ApiPlan["registries"][number];

function listPlanned({ registryId, items }: PlannedRegistry): PlanReport["delete"] {
  return items.map(({ repository, digest, ...item }) => {
    const artifactManifest = lastSegment(item.artifactManifestId);
    return {
      artifact: nameOf({ registryId, repository, digest }),
      artifactManifest,
      class: item.class,
      why: `${artifactManifest}, grace ended ${item.deadline}, ${item.how}`,
    };
  });
}

function listWaiting({ registryId, waiting }: PlannedRegistry, marks: Marks): PlanReport["wait"] {
  return waiting.map(({ repository, digest, why, until }) => {
    const artifact = nameOf({ registryId, repository, digest });
    const artifactManifest = marks.get(artifact)?.artifactManifest;
    return {
      artifact,
      ...(artifactManifest === undefined ? {} : { artifactManifest }),
      why,
      ...(until === undefined ? {} : { until }),
    };
  });
}

function listKept(artifacts: readonly ApiArtifact[]): PlanReport["keep"] {
  return artifacts
    .filter(({ mark }) => mark === null)
    .map((artifact) => ({
      artifact: nameOf(artifact),
      ...(artifact.class === undefined ? {} : { class: artifact.class }),
      reasons: artifact.keep.map(toReason),
    }))
    .sort(byArtifact);
}

const byArtifact = (a: { artifact: string }, b: { artifact: string }): number => (a.artifact < b.artifact ? -1 : 1);
