import type { Sandbox } from "../sandbox/startSandbox.ts";
import type { NightReport, PlanReport } from "./nightReport.ts";
import type { ApiArtifact, ApiFinding, ApiPlan, ApiRun, ServiceApi } from "./serviceApi.ts";

/** What the last night left, for telling what changed. */
export interface Before {
  readonly marks: ReadonlySet<string>;
  readonly openFindings: ReadonlySet<string>;
}

export const NOTHING_BEFORE: Before = { marks: new Set(), openFindings: new Set() };

export interface Night {
  readonly night: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly events: NightReport["events"];
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
  const marks = artifacts.filter(({ mark }) => mark !== null);
  const markNames = new Set(marks.map(nameOf));
  const open = findings.filter(({ resolvedAt }) => resolvedAt === undefined);
  const openNames = new Set(open.map(findingName));
  const planId = runs.find(
    ({ stage, planId }) => (stage === "purge" || stage === "all") && planId !== undefined,
  )?.planId;
  const report: NightReport = {
    night: night.night,
    date: night.endsAt.slice(0, 10),
    events: night.events,
    runs: runs.map(({ id, state, results, errors }) => ({ id, state, results, errors })),
    snapshot: toSnapshot(runs),
    findings: {
      opened: [...openNames].filter((name) => !before.openFindings.has(name)).sort(),
      resolved: [...before.openFindings].filter((name) => !openNames.has(name)).sort(),
      open: countBy(open, ({ kind }) => kind),
    },
    marks: {
      sighted: marks.filter(({ mark }) => mark?.deadline === undefined).length,
      marked: marks.filter(({ mark }) => mark?.deadline !== undefined).length,
      added: [...markNames].filter((name) => !before.marks.has(name)).sort(),
      cleared: [...before.marks].filter((name) => !markNames.has(name)).sort(),
    },
    plan: planId === undefined ? undefined : toPlan(await api.getPlan(planId), artifacts),
    deletions: listDeletions(sandbox, night),
    registryCalls: countCalls(sandbox),
  };
  return { report, after: { marks: markNames, openFindings: openNames } };
}

const lastSegment = (id: string): string => id.slice(id.lastIndexOf("/") + 1);
const nameOf = ({
  registryId,
  repository,
  digest,
}: {
  registryId: string;
  repository: string;
  digest: string;
}): string => `${lastSegment(registryId)}/${repository}@${digest}`;
const findingName = ({ kind, subject }: ApiFinding): string => `${kind} ${shorten(subject)}`;

/** Subscription and provider of an id say nothing to a reader of one estate's report. */
const shorten = (subject: string): string =>
  subject.replace(/\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.[a-z]+\//gi, "");

function toSnapshot(runs: readonly ApiRun[]): NightReport["snapshot"] {
  const run =
    runs.find(({ results }) => results["snapshot"] !== undefined) ?? runs.find(({ parts }) => parts.length > 0);
  if (!run) return undefined;
  const reasons = run.parts.flatMap((part) =>
    part.reasons.map(({ code, subject, repository, detail }) =>
      shorten([code, subject, repository, detail].filter(Boolean).join(" · ")),
    ),
  );
  const id = run.results["snapshot"]?.["snapshotId"] ?? run.results["mark"]?.["snapshotId"];
  return {
    id: String(id ?? ""),
    complete: reasons.length === 0 && run.parts.every(({ complete }) => complete),
    reasons: reasons.sort(),
  };
}

function toPlan(plan: ApiPlan, artifacts: readonly ApiArtifact[]): PlanReport {
  const artifactOf = (registryId: string, { repository, digest }: { repository: string; digest: string }): string =>
    nameOf({ registryId, repository, digest });
  return {
    id: plan.id,
    mode: plan.mode,
    delete: plan.registries
      .flatMap(({ registryId, items }) =>
        items.map((item) => ({
          artifact: artifactOf(registryId, item),
          class: item.class,
          why: `${lastSegment(item.artifactManifestId)}, grace ended ${item.deadline}, ${item.how}`,
        })),
      )
      .sort(byArtifact),
    wait: plan.registries
      .flatMap(({ registryId, waiting }) =>
        waiting.map(({ why, until, ...item }) => ({
          artifact: artifactOf(registryId, item),
          why,
          ...(until === undefined ? {} : { until }),
        })),
      )
      .sort(byArtifact),
    keep: artifacts
      .filter(({ mark }) => mark === null)
      .map((artifact) => ({
        artifact: nameOf(artifact),
        ...(artifact.class === undefined ? {} : { class: artifact.class }),
        reasons: artifact.keep.map(({ code, by }) => shorten(by === undefined ? code : `${code} ${by}`)),
      }))
      .sort(byArtifact),
    notes: plan.registries.flatMap(({ registryId, state, notes }) => [
      `${lastSegment(registryId)}: ${state}`,
      ...notes.map(shorten),
    ]),
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
