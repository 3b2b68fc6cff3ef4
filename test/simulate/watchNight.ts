import type { Sandbox } from "../sandbox/startSandbox.ts";
import type { NightReport, PlanReport } from "./nightReport.ts";
import type { ApiArtifact, ApiFinding, ApiPlan, ApiRun, ServiceApi } from "./serviceApi.ts";
import { lastSegment, type Marks, nameOf, readMarks, toMarksReport, toReason } from "./watchMarks.ts";
import { shortenIds } from "./words.ts";

/** What the last night left, for telling what changed. */
export interface Before {
  readonly marks: Marks;
  readonly openFindings: ReadonlySet<string>;
}

export const NOTHING_BEFORE: Before = { marks: new Map(), openFindings: new Set() };

export interface Night {
  readonly night: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly events: NightReport["events"];
  readonly freedBytes: NightReport["freedBytes"];
}

/** Reads what a night showed. Lists are sorted, and nothing is finer than the service's own scheduled instants. */
export async function watchNight(
  api: ServiceApi,
  sandbox: Sandbox,
  { night, before }: { night: Night; before: Before },
): Promise<{ report: NightReport; after: Before }> {
  const [runs, findings, artifacts] = [
    await api.listRuns(night.startsAt),
    await api.listFindings(),
    await api.listArtifacts(),
  ];
  const snapshot = toSnapshot(runs);
  const marks = readMarks(artifacts, { before: before.marks, complete: snapshot?.complete === true });
  const deletions = listDeletions(sandbox, night);
  const open = findings.filter(({ resolvedAt }) => resolvedAt === undefined);
  const openNames = new Set(open.map(findingName));
  const planId = runs.find(
    ({ stage, planId }) => (stage === "purge" || stage === "all") && planId !== undefined,
  )?.planId;
  const report: NightReport = {
    night: night.night,
    date: night.startsAt.slice(0, 10),
    events: night.events,
    runs: runs.map(({ id, at, state, results, errors }) => ({ id, at, state, results, errors })),
    snapshot,
    findings: {
      opened: [...openNames].filter((name) => !before.openFindings.has(name)).sort(),
      resolved: [...before.openFindings].filter((name) => !openNames.has(name)).sort(),
      open: countBy(open, ({ kind }) => kind),
    },
    marks: toMarksReport(marks, { before: before.marks, artifacts, deletions, sandbox }),
    plan: planId === undefined ? undefined : toPlan(await api.getPlan(planId), artifacts, marks),
    deletions,
    freedBytes: night.freedBytes,
    registryCalls: countCalls(sandbox),
  };
  return { report, after: { marks, openFindings: openNames } };
}

const findingName = ({ kind, subject }: ApiFinding): string => `${kind} ${shortenIds(subject)}`;

function toSnapshot(runs: readonly ApiRun[]): NightReport["snapshot"] {
  const run =
    runs.find(({ results }) => results["snapshot"] !== undefined) ?? runs.find(({ parts }) => parts.length > 0);
  if (!run) return undefined;
  const reasons = run.parts.flatMap((part) =>
    part.reasons.map(({ code, subject, repository, detail }) =>
      shortenIds([code, subject, repository, detail].filter(Boolean).join(" · ")),
    ),
  );
  const id = run.results["snapshot"]?.["snapshotId"] ?? run.results["mark"]?.["snapshotId"];
  return {
    id: String(id ?? ""),
    complete: reasons.length === 0 && run.parts.every(({ complete }) => complete),
    incompleteParts: run.parts
      .filter((part) => !part.complete || part.reasons.length > 0)
      .map(({ name }) => lastSegment(name))
      .sort(),
    reasons: reasons.sort(),
  };
}

function toPlan(plan: ApiPlan, artifacts: readonly ApiArtifact[], marks: Marks): PlanReport {
  const artifactOf = (registryId: string, { repository, digest }: { repository: string; digest: string }): string =>
    nameOf({ registryId, repository, digest });
  return {
    id: plan.id,
    mode: plan.mode,
    delete: plan.registries
      .flatMap(({ registryId, items }) =>
        items.map((item) => ({
          artifact: artifactOf(registryId, item),
          artifactManifest: lastSegment(item.artifactManifestId),
          class: item.class,
          why: `${lastSegment(item.artifactManifestId)}, grace ended ${item.deadline}, ${item.how}`,
        })),
      )
      .sort(byArtifact),
    wait: plan.registries
      .flatMap(({ registryId, waiting }) =>
        waiting.map(({ why, until, ...item }) => {
          const artifact = artifactOf(registryId, item);
          const artifactManifest = marks.get(artifact)?.artifactManifest;
          return {
            artifact,
            ...(artifactManifest === undefined ? {} : { artifactManifest }),
            why,
            ...(until === undefined ? {} : { until }),
          };
        }),
      )
      .sort(byArtifact),
    keep: artifacts
      .filter(({ mark }) => mark === null)
      .map((artifact) => ({
        artifact: nameOf(artifact),
        ...(artifact.class === undefined ? {} : { class: artifact.class }),
        reasons: artifact.keep.map(toReason),
      }))
      .sort(byArtifact),
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

const byArtifact = (a: { artifact: string }, b: { artifact: string }): number => (a.artifact < b.artifact ? -1 : 1);

/** Everything that DELETE requests removed, as the registries themselves recorded it. */
function listDeletions(sandbox: Sandbox, { startsAt, endsAt }: Night): NightReport["deletions"] {
  const [from, to] = [Date.parse(startsAt), Date.parse(endsAt)];
  return [...sandbox.registries.values()]
    .flatMap((registry) =>
      registry.deletions
        .filter(({ at }) => at >= from && at < to)
        .map(({ repository, digest, cascadedFrom }) => ({
          registry: registry.name,
          repository,
          digest,
          ...(cascadedFrom === undefined ? {} : { cascadedFrom }),
        })),
    )
    .sort((a, b) =>
      `${a.registry}/${a.repository}@${a.digest}` < `${b.registry}/${b.repository}@${b.digest}` ? -1 : 1,
    );
}

function countCalls(sandbox: Sandbox): Record<string, number> {
  const calls = [...sandbox.registries.values()].flatMap((registry) => registry.calls);
  for (const registry of sandbox.registries.values()) registry.clearCalls();
  return countBy(calls, ({ kind }) => kind);
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
